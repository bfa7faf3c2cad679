DROP TABLE regulated_notices;
