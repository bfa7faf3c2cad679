-- Logos of enterprises, public with their pages. The bytes lie in the file store.
CREATE TABLE enterprise_logos (
    enterprise_id UUID NOT NULL PRIMARY KEY REFERENCES enterprises (id),
    -- What it shows, to those who do not see it.
    alt_vi TEXT NOT NULL,
    alt_en TEXT,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE enterprise_logo_versions (
    enterprise_id UUID NOT NULL REFERENCES enterprise_logos (enterprise_id),
    -- Pixels of the box that it fits into; 0 for the logo itself.
    edge BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    PRIMARY KEY (enterprise_id, edge)
);
CREATE INDEX enterprise_logo_versions_by_content ON enterprise_logo_versions (sha256);
