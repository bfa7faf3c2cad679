-- The answer to each create that carried an Idempotency-Key, written in the same transaction as what it made.
CREATE TABLE idempotency_keys (
    -- Whose key it is: 'account:<id>', or 'visitor' for what needs no sign-in.
    scope TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    -- SHA-256 of operation and body: the same key with another request is an error of the caller.
    fingerprint BYTEA NOT NULL,
    status SMALLINT NOT NULL,
    location TEXT NOT NULL,
    etag TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
