DROP INDEX enterprises_by_amendment;
ALTER TABLE enterprises DROP COLUMN amendment_submitted_at;
ALTER TABLE enterprises DROP COLUMN amendment_status;
ALTER TABLE enterprises DROP COLUMN amendment_sealed;
ALTER TABLE enterprises DROP COLUMN personal_id_hint;
ALTER TABLE enterprises DROP COLUMN personal_id_sealed;
ALTER TABLE enterprises DROP COLUMN details;
