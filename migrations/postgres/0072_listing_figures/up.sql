-- What is known of a listing beside what it says: which import made it, which outlives the import's own rows, and how often
-- it was read (lượt xem). A table of its own, so that counting touches no listing and makes no version.
CREATE TABLE listing_figures (
    listing_id UUID NOT NULL PRIMARY KEY REFERENCES listings (id),
    import_id UUID,
    views BIGINT NOT NULL DEFAULT 0 CONSTRAINT listing_figures_views_check CHECK (views >= 0)
);
