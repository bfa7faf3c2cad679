-- The states of a listing's whole life. A column's check cannot be changed here, so the column is made anew.
DROP INDEX listings_by_status;
DROP INDEX listings_by_status_and_id;
ALTER TABLE listings ADD COLUMN new_status TEXT NOT NULL DEFAULT 'draft' CONSTRAINT listings_status_check
    CHECK (new_status IN ('draft', 'submitted', 'published', 'changes_requested', 'rejected', 'withdrawn', 'expired',
                          'archived'));
UPDATE listings SET new_status = status;
ALTER TABLE listings DROP COLUMN status;
ALTER TABLE listings RENAME COLUMN new_status TO status;
CREATE INDEX listings_by_status ON listings (status, submitted_at, id);
CREATE INDEX listings_by_status_and_id ON listings (status, id);

-- Until when a listing is public (thời hạn tin).
ALTER TABLE listings ADD COLUMN expires_at INTEGER;
-- What was public before has a year from then, and a quarter from now at least, so that its owner is told in time.
UPDATE listings
SET expires_at = MAX(published_at + 31536000000000, CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + 7776000000000)
WHERE status = 'published' AND published_at IS NOT NULL;
CREATE INDEX listings_by_expiry ON listings (status, expires_at, id);

-- What owners were told about the end of a term: once for each number of days before it, 0 for the end itself.
CREATE TABLE listing_notices (
    listing_id BLOB NOT NULL REFERENCES listings (id),
    expires_at INTEGER NOT NULL,
    days INTEGER NOT NULL CONSTRAINT listing_notices_days_check CHECK (days >= 0),
    sent_at INTEGER NOT NULL,
    CONSTRAINT listing_notices_pkey PRIMARY KEY (listing_id, expires_at, days)
) STRICT;

-- How often its owner said that a listing still holds since it was last approved, and when last (gia hạn tin).
CREATE TABLE listing_renewals (
    listing_id BLOB NOT NULL CONSTRAINT listing_renewals_pkey PRIMARY KEY REFERENCES listings (id),
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;
