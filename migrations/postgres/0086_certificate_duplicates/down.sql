DROP TABLE certificate_duplicates;
