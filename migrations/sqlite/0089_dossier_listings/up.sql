-- The listing from which a dossier was begun, where it was.
ALTER TABLE dossiers ADD COLUMN listing_id BLOB REFERENCES listings (id);
