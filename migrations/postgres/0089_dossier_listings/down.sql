ALTER TABLE dossiers DROP COLUMN listing_id;
