ALTER TABLE audit_checkpoints ENABLE TRIGGER audit_checkpoints_no_truncate;
ALTER TABLE audit_checkpoints ENABLE TRIGGER audit_checkpoints_append_only;
ALTER TABLE audit_log ENABLE TRIGGER audit_log_no_truncate;
ALTER TABLE audit_log ENABLE TRIGGER audit_log_append_only;
