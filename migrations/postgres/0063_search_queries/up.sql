-- What was searched for, added up by day (in Viet Nam) and words without diacritics: how often, what was found, and by how
-- many different addresses as far as one node could tell. Nobody who searched is in it. A row without words stands for all
-- searches of its day whose words are not kept.
CREATE TABLE search_queries (
    -- YYYY-MM-DD.
    day TEXT COLLATE "C" NOT NULL CONSTRAINT search_queries_day_check CHECK (length(day) = 10),
    words TEXT COLLATE "C" NOT NULL,
    -- As somebody typed it, in small letters.
    spelling TEXT COLLATE "C" NOT NULL,
    -- Code of the field that was searched in, or in which most was found.
    field TEXT COLLATE "C",
    searches BIGINT NOT NULL,
    -- Those of them without filters, of which it is known how much they found.
    answered BIGINT NOT NULL,
    -- Those of them that found nothing.
    empty BIGINT NOT NULL,
    -- Those of them that found one or two.
    few BIGINT NOT NULL,
    -- What they found, all together.
    hits BIGINT NOT NULL,
    -- Searches after which somebody opened what was found.
    clicks BIGINT NOT NULL,
    askers BIGINT NOT NULL,
    PRIMARY KEY (day, words)
);
