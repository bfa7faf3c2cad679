ALTER TABLE dossier_events DROP COLUMN letter_on;
ALTER TABLE dossier_events DROP COLUMN letter_number;
