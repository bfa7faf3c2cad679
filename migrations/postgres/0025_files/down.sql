DROP TABLE file_thumbnails;
DROP TABLE files;
