-- Whether the file was a workbook (XLSX). Its format is then that of the table that its rows are kept as: `csv`.
ALTER TABLE listing_imports ADD COLUMN is_workbook BOOLEAN NOT NULL DEFAULT false;
