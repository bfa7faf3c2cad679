DROP TABLE enterprise_logo_versions;
DROP TABLE enterprise_logos;
