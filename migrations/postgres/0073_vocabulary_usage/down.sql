-- Fails while there is an entry of a new relation: it could become nothing else without saying what is not so.
ALTER TABLE vocabulary_changes DROP CONSTRAINT vocabulary_changes_relation_check;
ALTER TABLE vocabulary_changes ADD CONSTRAINT vocabulary_changes_relation_check
    CHECK (relation IN ('equivalent', 'regional', 'loan', 'abbreviation', 'english', 'near', 'narrower'));
