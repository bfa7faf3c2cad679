-- A tax code belongs to one registration that is not rejected. A stranger's rejected claim must not keep the enterprise
-- itself out for ever.
--
-- SQLite cannot drop a constraint of a column, so the table is made anew under its own name. What refers to it is looked
-- at when the transaction is committed, and finds the same rows again.
PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE enterprises_kept AS SELECT * FROM enterprises;
DROP TABLE enterprises;
CREATE TABLE enterprises (
    id BLOB NOT NULL PRIMARY KEY,
    tax_code TEXT NOT NULL,
    legal_form TEXT NOT NULL,
    legal_name TEXT NOT NULL,
    -- The legal name folded for sorting and comparing: done in Rust, since neither database folds Vietnamese.
    name_key TEXT NOT NULL,
    short_name TEXT,
    name_en TEXT,
    address_line TEXT NOT NULL,
    province_code TEXT NOT NULL,
    commune_code TEXT NOT NULL,
    contact_name TEXT NOT NULL,
    contact_email TEXT NOT NULL,
    contact_phone TEXT NOT NULL,
    website TEXT,
    field_codes TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT enterprises_status_check
        CHECK (status IN ('submitted', 'active', 'changes_requested', 'rejected', 'suspended')),
    is_demo INTEGER NOT NULL CONSTRAINT enterprises_is_demo_check CHECK (is_demo IN (0, 1)),
    version INTEGER NOT NULL,
    submitted_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX enterprises_tax_code_key ON enterprises (tax_code) WHERE status <> 'rejected';
CREATE INDEX enterprises_by_tax_code ON enterprises (tax_code);
CREATE INDEX enterprises_by_status ON enterprises (status, submitted_at, id);
-- The directory shows active enterprises only, in the order of their names.
CREATE INDEX enterprises_by_status_and_name ON enterprises (status, name_key, id);
INSERT INTO enterprises SELECT * FROM enterprises_kept;
DROP TABLE enterprises_kept;

-- What is public is read in the order of ids, to build the search index from nothing.
CREATE INDEX listings_by_status_and_id ON listings (status, id);
-- Old rows are forgotten by age.
CREATE INDEX search_outbox_by_age ON search_outbox (created_at);

-- Which version of the subject was decided on.
ALTER TABLE audit_log ADD COLUMN subject_version INTEGER;
