-- Certificates of technology transfer (Giấy chứng nhận, Giấy phép). A row is never altered but for the day of annulment.
CREATE TABLE certificates (
    id UUID NOT NULL PRIMARY KEY,
    -- The first one of the chain; of amendments only.
    root_id UUID REFERENCES certificates (id),
    position BIGINT NOT NULL,
    dossier_id UUID CONSTRAINT certificates_dossier_id_key UNIQUE REFERENCES dossiers (id),
    -- Where its life is followed; of the first one of a chain.
    case_id UUID CONSTRAINT certificates_case_id_key UNIQUE REFERENCES dossiers (id),
    enterprise_id UUID REFERENCES enterprises (id),
    counterparty_id UUID REFERENCES enterprises (id),
    kind TEXT NOT NULL CONSTRAINT certificates_kind_check CHECK (kind IN ('registration', 'amendment', 'licence')),
    authority TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    -- The number as it is compared, without diacritics.
    number_key TEXT COLLATE "C" NOT NULL,
    -- Opens the public page; null of what was not issued here.
    code TEXT COLLATE "C" CONSTRAINT certificates_code_key UNIQUE,
    issued_on TEXT COLLATE "C" NOT NULL,
    expires_on TEXT COLLATE "C",
    annulled_on TEXT COLLATE "C",
    direction TEXT,
    transferor_tax_code TEXT COLLATE "C",
    transferee_tax_code TEXT COLLATE "C",
    -- Number, parties and technology, folded.
    search_key TEXT NOT NULL,
    commune_code TEXT COLLATE "C" NOT NULL,
    vnd_value BIGINT,
    record JSONB NOT NULL,
    jws TEXT,
    prepared_by UUID REFERENCES accounts (id),
    signed_by UUID REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT certificates_number_key UNIQUE (authority, number_key),
    CONSTRAINT certificates_chain_key UNIQUE (root_id, position)
);
CREATE INDEX certificates_number ON certificates (number_key);
CREATE INDEX certificates_issued ON certificates (issued_on, id);
CREATE INDEX certificates_enterprise ON certificates (enterprise_id, issued_on, id);
CREATE INDEX certificates_counterparty ON certificates (counterparty_id, issued_on, id);
CREATE INDEX certificates_transferor ON certificates (transferor_tax_code);
CREATE INDEX certificates_transferee ON certificates (transferee_tax_code);

-- The documents as they were issued (PDF).
CREATE TABLE certificate_documents (
    certificate_id UUID NOT NULL PRIMARY KEY REFERENCES certificates (id),
    sha256 BYTEA NOT NULL,
    content BYTEA NOT NULL
);

-- Keys that sign certificates; private halves are sealed. Public halves are kept for ever.
CREATE TABLE certificate_keys (
    kid TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    public_key BYTEA NOT NULL,
    sealed_key BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    retired_at TIMESTAMPTZ
);

-- What one officer proposes and another signs.
CREATE TABLE dossier_proposals (
    dossier_id UUID NOT NULL PRIMARY KEY REFERENCES dossiers (id),
    event TEXT NOT NULL,
    given_on TEXT,
    ground TEXT,
    note TEXT,
    -- Hash of what would be issued, so that nothing else is signed.
    record_sha256 BYTEA,
    proposed_by UUID NOT NULL REFERENCES accounts (id),
    proposed_at TIMESTAMPTZ NOT NULL
);

-- The certificate that a dossier is about.
ALTER TABLE dossiers ADD COLUMN certificate_id UUID REFERENCES certificates (id);
