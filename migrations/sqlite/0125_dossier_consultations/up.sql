-- Whom the Department asked before it gave an opinion on a project (lấy ý kiến), and what was answered. Written anew as a whole until the
-- opinion is given; no term hangs on it.
CREATE TABLE dossier_consultations (
    dossier_id BLOB NOT NULL REFERENCES dossiers (id),
    number INTEGER NOT NULL,
    organ TEXT NOT NULL,
    letter_number TEXT,
    sent_on TEXT NOT NULL,
    -- Until when the letter asks for an answer.
    due_on TEXT,
    answered_on TEXT,
    answer TEXT,
    file_id BLOB REFERENCES dossier_files (id),
    -- Who wrote it down last.
    officer_id BLOB NOT NULL REFERENCES accounts (id),
    written_at INTEGER NOT NULL,
    CONSTRAINT dossier_consultations_pkey PRIMARY KEY (dossier_id, number)
) STRICT;
