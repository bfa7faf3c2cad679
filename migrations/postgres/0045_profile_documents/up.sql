-- Documents of an enterprise's profile with an officer's verdict on each (hồ sơ năng lực): certificates of registration,
-- identity cards, certificates. Only the enterprise's owners and the officers who review enterprises see them.
CREATE TABLE enterprise_documents (
    id UUID NOT NULL PRIMARY KEY,
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    kind TEXT NOT NULL CONSTRAINT enterprise_documents_kind_check
        CHECK (kind IN ('business_licence', 'id_card', 'st_certificate', 'iso', 'other')),
    -- What the sender called it.
    name TEXT NOT NULL,
    -- What lies in the file store under this digest; which types there are, is the program's to know.
    media_type TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    status TEXT NOT NULL CONSTRAINT enterprise_documents_status_check
        CHECK (status IN ('submitted', 'accepted', 'refused', 'expired')),
    -- The last day on which it holds, as YYYY-MM-DD.
    valid_to TEXT,
    reason_code TEXT,
    reason_text TEXT,
    submitted_at TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ,
    version BIGINT NOT NULL
);
CREATE INDEX enterprise_documents_by_enterprise ON enterprise_documents (enterprise_id, submitted_at, id);
CREATE INDEX enterprise_documents_waiting ON enterprise_documents (submitted_at, id) WHERE status = 'submitted';
CREATE INDEX enterprise_documents_by_content ON enterprise_documents (sha256);

-- They wait in the queue, and so do reports.
ALTER TABLE review_claims DROP CONSTRAINT review_claims_kind_check;
ALTER TABLE review_claims ADD CONSTRAINT review_claims_kind_check
    CHECK (kind IN ('enterprise', 'amendment', 'listing', 'revision', 'document', 'report'));
ALTER TABLE review_decisions DROP CONSTRAINT review_decisions_kind_check;
ALTER TABLE review_decisions ADD CONSTRAINT review_decisions_kind_check
    CHECK (kind IN ('enterprise', 'amendment', 'listing', 'revision', 'document', 'report'));
ALTER TABLE review_messages DROP CONSTRAINT review_messages_kind_check;
ALTER TABLE review_messages ADD CONSTRAINT review_messages_kind_check
    CHECK (kind IN ('enterprise', 'amendment', 'listing', 'revision', 'document', 'report'));
