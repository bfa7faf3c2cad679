DROP TABLE listing_external_ids;
DROP TABLE listing_import_rows;
DROP TABLE listing_imports;
