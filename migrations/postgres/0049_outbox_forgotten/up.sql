-- How far the outbox was forgotten: its last row that is gone, and the newest instant that a forgotten row had. One row
-- at most. Whoever follows the outbox from that place or a later one has missed nothing.
CREATE TABLE outbox_forgotten (
    seq BIGINT PRIMARY KEY,
    txid BIGINT NOT NULL,
    newest_at TIMESTAMPTZ NOT NULL
);
-- What was forgotten before is not known but for where the rest begins.
INSERT INTO outbox_forgotten (seq, txid, newest_at)
SELECT seq - 1, txid, created_at FROM (SELECT seq, txid, created_at FROM search_outbox ORDER BY txid, seq LIMIT 1) AS oldest
WHERE seq > 1;
