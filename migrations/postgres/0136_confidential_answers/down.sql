ALTER TABLE dossier_files DROP COLUMN is_confidential;
