-- By what a letter is found, however its number is written (số văn bản: `1/SKHCN`, `01/skhcn`). It is made in the program, when an event
-- is told; what was told before has none, is never altered, and is found by the number itself.
ALTER TABLE dossier_events ADD COLUMN letter_key TEXT;
CREATE INDEX dossier_events_letter_key ON dossier_events (letter_key) WHERE letter_key IS NOT NULL;
CREATE INDEX dossier_events_letter_unkeyed ON dossier_events (letter_number) WHERE letter_key IS NULL AND letter_number IS NOT NULL;
