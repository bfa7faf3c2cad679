-- Statistical reports as they were published (báo cáo thống kê). A row is never altered: a correction is another version.
CREATE TABLE periodic_reports (
    id BLOB NOT NULL PRIMARY KEY,
    form TEXT NOT NULL,
    -- The first and the last day, by the calendar of Việt Nam.
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    -- What it is limited to; empty of the whole.
    filter TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- Why it was corrected; of later versions.
    reason TEXT,
    content TEXT NOT NULL,
    -- What was counted, by name; kept apart, as not everybody who reads figures reads that.
    sources TEXT NOT NULL,
    -- Of the canonical JSON of what was published, with the hash of the sources in it.
    sha256 BLOB NOT NULL,
    published_by BLOB NOT NULL REFERENCES accounts (id),
    -- The name of that officer then.
    publisher TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    CONSTRAINT periodic_reports_version_key UNIQUE (form, from_day, to_day, filter, version)
) STRICT;
CREATE INDEX periodic_reports_published ON periodic_reports (published_at, id);

-- What was done to dossiers within some days is counted.
CREATE INDEX dossier_events_at ON dossier_events (at);
