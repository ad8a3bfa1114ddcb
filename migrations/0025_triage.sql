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

-- Who is asked next when people disagree about a case: one row of a step at a time; a row ends when the next of its step begins.
CREATE TABLE escalation_step (
  id PRIMARY_ID,
  chain STR NOT NULL,             -- disagreement, worry
  step I64 NOT NULL,
  who STR NOT NULL,               -- engineer, ce … leadership
  after STR NOT NULL,             -- when it comes to them, in words
  channel STR NOT NULL,           -- how, in words
  needs STR NOT NULL,             -- views: each side states the other's view; "" = nothing
  valid_from STR NOT NULL,
  valid_to STR,
  source STR NOT NULL,
  UNIQUE (chain, step, valid_from)
) STRICT;

-- Somebody took a case to the next in the chain.
CREATE TABLE case_escalation (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  chain STR NOT NULL,
  step I64 NOT NULL,
  who STR NOT NULL,
  to_id I64 REFERENCES teammate (id),    -- the person, where the desk knows or was told
  reason STR NOT NULL,
  own_view STR NOT NULL,
  other_view STR NOT NULL,
  state STR NOT NULL,             -- open, settled, refused, withdrawn, further (went to the next)
  outcome STR,                    -- agree, alternative, disagree_and_commit
  words STR,                      -- what was settled, or why it was refused
  by_id I64 REFERENCES teammate (id),
  by_name STR NOT NULL,
  created_us I64 NOT NULL,
  ended_us I64,
  ended_by STR
) STRICT;
CREATE INDEX case_escalation_ticket ON case_escalation (ticket_id, id);
CREATE INDEX case_escalation_open ON case_escalation (id) WHERE state = 'open';

-- Who noted a fact: they take it away, or a lead does. NULL: before this was kept.
ALTER TABLE account_fact ADD COLUMN author_id I64 REFERENCES teammate (id);
