-- Dossiers of procedures (hồ sơ thủ tục). What each says and where it stands are documents that only the program reads.
CREATE TABLE dossiers (
    id BLOB NOT NULL PRIMARY KEY,
    procedure TEXT NOT NULL,
    -- Version of the rule set, fixed when the dossier is handed in.
    rule_version INTEGER,
    enterprise_id BLOB REFERENCES enterprises (id),
    counterparty_id BLOB REFERENCES enterprises (id),
    is_paper INTEGER NOT NULL CONSTRAINT dossiers_is_paper_check CHECK (is_paper IN (0, 1)),
    number TEXT CONSTRAINT dossiers_number_key UNIQUE,
    follows_id BLOB REFERENCES dossiers (id),
    content TEXT NOT NULL,
    state TEXT NOT NULL,
    standing TEXT NOT NULL,
    -- Where the filer is and in which fields the technology is, for officers whose rights are limited.
    commune_code TEXT NOT NULL,
    handler_id BLOB REFERENCES accounts (id),
    handed_in_at INTEGER,
    due_at INTEGER,
    closed_at INTEGER,
    created_by BLOB REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX dossiers_enterprise ON dossiers (enterprise_id, created_at, id);
CREATE INDEX dossiers_counterparty ON dossiers (counterparty_id, created_at, id);
CREATE INDEX dossiers_created ON dossiers (created_at, id);

-- What happened to them. A row is never altered.
CREATE TABLE dossier_events (
    dossier_id BLOB NOT NULL REFERENCES dossiers (id),
    number INTEGER NOT NULL,
    event TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    side TEXT NOT NULL CONSTRAINT dossier_events_side_check CHECK (side IN ('filer', 'officer')),
    account_id BLOB REFERENCES accounts (id),
    ground TEXT,
    note TEXT,
    given_on TEXT,
    due_on TEXT,
    is_late INTEGER NOT NULL CONSTRAINT dossier_events_is_late_check CHECK (is_late IN (0, 1)),
    at INTEGER NOT NULL,
    CONSTRAINT dossier_events_pkey PRIMARY KEY (dossier_id, number)
) STRICT;
