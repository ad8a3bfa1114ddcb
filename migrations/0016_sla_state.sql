-- 0016_sla_state.sql: the state of long cases' clocks beside them, and what we aim at as an index.

-- What folding a case's facts again would give: a cache for cases with many of them. Dropped whenever something in the past changes; folded again when the rows,
-- calendars or zone data are not those it was made by.
CREATE TABLE sla_state (
  ticket_id I64 PRIMARY KEY,
  print I64 NOT NULL,             -- of the rows and calendars
  asof_us I64 NOT NULL,           -- how far time was told
  last_us I64 NOT NULL,           -- instant of the last fact in it …
  last_seq I64 NOT NULL,          -- … and the newest event
  facts I64 NOT NULL,             -- how many are in it
  state BYTES NOT NULL
) STRICT;

-- Our own soft ceilings, as lists sort and filter by them.
ALTER TABLE sla_case ADD COLUMN aim_us I64;
ALTER TABLE sla_case ADD COLUMN aim_clock STR;
CREATE INDEX sla_case_aim ON sla_case (aim_us, ticket_id) WHERE aim_us IS NOT NULL;

-- The timers settle every open case once, so that the aims of today are there.
INSERT INTO sla_case (ticket_id, paused, breached, wake_us)
SELECT id, 0, 0, 0 FROM ticket WHERE status IN ('new', 'open', 'pending', 'on_hold')
ON CONFLICT (ticket_id) DO UPDATE SET wake_us = 0;
