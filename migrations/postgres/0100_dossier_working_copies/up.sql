-- What whoever files writes after it handed in and has not handed in yet: nobody else reads it. `content` stays as it was handed in.
ALTER TABLE dossiers ADD COLUMN working_content JSONB;
-- How often that was written since the dossier had its version.
ALTER TABLE dossiers ADD COLUMN working_edits BIGINT NOT NULL DEFAULT 0;
-- When that was last.
ALTER TABLE dossiers ADD COLUMN working_at TIMESTAMPTZ;
