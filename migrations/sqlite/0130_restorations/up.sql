-- Records of certificates that somebody changed here (khôi phục bản ghi), as one officer proposes to put them back and another one is to
-- confirm: one of a certificate at a time.
CREATE TABLE certificate_restoration_proposals (
    certificate_id BLOB NOT NULL PRIMARY KEY REFERENCES certificates (id),
    -- Which one: whoever confirms names what was read.
    id BLOB NOT NULL,
    -- Where the genuine record was found.
    source TEXT NOT NULL CONSTRAINT certificate_restoration_proposals_source_check
        CHECK (source IN ('signature', 'document', 'upload')),
    reason TEXT NOT NULL,
    -- The record with its signature, as it is handed out.
    file BLOB NOT NULL,
    proposed_by BLOB NOT NULL REFERENCES accounts (id),
    proposed_at INTEGER NOT NULL
) STRICT;
