-- Number and day of the decision by which what is proposed is done: of an annulment (số, ngày quyết định).
ALTER TABLE dossier_proposals ADD COLUMN letter_number TEXT;
ALTER TABLE dossier_proposals ADD COLUMN letter_on TEXT;
