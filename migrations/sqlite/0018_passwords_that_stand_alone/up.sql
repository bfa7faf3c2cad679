-- Whether the password is strong enough without a second factor (only its hash is kept). Of passwords that were set
-- before nothing is known: no, until their owner signs in with them again.
ALTER TABLE accounts ADD COLUMN password_stands_alone INTEGER NOT NULL DEFAULT 0 CONSTRAINT accounts_password_stands_alone_check CHECK (password_stands_alone IN (0, 1));
