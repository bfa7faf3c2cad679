DROP TABLE enterprise_notices;
DROP INDEX enterprises_by_verification;
DROP INDEX enterprises_by_renewal;
ALTER TABLE enterprises DROP COLUMN renewal_status;
ALTER TABLE enterprises DROP COLUMN verified_until;
ALTER TABLE enterprises DROP COLUMN verified_at;
