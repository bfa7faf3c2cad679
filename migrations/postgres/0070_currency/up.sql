-- The currency of all amounts of a listing (đơn vị tiền tệ), as ISO 4217 calls it. Whole units of it, as đồng are.
ALTER TABLE listings ADD COLUMN currency TEXT NOT NULL DEFAULT 'VND' CONSTRAINT listings_currency_check CHECK (length(currency) = 3);
