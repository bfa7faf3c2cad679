-- Contents that the collector is taking out of the file store, by their SHA-256: announced before, ended after. Whoever adds
-- a row looks here whether what was put may be taken. Rows go after an hour.
CREATE TABLE content_removals (
    sha256 BLOB PRIMARY KEY NOT NULL CONSTRAINT content_removals_sha256_check CHECK (length(sha256) = 32),
    marked_at INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;
