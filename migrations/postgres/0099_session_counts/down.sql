CREATE INDEX sessions_by_account ON sessions (account_id);
DROP INDEX sessions_running;
DROP INDEX sessions_by_account_and_begin;
