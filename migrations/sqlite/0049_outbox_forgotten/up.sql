-- How far the outbox was forgotten: its last row that is gone, and the newest instant that a forgotten row had. One row
-- at most. Whoever follows the outbox from that place or a later one has missed nothing.
CREATE TABLE outbox_forgotten (
    seq INTEGER PRIMARY KEY,
    txid INTEGER NOT NULL,
    newest_at INTEGER NOT NULL
) STRICT;
-- What was forgotten before is not known but for where the rest begins.
INSERT INTO outbox_forgotten (seq, txid, newest_at)
SELECT seq - 1, txid, created_at FROM search_outbox WHERE seq > 1 AND seq = (SELECT min(seq) FROM search_outbox);
