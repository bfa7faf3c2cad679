-- Rule sets of procedures as they came with programs, each text kept for ever: dossiers that were handed in name them by their numbers,
-- whatever a later program comes with. The first one of a code is 0, each after it one less; what officers publish is above 0. A row is
-- never altered.
CREATE TABLE shipped_procedures (
    code TEXT NOT NULL,
    number INTEGER NOT NULL CONSTRAINT shipped_procedures_number_check CHECK (number <= 0),
    -- Of the text, byte by byte.
    sha256 BLOB NOT NULL,
    rules TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    CONSTRAINT shipped_procedures_pkey PRIMARY KEY (code, number),
    CONSTRAINT shipped_procedures_code_sha256_key UNIQUE (code, sha256)
) STRICT;
