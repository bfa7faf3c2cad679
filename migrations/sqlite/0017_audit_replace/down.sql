DROP TRIGGER audit_checkpoints_no_replace;
DROP TRIGGER audit_log_no_replace;
