-- Warnings about the terms of data requests that officers were sent: once for each term and each deadline of it (nhắc hạn).
CREATE TABLE data_request_alarms (
    request_id BLOB NOT NULL REFERENCES data_requests (id),
    step TEXT NOT NULL CONSTRAINT data_request_alarms_step_check CHECK (step IN ('acknowledge', 'fulfil')),
    stage TEXT NOT NULL CONSTRAINT data_request_alarms_stage_check CHECK (stage IN ('soon', 'missed')),
    -- A term that was extended has another deadline, of which officers are warned anew.
    deadline INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    CONSTRAINT data_request_alarms_pkey PRIMARY KEY (request_id, step, stage, deadline)
) STRICT;
