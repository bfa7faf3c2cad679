-- Rule sets of procedures as officers publish them, every version kept for ever (quy trình thủ tục). Version 0 of a code is
-- what the program comes with. A row is never altered.
CREATE TABLE procedure_versions (
    code TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CONSTRAINT procedure_versions_version_check CHECK (version > 0),
    -- The same in all versions of a code.
    procedure_id UUID NOT NULL,
    rules JSONB NOT NULL,
    changed_by UUID REFERENCES accounts (id),
    changed_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT procedure_versions_pkey PRIMARY KEY (code, version)
);
