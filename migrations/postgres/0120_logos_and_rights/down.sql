DROP TABLE right_notices;
DROP TABLE logo_candidate_versions;
DELETE FROM document_notices WHERE document_id IN (SELECT id FROM enterprise_documents WHERE kind = 'logo');
DELETE FROM enterprise_documents WHERE kind = 'logo';
ALTER TABLE enterprise_documents DROP COLUMN alt_vi, DROP COLUMN alt_en;
ALTER TABLE enterprise_documents DROP CONSTRAINT enterprise_documents_kind_check;
ALTER TABLE enterprise_documents ADD CONSTRAINT enterprise_documents_kind_check
    CHECK (kind IN ('business_licence', 'id_card', 'st_certificate', 'iso', 'other'));
