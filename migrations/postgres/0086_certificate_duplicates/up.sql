-- Duplicates of certificates whose paper was lost (bản cấp lại): what was asked, by whom, and what was issued. A row is never
-- altered.
CREATE TABLE certificate_duplicates (
    certificate_id UUID NOT NULL REFERENCES certificates (id),
    -- Which one, from 1.
    ordinal BIGINT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- What its record says beside that of the certificate: day and signer.
    mark JSONB NOT NULL,
    sha256 BYTEA NOT NULL,
    -- The document as it was issued (PDF).
    content BYTEA NOT NULL,
    issued_by UUID REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT certificate_duplicates_pkey PRIMARY KEY (certificate_id, ordinal)
);
