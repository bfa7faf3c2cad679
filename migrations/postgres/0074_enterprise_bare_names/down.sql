DROP INDEX enterprises_by_contact_phone;
DROP INDEX enterprises_by_bare_name;
ALTER TABLE enterprises DROP COLUMN bare_name;
