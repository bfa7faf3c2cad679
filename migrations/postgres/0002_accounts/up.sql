CREATE TABLE accounts (
    id UUID NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL CONSTRAINT accounts_email_key_key UNIQUE,
    display_name TEXT NOT NULL,
    -- PHC string of argon2id.
    password_hash TEXT NOT NULL,
    -- Set while the password is a one-time one: it opens nothing but its own replacement, and only until then.
    one_time_until TIMESTAMPTZ,
    status TEXT NOT NULL CONSTRAINT accounts_status_check CHECK (status IN ('active', 'disabled')),
    is_officer BOOLEAN NOT NULL,
    permissions JSONB NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE memberships (
    account_id UUID NOT NULL PRIMARY KEY REFERENCES accounts (id),
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    role TEXT NOT NULL CONSTRAINT memberships_role_check CHECK (role IN ('owner', 'editor', 'viewer')),
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX memberships_by_enterprise ON memberships (enterprise_id);

CREATE TABLE sessions (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    -- Key from which the refresh tokens of this session are computed; see service/tokens.rs.
    refresh_key BYTEA NOT NULL,
    refresh_counter BIGINT NOT NULL,
    rotated_at TIMESTAMPTZ NOT NULL,
    idle_until TIMESTAMPTZ NOT NULL,
    absolute_until TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (absolute_until);
