DROP TABLE listing_revisions;
