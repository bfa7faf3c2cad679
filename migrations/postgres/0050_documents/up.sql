-- Documents beside pictures (tài liệu kèm theo tin), and what a file is for and is called. A program of before does not
-- read the rows of the new types.
ALTER TABLE files
    DROP CONSTRAINT files_media_type_check,
    ADD CONSTRAINT files_media_type_check
        CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp', 'application/pdf',
                              'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
                              'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
                              'application/vnd.openxmlformats-officedocument.presentationml.presentation')),
    -- The listing that it belongs to; none when it is the enterprise's own.
    ALTER COLUMN listing_id DROP NOT NULL,
    -- Of pictures.
    ALTER COLUMN width DROP NOT NULL,
    ALTER COLUMN height DROP NOT NULL,
    -- Of PDF.
    ADD COLUMN pages BIGINT,
    -- What it is for, and what its owner says of it. Which kinds there are, is the program's to know.
    ADD COLUMN kind TEXT NOT NULL DEFAULT 'picture',
    ADD COLUMN title_vi TEXT,
    ADD COLUMN title_en TEXT;
