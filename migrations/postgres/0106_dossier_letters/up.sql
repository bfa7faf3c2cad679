-- Number and day of the authority's own letter by which an event is told: of an opinion (số, ngày văn bản).
ALTER TABLE dossier_events ADD COLUMN letter_number TEXT;
ALTER TABLE dossier_events ADD COLUMN letter_on TEXT;
