DROP TABLE shipped_procedures;
