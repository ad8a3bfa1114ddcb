-- What was passed on by mail to where it belongs; who is asked next when people disagree about a case, and who was asked.

-- A case that the desk passed on: the original went there by mail. The mail itself is a row of the outbox.
CREATE TABLE case_forward (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  dest STR NOT NULL,              -- the address: of a row in force, or of somebody named for the customer
  place STR NOT NULL,             -- whose it is, in words: "finance", "Cleo Engel, customer engineer"
  words STR NOT NULL,             -- what was said with it; "" = nothing
  told_id I64 REFERENCES message (id),   -- what the customer was told in the same act
  before_status STR NOT NULL,     -- where taking it back leads to
  before_since_us I64 NOT NULL,
  author_name STR NOT NULL,
  created_us I64 NOT NULL,
  undone_us I64,
  outbox_id I64                   -- of this desk's outbox: does not travel
) STRICT;
CREATE INDEX case_forward_ticket ON case_forward (ticket_id, id);
