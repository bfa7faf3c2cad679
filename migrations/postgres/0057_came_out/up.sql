-- Whether everybody ever saw a listing, if only in part: of no other one the public feed tells that it is gone. Of what only
-- members see now, nothing says how it was before; it counts as never seen.
ALTER TABLE listings ADD COLUMN came_out BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE listings SET came_out = TRUE WHERE published_at IS NOT NULL AND visibility <> 'members';
