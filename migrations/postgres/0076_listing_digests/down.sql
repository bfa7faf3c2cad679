DROP TABLE listing_digests;
