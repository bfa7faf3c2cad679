-- Whether the file was a workbook (XLSX). Its format is then that of the table that its rows are kept as: `csv`.
ALTER TABLE listing_imports ADD COLUMN is_workbook INTEGER NOT NULL DEFAULT 0 CONSTRAINT listing_imports_is_workbook_check CHECK (is_workbook IN (0, 1));
