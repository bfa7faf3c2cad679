-- What the officer had ticked, and of which edition of the checklist; approvals only (danh mục kiểm tra).
ALTER TABLE review_decisions ADD COLUMN checklist TEXT;
