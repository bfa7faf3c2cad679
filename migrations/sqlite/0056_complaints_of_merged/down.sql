-- They stay where they are: a program of before reads them there, too.
SELECT 1;
