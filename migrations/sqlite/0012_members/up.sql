CREATE TABLE invitations (
    id BLOB NOT NULL PRIMARY KEY,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    role TEXT NOT NULL CONSTRAINT invitations_role_check CHECK (role IN ('owner', 'editor', 'viewer')),
    state TEXT NOT NULL CONSTRAINT invitations_state_check
        CHECK (state IN ('pending', 'accepted', 'declined', 'revoked')),
    invited_by BLOB NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    decided_at INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX invitations_by_enterprise ON invitations (enterprise_id, created_at, id);
CREATE UNIQUE INDEX invitations_pending_key ON invitations (enterprise_id, email_key) WHERE state = 'pending';

CREATE TABLE join_requests (
    id BLOB NOT NULL PRIMARY KEY,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    message TEXT,
    state TEXT NOT NULL CONSTRAINT join_requests_state_check
        CHECK (state IN ('pending', 'approved', 'rejected', 'withdrawn')),
    role TEXT CONSTRAINT join_requests_role_check CHECK (role IN ('owner', 'editor', 'viewer')),
    decided_by BLOB REFERENCES accounts (id),
    decided_at INTEGER,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX join_requests_by_enterprise ON join_requests (enterprise_id, state, created_at, id);
CREATE UNIQUE INDEX join_requests_pending_key ON join_requests (account_id) WHERE state = 'pending';
