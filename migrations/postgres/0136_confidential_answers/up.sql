-- Files that a consultation names, or ever named (văn bản trả lời lấy ý kiến, Luật CGCN Đ.20): confidential, for officers only.
ALTER TABLE dossier_files ADD COLUMN is_confidential BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE dossier_files SET is_confidential = TRUE
    WHERE id IN (SELECT file_id FROM dossier_consultations WHERE file_id IS NOT NULL);
