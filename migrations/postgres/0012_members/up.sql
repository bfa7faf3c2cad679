CREATE TABLE invitations (
    id UUID NOT NULL PRIMARY KEY,
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    email TEXT NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL,
    role TEXT NOT NULL CONSTRAINT invitations_role_check CHECK (role IN ('owner', 'editor', 'viewer')),
    state TEXT NOT NULL CONSTRAINT invitations_state_check
        CHECK (state IN ('pending', 'accepted', 'declined', 'revoked')),
    invited_by UUID NOT NULL REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ,
    version BIGINT NOT NULL
);
CREATE INDEX invitations_by_enterprise ON invitations (enterprise_id, created_at, id);
CREATE UNIQUE INDEX invitations_pending_key ON invitations (enterprise_id, email_key) WHERE state = 'pending';

CREATE TABLE join_requests (
    id UUID NOT NULL PRIMARY KEY,
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    message TEXT,
    state TEXT NOT NULL CONSTRAINT join_requests_state_check
        CHECK (state IN ('pending', 'approved', 'rejected', 'withdrawn')),
    role TEXT CONSTRAINT join_requests_role_check CHECK (role IN ('owner', 'editor', 'viewer')),
    decided_by UUID REFERENCES accounts (id),
    decided_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX join_requests_by_enterprise ON join_requests (enterprise_id, state, created_at, id);
CREATE UNIQUE INDEX join_requests_pending_key ON join_requests (account_id) WHERE state = 'pending';
