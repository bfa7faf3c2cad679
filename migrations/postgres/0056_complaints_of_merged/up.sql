-- Complaints about enterprises that were merged into another one before complaints went along (khiếu nại về hồ sơ đã gộp).
UPDATE complaints
SET enterprise_id = (SELECT merged_into FROM enterprises WHERE enterprises.id = complaints.enterprise_id),
    version = version + 1
WHERE enterprise_id IN (SELECT id FROM enterprises WHERE merged_into IS NOT NULL);
