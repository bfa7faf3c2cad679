DROP INDEX dossier_events_at;
DROP TABLE periodic_reports;
