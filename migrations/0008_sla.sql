-- Promises: calendars, policy rows, automation rows and targets, all with dates and none ever edited; facts of tickets, and the clocks that follow.

-- What a public reply of ours is: acknowledgement, substantive, progress, workaround, awaiting_confirmation; NULL = from before anybody asked.
ALTER TABLE message ADD COLUMN mark STR;
ALTER TABLE message ADD COLUMN mark_from STR;      -- said, proposed, overturned

-- Every change of the rows below makes an edition. A row is in editions since ≤ e < until; rows are added and ended, never edited. A case goes by the edition
-- it began with, until somebody says that open cases change over.
CREATE TABLE sla_edition (
  id PRIMARY_ID,
  stamp I64 NOT NULL,             -- random: a process knows by it that what it compiled is old
  mode STR NOT NULL,              -- preset; new, now, start: what became of open cases
  summary STR NOT NULL,
  actor_name STR NOT NULL,
  created_us I64 NOT NULL
) STRICT;

CREATE TABLE sla_calendar (
  id PRIMARY_ID,
  name STR NOT NULL,              -- pacific-9-5
  title STR NOT NULL,
  zone STR NOT NULL,
  standard I64 NOT NULL,          -- the desk's own: what counts where no row says otherwise
  since I64 NOT NULL,
  until I64
) STRICT;

-- The hours in force from a local date on.
CREATE TABLE sla_hours (
  id PRIMARY_ID,
  calendar STR NOT NULL,
  valid_from STR NOT NULL,        -- a local date of the zone
  weekly STR NOT NULL,            -- "mon-fri 09:00-17:00": as people write it
  source STR NOT NULL,
  since I64 NOT NULL,
  until I64
) STRICT;

CREATE TABLE sla_holiday (
  id PRIMARY_ID,
  calendar STR NOT NULL,
  day STR NOT NULL,               -- a local date
  yearly I64 NOT NULL,            -- on that day of every year from day on
  last_day STR,                   -- yearly: up to this date, included
  name STR NOT NULL,
  origin STR NOT NULL,            -- preset, typed, import
  correction STR,                 -- why, when the day was past as it was written down
  since I64 NOT NULL,
  until I64
) STRICT;

-- One row of a policy: for whom, from when to when, what is promised. A custom contract is rows of one organisation.
CREATE TABLE sla_rule (
  id PRIMARY_ID,
  code STR NOT NULL,              -- "A1": what stays the same over its versions
  version I64 NOT NULL,
  track STR NOT NULL,             -- promise: to the customer; aim: our own soft ceiling, nobody is paged for it
  position I64 NOT NULL,          -- small first
  title STR NOT NULL,
  stage STR, tier STR, plan STR, deployment STR, entitlement STR, severity STR, channel STR, tag STR,   -- NULL = any; "a, b" = one of these
  organisation_id I64 REFERENCES organisation (id),
  from_us I64,                    -- NULL = always was
  to_us I64,                      -- the first instant at which it is no longer in force
  calendar STR NOT NULL,
  targets STR NOT NULL,           -- "first_response = 8h business warn 2h", a line for each clock: docs/config.md
  shown I64 NOT NULL,             -- on the public page
  reading STR NOT NULL,           -- how the source's words were read
  source STR NOT NULL,
  since I64 NOT NULL,
  until I64
) STRICT;
CREATE INDEX sla_rule_organisation ON sla_rule (organisation_id);

-- pending → solved, solved → closed: the row in force when the ticket came into the status.
CREATE TABLE sla_automation (
  id PRIMARY_ID,
  from_us I64,
  pending_to_solved STR,          -- "48h business"; NULL = does not happen
  solved_to_closed STR,
  reading STR NOT NULL,
  source STR NOT NULL,
  since I64 NOT NULL,
  until I64
) STRICT;

-- What share of a figure is wanted, by date.
CREATE TABLE sla_target (
  id PRIMARY_ID,
  metric STR NOT NULL,            -- first_response, resolution …
  from_us I64,
  to_us I64,
  percent_x100 I64,               -- NULL = only measured
  title STR NOT NULL,
  source STR NOT NULL,
  since I64 NOT NULL,
  until I64
) STRICT;

-- What happened to a ticket as far as clocks care; from the events of the log, in their order within an instant.
-- sqlite:
CREATE TABLE sla_fact (
  ticket_id INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  n INTEGER NOT NULL,
  kind TEXT NOT NULL,
  value TEXT,
  num INTEGER,
  message_id INTEGER,
  gone_us INTEGER,
  PRIMARY KEY (ticket_id, at_us, seq, n)
) STRICT, WITHOUT ROWID;
-- pg:
CREATE TABLE sla_fact (
  ticket_id I64 NOT NULL,
  at_us I64 NOT NULL,
  seq I64 NOT NULL,               -- of the event
  n I64 NOT NULL,
  kind STR NOT NULL,              -- created, customer, reply, mark, status, severity, org, deployment, type, tag, untag, into, from, rules
  value STR,
  num I64,
  message_id I64,
  gone_us I64,                    -- taken back then: a send undone, a merge undone, a message moved
  PRIMARY KEY (ticket_id, at_us, seq, n)
);
-- both:

-- What an organisation was when; the first row counts from the beginning.
CREATE TABLE sla_org_fact (
  organisation_id I64 NOT NULL,
  at_us I64 NOT NULL,
  seq I64 NOT NULL,
  stage STR NOT NULL,
  tier STR NOT NULL,
  plan STR NOT NULL,
  deployment STR NOT NULL,
  PRIMARY KEY (organisation_id, at_us, seq)
) STRICT;

-- The clocks of a ticket as they stand: an index over the facts, worked out again whenever one comes, and by `tend sla verify`. Only promises with a target
-- are here.
CREATE TABLE sla_clock (
  ticket_id I64 NOT NULL,
  clock STR NOT NULL,             -- first_response, next_response, periodic_update, resolution
  instance I64 NOT NULL,
  rule_id I64,
  start_us I64 NOT NULL,
  target_s I64,                   -- NULL: a breach that stayed when the row changed
  due_us I64,                     -- NULL while paused
  remaining_s I64,                -- while paused
  state STR NOT NULL,             -- running, paused, stopped
  outcome STR NOT NULL,           -- running, met, breached, cancelled
  achieved_us I64,
  breach_us I64,
  any_us I64,                     -- first_response: the first public reply of ours, whatever it was
  warn_us I64,                    -- the first warning
  told I64 NOT NULL,              -- what was told: 1, 2, 4, 8 the warnings, 16 the breach
  PRIMARY KEY (ticket_id, clock, instance)
) STRICT;
CREATE INDEX sla_clock_due ON sla_clock (clock, due_us);

-- One row per ticket that has something to wait for: a timer, and what lists show.
CREATE TABLE sla_case (
  ticket_id I64 PRIMARY KEY,
  due_us I64,                     -- of the open clock that is due first
  due_clock STR,
  warn_us I64,                    -- from when on that one is close
  paused I64 NOT NULL,            -- open clocks that stand still
  breached I64 NOT NULL,          -- open clocks past their due
  wake_us I64,                    -- when there is a warning or a breach to tell
  auto_us I64,                    -- when its status changes by itself …
  auto_to STR                     -- … to this one
) STRICT;
CREATE INDEX sla_case_due ON sla_case (due_us, ticket_id) WHERE due_us IS NOT NULL;
CREATE INDEX sla_case_wake ON sla_case (wake_us) WHERE wake_us IS NOT NULL;
CREATE INDEX sla_case_auto ON sla_case (auto_us) WHERE auto_us IS NOT NULL;

-- The rows of the status timers live on as automation rows (presets/handbook); the desk had no way to change them.
DROP TABLE status_timer;
