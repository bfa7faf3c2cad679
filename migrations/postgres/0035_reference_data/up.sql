-- What officers changed in the reference lists, every version kept for ever (lịch sử danh mục). What is compiled in is not
-- here.
CREATE TABLE reference_changes (
    -- Counts the changes of all lists: whoever knows the last one knows whether something changed.
    edition BIGINT NOT NULL PRIMARY KEY,
    -- The same in all versions of an entry.
    entry_id UUID NOT NULL,
    list TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    parent TEXT,
    name_vi TEXT NOT NULL,
    name_en TEXT,
    -- Days, as ISO 8601 has them.
    valid_from TEXT,
    valid_to TEXT,
    successors JSONB NOT NULL,
    changed_by UUID REFERENCES accounts (id),
    changed_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT reference_changes_version_key UNIQUE (list, code, version)
);
