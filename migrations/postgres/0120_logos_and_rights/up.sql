-- A logo waits for an officer's verdict as a document of the profile does (duyệt biểu trưng): it is one until it was accepted, with what
-- it shows to those who do not see it, and stands among the logos from then on.
ALTER TABLE enterprise_documents DROP CONSTRAINT enterprise_documents_kind_check;
ALTER TABLE enterprise_documents ADD CONSTRAINT enterprise_documents_kind_check
    CHECK (kind IN ('business_licence', 'id_card', 'st_certificate', 'iso', 'other', 'logo'));
-- Of logos, what they show.
ALTER TABLE enterprise_documents ADD COLUMN alt_vi TEXT, ADD COLUMN alt_en TEXT;

-- The picture of a logo that was not accepted, in all its sizes.
CREATE TABLE logo_candidate_versions (
    document_id UUID NOT NULL REFERENCES enterprise_documents (id),
    -- Pixels of the box that it fits into; 0 for the logo itself.
    edge BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    CONSTRAINT logo_candidate_versions_pkey PRIMARY KEY (document_id, edge)
);
CREATE INDEX logo_candidate_versions_by_content ON logo_candidate_versions (sha256);

-- What owners were told about the end of rights that a listing names (quyền sở hữu trí tuệ sắp hết, đã hết hạn): once for each last day
-- and number of days before it.
CREATE TABLE right_notices (
    listing_id UUID NOT NULL REFERENCES listings (id),
    expires_on TEXT COLLATE "C" NOT NULL,
    days BIGINT NOT NULL CONSTRAINT right_notices_days_check CHECK (days >= 0),
    sent_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT right_notices_pkey PRIMARY KEY (listing_id, expires_on, days)
);
