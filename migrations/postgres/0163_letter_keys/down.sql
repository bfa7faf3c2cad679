DROP INDEX dossier_events_letter_unkeyed;
DROP INDEX dossier_events_letter_key;
ALTER TABLE dossier_events DROP COLUMN letter_key;
