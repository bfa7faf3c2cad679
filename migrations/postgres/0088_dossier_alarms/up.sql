-- Of which terms of dossiers that were missed somebody was told, so that each is told of once.
CREATE TABLE dossier_alarms (
    dossier_id UUID NOT NULL REFERENCES dossiers (id),
    event TEXT COLLATE "C" NOT NULL,
    -- The last day. A term that moved has another one, and is told of anew once that is over.
    due_on TEXT COLLATE "C" NOT NULL,
    raised_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT dossier_alarms_pkey PRIMARY KEY (dossier_id, event, due_on)
);
