DROP INDEX search_outbox_by_kind;
DELETE FROM search_outbox WHERE kind = 'enterprise';
ALTER TABLE search_outbox DROP COLUMN kind;
