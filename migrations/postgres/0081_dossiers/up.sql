-- Dossiers of procedures (hồ sơ thủ tục). What each says and where it stands are documents that only the program reads.
CREATE TABLE dossiers (
    id UUID NOT NULL PRIMARY KEY,
    procedure TEXT COLLATE "C" NOT NULL,
    -- Version of the rule set, fixed when the dossier is handed in.
    rule_version BIGINT,
    enterprise_id UUID REFERENCES enterprises (id),
    counterparty_id UUID REFERENCES enterprises (id),
    is_paper BOOLEAN NOT NULL,
    number TEXT COLLATE "C" CONSTRAINT dossiers_number_key UNIQUE,
    follows_id UUID REFERENCES dossiers (id),
    content JSONB NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    standing JSONB NOT NULL,
    -- Where the filer is and in which fields the technology is, for officers whose rights are limited.
    commune_code TEXT COLLATE "C" NOT NULL,
    handler_id UUID REFERENCES accounts (id),
    handed_in_at TIMESTAMPTZ,
    due_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    created_by UUID REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX dossiers_enterprise ON dossiers (enterprise_id, created_at, id);
CREATE INDEX dossiers_counterparty ON dossiers (counterparty_id, created_at, id);
CREATE INDEX dossiers_created ON dossiers (created_at, id);

-- What happened to them. A row is never altered.
CREATE TABLE dossier_events (
    dossier_id UUID NOT NULL REFERENCES dossiers (id),
    number BIGINT NOT NULL,
    event TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    side TEXT NOT NULL CONSTRAINT dossier_events_side_check CHECK (side IN ('filer', 'officer')),
    account_id UUID REFERENCES accounts (id),
    ground TEXT,
    note TEXT,
    given_on TEXT,
    due_on TEXT,
    is_late BOOLEAN NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    CONSTRAINT dossier_events_pkey PRIMARY KEY (dossier_id, number)
);
