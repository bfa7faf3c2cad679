DROP TABLE takedown_alarms;
DROP TABLE review_digest_refusals;
DROP TABLE review_digests;
