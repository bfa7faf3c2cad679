ALTER TABLE dossier_proposals DROP COLUMN letter_on;
ALTER TABLE dossier_proposals DROP COLUMN letter_number;
