DROP INDEX audit_log_by_time;
DROP INDEX audit_log_by_actor;
DROP INDEX audit_log_chain_key;
ALTER TABLE audit_log DROP COLUMN hash;
ALTER TABLE audit_log DROP COLUMN prev_hash;
ALTER TABLE audit_log DROP COLUMN link;
ALTER TABLE audit_log DROP COLUMN lane;
ALTER TABLE audit_log DROP COLUMN after_hash;
ALTER TABLE audit_log DROP COLUMN before_hash;
ALTER TABLE audit_log DROP COLUMN port;
ALTER TABLE audit_log DROP COLUMN ip;
ALTER TABLE audit_log DROP COLUMN session_id;
-- What was a person or a key had no name of its own before.
ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only;
UPDATE audit_log SET actor_kind = 'member' WHERE actor_kind IN ('person', 'key');
ALTER TABLE audit_log ENABLE TRIGGER audit_log_append_only;
ALTER TABLE audit_log DROP CONSTRAINT audit_log_actor_kind_check;
ALTER TABLE audit_log ADD CONSTRAINT audit_log_actor_kind_check
    CHECK (actor_kind IN ('visitor', 'member', 'officer', 'system'));
