DROP INDEX enterprises_by_merger;
ALTER TABLE enterprises DROP COLUMN merged_into;
