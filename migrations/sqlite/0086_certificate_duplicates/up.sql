-- Duplicates of certificates whose paper was lost (bản cấp lại): what was asked, by whom, and what was issued. A row is never
-- altered.
CREATE TABLE certificate_duplicates (
    certificate_id BLOB NOT NULL REFERENCES certificates (id),
    -- Which one, from 1.
    ordinal INTEGER NOT NULL,
    asked_by TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- What its record says beside that of the certificate: day and signer.
    mark TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    -- The document as it was issued (PDF).
    content BLOB NOT NULL,
    issued_by BLOB REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (certificate_id, ordinal)
) STRICT;
