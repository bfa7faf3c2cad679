DROP TABLE enterprise_leavings;
