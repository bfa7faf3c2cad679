-- Files that a consultation names, or ever named (văn bản trả lời lấy ý kiến, Luật CGCN Đ.20): confidential, for officers only.
ALTER TABLE dossier_files ADD COLUMN is_confidential INTEGER NOT NULL DEFAULT 0
    CONSTRAINT dossier_files_is_confidential_check CHECK (is_confidential IN (0, 1));
UPDATE dossier_files SET is_confidential = 1
    WHERE id IN (SELECT file_id FROM dossier_consultations WHERE file_id IS NOT NULL);
