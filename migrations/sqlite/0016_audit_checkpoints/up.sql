-- Signed statements about how far the audit trail goes and what is in it: see docs/audit.md.
CREATE TABLE audit_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    public_key BLOB NOT NULL,
    -- PKCS#8, sealed with the master key.
    sealed_key BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit_checkpoints (
    -- Counted by the program: of two nodes that make the same one at once, only one can keep it.
    seq INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    -- Rows of all lanes.
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    -- The whole of it as signed.
    note TEXT NOT NULL
) STRICT;

-- What is needed to go on from the last checkpoint without reading the rows before it. Derived, and checked against the
-- checkpoint before it is used.
CREATE TABLE audit_frontiers (
    lane INTEGER NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    last_hash BLOB NOT NULL,
    -- Roots of the complete subtrees, the largest first.
    nodes BLOB NOT NULL
) STRICT;

CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints
BEGIN
    SELECT RAISE(ABORT, 'audit_checkpoints is append-only');
END;
CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints
BEGIN
    SELECT RAISE(ABORT, 'audit_checkpoints is append-only');
END;
