-- Signed statements about how far the audit trail goes and what is in it: see docs/audit.md.
CREATE TABLE audit_keys (
    kid TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    public_key BYTEA NOT NULL,
    -- PKCS#8, sealed with the master key.
    sealed_key BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE audit_checkpoints (
    -- Counted by the program: of two nodes that make the same one at once, only one can keep it.
    seq BIGINT NOT NULL PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    -- Rows of all lanes.
    size BIGINT NOT NULL,
    root BYTEA NOT NULL,
    -- The whole of it as signed.
    note TEXT NOT NULL
);

-- What is needed to go on from the last checkpoint without reading the rows before it. Derived, and checked against the
-- checkpoint before it is used.
CREATE TABLE audit_frontiers (
    lane BIGINT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    last_hash BYTEA NOT NULL,
    -- Roots of the complete subtrees, the largest first.
    nodes BYTEA NOT NULL
);

CREATE FUNCTION audit_checkpoints_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_checkpoints is append-only';
END
$$;
CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE ON audit_checkpoints
    FOR EACH ROW EXECUTE FUNCTION audit_checkpoints_refuse();
CREATE TRIGGER audit_checkpoints_no_truncate BEFORE TRUNCATE ON audit_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION audit_checkpoints_refuse();
