-- Pictures of listings. The bytes lie in the file store under their SHA-256; a row says whose they are.
CREATE TABLE files (
    id UUID NOT NULL PRIMARY KEY,
    listing_id UUID NOT NULL REFERENCES listings (id),
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    -- What the sender called it; told to insiders, and never the name of anything.
    name TEXT NOT NULL,
    media_type TEXT NOT NULL CONSTRAINT files_media_type_check
        CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp')),
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    position BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX files_by_listing ON files (listing_id, position);
CREATE INDEX files_by_enterprise ON files (enterprise_id);
CREATE INDEX files_by_content ON files (sha256);

CREATE TABLE file_thumbnails (
    file_id UUID NOT NULL REFERENCES files (id),
    -- Pixels of the box that it fits into.
    edge BIGINT NOT NULL,
    media_type TEXT NOT NULL CONSTRAINT file_thumbnails_media_type_check
        CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp')),
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    PRIMARY KEY (file_id, edge)
);
CREATE INDEX file_thumbnails_by_content ON file_thumbnails (sha256);
