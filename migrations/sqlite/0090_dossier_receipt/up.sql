-- The day on which a paper filing came, where it was entered later.
ALTER TABLE dossier_events ADD COLUMN received_on TEXT;
