-- What officers found when they held the technology of a dossier against the list of regulated technologies (đối chiếu danh mục): the entries,
-- by which edition of the lists. A row is never altered; the last one stands.
CREATE TABLE dossier_screenings (
    dossier_id UUID NOT NULL REFERENCES dossiers (id),
    number BIGINT NOT NULL,
    -- The number of the event after which it was made.
    after_event BIGINT NOT NULL,
    items JSONB NOT NULL,
    class TEXT NOT NULL CONSTRAINT dossier_screenings_class_check
        CHECK (class IN ('unrestricted', 'encouraged', 'restricted', 'prohibited')),
    note TEXT,
    officer_id UUID NOT NULL REFERENCES accounts (id),
    edition BIGINT NOT NULL,
    -- Hash of the entries of the list that were in force that day, with their classes and what hints at them.
    entries_sha256 BYTEA NOT NULL,
    -- Hash of what the dossier said of its technology then.
    technology_sha256 BYTEA NOT NULL,
    -- What the listing said then from which the dossier was begun.
    listing_class TEXT CONSTRAINT dossier_screenings_listing_class_check
        CHECK (listing_class IN ('unrestricted', 'encouraged', 'restricted', 'prohibited')),
    at TIMESTAMPTZ NOT NULL,
    CONSTRAINT dossier_screenings_pkey PRIMARY KEY (dossier_id, number)
);
