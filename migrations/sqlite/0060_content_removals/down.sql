DROP TABLE content_removals;
