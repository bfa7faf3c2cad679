-- On which day (of Việt Nam) officers last got the letter about what waits for them (thư nhắc hồ sơ, tin chờ duyệt): one a day,
-- whichever node sends it.
CREATE TABLE review_digests (
    day TEXT NOT NULL PRIMARY KEY,
    sent_at INTEGER NOT NULL
) STRICT;

-- Officers who do not want it.
CREATE TABLE review_digest_refusals (
    account_id BLOB NOT NULL PRIMARY KEY REFERENCES accounts (id),
    since INTEGER NOT NULL
) STRICT;

-- Of which terms of requests to take a listing down officers were warned (sắp hết, đã quá 24 giờ), so that each is told once.
CREATE TABLE takedown_alarms (
    takedown_id BLOB NOT NULL REFERENCES takedowns (id),
    stage TEXT NOT NULL CONSTRAINT takedown_alarms_stage_check CHECK (stage IN ('near', 'missed')),
    raised_at INTEGER NOT NULL,
    CONSTRAINT takedown_alarms_pkey PRIMARY KEY (takedown_id, stage)
) STRICT;
