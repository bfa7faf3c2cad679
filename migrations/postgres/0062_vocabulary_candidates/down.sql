DROP TABLE vocabulary_candidates;
