DROP TABLE listing_renewals;
DROP TABLE listing_notices;
DROP INDEX listings_by_expiry;
ALTER TABLE listings DROP COLUMN expires_at;
UPDATE listings SET status = CASE WHEN status NOT IN ('expired', 'archived') THEN status WHEN code IS NULL THEN 'draft' ELSE 'withdrawn' END
WHERE status IN ('expired', 'archived');
ALTER TABLE listings DROP CONSTRAINT listings_status_check;
ALTER TABLE listings ADD CONSTRAINT listings_status_check
    CHECK (status IN ('draft', 'submitted', 'published', 'changes_requested', 'rejected', 'withdrawn'));
