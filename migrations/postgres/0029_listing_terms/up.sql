-- The states of a listing's whole life, and until when it is public (thời hạn tin).
ALTER TABLE listings DROP CONSTRAINT listings_status_check;
ALTER TABLE listings ADD CONSTRAINT listings_status_check
    CHECK (status IN ('draft', 'submitted', 'published', 'changes_requested', 'rejected', 'withdrawn', 'expired',
                      'archived'));
ALTER TABLE listings ADD COLUMN expires_at TIMESTAMPTZ;
-- What was public before has a year from then, and a quarter from now at least, so that its owner is told in time.
UPDATE listings
SET expires_at = GREATEST(published_at + INTERVAL '365 days', date_trunc('second', CURRENT_TIMESTAMP) + INTERVAL '90 days')
WHERE status = 'published' AND published_at IS NOT NULL;
CREATE INDEX listings_by_expiry ON listings (status, expires_at, id);

-- What owners were told about the end of a term: once for each number of days before it, 0 for the end itself.
CREATE TABLE listing_notices (
    listing_id UUID NOT NULL REFERENCES listings (id),
    expires_at TIMESTAMPTZ NOT NULL,
    days BIGINT NOT NULL CONSTRAINT listing_notices_days_check CHECK (days >= 0),
    sent_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT listing_notices_pkey PRIMARY KEY (listing_id, expires_at, days)
);

-- How often its owner said that a listing still holds since it was last approved, and when last (gia hạn tin).
CREATE TABLE listing_renewals (
    listing_id UUID NOT NULL CONSTRAINT listing_renewals_pkey PRIMARY KEY REFERENCES listings (id),
    count BIGINT NOT NULL,
    last_at TIMESTAMPTZ NOT NULL
);
