-- What keeps a listing from the public whatever its state is (tạm ngừng, gỡ bỏ).
ALTER TABLE listings ADD COLUMN hold TEXT NOT NULL DEFAULT '' CONSTRAINT listings_hold_check
    CHECK (hold IN ('', 'suspended', 'taken_down', 'ip_notice', 'suspended taken_down', 'suspended ip_notice',
        'taken_down ip_notice', 'suspended taken_down ip_notice'));

-- Requests of authorities to take listings down (yêu cầu gỡ bỏ).
CREATE TABLE takedowns (
    id UUID NOT NULL PRIMARY KEY,
    listing_id UUID NOT NULL REFERENCES listings (id),
    authority TEXT NOT NULL,
    reference TEXT NOT NULL,
    ground TEXT NOT NULL CONSTRAINT takedowns_ground_check CHECK (ground IN ('illegal', 'ip_infringement', 'other')),
    state TEXT NOT NULL CONSTRAINT takedowns_state_check CHECK (state IN ('open', 'carried_out', 'dismissed', 'restored')),
    received_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    entered_at TIMESTAMPTZ NOT NULL,
    carried_out_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    version BIGINT NOT NULL
);
CREATE INDEX takedowns_by_due ON takedowns (due_at, id);
CREATE INDEX takedowns_by_listing ON takedowns (listing_id, state);

-- What anybody says is wrong with a public listing (phản ánh vi phạm). Where the answer goes is forgotten with the decision.
CREATE TABLE listing_reports (
    id UUID NOT NULL PRIMARY KEY,
    listing_id UUID NOT NULL REFERENCES listings (id),
    ground TEXT NOT NULL CONSTRAINT listing_reports_ground_check
        CHECK (ground IN ('illegal', 'ip_infringement', 'inaccurate', 'fraud', 'duplicate', 'spam', 'personal_data', 'other')),
    details TEXT NOT NULL,
    contact TEXT,
    language TEXT NOT NULL CONSTRAINT listing_reports_language_check CHECK (language IN ('vi', 'en')),
    state TEXT NOT NULL CONSTRAINT listing_reports_state_check CHECK (state IN ('received', 'upheld', 'dismissed')),
    received_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ,
    answer TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX listing_reports_by_due ON listing_reports (due_at, id);
CREATE INDEX listing_reports_by_listing ON listing_reports (listing_id);
