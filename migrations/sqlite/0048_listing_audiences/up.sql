-- To whom a listing is shown (công khai, hạn chế), and whether its owner takes inquiries.
ALTER TABLE listings ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public' CONSTRAINT listings_visibility_check
    CHECK (visibility IN ('public', 'members', 'on_request'));
ALTER TABLE listings ADD COLUMN open_for_inquiry INTEGER NOT NULL DEFAULT 1 CONSTRAINT listings_open_for_inquiry_check
    CHECK (open_for_inquiry IN (0, 1));
