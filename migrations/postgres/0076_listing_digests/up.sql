-- The day (of Việt Nam) on which an enterprise last got the letter about its listings that end (thư báo tin sắp hết hạn): one a day,
-- however many of its listings it tells of, and whichever node sends it.
CREATE TABLE listing_digests (
    enterprise_id UUID NOT NULL PRIMARY KEY REFERENCES enterprises (id),
    day TEXT COLLATE "C" NOT NULL,
    sent_at TIMESTAMPTZ NOT NULL
);
