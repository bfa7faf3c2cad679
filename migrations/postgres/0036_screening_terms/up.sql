-- Words that keep a listing from the public, or that officers are warned of (từ khóa kiểm duyệt). A term is never changed:
-- it is ended and another takes its place, so that it stays known what a listing was once held against.
CREATE TABLE screening_terms (
    id UUID NOT NULL PRIMARY KEY,
    phrase TEXT NOT NULL,
    -- The syllables as they are compared, so that nobody adds the same twice.
    phrase_key TEXT COLLATE "C" NOT NULL,
    ignores_diacritics BOOLEAN NOT NULL,
    severity TEXT NOT NULL CONSTRAINT screening_terms_severity_check CHECK (severity IN ('block', 'flag')),
    ground TEXT NOT NULL,
    created_by UUID REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX screening_terms_phrase_key ON screening_terms (phrase_key) WHERE ended_at IS NULL;
