DROP INDEX dossier_events_letter_number;
ALTER TABLE dossier_events DROP COLUMN subject;
