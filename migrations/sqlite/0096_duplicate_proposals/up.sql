-- Duplicates of certificates (bản cấp lại) that one officer prepared and another one is to sign: one of a certificate at a time.
CREATE TABLE certificate_duplicate_proposals (
    certificate_id BLOB NOT NULL PRIMARY KEY REFERENCES certificates (id),
    -- Which one: whoever signs names what was read.
    id BLOB NOT NULL,
    asked_by TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    proposed_by BLOB NOT NULL REFERENCES accounts (id),
    proposed_at INTEGER NOT NULL
) STRICT;

-- Who prepared one; null of those of before, which one officer issued alone.
ALTER TABLE certificate_duplicates ADD COLUMN prepared_by BLOB
    CONSTRAINT certificate_duplicates_prepared_by_fkey REFERENCES accounts (id);
