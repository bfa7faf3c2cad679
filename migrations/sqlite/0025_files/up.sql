-- Pictures of listings. The bytes lie in the file store under their SHA-256; a row says whose they are.
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

CREATE TABLE file_thumbnails (
    file_id BLOB NOT NULL REFERENCES files (id),
    -- Pixels of the box that it fits into.
    edge INTEGER NOT NULL,
    media_type TEXT NOT NULL CONSTRAINT file_thumbnails_media_type_check
        CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp')),
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    PRIMARY KEY (file_id, edge)
) STRICT;
CREATE INDEX file_thumbnails_by_content ON file_thumbnails (sha256);
