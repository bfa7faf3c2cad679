-- Files and videos of a listing are changed by its revision, too (tệp và video trong bản sửa đổi): what the listing is to
-- have of them, in full and in order. None as long as the revision leaves them as they are.
ALTER TABLE listing_revisions ADD COLUMN media TEXT;
-- A file that only a revision has, so no listing yet: a program of before, which knows none, finds it nowhere.
ALTER TABLE files ADD COLUMN revision_id BLOB CONSTRAINT files_revision_id_fkey REFERENCES listing_revisions (id);
CREATE INDEX files_revision_id_idx ON files (revision_id) WHERE revision_id IS NOT NULL;
