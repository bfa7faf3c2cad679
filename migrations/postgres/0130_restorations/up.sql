-- Records of certificates that somebody changed here (khôi phục bản ghi), as one officer proposes to put them back and another one is to
-- confirm: one of a certificate at a time.
CREATE TABLE certificate_restoration_proposals (
    certificate_id UUID NOT NULL REFERENCES certificates (id),
    -- Which one: whoever confirms names what was read.
    id UUID NOT NULL,
    -- Where the genuine record was found.
    source TEXT NOT NULL CONSTRAINT certificate_restoration_proposals_source_check
        CHECK (source IN ('signature', 'document', 'upload')),
    reason TEXT NOT NULL,
    -- The record with its signature, as it is handed out.
    file BYTEA NOT NULL,
    proposed_by UUID NOT NULL REFERENCES accounts (id),
    proposed_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT certificate_restoration_proposals_pkey PRIMARY KEY (certificate_id)
);
