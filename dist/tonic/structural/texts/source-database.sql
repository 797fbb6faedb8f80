--create user
CREATE USER tonic_user WITH PASSWORD '<<password of the source user>>';

--add USAGE GRANTs on all schemas in the DB
GRANT USAGE ON SCHEMA <<schema, such as public>> TO tonic_user;

--add SELECT GRANTs on all tables in each schema in the DB
GRANT SELECT ON ALL TABLES IN SCHEMA <<schema, such as public>> TO tonic_user;

--add SELECT GRANT on pg_catalog.svv_table_info
GRANT SELECT ON pg_catalog.svv_table_info TO tonic_user;
