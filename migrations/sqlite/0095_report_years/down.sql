ALTER TABLE dossier_events DROP COLUMN report_year;
