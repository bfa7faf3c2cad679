-- What only a revision has becomes nobody's: the collector takes the bytes.
DELETE FROM file_thumbnails WHERE file_id IN (SELECT id FROM files WHERE revision_id IS NOT NULL);
DELETE FROM files WHERE revision_id IS NOT NULL;
DROP INDEX files_revision_id_idx;
ALTER TABLE files DROP COLUMN revision_id;
ALTER TABLE listing_revisions DROP COLUMN media;
