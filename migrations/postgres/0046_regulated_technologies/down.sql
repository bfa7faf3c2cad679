ALTER TABLE reference_changes DROP COLUMN attributes;
ALTER TABLE listings DROP COLUMN regulatory_finding;
ALTER TABLE listings DROP COLUMN regulation;
