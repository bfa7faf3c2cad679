-- Keys with which an enterprise's own systems call (khóa API).
CREATE TABLE api_keys (
    id UUID NOT NULL PRIMARY KEY,
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    name TEXT NOT NULL,
    -- SHA-256 of the secret, which has 256 random bits.
    secret_hash BYTEA NOT NULL,
    scopes JSONB NOT NULL,
    created_by UUID NOT NULL REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    version BIGINT NOT NULL
);
CREATE INDEX api_keys_by_enterprise ON api_keys (enterprise_id, created_at, id);

-- Keys that sign access tokens; one is active, one stands ready, old ones are still believed.
CREATE TABLE signing_keys (
    kid TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    state TEXT NOT NULL CONSTRAINT signing_keys_state_check CHECK (state IN ('next', 'active', 'retired')),
    public_key BYTEA NOT NULL,
    -- PKCS#8, sealed with the master key.
    sealed_key BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    activated_at TIMESTAMPTZ,
    retired_at TIMESTAMPTZ
);
