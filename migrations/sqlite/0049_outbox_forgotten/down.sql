DROP TABLE outbox_forgotten;
