-- What the program of before made otherwise cannot be told from what it made the same: all are emptied, and its job makes them.
UPDATE enterprises SET bare_name = NULL;
