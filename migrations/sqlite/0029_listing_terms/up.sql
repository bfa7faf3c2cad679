-- The states of a listing's whole life, and until when it is public (thời hạn tin). SQLite cannot change a check, so the
-- table is made anew under its own name. What refers to it is looked at when the transaction is committed.
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
        CHECK (status IN ('draft', 'submitted', 'published', 'changes_requested', 'rejected', 'withdrawn', 'expired',
                          'archived')),
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
    expires_at INTEGER,
    CONSTRAINT listings_source_key UNIQUE (source_site, source_external_id)
) STRICT;
CREATE INDEX listings_by_enterprise ON listings (enterprise_id, created_at, id);
CREATE INDEX listings_by_status ON listings (status, submitted_at, id);
CREATE INDEX listings_by_status_and_id ON listings (status, id);
CREATE UNIQUE INDEX listings_code_key ON listings (code);
INSERT INTO listings SELECT *, NULL FROM listings_kept;
DROP TABLE listings_kept;

-- What was public before has a year from then, and a quarter from now at least, so that its owner is told in time.
UPDATE listings
SET expires_at = MAX(published_at + 31536000000000, CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + 7776000000000)
WHERE status = 'published' AND published_at IS NOT NULL;
CREATE INDEX listings_by_expiry ON listings (status, expires_at, id);

-- What owners were told about the end of a term: once for each number of days before it, 0 for the end itself.
CREATE TABLE listing_notices (
    listing_id BLOB NOT NULL REFERENCES listings (id),
    expires_at INTEGER NOT NULL,
    days INTEGER NOT NULL CONSTRAINT listing_notices_days_check CHECK (days >= 0),
    sent_at INTEGER NOT NULL,
    CONSTRAINT listing_notices_pkey PRIMARY KEY (listing_id, expires_at, days)
) STRICT;

-- How often its owner said that a listing still holds since it was last approved, and when last (gia hạn tin).
CREATE TABLE listing_renewals (
    listing_id BLOB NOT NULL CONSTRAINT listing_renewals_pkey PRIMARY KEY REFERENCES listings (id),
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;
