DROP INDEX enterprise_documents_by_last_day;
DROP TABLE document_notices;
