DROP TABLE listing_renewals;
DROP TABLE listing_notices;
DROP INDEX listings_by_expiry;
ALTER TABLE listings DROP COLUMN expires_at;
DROP INDEX listings_by_status;
DROP INDEX listings_by_status_and_id;
ALTER TABLE listings DROP CONSTRAINT listings_status_check;
ALTER TABLE listings ADD COLUMN old_status TEXT NOT NULL DEFAULT 'draft' CONSTRAINT listings_status_check
    CHECK (old_status IN ('draft', 'submitted', 'published', 'changes_requested', 'rejected', 'withdrawn'));
UPDATE listings
SET old_status = CASE WHEN status NOT IN ('expired', 'archived') THEN status WHEN code IS NULL THEN 'draft' ELSE 'withdrawn' END;
ALTER TABLE listings DROP COLUMN status;
ALTER TABLE listings RENAME COLUMN old_status TO status;
CREATE INDEX listings_by_status ON listings (status, submitted_at, id);
CREATE INDEX listings_by_status_and_id ON listings (status, id);
