-- What an enterprise asks the owner of a listing (phiếu bày tỏ quan tâm), where that stands, and what came of it.
CREATE TABLE inquiries (
    id UUID NOT NULL PRIMARY KEY,
    listing_id UUID NOT NULL REFERENCES listings (id),
    asker_id UUID NOT NULL REFERENCES enterprises (id),
    owner_id UUID NOT NULL REFERENCES enterprises (id),
    created_by UUID REFERENCES accounts (id),
    interest TEXT NOT NULL CONSTRAINT inquiries_interest_check CHECK (interest IN
        ('buy', 'licence', 'distribute', 'invest', 'joint_rd', 'consult', 'visit_demo', 'quote', 'supply_to_need', 'other')),
    message TEXT NOT NULL,
    quantity TEXT,
    budget JSONB,
    timeframe TEXT,
    state TEXT NOT NULL CONSTRAINT inquiries_state_check CHECK (state IN
        ('submitted', 'replied', 'in_discussion', 'agreed', 'completed', 'declined', 'withdrawn', 'expired')),
    decline_reason TEXT CONSTRAINT inquiries_decline_reason_check CHECK (decline_reason IN
        ('too_early', 'benefit_unclear', 'route_unclear', 'description_unclear', 'not_relevant', 'price', 'capacity',
         'ip_risk', 'no_answer', 'other')),
    end_note TEXT,
    -- Null also where the exchange ended it.
    ended_by TEXT CONSTRAINT inquiries_ended_by_check CHECK (ended_by IN ('asker', 'owner')),
    -- What one side proposes, until the other one takes it.
    proposed_by TEXT CONSTRAINT inquiries_proposed_by_check CHECK (proposed_by IN ('asker', 'owner')),
    proposed_outcome JSONB,
    proposed_at TIMESTAMPTZ,
    outcome JSONB,
    message_count BIGINT NOT NULL,
    respond_by TIMESTAMPTZ NOT NULL,
    first_viewed_at TIMESTAMPTZ,
    first_reply_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    version BIGINT NOT NULL
);
CREATE INDEX inquiries_by_owner ON inquiries (owner_id, created_at, id);
CREATE INDEX inquiries_by_asker ON inquiries (asker_id, created_at, id);
CREATE INDEX inquiries_by_listing ON inquiries (listing_id, asker_id);
CREATE INDEX inquiries_by_account ON inquiries (created_by, created_at);
-- Those whose term runs out, and those whose parties may have left.
CREATE INDEX inquiries_open ON inquiries (id) WHERE ended_at IS NULL;

-- What both sides wrote, in their order (trao đổi): never changed.
CREATE TABLE inquiry_messages (
    id UUID NOT NULL PRIMARY KEY,
    inquiry_id UUID NOT NULL REFERENCES inquiries (id),
    number BIGINT NOT NULL,
    side TEXT NOT NULL CONSTRAINT inquiry_messages_side_check CHECK (side IN ('asker', 'owner')),
    author_id UUID NOT NULL REFERENCES accounts (id),
    body TEXT NOT NULL,
    written_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX inquiry_messages_number ON inquiry_messages (inquiry_id, number);
CREATE INDEX inquiry_messages_by_author ON inquiry_messages (author_id, written_at);
