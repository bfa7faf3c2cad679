DROP TABLE data_request_alarms;
