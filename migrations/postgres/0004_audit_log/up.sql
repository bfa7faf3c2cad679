-- Append-only: the triggers refuse what the program never does, so that a slip or a hand in the database is seen.
CREATE TABLE audit_log (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id UUID NOT NULL CONSTRAINT audit_log_id_key UNIQUE,
    at TIMESTAMPTZ NOT NULL,
    actor_kind TEXT NOT NULL CONSTRAINT audit_log_actor_kind_check
        CHECK (actor_kind IN ('visitor', 'person', 'member', 'officer', 'key', 'system')),
    actor_id UUID,
    deed TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    reason_code TEXT,
    reason_text TEXT,
    request_id UUID
);
CREATE INDEX audit_log_by_subject ON audit_log (subject_id, seq);

CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_log is append-only';
END
$$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_refuse();
