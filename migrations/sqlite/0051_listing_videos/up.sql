-- Videos that listings refer to, on sites that show them (video giới thiệu). Of an address only the site and the video's
-- own code are kept.
CREATE TABLE listing_videos (
    listing_id BLOB NOT NULL REFERENCES listings (id),
    position INTEGER NOT NULL,
    site TEXT NOT NULL CONSTRAINT listing_videos_site_check CHECK (site IN ('youtube', 'vimeo')),
    code TEXT NOT NULL,
    title_vi TEXT NOT NULL,
    title_en TEXT,
    PRIMARY KEY (listing_id, position)
) STRICT;
