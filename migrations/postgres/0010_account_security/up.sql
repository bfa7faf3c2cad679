-- When the owner proved to read the address; nothing but proving it is open before.
ALTER TABLE accounts ADD COLUMN email_verified_at TIMESTAMPTZ;
-- Counts the passwords, so that a link to set a new one dies with the password it was asked for.
ALTER TABLE accounts ADD COLUMN password_version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE accounts ADD COLUMN password_set_at TIMESTAMPTZ;
-- Language of letters: 'vi' or 'en'.
ALTER TABLE accounts ADD COLUMN language TEXT NOT NULL DEFAULT 'vi' CONSTRAINT accounts_language_check CHECK (language IN ('vi', 'en'));
-- Fields and communes to which an officer's rights are limited; empty lists limit nothing.
ALTER TABLE accounts ADD COLUMN scope JSONB NOT NULL DEFAULT '{"fields": [], "communes": []}';
-- The person asked that nothing but keeping be done with the data (hạn chế xử lý dữ liệu).
ALTER TABLE accounts ADD COLUMN restricted_at TIMESTAMPTZ;
-- The person's data were replaced by pseudonyms (đã xóa dữ liệu cá nhân).
ALTER TABLE accounts ADD COLUMN erased_at TIMESTAMPTZ;

-- Passwords that may not be used again; kept under the tcvn policy only.
CREATE TABLE old_passwords (
    account_id UUID NOT NULL REFERENCES accounts (id),
    version BIGINT NOT NULL,
    password_hash TEXT NOT NULL,
    replaced_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT old_passwords_pkey PRIMARY KEY (account_id, version)
);

CREATE TABLE second_factors (
    account_id UUID NOT NULL PRIMARY KEY REFERENCES accounts (id),
    -- TOTP secret (RFC 6238), sealed with the master key.
    sealed_secret BYTEA NOT NULL,
    -- Absent while the first code is still awaited.
    confirmed_at TIMESTAMPTZ,
    -- The last time step whose code was used: each works once.
    last_step BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE recovery_codes (
    account_id UUID NOT NULL REFERENCES accounts (id),
    position BIGINT NOT NULL,
    -- HMAC-SHA-256 under the master key; the codes have 80 bits.
    code_hash BYTEA NOT NULL,
    used_at TIMESTAMPTZ,
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (account_id, position)
);

-- An officer's lost second factor is removed by two other officers.
CREATE TABLE factor_resets (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    asked_by UUID NOT NULL REFERENCES accounts (id),
    asked_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    approved_by UUID REFERENCES accounts (id),
    approved_at TIMESTAMPTZ
);
CREATE INDEX factor_resets_by_account ON factor_resets (account_id, asked_at);

-- Wrong passwords in a row, by address (its HMAC, so that unknown addresses cost and tell nothing more than known ones).
CREATE TABLE sign_in_failures (
    subject BYTEA NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    blocked_until TIMESTAMPTZ
);
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);

ALTER TABLE sessions ADD COLUMN user_agent TEXT;
ALTER TABLE sessions ADD COLUMN ip TEXT;
-- When the person last showed a password or code: sensitive changes ask that it was minutes ago.
ALTER TABLE sessions ADD COLUMN authenticated_at TIMESTAMPTZ;
ALTER TABLE sessions ADD COLUMN ended_why TEXT;
