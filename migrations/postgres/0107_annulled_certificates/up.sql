-- The public list of what was annulled, the newest first.
CREATE INDEX certificates_annulled ON certificates (annulled_on, id) WHERE annulled_on IS NOT NULL;
