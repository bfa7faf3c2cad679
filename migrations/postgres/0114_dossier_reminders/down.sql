ALTER TABLE dossier_events DROP COLUMN promised_on;
ALTER TABLE dossier_events DROP COLUMN addressees;
DROP TABLE dossier_reminders;
