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

-- Who held a case from when to when: a fold of the log (tend verify counts it again).
CREATE TABLE ticket_held (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  teammate_id I64 REFERENCES teammate (id),   -- NULL = nobody
  from_us I64 NOT NULL,
  to_us I64,                      -- NULL = still
  hand_off I64 NOT NULL           -- somebody else had held it before
) STRICT;
CREATE INDEX ticket_held_ticket ON ticket_held (ticket_id, id);
CREATE INDEX ticket_held_teammate ON ticket_held (teammate_id, id) WHERE teammate_id IS NOT NULL;
CREATE INDEX ticket_held_hand_off ON ticket_held (from_us) WHERE hand_off = 1;

-- A case given from hand to hand: offered, and taken by somebody or by nobody.
CREATE TABLE handover (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  from_id I64 REFERENCES teammate (id),
  by_name STR NOT NULL,
  reason STR NOT NULL,            -- time_zone, vacation, shortage, overload
  way STR NOT NULL,               -- direct: somebody takes it now; asynchronous: whoever comes next
  to_id I64 REFERENCES teammate (id),         -- NULL = whoever of the team, or anybody
  to_team_id I64 REFERENCES team (id),
  context STR NOT NULL,
  tried STR NOT NULL,
  links STR NOT NULL,
  last_step STR NOT NULL,
  next_step STR NOT NULL,
  note_id I64 REFERENCES message (id),
  told_id I64 REFERENCES message (id),        -- what the customer was told; NULL = nothing
  state STR NOT NULL,             -- offered, accepted, declined, withdrawn, fallen_back, taken
  why STR,                        -- of declining
  offered_us I64 NOT NULL,
  until_us I64 NOT NULL,          -- then it falls to the unassigned
  ended_us I64,
  taken_by I64 REFERENCES teammate (id),
  greeted_us I64                  -- who took it has written to the customer
) STRICT;
CREATE INDEX handover_ticket ON handover (ticket_id, id);
CREATE INDEX handover_due ON handover (until_us) WHERE state = 'offered';
CREATE INDEX handover_open ON handover (id) WHERE state IN ('offered', 'fallen_back');
CREATE INDEX handover_to ON handover (to_id, id) WHERE state = 'offered';
CREATE INDEX handover_greet ON handover (ticket_id) WHERE greeted_us IS NULL AND taken_by IS NOT NULL;
