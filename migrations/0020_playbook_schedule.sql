-- Checklists that begin by themselves on dates of a place.
CREATE TABLE playbook_schedule (
  id PRIMARY_ID,
  playbook_id I64 NOT NULL REFERENCES playbook (id),
  name STR NOT NULL,              -- of its runs; '' = the playbook's, with the date
  subject STR NOT NULL,           -- none, organisation, teammate: what each run is about
  subject_id I64 NOT NULL,        -- 0 with none
  rhythm STR NOT NULL,            -- daily, weekly, monthly
  every I64 NOT NULL,             -- every so many days, weeks, months, from from_on on
  weekdays I64 NOT NULL,          -- weekly: bit 0 = Monday
  month_day I64 NOT NULL,         -- monthly: 1 to 31; a month that is shorter has it on its last day
  at_min I64 NOT NULL,            -- minutes after midnight
  zone STR NOT NULL,
  from_on STR NOT NULL,           -- a date: not before
  until_on STR,                   -- a date: the last day on which it can begin
  missed STR NOT NULL,            -- each, newest: what is begun of the dates on which the desk was off
  last_on STR,                    -- the newest date that is settled
  next_us I64,                    -- when it begins next; NULL = never again
  said STR NOT NULL,              -- why it did not begin the last time; '' = it did
  created_by I64 REFERENCES teammate (id),
  created_us I64 NOT NULL,
  ended_us I64
) STRICT;
CREATE INDEX playbook_schedule_next ON playbook_schedule (next_us) WHERE next_us IS NOT NULL;
CREATE INDEX playbook_schedule_of ON playbook_schedule (playbook_id, id);
