DROP INDEX confidential_readings_by_account;
DROP INDEX confidential_acceptances_by_account;
DROP TABLE confidential_removals;
ALTER TABLE confidential_grants DROP COLUMN covers_part;
