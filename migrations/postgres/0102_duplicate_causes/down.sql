ALTER TABLE certificate_duplicate_proposals DROP COLUMN cause;
