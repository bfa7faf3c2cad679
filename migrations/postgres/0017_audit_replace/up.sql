-- PostgreSQL has no REPLACE, and ON CONFLICT DO UPDATE fires the UPDATE trigger. Its way past the triggers is another:
-- with session_replication_role = replica, which a superuser may set, only those fire that do so always.
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_no_truncate;
ALTER TABLE audit_checkpoints ENABLE ALWAYS TRIGGER audit_checkpoints_append_only;
ALTER TABLE audit_checkpoints ENABLE ALWAYS TRIGGER audit_checkpoints_no_truncate;
