-- The lines that an import refused, written in the transaction that counts them: an import that goes on after it was
-- killed tells those of before too. The program bounds how many a run keeps.
CREATE TABLE import_refusals (
    run_id BLOB NOT NULL REFERENCES import_runs (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (run_id, line)
) STRICT;
