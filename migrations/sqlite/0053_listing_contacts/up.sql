-- The member to whom people turn about a listing (người liên hệ của tin), and whether no contact data stand with it
-- (ẩn thông tin liên hệ).
ALTER TABLE listings ADD COLUMN contact_account_id BLOB CONSTRAINT listings_contact_account_id_fkey REFERENCES accounts (id);
ALTER TABLE listings ADD COLUMN hide_contact INTEGER NOT NULL DEFAULT 0 CONSTRAINT listings_hide_contact_check
    CHECK (hide_contact IN (0, 1));
CREATE INDEX listings_contact_account_id_idx ON listings (contact_account_id) WHERE contact_account_id IS NOT NULL;
