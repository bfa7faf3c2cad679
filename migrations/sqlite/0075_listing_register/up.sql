-- What officers look for in the register of listings (sổ tin): the class by the law on technology transfer, as found or
-- declared, beside the documents that tell it, which are never queried; and the order in which the register is read, with
-- everything that is asked of a listing, so that what is not wanted is passed over without its row being read. What a program
-- of before writes has the class of before until it is written again.
ALTER TABLE listings ADD COLUMN regulatory_class TEXT
    CONSTRAINT listings_regulatory_class_check
    CHECK (regulatory_class IN ('unrestricted', 'encouraged', 'restricted', 'prohibited'));
UPDATE listings SET regulatory_class = COALESCE(json_extract(regulatory_finding, '$.class'), json_extract(regulation, '$.class'))
    WHERE COALESCE(json_extract(regulatory_finding, '$.class'), json_extract(regulation, '$.class')) IS NOT NULL;
CREATE INDEX listings_by_creation ON listings
    (created_at, id, status, kind, hold, trl, enterprise_id, regulatory_class, origin_country, updated_at, published_at, expires_at, title_key);
CREATE INDEX listings_by_status_and_creation ON listings
    (status, created_at, id, kind, hold, trl, enterprise_id, regulatory_class, origin_country, updated_at, published_at, expires_at, title_key);
CREATE INDEX listing_figures_by_import ON listing_figures (import_id);
