DROP TRIGGER audit_log_no_truncate ON audit_log;
ALTER TABLE audit_log DROP COLUMN subject_version;
DROP INDEX search_outbox_by_age;
DROP INDEX listings_by_status_and_id;
DROP INDEX enterprises_by_status_and_name;
CREATE INDEX enterprises_by_name ON enterprises (name_key, id);
DROP INDEX enterprises_by_tax_code;
DROP INDEX enterprises_tax_code_key;
-- Refused when a tax code was registered again after a rejection: which of the two is to go is for a person to say.
ALTER TABLE enterprises ADD CONSTRAINT enterprises_tax_code_key UNIQUE (tax_code);
