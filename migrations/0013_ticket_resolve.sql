-- How a case comes to its end, and how it goes from hand to hand.

-- The rules by which a case may be called solved: rows with dates, seeded from the handbook, ended and added to by the desk.
CREATE TABLE resolve_rule (
  id PRIMARY_ID,
  code STR NOT NULL,              -- R1 … R7, R0, auto
  name STR NOT NULL,
  applies STR NOT NULL,           -- when it applies, in words
  gates STR NOT NULL,             -- "confirmed tasks told?": kinds of gates; resolve.h
  fields I64 NOT NULL,            -- the fields of closing are asked for
  counted I64 NOT NULL,           -- it counts as work of the desk
  cited_by STR NOT NULL,          -- person, timer
  valid_from STR NOT NULL,
  valid_to STR,                   -- the first date on which it is no longer so
  source STR NOT NULL,
  UNIQUE (code, valid_from)
) STRICT;

-- What an engineer fills in when a case is closed, by date.
CREATE TABLE close_field (
  id PRIMARY_ID,
  field STR NOT NULL,             -- lifecycle, kind, priority, engineering, docs, sentiment, summary
  words STR NOT NULL,             -- the question
  valid_from STR NOT NULL,
  valid_to STR,
  source STR NOT NULL,
  UNIQUE (field, valid_from)
) STRICT;

-- The answers to them that are no columns of the ticket.
CREATE TABLE closing (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL UNIQUE REFERENCES ticket (id),
  lifecycle STR,                  -- pre_sales, post_sales
  engineering STR,                -- the team of engineering that helped, or would have; "none"
  docs STR,                       -- sufficient, link, task
  docs_url STR,
  sentiment STR,                  -- yes, no
  sentiment_note STR,
  updated_us I64 NOT NULL
) STRICT;

-- Each time a case was solved, by which rule. In force is the newest of a case that is solved or closed.
CREATE TABLE resolution (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  rule STR NOT NULL,              -- the code
  rule_id I64 REFERENCES resolve_rule (id),   -- its edition; NULL = imported
  how STR NOT NULL,               -- person, customer, timer, import
  by_name STR NOT NULL,
  gates STR NOT NULL,             -- what was checked and how it stood, a line a gate
  confirmation_id I64 REFERENCES confirmation (id),   -- the customer said yes: only then may a rating be asked for
  counted I64 NOT NULL,
  to_fill STR,                    -- names of fields that nobody was asked for; NULL = none
  filled_us I64,
  at_us I64 NOT NULL
) STRICT;
CREATE INDEX resolution_ticket ON resolution (ticket_id, id);
CREATE INDEX resolution_to_fill ON resolution (id) WHERE to_fill IS NOT NULL AND filled_us IS NULL;
