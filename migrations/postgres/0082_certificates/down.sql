ALTER TABLE dossiers DROP COLUMN certificate_id;
DROP TABLE dossier_proposals;
DROP TABLE certificate_keys;
DROP TABLE certificate_documents;
DROP TABLE certificates;
