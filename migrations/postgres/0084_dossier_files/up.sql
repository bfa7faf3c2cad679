-- Files of a dossier's papers (tệp giấy tờ của hồ sơ). Their bytes lie in the file store; what was handed in is never removed.
CREATE TABLE dossier_files (
    id UUID NOT NULL PRIMARY KEY,
    dossier_id UUID NOT NULL REFERENCES dossiers (id),
    -- Which of the procedure's papers it is, or `other`.
    document TEXT NOT NULL,
    form TEXT CONSTRAINT dossier_files_form_check
        CHECK (form IN ('original', 'certified_copy', 'certified_translation', 'electronic')),
    -- ISO 639-1.
    language TEXT,
    -- What the sender called it.
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    -- Of PDF.
    pages BIGINT,
    -- Since when it is evidence.
    handed_in_at TIMESTAMPTZ,
    added_by UUID REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX dossier_files_by_dossier ON dossier_files (dossier_id, created_at, id);
CREATE INDEX dossier_files_by_content ON dossier_files (sha256);
