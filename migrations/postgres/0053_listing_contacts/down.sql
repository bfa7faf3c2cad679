DROP INDEX listings_contact_account_id_idx;
ALTER TABLE listings DROP COLUMN hide_contact;
ALTER TABLE listings DROP COLUMN contact_account_id;
