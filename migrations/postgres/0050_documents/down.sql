DELETE FROM file_thumbnails WHERE file_id IN (
    SELECT id FROM files WHERE listing_id IS NULL OR media_type NOT IN ('image/jpeg', 'image/png', 'image/webp')
);
DELETE FROM files WHERE listing_id IS NULL OR media_type NOT IN ('image/jpeg', 'image/png', 'image/webp');
ALTER TABLE files
    DROP CONSTRAINT files_media_type_check,
    ADD CONSTRAINT files_media_type_check CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp')),
    ALTER COLUMN listing_id SET NOT NULL,
    ALTER COLUMN width SET NOT NULL,
    ALTER COLUMN height SET NOT NULL,
    DROP COLUMN pages,
    DROP COLUMN kind,
    DROP COLUMN title_vi,
    DROP COLUMN title_en;
