DROP INDEX listing_figures_by_import;
DROP INDEX listings_by_status_and_creation;
DROP INDEX listings_by_creation;
ALTER TABLE listings DROP COLUMN regulatory_class;
