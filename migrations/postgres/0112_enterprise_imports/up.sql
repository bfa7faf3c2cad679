-- Enterprises that an officer sends in a file, and what becomes of each row (nhập doanh nghiệp từ tệp).
CREATE TABLE enterprise_imports (
    id UUID NOT NULL PRIMARY KEY,
    -- The officer who sent it, in whose name and with whose rights the rows are loaded.
    officer_id UUID NOT NULL REFERENCES accounts (id),
    file_name TEXT NOT NULL,
    format TEXT NOT NULL CONSTRAINT enterprise_imports_format_check CHECK (format IN ('csv', 'jsonl', 'xlsx')),
    is_dry_run BOOLEAN NOT NULL,
    -- The rows, one JSON document a line, in the file store.
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    -- The head of the table as it was written, and what is to be told of the file as a whole.
    head JSONB NOT NULL,
    notes JSONB NOT NULL,
    status TEXT NOT NULL CONSTRAINT enterprise_imports_status_check
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
CREATE INDEX enterprise_imports_by_time ON enterprise_imports (created_at, id);
CREATE INDEX enterprise_imports_by_status ON enterprise_imports (status, created_at, id);
CREATE INDEX enterprise_imports_by_content ON enterprise_imports (sha256);

CREATE TABLE enterprise_import_rows (
    import_id UUID NOT NULL REFERENCES enterprise_imports (id),
    -- Its number in the file, from 1, the head included.
    number BIGINT NOT NULL,
    result TEXT NOT NULL CONSTRAINT enterprise_import_rows_result_check
        CHECK (result IN ('created', 'updated', 'unchanged', 'refused')),
    -- The number by which the enterprise is known, as enterprises keep it.
    identity TEXT,
    enterprise_id UUID,
    -- What is wrong with it, or to be told of it.
    problems JSONB NOT NULL,
    -- A refused row as it came, for the file of errors.
    raw TEXT,
    PRIMARY KEY (import_id, number)
);

-- Enterprises that came of an import, and the version in which the last one left them: while it is theirs, nobody else has
-- touched them.
CREATE TABLE enterprise_origins (
    enterprise_id UUID NOT NULL PRIMARY KEY REFERENCES enterprises (id),
    version BIGINT NOT NULL,
    imported_at TIMESTAMPTZ NOT NULL
);
