-- The enterprise that one was merged into, for ever (gộp hồ sơ trùng). To a program of before, it is suspended.
ALTER TABLE enterprises ADD COLUMN merged_into BLOB;
CREATE INDEX enterprises_by_merger ON enterprises (merged_into);
