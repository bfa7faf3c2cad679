-- REPLACE deletes the row that is in its way without firing its DELETE trigger (only recursive_triggers would make it),
-- so it is refused before it begins: whatever would take the place of a row is no new row. Each key is looked up in its
-- own index. A row without a number has a number below 1 here, which the program never gives out.
CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE seq = NEW.seq AND NEW.seq > 0)
    OR EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM audit_log WHERE lane = NEW.lane AND link = NEW.link)
BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only');
END;
CREATE TRIGGER audit_checkpoints_no_replace BEFORE INSERT ON audit_checkpoints
WHEN EXISTS (SELECT 1 FROM audit_checkpoints WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'audit_checkpoints is append-only');
END;
