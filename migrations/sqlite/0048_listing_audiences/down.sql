ALTER TABLE listings DROP COLUMN open_for_inquiry;
ALTER TABLE listings DROP COLUMN visibility;
