-- A tax code belongs to one registration that is not rejected. A stranger's rejected claim must not keep the enterprise
-- itself out for ever.
ALTER TABLE enterprises DROP CONSTRAINT enterprises_tax_code_key;
CREATE UNIQUE INDEX enterprises_tax_code_key ON enterprises (tax_code) WHERE status <> 'rejected';
CREATE INDEX enterprises_by_tax_code ON enterprises (tax_code);

-- The directory shows active enterprises only, in the order of their names.
DROP INDEX enterprises_by_name;
CREATE INDEX enterprises_by_status_and_name ON enterprises (status, name_key, id);
-- What is public is read in the order of ids, to build the search index from nothing.
CREATE INDEX listings_by_status_and_id ON listings (status, id);
-- Old rows are forgotten by age.
CREATE INDEX search_outbox_by_age ON search_outbox (created_at);

-- Which version of the subject was decided on.
ALTER TABLE audit_log ADD COLUMN subject_version BIGINT;
-- TRUNCATE fires no trigger FOR EACH ROW.
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse();
