-- Numbers of foreign registers as they were written; letters and digits alone stay in `tax_code` to be compared, so that
-- other spellings of a number are found. A program of before shows that one.
ALTER TABLE enterprises ADD COLUMN foreign_number TEXT;
UPDATE enterprises SET foreign_number = substr(tax_code, 12) WHERE tax_code LIKE 'foreign:__:%';
-- Two that would become one number stay as they are written: an officer is to tell which of them is meant.
UPDATE enterprises
SET tax_code = substr(tax_code, 1, 11)
    || replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(foreign_number, ' ', ''), '.', ''), '-', ''), '/', ''), '_', ''), ',', ''), '(', ''), ')', ''), '&', ''), '+', ''), ':', '')
WHERE foreign_number IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM enterprises AS other
        WHERE other.foreign_number IS NOT NULL AND other.id <> enterprises.id
            AND substr(other.tax_code, 1, 11) = substr(enterprises.tax_code, 1, 11)
            AND replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(other.foreign_number, ' ', ''), '.', ''), '-', ''), '/', ''), '_', ''), ',', ''), '(', ''), ')', ''), '&', ''), '+', ''), ':', '')
                = replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(enterprises.foreign_number, ' ', ''), '.', ''), '-', ''), '/', ''), '_', ''), ',', ''), '(', ''), ')', ''), '&', ''), '+', ''), ':', '')
    );
