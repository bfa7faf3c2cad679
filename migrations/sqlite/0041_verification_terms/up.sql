-- Until when what an officer verified is taken for true (thời hạn xác minh hồ sơ), and whether its owner asked for it to be
-- looked at again. Without an end there is none: that is a registration that was not approved yet.
ALTER TABLE enterprises ADD COLUMN verified_at INTEGER;
ALTER TABLE enterprises ADD COLUMN verified_until INTEGER;
ALTER TABLE enterprises ADD COLUMN renewal_status TEXT CONSTRAINT enterprises_renewal_status_check
    CHECK (renewal_status IN ('submitted', 'changes_requested', 'rejected'));
CREATE INDEX enterprises_by_renewal ON enterprises (renewal_status, submitted_at, id);
CREATE INDEX enterprises_by_verification ON enterprises (status, verified_until, id);

-- What was verified before has two years from when it was handed in, and a quarter from now at least, so that its owner is
-- told in time.
UPDATE enterprises
SET verified_until = MAX(submitted_at + 63072000000000, CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + 7776000000000)
WHERE status IN ('active', 'suspended');

-- What owners were told about the end of a verification: once for each number of days before it, 0 for the end itself.
CREATE TABLE enterprise_notices (
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    expires_at INTEGER NOT NULL,
    days INTEGER NOT NULL CONSTRAINT enterprise_notices_days_check CHECK (days >= 0),
    sent_at INTEGER NOT NULL,
    CONSTRAINT enterprise_notices_pkey PRIMARY KEY (enterprise_id, expires_at, days)
) STRICT;
