-- The line: who is number one, by which dated rows, who is there to take it, who is away.

-- By what the line is ordered, and who said so. keys: words of the rank function, the first that differs decides.
CREATE TABLE rank_order (
  id PRIMARY_ID,
  mode STR NOT NULL,              -- normal, overload
  valid_from STR NOT NULL,        -- a date
  valid_to STR,                   -- the first date on which it is no longer so
  keys STR NOT NULL,              -- "session first last risk arrival"
  words STR NOT NULL,
  source STR NOT NULL,
  UNIQUE (mode, valid_from)
) STRICT;

-- Under overload: which customers come before which. The first row that fits, by place and id; NULL = any, "a, b" = one of these.
CREATE TABLE rank_tier (
  id PRIMARY_ID,
  valid_from STR NOT NULL,
  valid_to STR,
  place I64 NOT NULL,
  name STR NOT NULL,
  stage STR,
  tier STR,
  contact STR,                    -- the requester's kind
  last I64 NOT NULL,              -- behind all others in any order: internal work
  source STR NOT NULL,
  UNIQUE (name, valid_from)
) STRICT;

-- What a work priority means.
CREATE TABLE rank_priority (
  id PRIMARY_ID,
  priority STR NOT NULL,
  valid_from STR NOT NULL,
  valid_to STR,
  standing STR NOT NULL,          -- first, last; '' = by the other keys
  words STR NOT NULL,
  source STR NOT NULL,
  UNIQUE (priority, valid_from)
) STRICT;

-- Practice with a figure and dates: active (cases of one person at a time), flag (at capacity can be declared), levels, fill_in (days), notice (days), block (people).
CREATE TABLE capacity_rule (
  id PRIMARY_ID,
  name STR NOT NULL,
  valid_from STR NOT NULL,
  valid_to STR,
  n I64,
  words STR NOT NULL,
  source STR NOT NULL,
  UNIQUE (name, valid_from)
) STRICT;

-- Levels of exceptional periods: by how many people at work on either side, and how many active cases each.
CREATE TABLE capacity_step (
  id PRIMARY_ID,
  level I64 NOT NULL,
  valid_from STR NOT NULL,
  valid_to STR,
  east_least I64 NOT NULL,
  east_most I64 NOT NULL,
  west_least I64 NOT NULL,
  west_most I64 NOT NULL,
  active_over I64,                -- NULL = up to the next level's figure
  logic STR NOT NULL,             -- all, any
  words STR NOT NULL,
  source STR NOT NULL,
  UNIQUE (level, valid_from)
) STRICT;

-- Which part of the day somebody covers, by their time zone. The first row that fits.
CREATE TABLE coverage_block (
  id PRIMARY_ID,
  place I64 NOT NULL,
  name STR NOT NULL,
  zones STR NOT NULL,             -- "America/Denver, America/": zones or their beginnings
  side STR NOT NULL,              -- east, west; '' = not counted for levels
  valid_from STR NOT NULL,
  valid_to STR,
  source STR NOT NULL,
  UNIQUE (name, valid_from)
) STRICT;

-- Overload is declared by a person, with an end.
CREATE TABLE queue_overload (
  id PRIMARY_ID,
  declared_by I64 REFERENCES teammate (id),
  declared_name STR NOT NULL,
  why STR NOT NULL,
  since_us I64 NOT NULL,
  until_us I64 NOT NULL,
  ended_us I64,
  ended_by I64 REFERENCES teammate (id),   -- NULL = by itself
  ended_why STR
) STRICT;
CREATE INDEX queue_overload_open ON queue_overload (id) WHERE ended_us IS NULL;

-- The head of support orders named cases, after hearing sales and customer engineering, for everybody to see.
CREATE TABLE queue_session (
  id PRIMARY_ID,
  title STR NOT NULL,
  team_id I64 REFERENCES team (id),        -- only this team's cases change places; NULL = the whole line
  held_by I64 REFERENCES teammate (id),
  held_name STR NOT NULL,
  why STR NOT NULL,
  began_us I64 NOT NULL,
  until_us I64 NOT NULL,
  set_us I64,                     -- since when its order holds
  unheard STR,                    -- why it was set without hearing both
  ended_us I64,
  ended_by I64 REFERENCES teammate (id),
  ended_why STR
) STRICT;
CREATE INDEX queue_session_open ON queue_session (id) WHERE ended_us IS NULL;
CREATE INDEX queue_session_team ON queue_session (team_id) WHERE team_id IS NOT NULL;
CREATE TABLE queue_session_place (
  id PRIMARY_ID,
  session_id I64 NOT NULL REFERENCES queue_session (id),
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  place I64 NOT NULL,
  reason STR NOT NULL,
  removed_us I64,
  UNIQUE (session_id, ticket_id)
) STRICT;
CREATE INDEX queue_session_place_order ON queue_session_place (session_id, place);
CREATE INDEX queue_session_place_ticket ON queue_session_place (ticket_id);
CREATE TABLE queue_session_voice (
  id PRIMARY_ID,
  session_id I64 NOT NULL REFERENCES queue_session (id),
  name STR NOT NULL,              -- who said it
  part STR NOT NULL,              -- sales, ce, customer, engineering, support
  said STR NOT NULL,
  by_id I64 REFERENCES teammate (id),      -- who wrote it down
  at_us I64 NOT NULL
) STRICT;
CREATE INDEX queue_session_voice_session ON queue_session_voice (session_id, id);

-- Areas that a person names as their own.
CREATE TABLE queue_skill (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  tag STR NOT NULL,
  since_us I64 NOT NULL,
  ended_us I64,
  UNIQUE (teammate_id, tag)
) STRICT;
CREATE INDEX queue_skill_tag ON queue_skill (tag, teammate_id) WHERE ended_us IS NULL;

-- What somebody got who asked "what next?", and why.
CREATE TABLE queue_pick (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  how STR NOT NULL,               -- own, take, cover
  place I64 NOT NULL,             -- in the line, as it was then
  why STR NOT NULL,
  skipped STR NOT NULL,           -- a line each: which were passed over, and why
  at_us I64 NOT NULL
) STRICT;
CREATE INDEX queue_pick_ticket ON queue_pick (ticket_id, id);
CREATE INDEX queue_pick_teammate ON queue_pick (teammate_id, id);

CREATE TABLE capacity_flag (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  why STR NOT NULL,
  since_us I64 NOT NULL,
  until_us I64,                   -- NULL = until they say so
  ended_us I64,
  ended_by I64 REFERENCES teammate (id)
) STRICT;
CREATE UNIQUE INDEX capacity_flag_open ON capacity_flag (teammate_id) WHERE ended_us IS NULL;
CREATE INDEX capacity_flag_teammate ON capacity_flag (teammate_id, id);

-- A level that leadership invoked.
CREATE TABLE capacity_call (
  id PRIMARY_ID,
  level I64 NOT NULL,
  side STR NOT NULL,              -- east, west, both
  why STR NOT NULL,
  by_id I64 REFERENCES teammate (id),
  by_name STR NOT NULL,
  since_us I64 NOT NULL,
  until_us I64,
  ended_us I64,
  ended_by I64 REFERENCES teammate (id)
) STRICT;
CREATE INDEX capacity_call_open ON capacity_call (id) WHERE ended_us IS NULL;

CREATE TABLE absence (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  kind STR NOT NULL,              -- time_off, sick, holiday, leave, training, other
  from_day STR NOT NULL,          -- their local dates, both included
  until_day STR NOT NULL,
  from_us I64 NOT NULL,           -- the same as instants
  until_us I64 NOT NULL,
  note STR NOT NULL,
  created_by I64 REFERENCES teammate (id),
  created_us I64 NOT NULL,
  told_us I64,                    -- when the covers were told that it begins
  ended_us I64,                   -- called off, or back early
  ended_by I64 REFERENCES teammate (id)
) STRICT;
CREATE INDEX absence_teammate ON absence (teammate_id, until_us) WHERE ended_us IS NULL;
CREATE INDEX absence_until ON absence (until_us) WHERE ended_us IS NULL;
CREATE INDEX absence_untold ON absence (from_us) WHERE told_us IS NULL AND ended_us IS NULL;

-- Who fills in: for all cases, or for one.
CREATE TABLE absence_cover (
  id PRIMARY_ID,
  absence_id I64 NOT NULL REFERENCES absence (id),
  ticket_id I64 REFERENCES ticket (id),    -- NULL = all that nobody else has
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  why STR NOT NULL,
  since_us I64 NOT NULL,
  ended_us I64
) STRICT;
CREATE INDEX absence_cover_absence ON absence_cover (absence_id, id);
CREATE INDEX absence_cover_teammate ON absence_cover (teammate_id) WHERE ended_us IS NULL;
CREATE INDEX absence_cover_ticket ON absence_cover (ticket_id) WHERE ticket_id IS NOT NULL;

-- Somebody has looked through an absent colleague's cases that day.
CREATE TABLE absence_look (
  id PRIMARY_ID,
  absence_id I64 NOT NULL REFERENCES absence (id),
  day STR NOT NULL,
  by_id I64 REFERENCES teammate (id),
  by_name STR NOT NULL,
  note STR NOT NULL,
  at_us I64 NOT NULL,
  UNIQUE (absence_id, day)
) STRICT;

-- What the desk tells a person, until they have read it.
CREATE TABLE queue_notice (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  words STR NOT NULL,
  url STR NOT NULL,
  at_us I64 NOT NULL,
  read_us I64
) STRICT;
CREATE INDEX queue_notice_news ON queue_notice (teammate_id, id) WHERE read_us IS NULL;
