-- The member to whom people turn about a listing (người liên hệ của tin), and whether no contact data stand with it
-- (ẩn thông tin liên hệ).
ALTER TABLE listings ADD COLUMN contact_account_id UUID CONSTRAINT listings_contact_account_id_fkey REFERENCES accounts (id);
ALTER TABLE listings ADD COLUMN hide_contact BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX listings_contact_account_id_idx ON listings (contact_account_id) WHERE contact_account_id IS NOT NULL;
