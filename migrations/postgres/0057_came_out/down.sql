ALTER TABLE listings DROP COLUMN came_out;
