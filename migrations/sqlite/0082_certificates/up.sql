-- Certificates of technology transfer (Giấy chứng nhận, Giấy phép). A row is never altered but for the day of annulment.
CREATE TABLE certificates (
    id BLOB NOT NULL PRIMARY KEY,
    -- The first one of the chain; of amendments only.
    root_id BLOB REFERENCES certificates (id),
    position INTEGER NOT NULL,
    dossier_id BLOB CONSTRAINT certificates_dossier_id_key UNIQUE REFERENCES dossiers (id),
    -- Where its life is followed; of the first one of a chain.
    case_id BLOB CONSTRAINT certificates_case_id_key UNIQUE REFERENCES dossiers (id),
    enterprise_id BLOB REFERENCES enterprises (id),
    counterparty_id BLOB REFERENCES enterprises (id),
    kind TEXT NOT NULL CONSTRAINT certificates_kind_check CHECK (kind IN ('registration', 'amendment', 'licence')),
    authority TEXT NOT NULL,
    number TEXT NOT NULL,
    -- The number as it is compared, without diacritics.
    number_key TEXT NOT NULL,
    -- Opens the public page; null of what was not issued here.
    code TEXT CONSTRAINT certificates_code_key UNIQUE,
    issued_on TEXT NOT NULL,
    expires_on TEXT,
    annulled_on TEXT,
    direction TEXT,
    transferor_tax_code TEXT,
    transferee_tax_code TEXT,
    -- Number, parties and technology, folded.
    search_key TEXT NOT NULL,
    commune_code TEXT NOT NULL,
    vnd_value INTEGER,
    record TEXT NOT NULL,
    jws TEXT,
    prepared_by BLOB REFERENCES accounts (id),
    signed_by BLOB REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    CONSTRAINT certificates_number_key UNIQUE (authority, number_key),
    CONSTRAINT certificates_chain_key UNIQUE (root_id, position)
) STRICT;
CREATE INDEX certificates_number ON certificates (number_key);
CREATE INDEX certificates_issued ON certificates (issued_on, id);
CREATE INDEX certificates_enterprise ON certificates (enterprise_id, issued_on, id);
CREATE INDEX certificates_counterparty ON certificates (counterparty_id, issued_on, id);
CREATE INDEX certificates_transferor ON certificates (transferor_tax_code);
CREATE INDEX certificates_transferee ON certificates (transferee_tax_code);

-- The documents as they were issued (PDF).
CREATE TABLE certificate_documents (
    certificate_id BLOB NOT NULL PRIMARY KEY REFERENCES certificates (id),
    sha256 BLOB NOT NULL,
    content BLOB NOT NULL
) STRICT;

-- Keys that sign certificates; private halves are sealed. Public halves are kept for ever.
CREATE TABLE certificate_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    public_key BLOB NOT NULL,
    sealed_key BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    retired_at INTEGER
) STRICT;

-- What one officer proposes and another signs.
CREATE TABLE dossier_proposals (
    dossier_id BLOB NOT NULL PRIMARY KEY REFERENCES dossiers (id),
    event TEXT NOT NULL,
    given_on TEXT,
    ground TEXT,
    note TEXT,
    -- Hash of what would be issued, so that nothing else is signed.
    record_sha256 BLOB,
    proposed_by BLOB NOT NULL REFERENCES accounts (id),
    proposed_at INTEGER NOT NULL
) STRICT;

-- The certificate that a dossier is about.
ALTER TABLE dossiers ADD COLUMN certificate_id BLOB REFERENCES certificates (id);
