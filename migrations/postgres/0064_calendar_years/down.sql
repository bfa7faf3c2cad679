ALTER TABLE data_requests DROP COLUMN extended_days;
ALTER TABLE data_requests DROP COLUMN fulfil_days;
ALTER TABLE complaints DROP COLUMN reopened_at;
DROP TABLE calendar_recounts;
DROP TABLE calendar_years;
