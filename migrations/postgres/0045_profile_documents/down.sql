DELETE FROM review_claims WHERE kind IN ('document', 'report');
ALTER TABLE review_claims DROP CONSTRAINT review_claims_kind_check;
ALTER TABLE review_claims ADD CONSTRAINT review_claims_kind_check
    CHECK (kind IN ('enterprise', 'amendment', 'listing', 'revision'));
DELETE FROM review_decisions WHERE kind IN ('document', 'report');
ALTER TABLE review_decisions DROP CONSTRAINT review_decisions_kind_check;
ALTER TABLE review_decisions ADD CONSTRAINT review_decisions_kind_check
    CHECK (kind IN ('enterprise', 'amendment', 'listing', 'revision'));
DELETE FROM review_messages WHERE kind IN ('document', 'report');
ALTER TABLE review_messages DROP CONSTRAINT review_messages_kind_check;
ALTER TABLE review_messages ADD CONSTRAINT review_messages_kind_check
    CHECK (kind IN ('enterprise', 'amendment', 'listing', 'revision'));

DROP TABLE enterprise_documents;
