-- Append-only: the triggers refuse what the program never does, so that a slip or a hand in the database is seen.
CREATE TABLE audit_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL CONSTRAINT audit_log_id_key UNIQUE,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL CONSTRAINT audit_log_actor_kind_check
        CHECK (actor_kind IN ('visitor', 'person', 'member', 'officer', 'key', 'system')),
    actor_id BLOB,
    deed TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    reason_code TEXT,
    reason_text TEXT,
    request_id BLOB
) STRICT;
CREATE INDEX audit_log_by_subject ON audit_log (subject_id, seq);

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only');
END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only');
END;
