CREATE TABLE accounts (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL CONSTRAINT accounts_email_key_key UNIQUE,
    display_name TEXT NOT NULL,
    -- PHC string of argon2id.
    password_hash TEXT NOT NULL,
    -- Set while the password is a one-time one: it opens nothing but its own replacement, and only until then.
    one_time_until INTEGER,
    status TEXT NOT NULL CONSTRAINT accounts_status_check CHECK (status IN ('active', 'disabled')),
    is_officer INTEGER NOT NULL CONSTRAINT accounts_is_officer_check CHECK (is_officer IN (0, 1)),
    permissions TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships (
    account_id BLOB NOT NULL PRIMARY KEY REFERENCES accounts (id),
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    role TEXT NOT NULL CONSTRAINT memberships_role_check CHECK (role IN ('owner', 'editor', 'viewer')),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX memberships_by_enterprise ON memberships (enterprise_id);

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    -- Key from which the refresh tokens of this session are computed; see service/tokens.rs.
    refresh_key BLOB NOT NULL,
    refresh_counter INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL,
    idle_until INTEGER NOT NULL,
    absolute_until INTEGER NOT NULL,
    ended_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (absolute_until);
