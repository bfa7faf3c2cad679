-- The year that a report on a licence is about; null of everything else, and of reports of before.
ALTER TABLE dossier_events ADD COLUMN report_year INTEGER;
