CREATE TEMPORARY TABLE audit_log_kept AS SELECT * FROM audit_log;
DROP TABLE audit_log;
CREATE TABLE audit_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL CONSTRAINT audit_log_id_key UNIQUE,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL CONSTRAINT audit_log_actor_kind_check
        CHECK (actor_kind IN ('visitor', 'member', 'officer', 'system')),
    actor_id BLOB,
    deed TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    reason_code TEXT,
    reason_text TEXT,
    request_id BLOB
) STRICT;
-- What was a person or a key had no name of its own before.
INSERT INTO audit_log
    SELECT seq, id, at, CASE WHEN actor_kind IN ('person', 'key') THEN 'member' ELSE actor_kind END, actor_id, deed,
        subject_kind, subject_id, reason_code, reason_text, request_id
    FROM audit_log_kept ORDER BY seq;
DROP TABLE audit_log_kept;

CREATE INDEX audit_log_by_subject ON audit_log (subject_id, seq);

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only');
END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only');
END;
