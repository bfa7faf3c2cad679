-- Enterprises that an officer sends in a file, and what becomes of each row (nhập doanh nghiệp từ tệp).
CREATE TABLE enterprise_imports (
    id BLOB NOT NULL PRIMARY KEY,
    -- The officer who sent it, in whose name and with whose rights the rows are loaded.
    officer_id BLOB NOT NULL REFERENCES accounts (id),
    file_name TEXT NOT NULL,
    format TEXT NOT NULL CONSTRAINT enterprise_imports_format_check CHECK (format IN ('csv', 'jsonl', 'xlsx')),
    is_dry_run INTEGER NOT NULL CONSTRAINT enterprise_imports_is_dry_run_check CHECK (is_dry_run IN (0, 1)),
    -- The rows, one JSON document a line, in the file store.
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    -- The head of the table as it was written, and what is to be told of the file as a whole.
    head TEXT NOT NULL,
    notes TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT enterprise_imports_status_check
        CHECK (status IN ('waiting', 'running', 'finished', 'cancelled', 'failed')),
    -- Why it failed: a code of the table of errors.
    fault TEXT,
    row_count INTEGER NOT NULL,
    rows_done INTEGER NOT NULL,
    created_count INTEGER NOT NULL,
    updated_count INTEGER NOT NULL,
    unchanged_count INTEGER NOT NULL,
    refused_count INTEGER NOT NULL,
    -- How often a worker took it without a row being done.
    attempts INTEGER NOT NULL,
    leased_until INTEGER,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER
) STRICT;
CREATE INDEX enterprise_imports_by_time ON enterprise_imports (created_at, id);
CREATE INDEX enterprise_imports_by_status ON enterprise_imports (status, created_at, id);
CREATE INDEX enterprise_imports_by_content ON enterprise_imports (sha256);

CREATE TABLE enterprise_import_rows (
    import_id BLOB NOT NULL REFERENCES enterprise_imports (id),
    -- Its number in the file, from 1, the head included.
    number INTEGER NOT NULL,
    result TEXT NOT NULL CONSTRAINT enterprise_import_rows_result_check
        CHECK (result IN ('created', 'updated', 'unchanged', 'refused')),
    -- The number by which the enterprise is known, as enterprises keep it.
    identity TEXT,
    enterprise_id BLOB,
    -- What is wrong with it, or to be told of it.
    problems TEXT NOT NULL,
    -- A refused row as it came, for the file of errors.
    raw TEXT,
    PRIMARY KEY (import_id, number)
) STRICT;

-- Enterprises that came of an import, and the version in which the last one left them: while it is theirs, nobody else has
-- touched them.
CREATE TABLE enterprise_origins (
    enterprise_id BLOB NOT NULL PRIMARY KEY REFERENCES enterprises (id),
    version INTEGER NOT NULL,
    imported_at INTEGER NOT NULL
) STRICT;
