UPDATE enterprises SET tax_code = substr(tax_code, 1, 11) || upper(foreign_number) WHERE foreign_number IS NOT NULL;
ALTER TABLE enterprises DROP COLUMN foreign_number;
