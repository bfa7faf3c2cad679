-- The inquiry of which a dossier came.
ALTER TABLE dossiers ADD COLUMN inquiry_id UUID REFERENCES inquiries (id);
