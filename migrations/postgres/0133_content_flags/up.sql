-- What a listing's content tells about itself (cờ nội dung), as src/domain/review/content_flags.rs judges it when it is
-- written, and the version of the row with which it was judged: where that is another, a program of before wrote since, and
-- what is kept tells nothing. Nothing of what was written before, which is read and judged as ever. Whether anything of an
-- enterprise's was ever published is one look into an index.
-- The order of the queue has it because SQLite, which judges it there, has it: both trees make the same schema. Here it is
-- looked at in the row, and what it spares is the sending of the rest.
ALTER TABLE listings ADD COLUMN content_flags SMALLINT;
ALTER TABLE listings ADD COLUMN flags_version BIGINT;
DROP INDEX listings_by_status;
CREATE INDEX listings_by_status
    ON listings (status, submitted_at, id, content_flags, flags_version, version, enterprise_id, kind, hold, trl);
CREATE INDEX listings_once_published ON listings (enterprise_id) WHERE published_at IS NOT NULL;
