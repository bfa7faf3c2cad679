-- The title without diacritics, by which officers are told that a listing may be there already (nghi trùng tin). What a
-- program of before writes has none, or that of the title before, until the job that fills them comes by.
ALTER TABLE listings ADD COLUMN title_key TEXT;
CREATE INDEX listings_by_title_key ON listings (title_key, kind, status);
