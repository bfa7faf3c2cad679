-- Which list of regulated technologies officers were last told of (danh mục công nghệ đã báo): what was in force then, as a hash, so
-- that a change is told once, and what is valid from a later day on that day.
CREATE TABLE regulated_notices (
    number BIGINT NOT NULL PRIMARY KEY,
    signature BYTEA NOT NULL,
    sent_at TIMESTAMPTZ NOT NULL
);
