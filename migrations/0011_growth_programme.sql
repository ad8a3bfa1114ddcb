-- Growing people: programmes of outcomes, each person's plan, disputes, evidence, and the career after day 90. Rows are never deleted, but for what a draft
-- loses before it is published.

CREATE TABLE programme (
  id PRIMARY_ID,
  slug STR NOT NULL UNIQUE,
  name STR NOT NULL,
  scope STR NOT NULL,             -- company: everybody's part; team: by role or team
  team_id I64 REFERENCES team (id),   -- its members only; NULL = by the role alone
  role STR NOT NULL,              -- '' = every role
  level_from I64,
  level_to I64,
  created_us I64 NOT NULL,
  retired_us I64
) STRICT;

-- A revision is a draft or published; a published one never changes again. valid_from and valid_to are the start dates of the people it is for.
CREATE TABLE programme_rev (
  id PRIMARY_ID,
  programme_id I64 NOT NULL REFERENCES programme (id),
  number I64 NOT NULL,
  state STR NOT NULL,             -- draft, published
  valid_from STR NOT NULL,
  valid_to STR,                   -- the first start date it is no longer for
  ramp_unit STR NOT NULL,         -- day, week, month
  ramp_n I64 NOT NULL,            -- the ramp is over after so many of them; 0 = this programme says nothing about it
  soft_days I64 NOT NULL,         -- dates in the first so many days are soft: nobody is late
  note STR NOT NULL,              -- what changed
  source STR NOT NULL,
  dispute_id I64,                 -- the dispute that it mends
  created_by I64,
  created_us I64 NOT NULL,
  published_us I64,
  UNIQUE (programme_id, number)
) STRICT;
CREATE INDEX programme_rev_state ON programme_rev (state, programme_id, number);

CREATE TABLE programme_outcome (
  id PRIMARY_ID,
  rev_id I64 NOT NULL REFERENCES programme_rev (id),
  key STR NOT NULL,               -- stable over revisions
  position I64 NOT NULL,
  title STR NOT NULL,
  help STR NOT NULL,
  due_unit STR NOT NULL,          -- day, week, month
  due_n I64 NOT NULL,
  proof STR NOT NULL,             -- self, acknowledged, evidence, two, certification
  ack_by STR NOT NULL,            -- acknowledged, two: mentor, manager, anyone
  evidence STR NOT NULL,          -- what the log is asked for; '' = nothing
  need I64 NOT NULL,              -- so many of it
  since_months I64 NOT NULL,      -- counted from so many months after the start
  level_from I64,
  level_to I64,
  role STR NOT NULL,              -- '' = every role of the programme
  mended_by I64,                  -- outcome_dispute that changed its words last
  UNIQUE (rev_id, key)
) STRICT;

-- Which tasks of playbooks lead to which outcomes, many to many.
CREATE TABLE programme_task (
  id PRIMARY_ID,
  rev_id I64 NOT NULL REFERENCES programme_rev (id),
  outcome_key STR NOT NULL,
  playbook STR NOT NULL,          -- slug
  task STR NOT NULL,              -- stable key in it; '' = the whole playbook
  UNIQUE (rev_id, outcome_key, playbook, task)
) STRICT;

CREATE TABLE growth_plan (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  start_date STR NOT NULL,
  role STR NOT NULL,
  level I64,
  zone STR NOT NULL,
  work_days I64 NOT NULL,         -- bit 0 = Monday
  manager_id I64 REFERENCES teammate (id),
  ramp_end STR NOT NULL,          -- the first date after the ramp; '' = no ramp
  ramp_why STR NOT NULL,          -- '' = as the programmes say; else who said otherwise, and why
  ramp_from_us I64 NOT NULL,      -- the same as instants, for everybody who asks
  ramp_until_us I64 NOT NULL,
  state STR NOT NULL,             -- active, ended
  ready_us I64,                   -- somebody said: it can begin
  told_us I64,                    -- the manager was told that it is not ready
  created_us I64 NOT NULL,
  ended_us I64
) STRICT;
CREATE UNIQUE INDEX growth_plan_active ON growth_plan (teammate_id) WHERE state = 'active';
CREATE INDEX growth_plan_teammate ON growth_plan (teammate_id, id);
CREATE INDEX growth_plan_ramp ON growth_plan (teammate_id, ramp_from_us);
CREATE INDEX growth_plan_state ON growth_plan (state, start_date, id);

CREATE TABLE growth_part (
  id PRIMARY_ID,
  plan_id I64 NOT NULL REFERENCES growth_plan (id),
  programme_id I64 NOT NULL REFERENCES programme (id),
  rev_id I64 NOT NULL REFERENCES programme_rev (id),
  why STR NOT NULL,
  created_us I64 NOT NULL,
  removed_us I64,
  UNIQUE (plan_id, programme_id)
) STRICT;
CREATE INDEX growth_part_programme ON growth_part (programme_id, plan_id);

CREATE TABLE growth_outcome (
  id PRIMARY_ID,
  plan_id I64 NOT NULL REFERENCES growth_plan (id),
  programme_id I64 NOT NULL REFERENCES programme (id),
  key STR NOT NULL,
  outcome_id I64 NOT NULL REFERENCES programme_outcome (id),
  due_date STR NOT NULL,
  due_us I64 NOT NULL,            -- the end of that day where the person lives
  soft I64 NOT NULL,
  state STR NOT NULL,             -- open, true, withdrawn
  value I64,                      -- of evidence, as counted last
  self_us I64,                    -- the person said so, or signed
  self_rating I64,                -- 1 to 5, for themselves
  self_note STR NOT NULL,
  other_by I64,                   -- who acknowledged or signed besides
  other_us I64,
  other_note STR NOT NULL,
  true_us I64,
  first_true_us I64,
  withdrawn_us I64,
  also I64,                       -- another programme asks for the same thing: shown once
  UNIQUE (plan_id, programme_id, key)
) STRICT;
CREATE INDEX growth_outcome_outcome ON growth_outcome (outcome_id);
CREATE INDEX growth_outcome_due ON growth_outcome (plan_id, due_date, id);

-- "This is not true for me."
CREATE TABLE outcome_dispute (
  id PRIMARY_ID,
  growth_outcome_id I64 NOT NULL REFERENCES growth_outcome (id),
  programme_id I64 NOT NULL REFERENCES programme (id),
  key STR NOT NULL,
  said_by I64 NOT NULL REFERENCES teammate (id),
  text STR NOT NULL,
  owner_id I64 REFERENCES teammate (id),
  state STR NOT NULL,             -- open, mended, explained
  resolution STR NOT NULL,
  resolved_by I64,
  rev_id I64,                     -- the revision that mended it
  opened_us I64 NOT NULL,
  resolved_us I64
) STRICT;
CREATE INDEX outcome_dispute_outcome ON outcome_dispute (growth_outcome_id, id);
CREATE INDEX outcome_dispute_programme ON outcome_dispute (programme_id, key, id);
CREATE INDEX outcome_dispute_state ON outcome_dispute (state, id);
CREATE INDEX outcome_dispute_owner ON outcome_dispute (owner_id, state, id);
CREATE INDEX outcome_dispute_said ON outcome_dispute (said_by, id);

-- Who held a ticket when it was solved: a fold over the log. It counts while the ticket is solved or closed.
CREATE TABLE outcome_close (
  ticket_id I64 PRIMARY KEY,
  teammate_id I64 NOT NULL,       -- 0 = nobody
  at_us I64 NOT NULL
) STRICT;
CREATE INDEX outcome_close_teammate ON outcome_close (teammate_id, at_us, ticket_id);
CREATE INDEX message_author_public ON message (author_id, at_us, ticket_id) WHERE kind = 'public' AND author_kind = 'teammate';

-- What people do besides tickets, each with a link.
CREATE TABLE contribution (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  kind STR NOT NULL,              -- docs, handbook_edit, handbook_page, code
  title STR NOT NULL,
  url STR NOT NULL,
  ticket_id I64,
  on_date STR NOT NULL,           -- the day it was merged
  created_us I64 NOT NULL,
  removed_us I64
) STRICT;
CREATE INDEX contribution_teammate ON contribution (teammate_id, on_date, id);

-- The team's own feed, and the rituals in it.
CREATE TABLE ritual (
  id PRIMARY_ID,
  slug STR NOT NULL,
  name STR NOT NULL,
  prompt STR NOT NULL,
  rhythm STR NOT NULL,            -- daily, weekly
  weekday I64,                    -- weekly: 0 = Monday
  valid_from STR NOT NULL,
  valid_to STR,
  source STR NOT NULL,
  UNIQUE (slug, valid_from)
) STRICT;

CREATE TABLE feed_post (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  ritual STR NOT NULL,            -- slug; '' = a thought
  body STR NOT NULL,
  at_us I64 NOT NULL,
  removed_us I64
) STRICT;
CREATE INDEX feed_post_teammate ON feed_post (teammate_id, at_us);

CREATE TABLE intro_chat (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  with_id I64 REFERENCES teammate (id),
  with_name STR NOT NULL,
  on_date STR NOT NULL,
  note STR NOT NULL,
  created_us I64 NOT NULL,
  removed_us I64
) STRICT;
CREATE INDEX intro_chat_teammate ON intro_chat (teammate_id, on_date, id);

-- Time kept free, in the person's schedule, and the rules about it by date.
CREATE TABLE focus_rule (
  id PRIMARY_ID,
  blocks I64 NOT NULL,            -- a week
  minutes I64 NOT NULL,           -- each at least
  share_max I64,                  -- so many people on one day at most; NULL = any number
  after_days I64 NOT NULL,        -- not before so many days after the start
  valid_from STR NOT NULL UNIQUE,
  valid_to STR,
  reading STR NOT NULL,
  source STR NOT NULL
) STRICT;

CREATE TABLE focus_block (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  weekday I64 NOT NULL,           -- 0 = Monday
  from_min I64 NOT NULL,
  to_min I64 NOT NULL,
  valid_from STR NOT NULL,
  created_us I64 NOT NULL,
  removed_us I64
) STRICT;
CREATE INDEX focus_block_teammate ON focus_block (teammate_id, weekday);
CREATE INDEX focus_block_weekday ON focus_block (weekday, teammate_id);

-- Access to tools: asked for, granted, ended.
CREATE TABLE access_item (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  tool STR NOT NULL,
  state STR NOT NULL,             -- asked, granted, ended
  by_id I64,
  changed_us I64 NOT NULL,
  UNIQUE (teammate_id, tool)
) STRICT;

-- After day 90.
CREATE TABLE career_level (
  id PRIMARY_ID,
  role STR NOT NULL,
  level I64 NOT NULL,
  area STR NOT NULL,              -- impact, scope, execution, teamwork, figure, promotion …
  text STR NOT NULL,
  metric STR NOT NULL,            -- '' = words only; else what the figure is about
  figure STR NOT NULL,           -- "95"; '' = none
  unit STR NOT NULL,
  valid_from STR NOT NULL,
  valid_to STR,
  source STR NOT NULL,
  UNIQUE (role, level, area, metric, valid_from)
) STRICT;

CREATE TABLE career_roadmap (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  manager_id I64 NOT NULL REFERENCES teammate (id),
  level I64,                      -- aimed at
  body STR NOT NULL,
  person_us I64,                  -- the two signatures: under these words
  manager_us I64,
  created_us I64 NOT NULL,
  changed_us I64 NOT NULL
) STRICT;
CREATE INDEX career_roadmap_teammate ON career_roadmap (teammate_id, id);

CREATE TABLE career_check_in (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  with_id I64 NOT NULL REFERENCES teammate (id),
  kind STR NOT NULL,              -- milestone, quarter, other
  due_date STR NOT NULL,
  held_date STR,
  person_note STR NOT NULL,
  other_note STR NOT NULL,
  goals STR NOT NULL,
  created_us I64 NOT NULL,
  UNIQUE (teammate_id, kind, due_date)
) STRICT;
CREATE INDEX career_check_in_with ON career_check_in (with_id, due_date);

CREATE TABLE career_skill (
  id PRIMARY_ID,
  role STR NOT NULL,
  key STR NOT NULL,
  title STR NOT NULL,
  help STR NOT NULL,
  retired_us I64,
  UNIQUE (role, key)
) STRICT;

CREATE TABLE career_rating (
  id PRIMARY_ID,
  skill_id I64 NOT NULL REFERENCES career_skill (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  rating I64 NOT NULL,            -- 1 to 4
  note STR NOT NULL,
  at_us I64 NOT NULL,
  UNIQUE (teammate_id, skill_id, at_us)
) STRICT;

CREATE TABLE career_principle (
  id PRIMARY_ID,
  number I64 NOT NULL,
  title STR NOT NULL,
  text STR NOT NULL,
  valid_from STR NOT NULL,
  valid_to STR,
  source STR NOT NULL,
  UNIQUE (number, valid_from)
) STRICT;

-- A look back at some work along the principles: one row for each principle.
CREATE TABLE career_review (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  by_id I64 NOT NULL REFERENCES teammate (id),
  ticket_id I64,
  principle I64 NOT NULL,
  honoured STR NOT NULL,          -- yes, partly, no, open
  note STR NOT NULL,
  at_us I64 NOT NULL
) STRICT;
CREATE INDEX career_review_teammate ON career_review (teammate_id, at_us, principle);

CREATE TABLE career_item (
  id PRIMARY_ID,
  kind STR NOT NULL,              -- session, deep_dive, material
  title STR NOT NULL,
  area STR NOT NULL,
  url STR NOT NULL,
  minutes I64,
  by_name STR NOT NULL,
  on_date STR NOT NULL,
  about STR NOT NULL,
  created_us I64 NOT NULL,
  removed_us I64
) STRICT;
CREATE INDEX career_item_date ON career_item (on_date, id);

CREATE TABLE career_done (
  id PRIMARY_ID,
  item_id I64 NOT NULL REFERENCES career_item (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  at_us I64 NOT NULL,
  UNIQUE (teammate_id, item_id)
) STRICT;

-- How to work with me: every field is optional.
CREATE TABLE career_profile (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  field STR NOT NULL,
  body STR NOT NULL,
  changed_us I64 NOT NULL,
  UNIQUE (teammate_id, field)
) STRICT;
