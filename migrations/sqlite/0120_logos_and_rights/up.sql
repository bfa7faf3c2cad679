-- A logo waits for an officer's verdict as a document of the profile does (duyệt biểu trưng): it is one until it was accepted, with what
-- it shows to those who do not see it, and stands among the logos from then on.
--
-- SQLite cannot change a check, so the table is made anew under its own name. What refers to it is looked at when the
-- transaction is committed, and finds the same rows again.
PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE enterprise_documents_kept AS SELECT * FROM enterprise_documents;
DROP TABLE enterprise_documents;
CREATE TABLE enterprise_documents (
    id BLOB NOT NULL PRIMARY KEY,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    kind TEXT NOT NULL CONSTRAINT enterprise_documents_kind_check
        CHECK (kind IN ('business_licence', 'id_card', 'st_certificate', 'iso', 'other', 'logo')),
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
    version INTEGER NOT NULL,
    -- Of logos, what they show.
    alt_vi TEXT,
    alt_en TEXT
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

-- The picture of a logo that was not accepted, in all its sizes.
CREATE TABLE logo_candidate_versions (
    document_id BLOB NOT NULL REFERENCES enterprise_documents (id),
    -- Pixels of the box that it fits into; 0 for the logo itself.
    edge INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    CONSTRAINT logo_candidate_versions_pkey PRIMARY KEY (document_id, edge)
) STRICT;
CREATE INDEX logo_candidate_versions_by_content ON logo_candidate_versions (sha256);

-- What owners were told about the end of rights that a listing names (quyền sở hữu trí tuệ sắp hết, đã hết hạn): once for each last day
-- and number of days before it.
CREATE TABLE right_notices (
    listing_id BLOB NOT NULL REFERENCES listings (id),
    expires_on TEXT NOT NULL,
    days INTEGER NOT NULL CONSTRAINT right_notices_days_check CHECK (days >= 0),
    sent_at INTEGER NOT NULL,
    CONSTRAINT right_notices_pkey PRIMARY KEY (listing_id, expires_on, days)
) STRICT;
