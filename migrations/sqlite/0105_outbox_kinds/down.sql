DROP TABLE outbox_kinds;
