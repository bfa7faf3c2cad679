ALTER TABLE dossiers DROP COLUMN working_at;
ALTER TABLE dossiers DROP COLUMN working_edits;
ALTER TABLE dossiers DROP COLUMN working_content;
