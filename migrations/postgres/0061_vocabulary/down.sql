DROP TABLE vocabulary_changes;
