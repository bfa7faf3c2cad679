-- What owners were told about the end of a document (giấy tờ sắp hết hạn): once for each last day and number of days before it.
CREATE TABLE document_notices (
    document_id BLOB NOT NULL REFERENCES enterprise_documents (id),
    valid_to TEXT NOT NULL,
    days INTEGER NOT NULL CONSTRAINT document_notices_days_check CHECK (days > 0),
    sent_at INTEGER NOT NULL,
    CONSTRAINT document_notices_pkey PRIMARY KEY (document_id, valid_to, days)
) STRICT;
CREATE INDEX enterprise_documents_by_last_day ON enterprise_documents (status, valid_to, id);
