-- The register of listings by who began them (người tạo) and by the site from which they were imported (sàn nguồn), in its own
-- order: of a hundred thousand listings few are one person's, or one site's.
CREATE INDEX listings_by_creator ON listings (created_by, created_at, id, status) WHERE created_by IS NOT NULL;
CREATE INDEX listings_by_source_site ON listings (source_site, created_at, id, status) WHERE source_site IS NOT NULL;
