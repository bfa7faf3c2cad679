-- What officers changed in the reference lists, every version kept for ever (lịch sử danh mục). What is compiled in is not
-- here.
CREATE TABLE reference_changes (
    -- Counts the changes of all lists: whoever knows the last one knows whether something changed.
    edition INTEGER NOT NULL PRIMARY KEY,
    -- The same in all versions of an entry.
    entry_id BLOB NOT NULL,
    list TEXT NOT NULL,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    parent TEXT,
    name_vi TEXT NOT NULL,
    name_en TEXT,
    -- Days, as ISO 8601 has them.
    valid_from TEXT,
    valid_to TEXT,
    successors TEXT NOT NULL,
    changed_by BLOB REFERENCES accounts (id),
    changed_at INTEGER NOT NULL,
    CONSTRAINT reference_changes_version_key UNIQUE (list, code, version)
) STRICT;
