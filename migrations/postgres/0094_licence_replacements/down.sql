ALTER TABLE certificates DROP COLUMN replaced_by_id;
