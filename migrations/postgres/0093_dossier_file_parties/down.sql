ALTER TABLE dossier_files DROP COLUMN filed_with_id;
