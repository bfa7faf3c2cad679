-- How often an account signed in lately is counted at each sign-in, and which of its running sessions was used longest ago.
CREATE INDEX sessions_by_account_and_begin ON sessions (account_id, created_at);
CREATE INDEX sessions_running ON sessions (account_id, rotated_at, id) WHERE ended_at IS NULL;
DROP INDEX sessions_by_account;
