DROP TABLE certificate_proofs;
