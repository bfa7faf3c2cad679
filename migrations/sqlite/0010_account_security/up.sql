-- When the owner proved to read the address; nothing but proving it is open before.
ALTER TABLE accounts ADD COLUMN email_verified_at INTEGER;
-- Counts the passwords, so that a link to set a new one dies with the password it was asked for.
ALTER TABLE accounts ADD COLUMN password_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE accounts ADD COLUMN password_set_at INTEGER;
-- Language of letters: 'vi' or 'en'.
ALTER TABLE accounts ADD COLUMN language TEXT NOT NULL DEFAULT 'vi' CONSTRAINT accounts_language_check CHECK (language IN ('vi', 'en'));
-- Fields and communes to which an officer's rights are limited; empty lists limit nothing.
ALTER TABLE accounts ADD COLUMN scope TEXT NOT NULL DEFAULT '{"fields": [], "communes": []}';
-- The person asked that nothing but keeping be done with the data (hạn chế xử lý dữ liệu).
ALTER TABLE accounts ADD COLUMN restricted_at INTEGER;
-- The person's data were replaced by pseudonyms (đã xóa dữ liệu cá nhân).
ALTER TABLE accounts ADD COLUMN erased_at INTEGER;

-- Passwords that may not be used again; kept under the tcvn policy only.
CREATE TABLE old_passwords (
    account_id BLOB NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    replaced_at INTEGER NOT NULL,
    CONSTRAINT old_passwords_pkey PRIMARY KEY (account_id, version)
) STRICT;

CREATE TABLE second_factors (
    account_id BLOB NOT NULL PRIMARY KEY REFERENCES accounts (id),
    -- TOTP secret (RFC 6238), sealed with the master key.
    sealed_secret BLOB NOT NULL,
    -- Absent while the first code is still awaited.
    confirmed_at INTEGER,
    -- The last time step whose code was used: each works once.
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_codes (
    account_id BLOB NOT NULL REFERENCES accounts (id),
    position INTEGER NOT NULL,
    -- HMAC-SHA-256 under the master key; the codes have 80 bits.
    code_hash BLOB NOT NULL,
    used_at INTEGER,
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (account_id, position)
) STRICT;

-- An officer's lost second factor is removed by two other officers.
CREATE TABLE factor_resets (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    asked_by BLOB NOT NULL REFERENCES accounts (id),
    asked_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    approved_by BLOB REFERENCES accounts (id),
    approved_at INTEGER
) STRICT;
CREATE INDEX factor_resets_by_account ON factor_resets (account_id, asked_at);

-- Wrong passwords in a row, by address (its HMAC, so that unknown addresses cost and tell nothing more than known ones).
CREATE TABLE sign_in_failures (
    subject BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    blocked_until INTEGER
) STRICT;
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);

ALTER TABLE sessions ADD COLUMN user_agent TEXT;
ALTER TABLE sessions ADD COLUMN ip TEXT;
-- When the person last showed a password or code: sensitive changes ask that it was minutes ago.
ALTER TABLE sessions ADD COLUMN authenticated_at INTEGER;
ALTER TABLE sessions ADD COLUMN ended_why TEXT;
