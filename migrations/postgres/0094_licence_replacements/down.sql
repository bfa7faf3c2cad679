DROP INDEX dossiers_following;
ALTER TABLE certificates DROP COLUMN replaced_by_id;
