-- Who acted through what and from where, and the chain: see src/store/audit.rs.
ALTER TABLE audit_log ADD COLUMN session_id BLOB;
ALTER TABLE audit_log ADD COLUMN ip TEXT;
ALTER TABLE audit_log ADD COLUMN port INTEGER;
ALTER TABLE audit_log ADD COLUMN before_hash BLOB;
ALTER TABLE audit_log ADD COLUMN after_hash BLOB;
-- Chains run side by side, one for each writer, so that writers do not wait for each other.
ALTER TABLE audit_log ADD COLUMN lane INTEGER;
ALTER TABLE audit_log ADD COLUMN link INTEGER;
ALTER TABLE audit_log ADD COLUMN prev_hash BLOB;
ALTER TABLE audit_log ADD COLUMN hash BLOB;
CREATE UNIQUE INDEX audit_log_chain_key ON audit_log (lane, link);
CREATE INDEX audit_log_by_actor ON audit_log (actor_id, seq);
CREATE INDEX audit_log_by_time ON audit_log (at, seq);
