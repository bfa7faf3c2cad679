DROP TABLE confidential_readings;
DROP TABLE confidential_acceptances;
DROP TABLE confidential_grants;
DROP TABLE confidential_parts;
