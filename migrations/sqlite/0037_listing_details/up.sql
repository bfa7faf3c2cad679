-- What not every listing has (thông tin riêng theo loại tin), as one document: a table may have so many columns.
ALTER TABLE listings ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
