DROP TABLE complaints;
DROP TABLE ip_notices;
