DROP TABLE listing_figures;
