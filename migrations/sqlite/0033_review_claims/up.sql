-- Which officer has taken up what waits for review, and until when nobody else decides on it (nhận việc).
CREATE TABLE review_claims (
    kind TEXT NOT NULL CONSTRAINT review_claims_kind_check
        CHECK (kind IN ('enterprise', 'amendment', 'listing', 'revision')),
    -- The enterprise or the listing that is named where it is decided on.
    subject_id BLOB NOT NULL,
    officer_id BLOB NOT NULL REFERENCES accounts (id),
    claimed_at INTEGER NOT NULL,
    runs_out_at INTEGER NOT NULL,
    PRIMARY KEY (kind, subject_id)
) STRICT;
CREATE INDEX review_claims_by_officer ON review_claims (officer_id, runs_out_at);
