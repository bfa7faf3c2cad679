DROP TABLE import_aliases;
