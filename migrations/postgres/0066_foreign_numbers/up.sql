-- Numbers of foreign registers as they were written; letters and digits alone stay in `tax_code` to be compared, so that
-- other spellings of a number are found. A program of before shows that one.
ALTER TABLE enterprises ADD COLUMN foreign_number TEXT;
UPDATE enterprises SET foreign_number = substr(tax_code, 12) WHERE tax_code LIKE 'foreign:__:%';
UPDATE enterprises
SET tax_code = substr(tax_code, 1, 11)
    || replace(replace(replace(replace(foreign_number, ' ', ''), '.', ''), '-', ''), '/', '')
WHERE foreign_number IS NOT NULL;
