-- Documents beside pictures (tài liệu kèm theo tin), and what a file is for and is called.
--
-- SQLite cannot change a check, so the table is made anew under its own name. What refers to it is looked at when the
-- transaction is committed, and finds the same rows again. A program of before does not read the rows of the new types.
PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE files_kept AS SELECT * FROM files;
DROP TABLE files;
CREATE TABLE files (
    id BLOB NOT NULL PRIMARY KEY,
    -- The listing that it belongs to; none when it is the enterprise's own.
    listing_id BLOB REFERENCES listings (id),
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    -- What the sender called it; told to insiders, and never the name of anything.
    name TEXT NOT NULL,
    media_type TEXT NOT NULL CONSTRAINT files_media_type_check
        CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp', 'application/pdf',
                              'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
                              'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
                              'application/vnd.openxmlformats-officedocument.presentationml.presentation')),
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    -- Of pictures.
    width INTEGER,
    height INTEGER,
    position INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    -- Of PDF.
    pages INTEGER,
    -- What it is for, and what its owner says of it. Which kinds there are, is the program's to know.
    kind TEXT NOT NULL DEFAULT 'picture',
    title_vi TEXT,
    title_en TEXT
) STRICT;
CREATE INDEX files_by_listing ON files (listing_id, position);
CREATE INDEX files_by_enterprise ON files (enterprise_id);
CREATE INDEX files_by_content ON files (sha256);
INSERT INTO files (id, listing_id, enterprise_id, name, media_type, sha256, size, width, height, position, created_at)
SELECT id, listing_id, enterprise_id, name, media_type, sha256, size, width, height, position, created_at
FROM files_kept;
DROP TABLE files_kept;
