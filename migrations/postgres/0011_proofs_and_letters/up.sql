-- Secrets that were sent by mail: whoever brings one back has proved to read the address. Each is good once.
CREATE TABLE proofs (
    id UUID NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL CONSTRAINT proofs_purpose_check CHECK (purpose IN (
        'registration', 'account', 'password_reset', 'email_verification', 'email_change_old', 'email_change_new', 'invitation'
    )),
    -- SHA-256 of the secret.
    secret_hash BYTEA NOT NULL,
    account_id UUID REFERENCES accounts (id),
    email_key TEXT COLLATE "C" NOT NULL,
    -- The password that was in force when it was asked for.
    password_version BIGINT,
    -- What is to be done, sealed with the master key.
    sealed_payload BYTEA,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX proofs_by_email ON proofs (email_key, purpose, created_at);
CREATE INDEX proofs_by_account ON proofs (account_id, purpose);
CREATE INDEX proofs_by_end ON proofs (expires_at);

-- Letters to be sent, written in the unit of work of what they tell of (hàng đợi thư).
CREATE TABLE letters (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    language TEXT NOT NULL CONSTRAINT letters_language_check CHECK (language IN ('vi', 'en')),
    account_id UUID,
    -- Address and values, which may hold secrets: sealed with the master key, emptied when it was sent.
    sealed_content BYTEA NOT NULL,
    state TEXT NOT NULL CONSTRAINT letters_state_check CHECK (state IN ('waiting', 'sent', 'dead')),
    attempts BIGINT NOT NULL,
    next_try_at TIMESTAMPTZ NOT NULL,
    leased_until TIMESTAMPTZ,
    last_error TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ
);
CREATE INDEX letters_by_state ON letters (state, next_try_at, id);
