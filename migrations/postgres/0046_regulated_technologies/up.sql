-- What the law on technology transfer says of a listing's technology (khuyến khích, hạn chế, cấm chuyển giao): as its owner
-- declares it, and as an officer found it.
ALTER TABLE listings ADD COLUMN regulation JSONB NOT NULL DEFAULT '{}';
ALTER TABLE listings ADD COLUMN regulatory_finding JSONB;
-- Source and hints of an entry of the list of regulated technologies; of other lists none.
ALTER TABLE reference_changes ADD COLUMN attributes JSONB;
