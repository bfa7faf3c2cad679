-- What the owner of a published listing wants to change, reviewed while the live one stays (bản sửa đổi).
CREATE TABLE listing_revisions (
    id UUID NOT NULL PRIMARY KEY,
    listing_id UUID NOT NULL REFERENCES listings (id),
    -- In full, as it would be sent to start a listing.
    content JSONB NOT NULL,
    status TEXT NOT NULL CONSTRAINT listing_revisions_status_check
        CHECK (status IN ('draft', 'submitted', 'changes_requested', 'rejected', 'approved', 'discarded')),
    base_version BIGINT NOT NULL,
    version BIGINT NOT NULL,
    submitted_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
-- One at a time is to become something.
CREATE UNIQUE INDEX listing_revisions_open_key ON listing_revisions (listing_id)
    WHERE status <> 'approved' AND status <> 'discarded';
CREATE INDEX listing_revisions_by_listing ON listing_revisions (listing_id, created_at, id);
CREATE INDEX listing_revisions_by_status ON listing_revisions (status, submitted_at, id);
