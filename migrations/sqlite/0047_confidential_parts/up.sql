-- What a listing does not tell everybody (phần bảo mật), sealed with the master key: its owner's side reads it, and whom the
-- owner grants it.
CREATE TABLE confidential_parts (
    listing_id BLOB NOT NULL PRIMARY KEY REFERENCES listings (id),
    sealed BLOB NOT NULL,
    version INTEGER NOT NULL,
    updated_by BLOB REFERENCES accounts (id),
    updated_at INTEGER NOT NULL
) STRICT;

-- To which enterprise it was granted, for what, until when, and under which undertaking (cấp quyền xem, cam kết bảo mật).
CREATE TABLE confidential_grants (
    id BLOB NOT NULL PRIMARY KEY,
    listing_id BLOB NOT NULL REFERENCES listings (id),
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    purpose TEXT NOT NULL,
    undertaking TEXT NOT NULL,
    given_by BLOB REFERENCES accounts (id),
    given_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX confidential_grants_by_listing ON confidential_grants (listing_id, enterprise_id);
CREATE INDEX confidential_grants_by_enterprise ON confidential_grants (enterprise_id, id);

-- Who accepted the undertaking of a grant, by the SHA-256 of its text.
CREATE TABLE confidential_acceptances (
    grant_id BLOB NOT NULL REFERENCES confidential_grants (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    text_sha256 TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    -- Cleared when the person is erased.
    ip TEXT,
    PRIMARY KEY (grant_id, account_id)
) STRICT;

-- Every reading (sổ theo dõi truy cập): kept when the part is removed.
CREATE TABLE confidential_readings (
    id BLOB NOT NULL PRIMARY KEY,
    listing_id BLOB NOT NULL REFERENCES listings (id),
    reader TEXT NOT NULL CONSTRAINT confidential_readings_reader_check CHECK (reader IN ('owner', 'grantee', 'officer')),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    grant_id BLOB REFERENCES confidential_grants (id),
    -- Why, of officers.
    reason TEXT,
    part_version INTEGER NOT NULL,
    read_at INTEGER NOT NULL,
    -- Cleared when the person is erased.
    ip TEXT
) STRICT;
CREATE INDEX confidential_readings_by_listing ON confidential_readings (listing_id, id);
