-- Under which name a row came from another desk, so that a file can be read twice, and leaves again under the name it came with.
CREATE TABLE carried_name (
  id PRIMARY_ID,
  type STR NOT NULL,              -- the table
  row_id I64 NOT NULL,
  name STR NOT NULL,
  finished I64 NOT NULL,          -- 1: its last line was read
  UNIQUE (type, name)
) STRICT;
CREATE UNIQUE INDEX carried_name_row ON carried_name (type, row_id);
