-- From when on the outbox tells of a kind of things: what was written of them up to this instant has no rows. A kind that is not named
-- was always told.
CREATE TABLE outbox_kinds (
    kind TEXT NOT NULL PRIMARY KEY
        CONSTRAINT outbox_kinds_kind_check CHECK (kind IN ('listing', 'enterprise')),
    untold_until INTEGER NOT NULL
) STRICT;
-- Every write of an enterprise moves its instant.
INSERT INTO outbox_kinds (kind, untold_until)
SELECT 'enterprise', updated_at FROM enterprises ORDER BY updated_at DESC LIMIT 1;
