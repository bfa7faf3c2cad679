-- The other party of the contract when a file was handed in: only that one is shown it, whoever is told of later.
ALTER TABLE dossier_files ADD COLUMN filed_with_id BLOB REFERENCES enterprises (id);
UPDATE dossier_files
SET filed_with_id = (SELECT counterparty_id FROM dossiers WHERE dossiers.id = dossier_files.dossier_id)
WHERE handed_in_at IS NOT NULL;
