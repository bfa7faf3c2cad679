DROP TABLE devices;
DROP TABLE asks;
