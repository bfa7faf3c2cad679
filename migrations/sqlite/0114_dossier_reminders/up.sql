-- Of which terms of dossiers somebody was reminded, and which were escalated, so that each is told of once at each stage.
CREATE TABLE dossier_reminders (
    dossier_id BLOB NOT NULL REFERENCES dossiers (id),
    event TEXT NOT NULL,
    -- The last day. A term that moved has another one, and is told of anew.
    due_on TEXT NOT NULL,
    -- To whoever files before its end and after it; to superiors after it.
    stage TEXT NOT NULL CONSTRAINT dossier_reminders_stage_check CHECK (stage IN ('early', 'last', 'over', 'escalated')),
    told_at INTEGER NOT NULL,
    CONSTRAINT dossier_reminders_pkey PRIMARY KEY (dossier_id, event, due_on, stage)
) STRICT;
-- Whom an event is told to in writing (nơi nhận), and the day that is promised in an apology for a term that was missed.
ALTER TABLE dossier_events ADD COLUMN addressees TEXT;
ALTER TABLE dossier_events ADD COLUMN promised_on TEXT;
