--create a superuser
CREATE USER <<destination user>> createuser PASSWORD '<<password of the destination user>>';
