-- Spellings of units and stop words are kept by officers, too (đơn vị đo, từ dừng).
CREATE TEMPORARY TABLE vocabulary_changes_kept AS SELECT * FROM vocabulary_changes;
DROP TABLE vocabulary_changes;
CREATE TABLE vocabulary_changes (
    -- Counts the changes of all entries: whoever knows the last one knows whether something changed.
    edition INTEGER NOT NULL PRIMARY KEY,
    -- The same in all versions of an entry.
    entry_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    -- None where a built-in group is switched off and nothing takes its place.
    relation TEXT CONSTRAINT vocabulary_changes_relation_check CHECK (relation IN ('equivalent', 'regional', 'loan', 'abbreviation', 'english', 'near', 'narrower', 'unit', 'stop')),
    members TEXT NOT NULL,
    -- Name of the built-in group.
    switches_off TEXT,
    source TEXT NOT NULL CONSTRAINT vocabulary_changes_source_check CHECK (source IN ('own', 'law', 'vsic', 'ipc', 'hs', 'trade')),
    weight INTEGER,
    note TEXT,
    -- Days, as ISO 8601 has them.
    valid_from TEXT,
    valid_to TEXT,
    is_withdrawn INTEGER NOT NULL CONSTRAINT vocabulary_changes_is_withdrawn_check CHECK (is_withdrawn IN (0, 1)),
    changed_by BLOB REFERENCES accounts (id),
    changed_at INTEGER NOT NULL,
    CONSTRAINT vocabulary_changes_version_key UNIQUE (entry_id, version)
) STRICT;
INSERT INTO vocabulary_changes SELECT * FROM vocabulary_changes_kept;
DROP TABLE vocabulary_changes_kept;
