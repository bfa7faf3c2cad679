-- Of which terms of dossiers that were missed somebody was told, so that each is told of once.
CREATE TABLE dossier_alarms (
    dossier_id BLOB NOT NULL REFERENCES dossiers (id),
    event TEXT NOT NULL,
    -- The last day. A term that moved has another one, and is told of anew once that is over.
    due_on TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    CONSTRAINT dossier_alarms_pkey PRIMARY KEY (dossier_id, event, due_on)
) STRICT;
