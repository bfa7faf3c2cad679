-- What officers decided about what was handed in, and what owner and officers wrote to each other about it (trao đổi, quyết
-- định duyệt). The audit trail has the decisions, too; here they stand with what belongs to them.
CREATE TABLE review_decisions (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT review_decisions_kind_check
        CHECK (kind IN ('enterprise', 'amendment', 'listing', 'revision')),
    -- The enterprise or the listing that is named where it is decided on.
    subject_id UUID NOT NULL,
    -- Under what the audit trail has the decision: of a revision, the revision.
    judged_id UUID NOT NULL,
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    listing_kind TEXT,
    -- Endorsed: the first of two officers who must approve.
    verdict TEXT NOT NULL CONSTRAINT review_decisions_verdict_check
        CHECK (verdict IN ('approved', 'rejected', 'changes_requested', 'endorsed')),
    version BIGINT NOT NULL,
    reason_code TEXT,
    reason_text TEXT,
    notes JSONB NOT NULL,
    -- What the officer saw, sealed; gone once it was approved, or when data in it were erased.
    seen BYTEA,
    officer_id UUID NOT NULL REFERENCES accounts (id),
    waiting_since TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX review_decisions_by_subject ON review_decisions (subject_id, decided_at, id);
CREATE INDEX review_decisions_by_time ON review_decisions (decided_at);

CREATE TABLE review_messages (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT review_messages_kind_check
        CHECK (kind IN ('enterprise', 'amendment', 'listing', 'revision')),
    subject_id UUID NOT NULL,
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    author_id UUID NOT NULL REFERENCES accounts (id),
    is_officer BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    written_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX review_messages_by_subject ON review_messages (subject_id, written_at, id);
CREATE INDEX review_messages_by_author ON review_messages (author_id, written_at);
