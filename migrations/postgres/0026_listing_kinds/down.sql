-- Fails while there is a listing of a new kind: it could become nothing else without saying what is not so.
ALTER TABLE listings DROP CONSTRAINT listings_kind_check;
ALTER TABLE listings ADD CONSTRAINT listings_kind_check
    CHECK (kind IN ('technology_offer', 'equipment_offer', 'technology_need', 'equipment_need'));
