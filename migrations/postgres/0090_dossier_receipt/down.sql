ALTER TABLE dossier_events DROP COLUMN received_on;
