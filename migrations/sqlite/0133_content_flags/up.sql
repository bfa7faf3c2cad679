-- What a listing's content tells about itself (cờ nội dung), as src/domain/review/content_flags.rs judges it when it is
-- written, and the version of the row with which it was judged: where that is another, a program of before wrote since, and
-- what is kept tells nothing. Nothing of what was written before, which is read and judged as ever. Whether anything of an
-- enterprise's was ever published is one look into an index.
-- With all of it in the order of the queue, what has not what an officer looks for is passed over without its row being
-- read.
ALTER TABLE listings ADD COLUMN content_flags INTEGER;
ALTER TABLE listings ADD COLUMN flags_version INTEGER;
DROP INDEX listings_by_status;
CREATE INDEX listings_by_status
    ON listings (status, submitted_at, id, content_flags, flags_version, version, enterprise_id, kind, hold, trl);
CREATE INDEX listings_once_published ON listings (enterprise_id) WHERE published_at IS NOT NULL;
