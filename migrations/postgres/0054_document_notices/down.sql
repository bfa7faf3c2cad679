DROP INDEX enterprise_documents_by_last_day;
ALTER TABLE enterprise_documents ALTER COLUMN valid_to TYPE TEXT COLLATE "default";
DROP TABLE document_notices;
