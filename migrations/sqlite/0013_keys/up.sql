-- Keys with which an enterprise's own systems call (khóa API).
CREATE TABLE api_keys (
    id BLOB NOT NULL PRIMARY KEY,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    name TEXT NOT NULL,
    -- SHA-256 of the secret, which has 256 random bits.
    secret_hash BLOB NOT NULL,
    scopes TEXT NOT NULL,
    created_by BLOB NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX api_keys_by_enterprise ON api_keys (enterprise_id, created_at, id);

-- Keys that sign access tokens; one is active, one stands ready, old ones are still believed.
CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL CONSTRAINT signing_keys_state_check CHECK (state IN ('next', 'active', 'retired')),
    public_key BLOB NOT NULL,
    -- PKCS#8, sealed with the master key.
    sealed_key BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    activated_at INTEGER,
    retired_at INTEGER
) STRICT;
