DROP TABLE certificate_statistics;
