CREATE TEMPORARY TABLE review_claims_kept AS SELECT * FROM review_claims WHERE kind NOT IN ('document', 'report');
DROP TABLE review_claims;
CREATE TABLE review_claims (
    kind TEXT NOT NULL CONSTRAINT review_claims_kind_check
        CHECK (kind IN ('enterprise', 'amendment', 'listing', 'revision')),
    -- What is named where it is decided on: the enterprise, the listing, the document, the report.
    subject_id BLOB NOT NULL,
    officer_id BLOB NOT NULL REFERENCES accounts (id),
    claimed_at INTEGER NOT NULL,
    runs_out_at INTEGER NOT NULL,
    PRIMARY KEY (kind, subject_id)
) STRICT;
CREATE INDEX review_claims_by_officer ON review_claims (officer_id, runs_out_at);
INSERT INTO review_claims SELECT * FROM review_claims_kept;
DROP TABLE review_claims_kept;

CREATE TEMPORARY TABLE review_decisions_kept AS SELECT * FROM review_decisions WHERE kind NOT IN ('document', 'report');
DROP TABLE review_decisions;
CREATE TABLE review_decisions (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT review_decisions_kind_check
        CHECK (kind IN ('enterprise', 'amendment', 'listing', 'revision')),
    subject_id BLOB NOT NULL,
    -- Under what the audit trail has the decision: of a revision, the revision.
    judged_id BLOB NOT NULL,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    listing_kind TEXT,
    -- Endorsed: the first of two officers who must approve.
    verdict TEXT NOT NULL CONSTRAINT review_decisions_verdict_check
        CHECK (verdict IN ('approved', 'rejected', 'changes_requested', 'endorsed')),
    version INTEGER NOT NULL,
    reason_code TEXT,
    reason_text TEXT,
    notes TEXT NOT NULL,
    -- What the officer saw, sealed; gone once it was approved, or when data in it were erased.
    seen BLOB,
    officer_id BLOB NOT NULL REFERENCES accounts (id),
    waiting_since INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    -- What the officer had ticked, and of which edition of the checklist; approvals only.
    checklist TEXT
) STRICT;
CREATE INDEX review_decisions_by_subject ON review_decisions (subject_id, decided_at, id);
CREATE INDEX review_decisions_by_time ON review_decisions (decided_at);
INSERT INTO review_decisions SELECT * FROM review_decisions_kept;
DROP TABLE review_decisions_kept;

CREATE TEMPORARY TABLE review_messages_kept AS SELECT * FROM review_messages WHERE kind NOT IN ('document', 'report');
DROP TABLE review_messages;
CREATE TABLE review_messages (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT review_messages_kind_check
        CHECK (kind IN ('enterprise', 'amendment', 'listing', 'revision')),
    subject_id BLOB NOT NULL,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    author_id BLOB NOT NULL REFERENCES accounts (id),
    is_officer INTEGER NOT NULL CONSTRAINT review_messages_is_officer_check CHECK (is_officer IN (0, 1)),
    body TEXT NOT NULL,
    written_at INTEGER NOT NULL
) STRICT;
CREATE INDEX review_messages_by_subject ON review_messages (subject_id, written_at, id);
CREATE INDEX review_messages_by_author ON review_messages (author_id, written_at);
INSERT INTO review_messages SELECT * FROM review_messages_kept;
DROP TABLE review_messages_kept;

DROP TABLE enterprise_documents;
