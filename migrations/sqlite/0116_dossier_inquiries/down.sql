ALTER TABLE dossiers DROP COLUMN inquiry_id;
