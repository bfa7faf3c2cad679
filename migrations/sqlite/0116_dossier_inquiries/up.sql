-- The inquiry of which a dossier came.
ALTER TABLE dossiers ADD COLUMN inquiry_id BLOB REFERENCES inquiries (id);
