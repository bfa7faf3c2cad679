DROP INDEX listings_by_source_site;
DROP INDEX listings_by_creator;
