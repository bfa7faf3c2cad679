-- When an enterprise was closed (chấm dứt tham gia Sàn). It stands among the suspended, as which a program of before takes it.
ALTER TABLE enterprises ADD COLUMN closed_at INTEGER;
