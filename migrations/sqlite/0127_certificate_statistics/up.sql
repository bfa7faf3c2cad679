-- What papers that were entered tell for the statistics and no certificate says (loại hình kinh tế, quan hệ giữa các bên). What came of a
-- dossier has it there.
CREATE TABLE certificate_statistics (
    certificate_id BLOB NOT NULL PRIMARY KEY REFERENCES certificates (id),
    -- Whose the party of Việt Nam is that carries the transfer out.
    economic_type TEXT CONSTRAINT certificate_statistics_economic_type_check
        CHECK (economic_type IN ('state', 'non_state', 'fdi')),
    -- Who transfers to whom.
    partner_type TEXT CONSTRAINT certificate_statistics_partner_type_check
        CHECK (partner_type IN ('foreign_to_vn', 'between_domestic_enterprises', 'institute_university_to_enterprise'))
) STRICT;
