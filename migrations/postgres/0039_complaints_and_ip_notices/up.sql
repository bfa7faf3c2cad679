-- Notices of rights holders that a listing infringes intellectual property (thông báo xâm phạm), and what its owner answers.
CREATE TABLE ip_notices (
    id UUID NOT NULL PRIMARY KEY,
    listing_id UUID NOT NULL REFERENCES listings (id),
    ip_right TEXT NOT NULL CONSTRAINT ip_notices_right_check
        CHECK (ip_right IN ('patent', 'utility_solution', 'industrial_design', 'layout_design', 'trademark',
            'software_copyright', 'trade_secret', 'plant_variety', 'geographical_indication')),
    right_number TEXT,
    claimant TEXT NOT NULL,
    -- Forgotten when the notice is refused or the listing restored.
    contact TEXT,
    language TEXT NOT NULL CONSTRAINT ip_notices_language_check CHECK (language IN ('vi', 'en')),
    statement TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ip_notices_state_check
        CHECK (state IN ('received', 'accepted', 'countered', 'rejected', 'upheld', 'restored')),
    received_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    accepted_at TIMESTAMPTZ,
    counter TEXT,
    countered_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    version BIGINT NOT NULL
);
CREATE INDEX ip_notices_by_due ON ip_notices (due_at, id);
CREATE INDEX ip_notices_by_listing ON ip_notices (listing_id, state);

-- Complaints about enterprises and their listings (khiếu nại). Where the answer goes is forgotten with the decision.
CREATE TABLE complaints (
    id UUID NOT NULL PRIMARY KEY,
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    listing_id UUID REFERENCES listings (id),
    ground TEXT NOT NULL CONSTRAINT complaints_ground_check
        CHECK (ground IN ('information', 'conduct', 'quality', 'personal_data', 'other')),
    details TEXT NOT NULL,
    contact TEXT,
    language TEXT NOT NULL CONSTRAINT complaints_language_check CHECK (language IN ('vi', 'en')),
    state TEXT NOT NULL CONSTRAINT complaints_state_check
        CHECK (state IN ('received', 'acknowledged', 'resolved', 'rejected', 'reopened')),
    received_at TIMESTAMPTZ NOT NULL,
    -- Until when the next step is due: acknowledging, then answering.
    due_at TIMESTAMPTZ NOT NULL,
    acknowledged_at TIMESTAMPTZ,
    decided_at TIMESTAMPTZ,
    answer TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX complaints_by_due ON complaints (due_at, id);
CREATE INDEX complaints_by_enterprise ON complaints (enterprise_id, state);
