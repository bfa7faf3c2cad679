DROP TABLE dossier_screenings;
