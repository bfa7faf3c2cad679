DROP TABLE listing_videos;
