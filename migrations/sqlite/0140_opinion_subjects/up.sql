-- What an opinion was given on, as it was then (công nghệ, dự án được cho ý kiến, Luật CGCN Đ.13.4, 18): the dossier tells another
-- technology once it changed. Of what was given before, nothing is kept, and the dossier's content stands for it.
ALTER TABLE dossier_events ADD COLUMN subject TEXT;
-- The letter by which a project was appraised is looked for by its number.
CREATE INDEX dossier_events_letter_number ON dossier_events (letter_number);
