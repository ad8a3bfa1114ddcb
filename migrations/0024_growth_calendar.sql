-- Whose working days the dates of a programme go by: NULL = the person's own week, else a calendar of the desk's promises, with its holidays.
ALTER TABLE programme_rev ADD COLUMN calendar STR;
