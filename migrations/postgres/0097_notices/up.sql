-- What owners were told of their enterprise (thông báo), as the letters said it, which are emptied when they are sent.
CREATE TABLE notices (
    id UUID NOT NULL,
    account_id UUID NOT NULL REFERENCES accounts (id),
    -- Of which the account was a member: whoever goes to another one leaves them behind.
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    kind TEXT NOT NULL,
    -- As of a letter, sealed with the master key.
    sealed_content BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT notices_pkey PRIMARY KEY (id)
);
CREATE INDEX notices_by_account ON notices (account_id, enterprise_id, created_at, id);
CREATE INDEX notices_by_age ON notices (created_at);
