-- The outbox tells of enterprises, too, whose identifier then stands in the place of a listing's: for whoever follows what is public
-- of them. To the search index such a row is one of a listing that is not there.
ALTER TABLE search_outbox ADD COLUMN kind TEXT NOT NULL DEFAULT 'listing' CONSTRAINT search_outbox_kind_check
    CHECK (kind IN ('listing', 'enterprise'));
CREATE INDEX search_outbox_by_kind ON search_outbox (kind, txid, seq);
