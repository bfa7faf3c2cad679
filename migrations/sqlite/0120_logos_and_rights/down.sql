DROP TABLE right_notices;
PRAGMA defer_foreign_keys = ON;
DROP TABLE logo_candidate_versions;
DELETE FROM document_notices WHERE document_id IN (SELECT id FROM enterprise_documents WHERE kind = 'logo');
CREATE TEMPORARY TABLE enterprise_documents_kept AS SELECT * FROM enterprise_documents WHERE kind <> 'logo';
DROP TABLE enterprise_documents;
CREATE TABLE enterprise_documents (
    id BLOB NOT NULL PRIMARY KEY,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    kind TEXT NOT NULL CONSTRAINT enterprise_documents_kind_check
        CHECK (kind IN ('business_licence', 'id_card', 'st_certificate', 'iso', 'other')),
    -- What the sender called it.
    name TEXT NOT NULL,
    -- What lies in the file store under this digest; which types there are, is the program's to know.
    media_type TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    status TEXT NOT NULL CONSTRAINT enterprise_documents_status_check
        CHECK (status IN ('submitted', 'accepted', 'refused', 'expired')),
    -- The last day on which it holds, as YYYY-MM-DD.
    valid_to TEXT,
    reason_code TEXT,
    reason_text TEXT,
    submitted_at INTEGER NOT NULL,
    decided_at INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX enterprise_documents_by_enterprise ON enterprise_documents (enterprise_id, submitted_at, id);
CREATE INDEX enterprise_documents_waiting ON enterprise_documents (submitted_at, id) WHERE status = 'submitted';
CREATE INDEX enterprise_documents_by_content ON enterprise_documents (sha256);
CREATE INDEX enterprise_documents_by_last_day ON enterprise_documents (status, valid_to, id);
INSERT INTO enterprise_documents (id, enterprise_id, kind, name, media_type, sha256, size, status, valid_to, reason_code,
    reason_text, submitted_at, decided_at, version)
SELECT id, enterprise_id, kind, name, media_type, sha256, size, status, valid_to, reason_code,
    reason_text, submitted_at, decided_at, version
FROM enterprise_documents_kept;
DROP TABLE enterprise_documents_kept;
