-- Enterprises that were closed or merged, and have listings still to be put away or to follow them. A row goes with the last.
CREATE TABLE enterprise_leavings (
    enterprise_id UUID NOT NULL PRIMARY KEY REFERENCES enterprises (id),
    -- Who closed or merged it, as the audit trail names whoever does something.
    actor_kind TEXT NOT NULL,
    actor_id UUID,
    since TIMESTAMPTZ NOT NULL
);
