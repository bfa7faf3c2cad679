DROP TABLE letters;
DROP TABLE proofs;
