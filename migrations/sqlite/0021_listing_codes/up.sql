-- The number under which a listing came out, such as CN-2026-000123 (mã số tin).
ALTER TABLE listings ADD COLUMN code TEXT;

-- The last number given out, by prefix of the kind and by year: numbers have no gaps.
CREATE TABLE code_counters (
    prefix TEXT NOT NULL,
    year INTEGER NOT NULL,
    last_number INTEGER NOT NULL CONSTRAINT code_counters_last_number_check CHECK (last_number > 0),
    CONSTRAINT code_counters_pkey PRIMARY KEY (prefix, year)
) STRICT;

-- Readable names that listings had before their titles changed; the present one comes of title and code.
CREATE TABLE listing_slugs (
    slug TEXT NOT NULL CONSTRAINT listing_slugs_pkey PRIMARY KEY,
    listing_id BLOB NOT NULL REFERENCES listings (id),
    replaced_at INTEGER NOT NULL
) STRICT;

-- What came out before is numbered in the order in which it did, by the year in Việt Nam.
CREATE TABLE numbered AS
SELECT id, prefix, year, ROW_NUMBER() OVER (PARTITION BY prefix, year ORDER BY published_at, id) AS number
FROM (
    SELECT id, published_at,
           CASE kind WHEN 'technology_offer' THEN 'CN' WHEN 'equipment_offer' THEN 'TB'
                     WHEN 'technology_need' THEN 'NC' ELSE 'NT' END AS prefix,
           CAST(strftime('%Y', published_at / 1000000 + 25200, 'unixepoch') AS INTEGER) AS year
    FROM listings WHERE published_at IS NOT NULL
);
CREATE INDEX numbered_id ON numbered (id);
UPDATE listings
SET code = (SELECT prefix || '-' || year || '-' || printf('%06d', number) FROM numbered WHERE numbered.id = listings.id)
WHERE published_at IS NOT NULL;
INSERT INTO code_counters SELECT prefix, year, MAX(number) FROM numbered GROUP BY prefix, year;
DROP TABLE numbered;
CREATE UNIQUE INDEX listings_code_key ON listings (code);
