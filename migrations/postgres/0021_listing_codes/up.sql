-- The number under which a listing came out, such as CN-2026-000123 (mã số tin).
ALTER TABLE listings ADD COLUMN code TEXT COLLATE "C";

-- The last number given out, by prefix of the kind and by year: numbers have no gaps.
CREATE TABLE code_counters (
    prefix TEXT COLLATE "C" NOT NULL,
    year BIGINT NOT NULL,
    last_number BIGINT NOT NULL CONSTRAINT code_counters_last_number_check CHECK (last_number > 0),
    CONSTRAINT code_counters_pkey PRIMARY KEY (prefix, year)
);

-- Readable names that listings had before their titles changed; the present one comes of title and code.
CREATE TABLE listing_slugs (
    slug TEXT COLLATE "C" NOT NULL CONSTRAINT listing_slugs_pkey PRIMARY KEY,
    listing_id UUID NOT NULL REFERENCES listings (id),
    replaced_at TIMESTAMPTZ NOT NULL
);

-- What came out before is numbered in the order in which it did, by the year in Việt Nam.
CREATE TABLE numbered AS
SELECT id, prefix, year, ROW_NUMBER() OVER (PARTITION BY prefix, year ORDER BY published_at, id) AS number
FROM (
    SELECT id, published_at,
           CASE kind WHEN 'technology_offer' THEN 'CN' WHEN 'equipment_offer' THEN 'TB'
                     WHEN 'technology_need' THEN 'NC' ELSE 'NT' END AS prefix,
           EXTRACT(YEAR FROM (published_at AT TIME ZONE 'UTC') + INTERVAL '7 hours')::BIGINT AS year
    FROM listings WHERE published_at IS NOT NULL
) AS published;
CREATE INDEX numbered_id ON numbered (id);
UPDATE listings
SET code = (SELECT prefix || '-' || year || '-' || LPAD(number::TEXT, GREATEST(6, LENGTH(number::TEXT)), '0')
            FROM numbered WHERE numbered.id = listings.id)
WHERE published_at IS NOT NULL;
INSERT INTO code_counters SELECT prefix, year, MAX(number) FROM numbered GROUP BY prefix, year;
DROP TABLE numbered;
CREATE UNIQUE INDEX listings_code_key ON listings (code);
