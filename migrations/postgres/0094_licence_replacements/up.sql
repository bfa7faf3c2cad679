-- The licence that replaced this one (LTT 30.6): from its day on this one is over.
ALTER TABLE certificates ADD COLUMN replaced_by_id UUID REFERENCES certificates (id);
-- The licences of an approval are looked for by what they follow.
CREATE INDEX dossiers_following ON dossiers (follows_id) WHERE follows_id IS NOT NULL;
