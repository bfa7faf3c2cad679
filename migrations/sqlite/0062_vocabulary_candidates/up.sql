-- What was learned from public listings for the vocabulary of searches, and what officers made of it (từ vựng đề xuất).
-- Nothing is removed: what was refused is so never proposed again.
CREATE TABLE vocabulary_candidates (
    id BLOB NOT NULL PRIMARY KEY,
    -- Name of the group that it would be.
    candidate_key TEXT NOT NULL CONSTRAINT vocabulary_candidates_key UNIQUE,
    relation TEXT NOT NULL CONSTRAINT vocabulary_candidates_relation_check CHECK (relation IN ('equivalent', 'regional', 'loan', 'abbreviation', 'english', 'near', 'narrower')),
    members TEXT NOT NULL,
    method TEXT NOT NULL CONSTRAINT vocabulary_candidates_method_check CHECK (method IN ('abbreviation', 'titles')),
    support INTEGER NOT NULL,
    score INTEGER NOT NULL,
    -- Listings that say so, with the words.
    examples TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT vocabulary_candidates_status_check CHECK (status IN ('waiting', 'accepted', 'rejected')),
    found_at INTEGER NOT NULL,
    decided_by BLOB REFERENCES accounts (id),
    decided_at INTEGER,
    -- The entry that it became.
    entry_id BLOB
) STRICT;
CREATE INDEX vocabulary_candidates_status ON vocabulary_candidates (status, id);
