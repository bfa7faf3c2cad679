-- What officers look for in the register of enterprises (sổ doanh nghiệp): the sort of organisation beside `details`, which
-- is never queried, and the order in which it is read. What a program of before writes has none until it is written again.
ALTER TABLE enterprises ADD COLUMN kind TEXT COLLATE "C";
UPDATE enterprises SET kind = details ->> 'kind';
-- The merged ones are left out by the first column, by which is ordered, too.
CREATE INDEX enterprises_by_registration ON enterprises (merged_into, created_at, id);
CREATE INDEX enterprises_by_kind ON enterprises (kind, created_at, id);
