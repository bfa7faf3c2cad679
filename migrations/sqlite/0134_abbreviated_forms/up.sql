-- Abbreviated legal forms (Cty, CTCP), and some written out (hợp tác xã), belong to no bare name any more: names that have such
-- words are emptied, and the job that fills them makes them anew.
UPDATE enterprises
SET bare_name = NULL
WHERE ' ' || bare_name || ' ' LIKE '% cty %'
    OR ' ' || bare_name || ' ' LIKE '% c %'
    OR ' ' || bare_name || ' ' LIKE '% ct %'
    OR ' ' || bare_name || ' ' LIKE '% ctcp %'
    OR ' ' || bare_name || ' ' LIKE '% cttnhh %'
    OR ' ' || bare_name || ' ' LIKE '% ctytnhh %'
    OR ' ' || bare_name || ' ' LIKE '% tnhhmtv %'
    OR ' ' || bare_name || ' ' LIKE '% 1 %'
    OR ' ' || bare_name || ' ' LIKE '% 2 %'
    OR ' ' || bare_name || ' ' LIKE '% 1tv %'
    OR ' ' || bare_name || ' ' LIKE '% 2tv %'
    OR ' ' || bare_name || ' ' LIKE '% doanh nghiep tu nhan %'
    OR ' ' || bare_name || ' ' LIKE '% hop danh %'
    OR ' ' || bare_name || ' ' LIKE '% hop tac xa %'
    OR ' ' || bare_name || ' ' LIKE '% ho kinh doanh %';
