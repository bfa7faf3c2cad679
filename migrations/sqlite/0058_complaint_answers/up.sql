-- What was answered before whoever complained asked for another look: outcome, answer and time of each, oldest first.
ALTER TABLE complaints ADD COLUMN former TEXT NOT NULL DEFAULT '[]';
