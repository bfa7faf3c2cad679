-- Six kinds more.
ALTER TABLE listings DROP CONSTRAINT listings_kind_check;
ALTER TABLE listings ADD CONSTRAINT listings_kind_check
    CHECK (kind IN ('technology_offer', 'equipment_offer', 'ip_asset', 'technology_need', 'equipment_need',
                    'consulting_service', 'expert', 'partner_search', 'rd_project', 'ocop_product'));
