DROP TABLE data_requests;
DROP TABLE consents;
DROP TABLE policy_acceptances;
DROP TABLE policy_documents;
