-- What became of the paper for which a duplicate is asked (mất, hỏng); null of what was prepared before it was asked for, which is
-- prepared anew. What was signed tells it in its record.
ALTER TABLE certificate_duplicate_proposals ADD COLUMN cause TEXT
    CONSTRAINT certificate_duplicate_proposals_cause_check CHECK (cause IN ('lost', 'spoilt'));
