-- What owners were told of their enterprise (thông báo), as the letters said it, which are emptied when they are sent.
CREATE TABLE notices (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    -- Of which the account was a member: whoever goes to another one leaves them behind.
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    kind TEXT NOT NULL,
    -- As of a letter, sealed with the master key.
    sealed_content BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX notices_by_account ON notices (account_id, enterprise_id, created_at, id);
CREATE INDEX notices_by_age ON notices (created_at);
