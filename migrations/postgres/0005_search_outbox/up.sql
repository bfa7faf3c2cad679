-- What the search index has still to hear of. Carries which listing, never its state: the indexer reads that anew.
-- txid is the writing transaction on PostgreSQL, whose sequence numbers become visible out of order; 0 on SQLite.
CREATE TABLE search_outbox (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    txid BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    listing_id UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX search_outbox_by_txid ON search_outbox (txid, seq);
