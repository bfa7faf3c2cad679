DROP TABLE enterprise_origins;
DROP TABLE enterprise_import_rows;
DROP TABLE enterprise_imports;
