DROP INDEX enterprises_by_kind;
DROP INDEX enterprises_by_registration;
ALTER TABLE enterprises DROP COLUMN kind;
