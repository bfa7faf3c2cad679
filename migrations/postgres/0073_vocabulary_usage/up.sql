-- Spellings of units and stop words are kept by officers, too (đơn vị đo, từ dừng).
ALTER TABLE vocabulary_changes DROP CONSTRAINT vocabulary_changes_relation_check;
ALTER TABLE vocabulary_changes ADD CONSTRAINT vocabulary_changes_relation_check
    CHECK (relation IN ('equivalent', 'regional', 'loan', 'abbreviation', 'english', 'near', 'narrower', 'unit', 'stop'));
