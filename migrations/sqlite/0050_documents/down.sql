PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE files_kept AS
SELECT * FROM files WHERE listing_id IS NOT NULL AND media_type IN ('image/jpeg', 'image/png', 'image/webp');
DELETE FROM file_thumbnails WHERE file_id NOT IN (SELECT id FROM files_kept);
DROP TABLE files;
CREATE TABLE files (
    id BLOB NOT NULL PRIMARY KEY,
    listing_id BLOB NOT NULL REFERENCES listings (id),
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    -- What the sender called it; told to insiders, and never the name of anything.
    name TEXT NOT NULL,
    media_type TEXT NOT NULL CONSTRAINT files_media_type_check
        CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp')),
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    position INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX files_by_listing ON files (listing_id, position);
CREATE INDEX files_by_enterprise ON files (enterprise_id);
CREATE INDEX files_by_content ON files (sha256);
INSERT INTO files (id, listing_id, enterprise_id, name, media_type, sha256, size, width, height, position, created_at)
SELECT id, listing_id, enterprise_id, name, media_type, sha256, size, width, height, position, created_at
FROM files_kept;
DROP TABLE files_kept;
