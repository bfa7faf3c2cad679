-- Six kinds more.
--
-- SQLite cannot change a check, so the table is made anew under its own name. What refers to it is looked at when the
-- transaction is committed, and finds the same rows again.
PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE listings_kept AS SELECT * FROM listings;
DROP TABLE listings;
CREATE TABLE listings (
    id BLOB NOT NULL PRIMARY KEY,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    created_by BLOB REFERENCES accounts (id),
    kind TEXT NOT NULL CONSTRAINT listings_kind_check
        CHECK (kind IN ('technology_offer', 'equipment_offer', 'ip_asset', 'technology_need', 'equipment_need',
                        'consulting_service', 'expert', 'partner_search', 'rd_project', 'ocop_product')),
    status TEXT NOT NULL CONSTRAINT listings_status_check
        CHECK (status IN ('draft', 'submitted', 'published', 'changes_requested', 'rejected', 'withdrawn')),
    title_vi TEXT NOT NULL,
    title_en TEXT,
    summary_vi TEXT,
    summary_en TEXT,
    description_vi TEXT,
    description_en TEXT,
    field_codes TEXT NOT NULL,
    trl INTEGER CONSTRAINT listings_trl_check CHECK (trl BETWEEN 1 AND 9),
    origin_country TEXT,
    brand TEXT,
    model TEXT,
    specifications TEXT NOT NULL,
    price_mode TEXT NOT NULL CONSTRAINT listings_price_mode_check
        CHECK (price_mode IN ('contact', 'fixed', 'from', 'range', 'negotiable', 'free')),
    price_min INTEGER CONSTRAINT listings_price_min_check CHECK (price_min >= 0),
    price_max INTEGER CONSTRAINT listings_price_max_check CHECK (price_max >= 0),
    transfer_modes TEXT NOT NULL,
    source_site TEXT,
    source_external_id TEXT,
    source_url TEXT,
    submitted_at INTEGER,
    published_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    code TEXT,
    CONSTRAINT listings_source_key UNIQUE (source_site, source_external_id)
) STRICT;
INSERT INTO listings SELECT * FROM listings_kept;
DROP TABLE listings_kept;
CREATE INDEX listings_by_enterprise ON listings (enterprise_id, created_at, id);
CREATE INDEX listings_by_status ON listings (status, submitted_at, id);
CREATE INDEX listings_by_status_and_id ON listings (status, id);
CREATE UNIQUE INDEX listings_code_key ON listings (code);
