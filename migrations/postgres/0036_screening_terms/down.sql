DROP TABLE screening_terms;
