-- More abbreviated legal forms (LH HTX, Hộ KD), and what a name is called in short behind it, belong to no bare name any more: names
-- that have such words are emptied, and the job that fills them makes them anew.
UPDATE enterprises
SET bare_name = NULL
WHERE ' ' || bare_name || ' ' LIKE '% lien hiep %'
    OR ' ' || bare_name || ' ' LIKE '% lh %'
    OR ' ' || bare_name || ' ' LIKE '% lhhtx %'
    OR ' ' || bare_name || ' ' LIKE '% ho kd %'
    OR ' ' || bare_name || ' ' LIKE '% hokd %'
    OR ' ' || bare_name || ' ' LIKE '% doanh nghiep tn %'
    OR ' ' || bare_name || ' ' LIKE '% dn tn %'
    OR ' ' || bare_name || ' ' LIKE '% dn tu nhan %'
    OR legal_name LIKE '%)';
