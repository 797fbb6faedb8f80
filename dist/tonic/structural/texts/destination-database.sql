-- Allows viewing table metadata.
GRANT SELECT ON pg_catalog.svv_table_info TO <<destination user>>;

-- Allows creation of temporary tables on the destination database during a session.
GRANT TEMPORARY ON DATABASE <<destination database>> TO <<destination user>>;

-- Allows creation of schemas and permanent objects within the destination database.
GRANT CREATE ON DATABASE <<destination database>> TO <<destination user>>;

-- If any schemas from the source already exist in the destination database and the destination user is not the owner,
-- run the following for each relevant schema.
GRANT DROP ON SCHEMA <<schema>> TO <<destination user>>;
