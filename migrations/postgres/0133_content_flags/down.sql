DROP INDEX listings_once_published;
DROP INDEX listings_by_status;
CREATE INDEX listings_by_status ON listings (status, submitted_at, id);
ALTER TABLE listings DROP COLUMN flags_version;
ALTER TABLE listings DROP COLUMN content_flags;
