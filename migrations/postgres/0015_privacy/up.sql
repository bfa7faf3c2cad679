-- Operating rules, privacy notices and the like, each version kept for ever (quy chế hoạt động, thông báo xử lý dữ liệu).
CREATE TABLE policy_documents (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT policy_documents_kind_check
        CHECK (kind IN ('operating_rules', 'privacy_notice', 'consent_text')),
    -- The purpose that a consent text asks for.
    purpose TEXT,
    number BIGINT NOT NULL,
    title_vi TEXT NOT NULL,
    title_en TEXT,
    body_vi TEXT NOT NULL,
    body_en TEXT,
    text_hash BYTEA NOT NULL,
    effective_from TIMESTAMPTZ NOT NULL,
    published_by UUID REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX policy_documents_by_kind ON policy_documents (kind, purpose, effective_from, id);

CREATE TABLE policy_acceptances (
    account_id UUID NOT NULL REFERENCES accounts (id),
    document_id UUID NOT NULL REFERENCES policy_documents (id),
    accepted_at TIMESTAMPTZ NOT NULL,
    ip TEXT,
    user_agent TEXT,
    CONSTRAINT policy_acceptances_pkey PRIMARY KEY (account_id, document_id)
);

-- Consent for one purpose under one text, given and withdrawn (đồng ý theo từng mục đích).
CREATE TABLE consents (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    purpose TEXT NOT NULL,
    document_id UUID NOT NULL REFERENCES policy_documents (id),
    channel TEXT NOT NULL,
    given_at TIMESTAMPTZ NOT NULL,
    ip TEXT,
    user_agent TEXT,
    withdrawn_at TIMESTAMPTZ
);
CREATE INDEX consents_by_account ON consents (account_id, purpose, given_at);

-- What a person asked about his or her data, with the legal terms (sổ theo dõi yêu cầu của chủ thể dữ liệu).
CREATE TABLE data_requests (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL CONSTRAINT data_requests_kind_check
        CHECK (kind IN ('access', 'rectify', 'erase', 'restrict', 'object', 'withdraw')),
    state TEXT NOT NULL CONSTRAINT data_requests_state_check
        CHECK (state IN ('received', 'acknowledged', 'fulfilled', 'refused', 'withdrawn')),
    details TEXT,
    received_at TIMESTAMPTZ NOT NULL,
    acknowledge_by TIMESTAMPTZ NOT NULL,
    fulfil_by TIMESTAMPTZ NOT NULL,
    extended_at TIMESTAMPTZ,
    acknowledged_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    handled_by UUID REFERENCES accounts (id),
    answer TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX data_requests_by_state ON data_requests (state, fulfil_by, id);
CREATE INDEX data_requests_by_account ON data_requests (account_id, received_at, id);
