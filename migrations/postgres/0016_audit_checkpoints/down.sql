DROP TABLE audit_frontiers;
DROP TABLE audit_checkpoints;
DROP TABLE audit_keys;
DROP FUNCTION audit_checkpoints_refuse;
