-- Whether a grant opens the confidential part too, or only the listing that is shown on request. Of those of before the
-- trail knows whether there was a part when they were given; what was written later they do not open.
ALTER TABLE confidential_grants ADD COLUMN covers_part BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE confidential_grants SET covers_part = TRUE WHERE 'confidential.written' = (
    SELECT deed FROM audit_log
    WHERE subject_kind = 'listing' AND subject_id = confidential_grants.listing_id
        AND deed IN ('confidential.written', 'confidential.removed') AND at <= confidential_grants.given_at
    ORDER BY at DESC, seq DESC LIMIT 1
);

-- The version at which a part was removed: what is written after it goes on from there, so that no version means two texts.
CREATE TABLE confidential_removals (
    listing_id UUID NOT NULL PRIMARY KEY REFERENCES listings (id),
    version BIGINT NOT NULL
);

-- Readings and acceptances of one person: for the copy of the data, and for erasure.
CREATE INDEX confidential_acceptances_by_account ON confidential_acceptances (account_id);
CREATE INDEX confidential_readings_by_account ON confidential_readings (account_id, id);
