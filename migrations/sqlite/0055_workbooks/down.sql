ALTER TABLE listing_imports DROP COLUMN is_workbook;
