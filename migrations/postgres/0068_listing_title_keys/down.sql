DROP INDEX listings_by_title_key;
ALTER TABLE listings DROP COLUMN title_key;
