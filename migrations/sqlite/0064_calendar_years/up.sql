-- The working calendar as officers keep it, every version of a year kept for ever (lịch làm việc). The newest row of a year
-- stands for the days that the program comes with. A row is never altered.
CREATE TABLE calendar_years (
    -- Counts the changes of all years: whoever knows the last one knows whether something changed.
    edition INTEGER NOT NULL PRIMARY KEY,
    -- The same in all versions of a year.
    year_id BLOB NOT NULL,
    year INTEGER NOT NULL,
    version INTEGER NOT NULL,
    -- Every day about which there is something to say.
    days TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    changed_by BLOB REFERENCES accounts (id),
    changed_at INTEGER NOT NULL,
    CONSTRAINT calendar_years_version_key UNIQUE (year, version)
) STRICT;

-- Editions after which every open term was counted anew.
CREATE TABLE calendar_recounts (
    edition INTEGER NOT NULL PRIMARY KEY,
    finished_at INTEGER NOT NULL
) STRICT;

-- What terms are counted from and how long they are, so that they can be counted anew.
ALTER TABLE complaints ADD COLUMN reopened_at INTEGER;
ALTER TABLE data_requests ADD COLUMN fulfil_days INTEGER;
ALTER TABLE data_requests ADD COLUMN extended_days INTEGER;
