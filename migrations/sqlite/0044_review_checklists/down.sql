ALTER TABLE review_decisions DROP COLUMN checklist;
