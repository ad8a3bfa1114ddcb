-- Rules: when something happens, if the case is like that, then do this. Rows are added and ended, never edited; what ran is kept with its reasons.

-- One rule over time: the row in force is the one that nothing has ended. `version` goes up when what it does changes, not when it is moved or switched.
CREATE TABLE rule_row (
  id PRIMARY_ID,
  slug STR NOT NULL,
  version I64 NOT NULL,
  position I64 NOT NULL,          -- small first
  state STR NOT NULL,             -- on, off, paused (by the desk: why says because of what)
  title STR NOT NULL,
  when_text STR NOT NULL,
  if_text STR NOT NULL,
  then_text STR NOT NULL,
  valid_from STR NOT NULL,
  valid_to STR,                   -- the first date on which it is no longer so
  why STR NOT NULL,               -- of this change
  source STR NOT NULL,
  author_name STR NOT NULL,
  since_us I64 NOT NULL,
  until_us I64                    -- NULL = now
) STRICT;
CREATE UNIQUE INDEX rule_row_now ON rule_row (slug) WHERE until_us IS NULL;
CREATE INDEX rule_row_slug ON rule_row (slug, id);

-- Random: a process knows by it that the rules it compiled are old.
CREATE TABLE rule_stamp (
  id I64 PRIMARY KEY,             -- 1
  stamp I64 NOT NULL
) STRICT;

-- Events that wait to be looked at, in the order of the log.
CREATE TABLE rule_queue (
  seq I64 PRIMARY KEY
) STRICT;

-- What a rule did on a case, or why it did not although its conditions were met.
CREATE TABLE rule_run (
  id PRIMARY_ID,
  slug STR NOT NULL,
  rule_id I64 NOT NULL REFERENCES rule_row (id),
  version I64 NOT NULL,
  title STR NOT NULL,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  seq I64 NOT NULL,               -- the event; 0 = time passed
  entered_us I64 NOT NULL,        -- of a rule about time: since when the case was so; else 0
  parent_id I64,                  -- the run whose act that event was
  depth I64 NOT NULL,             -- how many runs stand above it
  outcome STR NOT NULL,           -- did, nothing (it was so already), failed, stopped (a loop), held (the budget is used up)
  why STR NOT NULL,               -- JSON: [{"asked","was","met"}]
  did STR NOT NULL,               -- in words
  error STR,
  late_s I64,                     -- of a rule about time: so many seconds after it was due
  mailed_id I64,                  -- the contact it wrote to
  attempt I64 NOT NULL,
  at_us I64 NOT NULL,
  UNIQUE (slug, ticket_id, seq, entered_us)
) STRICT;
CREATE INDEX rule_run_ticket ON rule_run (ticket_id, id);
CREATE INDEX rule_run_slug ON rule_run (slug, at_us);
CREATE INDEX rule_run_open ON rule_run (outcome, id) WHERE outcome IN ('failed', 'held');
CREATE INDEX rule_run_mailed ON rule_run (mailed_id, at_us) WHERE mailed_id IS NOT NULL;

-- When a rule about time is to look at a case: one row for each time the case comes to be so.
CREATE TABLE rule_timer (
  id PRIMARY_ID,
  slug STR NOT NULL,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  entered_us I64 NOT NULL,
  due_us I64 NOT NULL,
  state STR NOT NULL,             -- waiting; done: it ran, or was past when the rule began; looked: due, but its conditions were not met; left: the case is no longer so
  parent_id I64,                  -- the run that brought the case there
  UNIQUE (slug, ticket_id, entered_us)
) STRICT;
CREATE INDEX rule_timer_due ON rule_timer (due_us) WHERE state = 'waiting';
CREATE INDEX rule_timer_ticket ON rule_timer (ticket_id, state);

-- How far the cases that were so already are gone through, after a rule about time began.
CREATE TABLE rule_arm (
  rule_id I64 PRIMARY KEY REFERENCES rule_row (id),
  status STR NOT NULL,            -- the one that is gone through now; '' = done
  before_us I64 NOT NULL,
  before_id I64 NOT NULL
) STRICT;

-- What rules tell teammates.
CREATE TABLE rule_notice (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  ticket_id I64 REFERENCES ticket (id),
  slug STR NOT NULL,
  body STR NOT NULL,
  at_us I64 NOT NULL,
  read_us I64
) STRICT;
CREATE INDEX rule_notice_news ON rule_notice (teammate_id, id) WHERE read_us IS NULL;
CREATE INDEX rule_notice_all ON rule_notice (teammate_id, id);
