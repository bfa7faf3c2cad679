-- What was asked by an address that may have an account or not: kept as it came, and decided a moment later in the
-- background, so that whoever asks cannot tell from the time of the answer.
CREATE TABLE asks (
    id BLOB NOT NULL PRIMARY KEY,
    -- What is asked and from where, sealed with the master key. The row goes when it was decided.
    sealed_content BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Devices that somebody signed in with: the owner gets in with one while strangers guess at the address.
CREATE TABLE devices (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    -- SHA-256 of the secret, which is another one after each sign-in.
    secret_hash BLOB NOT NULL,
    -- Tries while the address rested, since the last sign-in.
    tries INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX devices_by_account ON devices (account_id, used_at);
CREATE INDEX devices_by_end ON devices (expires_at);
