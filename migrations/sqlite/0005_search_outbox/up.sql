-- What the search index has still to hear of. Carries which listing, never its state: the indexer reads that anew.
-- txid is the writing transaction on PostgreSQL, whose sequence numbers become visible out of order; 0 on SQLite.
CREATE TABLE search_outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    txid INTEGER NOT NULL DEFAULT 0,
    listing_id BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX search_outbox_by_txid ON search_outbox (txid, seq);
