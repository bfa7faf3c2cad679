DROP INDEX listings_code_key;
DROP TABLE listing_slugs;
DROP TABLE code_counters;
ALTER TABLE listings DROP COLUMN code;
