DROP TABLE dossier_alarms;
