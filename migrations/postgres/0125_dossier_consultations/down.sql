DROP TABLE dossier_consultations;
