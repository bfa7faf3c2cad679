-- Who acted through what and from where, and the chain: see docs/audit.md.
ALTER TABLE audit_log DROP CONSTRAINT audit_log_actor_kind_check;
ALTER TABLE audit_log ADD CONSTRAINT audit_log_actor_kind_check
    CHECK (actor_kind IN ('visitor', 'person', 'member', 'officer', 'key', 'system'));
ALTER TABLE audit_log ADD COLUMN session_id UUID;
ALTER TABLE audit_log ADD COLUMN ip TEXT;
ALTER TABLE audit_log ADD COLUMN port BIGINT;
ALTER TABLE audit_log ADD COLUMN before_hash BYTEA;
ALTER TABLE audit_log ADD COLUMN after_hash BYTEA;
-- Chains run side by side, one for each writer, so that writers do not wait for each other.
ALTER TABLE audit_log ADD COLUMN lane BIGINT;
ALTER TABLE audit_log ADD COLUMN link BIGINT;
ALTER TABLE audit_log ADD COLUMN prev_hash BYTEA;
ALTER TABLE audit_log ADD COLUMN hash BYTEA;
CREATE UNIQUE INDEX audit_log_chain_key ON audit_log (lane, link);
CREATE INDEX audit_log_by_actor ON audit_log (actor_id, seq);
CREATE INDEX audit_log_by_time ON audit_log (at, seq);
-- TRUNCATE fires no trigger FOR EACH ROW. It goes with the table: without the chain it is as useful.
CREATE OR REPLACE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse();
