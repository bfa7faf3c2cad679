DROP TABLE audit_frontiers;
DROP TABLE audit_checkpoints;
DROP TABLE audit_keys;
