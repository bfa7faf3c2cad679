-- How far each import has come; advanced in the transaction of the lines it counts, so that a killed import goes on
-- exactly where it was acknowledged.
CREATE TABLE import_runs (
    id BLOB NOT NULL PRIMARY KEY,
    -- SHA-256 of the file and of the options that change what it means.
    fingerprint BLOB NOT NULL CONSTRAINT import_runs_fingerprint_key UNIQUE,
    file_name TEXT NOT NULL,
    lines_done INTEGER NOT NULL,
    created_count INTEGER NOT NULL,
    updated_count INTEGER NOT NULL,
    unchanged_count INTEGER NOT NULL,
    failed_count INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
