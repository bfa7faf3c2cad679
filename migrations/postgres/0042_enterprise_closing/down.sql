ALTER TABLE enterprises DROP COLUMN closed_at;
