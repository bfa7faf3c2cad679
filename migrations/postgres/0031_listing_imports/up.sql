-- Listings that an enterprise sends in a file, and what becomes of each row (nhập tin từ tệp).
CREATE TABLE listing_imports (
    id UUID NOT NULL PRIMARY KEY,
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    -- Who sent it, and for whom the rows are loaded: an account, or a key of the enterprise's systems.
    actor_kind TEXT NOT NULL CONSTRAINT listing_imports_actor_kind_check CHECK (actor_kind IN ('member', 'key')),
    actor_id UUID NOT NULL,
    file_name TEXT NOT NULL,
    format TEXT NOT NULL CONSTRAINT listing_imports_format_check CHECK (format IN ('csv', 'jsonl')),
    is_dry_run BOOLEAN NOT NULL,
    -- The rows, one JSON document a line, in the file store.
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    -- The head of the table as it was written, and what is to be told of the file as a whole.
    head JSONB NOT NULL,
    notes JSONB NOT NULL,
    status TEXT NOT NULL CONSTRAINT listing_imports_status_check
        CHECK (status IN ('waiting', 'running', 'finished', 'cancelled', 'failed')),
    -- Why it failed: a code of the table of errors.
    fault TEXT,
    row_count BIGINT NOT NULL,
    rows_done BIGINT NOT NULL,
    created_count BIGINT NOT NULL,
    updated_count BIGINT NOT NULL,
    unchanged_count BIGINT NOT NULL,
    refused_count BIGINT NOT NULL,
    -- How often a worker took it without a row being done.
    attempts BIGINT NOT NULL,
    leased_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ
);
CREATE INDEX listing_imports_by_enterprise ON listing_imports (enterprise_id, created_at, id);
CREATE INDEX listing_imports_by_status ON listing_imports (status, created_at, id);
CREATE INDEX listing_imports_by_content ON listing_imports (sha256);

CREATE TABLE listing_import_rows (
    import_id UUID NOT NULL REFERENCES listing_imports (id),
    -- Its number in the file, from 1, the head included.
    number BIGINT NOT NULL,
    result TEXT NOT NULL CONSTRAINT listing_import_rows_result_check
        CHECK (result IN ('created', 'updated', 'unchanged', 'refused')),
    external_id TEXT COLLATE "C",
    listing_id UUID,
    -- What is wrong with it, or still missing before submission.
    problems JSONB NOT NULL,
    -- A refused row as it came, for the file of errors.
    raw TEXT,
    PRIMARY KEY (import_id, number)
);

-- What an enterprise calls its listings, so that a row of a file finds the listing that it is about.
CREATE TABLE listing_external_ids (
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    external_id TEXT COLLATE "C" NOT NULL,
    listing_id UUID NOT NULL CONSTRAINT listing_external_ids_listing_key UNIQUE REFERENCES listings (id),
    PRIMARY KEY (enterprise_id, external_id)
);
