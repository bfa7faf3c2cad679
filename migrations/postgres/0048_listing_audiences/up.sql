-- To whom a listing is shown (công khai, hạn chế), and whether its owner takes inquiries.
ALTER TABLE listings ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public' CONSTRAINT listings_visibility_check
    CHECK (visibility IN ('public', 'members', 'on_request'));
ALTER TABLE listings ADD COLUMN open_for_inquiry BOOLEAN NOT NULL DEFAULT TRUE;
