ALTER TABLE listings DROP COLUMN currency;
