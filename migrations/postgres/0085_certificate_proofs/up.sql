-- Where the signed records of certificates are in the audit trail, and the ways from there to the root that the first checkpoint
-- which covers them signs. Nothing refers to the trail: what is kept here can be counted anew from it.
CREATE TABLE certificate_proofs (
    lane BIGINT NOT NULL,
    link BIGINT NOT NULL,
    certificate_id UUID NOT NULL,
    checkpoint_seq BIGINT NOT NULL,
    -- Hashes beside the way, 32 bytes each, the nearest first.
    path BYTEA NOT NULL,
    CONSTRAINT certificate_proofs_pkey PRIMARY KEY (lane, link)
);
CREATE INDEX certificate_proofs_by_certificate ON certificate_proofs (certificate_id);
