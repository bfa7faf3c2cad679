-- Who acted through what and from where, and the chain: see docs/audit.md.
--
-- SQLite cannot change a check, so the table is made anew under its own name. Rows are never deleted, so the next number
-- of AUTOINCREMENT follows from the rows that are copied.
CREATE TEMPORARY TABLE audit_log_kept AS SELECT * FROM audit_log;
DROP TABLE audit_log;
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
    request_id BLOB,
    session_id BLOB,
    ip TEXT,
    port INTEGER,
    before_hash BLOB,
    after_hash BLOB,
    -- Chains run side by side, one for each writer, so that writers do not wait for each other.
    lane INTEGER,
    link INTEGER,
    prev_hash BLOB,
    hash BLOB
) STRICT;
INSERT INTO audit_log
    (seq, id, at, actor_kind, actor_id, deed, subject_kind, subject_id, reason_code, reason_text, request_id)
    SELECT seq, id, at, actor_kind, actor_id, deed, subject_kind, subject_id, reason_code, reason_text, request_id
    FROM audit_log_kept ORDER BY seq;
DROP TABLE audit_log_kept;

CREATE INDEX audit_log_by_subject ON audit_log (subject_id, seq);
CREATE UNIQUE INDEX audit_log_chain_key ON audit_log (lane, link);
CREATE INDEX audit_log_by_actor ON audit_log (actor_id, seq);
CREATE INDEX audit_log_by_time ON audit_log (at, seq);

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only');
END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only');
END;
