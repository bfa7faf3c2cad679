ALTER TABLE certificate_duplicates DROP COLUMN prepared_by;
DROP TABLE certificate_duplicate_proposals;
