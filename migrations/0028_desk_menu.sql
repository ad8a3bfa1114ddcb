-- every page of a ticket lists what one can write with. A macro's text stands before its dates in the row, so that reading them meant
-- reading all texts; this index has all that the menu shows.
CREATE INDEX macro_menu ON macro (family, name, id, mode, owner_id, valid_from, valid_to);
