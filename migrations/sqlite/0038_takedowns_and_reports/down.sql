DROP TABLE listing_reports;
DROP TABLE takedowns;
ALTER TABLE listings DROP COLUMN hold;
