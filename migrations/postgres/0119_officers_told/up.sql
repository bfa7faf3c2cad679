-- On which day (of Việt Nam) officers last got the letter about what waits for them (thư nhắc hồ sơ, tin chờ duyệt): one a day,
-- whichever node sends it.
CREATE TABLE review_digests (
    day TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    sent_at TIMESTAMPTZ NOT NULL
);

-- Officers who do not want it.
CREATE TABLE review_digest_refusals (
    account_id UUID NOT NULL PRIMARY KEY REFERENCES accounts (id),
    since TIMESTAMPTZ NOT NULL
);

-- Of which terms of requests to take a listing down officers were warned (sắp hết, đã quá 24 giờ), so that each is told once.
CREATE TABLE takedown_alarms (
    takedown_id UUID NOT NULL REFERENCES takedowns (id),
    stage TEXT NOT NULL CONSTRAINT takedown_alarms_stage_check CHECK (stage IN ('near', 'missed')),
    raised_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT takedown_alarms_pkey PRIMARY KEY (takedown_id, stage)
);
