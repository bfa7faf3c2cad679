-- Enterprises in full (hồ sơ doanh nghiệp đầy đủ).
--
-- `tax_code` is from now on the number by which an enterprise is known, of whatever kind: a tax code as before,
-- `personal_id:` with a keyed hash of a personal number, or `foreign:` with country and number. So it stays unique.
-- A program of before does not read the rows of the new kinds.

-- What may be added at any time.
ALTER TABLE enterprises ADD COLUMN details JSONB NOT NULL DEFAULT '{}';
-- A personal number, sealed, and its last digits.
ALTER TABLE enterprises ADD COLUMN personal_id_sealed BYTEA;
ALTER TABLE enterprises ADD COLUMN personal_id_hint TEXT;
-- What an active enterprise wants to change of what was verified: sealed, because a personal number may be in it.
ALTER TABLE enterprises ADD COLUMN amendment_sealed BYTEA;
ALTER TABLE enterprises ADD COLUMN amendment_status TEXT CONSTRAINT enterprises_amendment_status_check
    CHECK (amendment_status IN ('submitted', 'changes_requested', 'rejected'));
ALTER TABLE enterprises ADD COLUMN amendment_submitted_at TIMESTAMPTZ;
CREATE INDEX enterprises_by_amendment ON enterprises (amendment_submitted_at, id)
    WHERE amendment_status = 'submitted';
