-- By what officers are told that a registration may be there already (nghi trùng hồ sơ): the name without the words of the
-- legal form, and the telephone. What a program of before writes has no such name, or that of the name before, until the job
-- that fills them comes by.
ALTER TABLE enterprises ADD COLUMN bare_name TEXT COLLATE "C";
CREATE INDEX enterprises_by_bare_name ON enterprises (bare_name);
CREATE INDEX enterprises_by_contact_phone ON enterprises (contact_phone);
