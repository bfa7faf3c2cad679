-- How far each import has come; advanced in the transaction of the lines it counts, so that a killed import goes on
-- exactly where it was acknowledged.
CREATE TABLE import_runs (
    id UUID NOT NULL PRIMARY KEY,
    -- SHA-256 of the file and of the options that change what it means.
    fingerprint BYTEA NOT NULL CONSTRAINT import_runs_fingerprint_key UNIQUE,
    file_name TEXT NOT NULL,
    lines_done BIGINT NOT NULL,
    created_count BIGINT NOT NULL,
    updated_count BIGINT NOT NULL,
    unchanged_count BIGINT NOT NULL,
    failed_count BIGINT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);
