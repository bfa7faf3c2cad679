ALTER TABLE accounts DROP COLUMN password_stands_alone;
