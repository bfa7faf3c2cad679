-- What keeps a listing from the public whatever its state is (tạm ngừng, gỡ bỏ).
ALTER TABLE listings ADD COLUMN hold TEXT NOT NULL DEFAULT '' CONSTRAINT listings_hold_check
    CHECK (hold IN ('', 'suspended', 'taken_down', 'ip_notice', 'suspended taken_down', 'suspended ip_notice',
        'taken_down ip_notice', 'suspended taken_down ip_notice'));

-- Requests of authorities to take listings down (yêu cầu gỡ bỏ).
CREATE TABLE takedowns (
    id BLOB NOT NULL PRIMARY KEY,
    listing_id BLOB NOT NULL REFERENCES listings (id),
    authority TEXT NOT NULL,
    reference TEXT NOT NULL,
    ground TEXT NOT NULL CONSTRAINT takedowns_ground_check CHECK (ground IN ('illegal', 'ip_infringement', 'other')),
    state TEXT NOT NULL CONSTRAINT takedowns_state_check CHECK (state IN ('open', 'carried_out', 'dismissed', 'restored')),
    received_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    entered_at INTEGER NOT NULL,
    carried_out_at INTEGER,
    closed_at INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX takedowns_by_due ON takedowns (due_at, id);
CREATE INDEX takedowns_by_listing ON takedowns (listing_id, state);

-- What anybody says is wrong with a public listing (phản ánh vi phạm). Where the answer goes is forgotten with the decision.
CREATE TABLE listing_reports (
    id BLOB NOT NULL PRIMARY KEY,
    listing_id BLOB NOT NULL REFERENCES listings (id),
    ground TEXT NOT NULL CONSTRAINT listing_reports_ground_check
        CHECK (ground IN ('illegal', 'ip_infringement', 'inaccurate', 'fraud', 'duplicate', 'spam', 'personal_data', 'other')),
    details TEXT NOT NULL,
    contact TEXT,
    language TEXT NOT NULL CONSTRAINT listing_reports_language_check CHECK (language IN ('vi', 'en')),
    state TEXT NOT NULL CONSTRAINT listing_reports_state_check CHECK (state IN ('received', 'upheld', 'dismissed')),
    received_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    decided_at INTEGER,
    answer TEXT,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX listing_reports_by_due ON listing_reports (due_at, id);
CREATE INDEX listing_reports_by_listing ON listing_reports (listing_id);
