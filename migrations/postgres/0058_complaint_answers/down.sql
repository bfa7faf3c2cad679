ALTER TABLE complaints DROP COLUMN former;
