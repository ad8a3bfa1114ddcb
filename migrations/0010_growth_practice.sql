-- Practice: certification, calls with customers, pairings, account work. Rows are never deleted: what ends is marked.

-- What somebody can be certified in.
CREATE TABLE cert_programme (
  id PRIMARY_ID,
  slug STR NOT NULL UNIQUE,
  name STR NOT NULL,
  roles STR NOT NULL,                      -- comma-separated: whom it is for
  call_kinds STR NOT NULL,                 -- comma-separated: calls that only the certified lead alone
  created_us I64 NOT NULL
) STRICT;

-- Never changed once it is published.
CREATE TABLE cert_edition (
  id PRIMARY_ID,
  programme_id I64 NOT NULL REFERENCES cert_programme (id),
  valid_from STR NOT NULL,                 -- a date: whoever begins from this day on begins with it
  name STR NOT NULL,
  max_score I64 NOT NULL,
  labels STR NOT NULL,                     -- JSON: the word of each score, lowest first
  competencies STR NOT NULL,               -- JSON: [{"id","name","core","full"}]; full says what the maximum looks like
  scorers STR NOT NULL,                    -- comma-separated: mentor, manager
  from_recording STR NOT NULL,             -- comma-separated: scorers who score from the recording
  clearance STR NOT NULL,                  -- none, mentor, mentor_manager: who lets somebody lead with a shadow
  lead_rule STR NOT NULL,                  -- shadow: with a shadow before being certified; certified: not before
  sessions STR NOT NULL,                   -- call: calls with customers; mock: rehearsals
  pass STR NOT NULL,                       -- one_session, latest, any
  min_led I64 NOT NULL,
  recertify I64 NOT NULL,                  -- 1: who was certified before must be certified again
  neutral I64 NOT NULL,                    -- 1: its competencies are a starting set of ours, to be written by the team
  notes STR NOT NULL,
  source STR NOT NULL,
  published_us I64,
  created_by I64 REFERENCES teammate (id),
  created_us I64 NOT NULL,
  UNIQUE (programme_id, valid_from)
) STRICT;

-- Somebody on the way.
CREATE TABLE certification (
  id PRIMARY_ID,
  programme_id I64 NOT NULL REFERENCES cert_programme (id),
  edition_id I64 NOT NULL REFERENCES cert_edition (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  mentor_id I64 REFERENCES teammate (id),
  manager_id I64 REFERENCES teammate (id),
  state STR NOT NULL,                      -- not_started, practising, cleared, certified, revoked: worked out from cert_entry
  certified_us I64,
  focus STR NOT NULL,                      -- JSON: ids of competencies
  started_us I64 NOT NULL,
  UNIQUE (programme_id, teammate_id)
) STRICT;
CREATE INDEX certification_teammate ON certification (teammate_id, id);
CREATE INDEX certification_edition ON certification (edition_id);
CREATE INDEX certification_mentor ON certification (mentor_id, state);
CREATE INDEX certification_manager ON certification (manager_id, state);

-- A call with a customer.
CREATE TABLE customer_call (
  id PRIMARY_ID,
  organisation_id I64 REFERENCES organisation (id),
  title STR NOT NULL,
  kind STR NOT NULL,                       -- discovery, demo, trial, review, support, other
  starts_us I64 NOT NULL,
  minutes I64 NOT NULL,
  zone STR NOT NULL,
  lead_id I64 REFERENCES teammate (id),
  shadow_places I64 NOT NULL,
  observer_places I64 NOT NULL,
  join_url STR NOT NULL,
  agenda STR NOT NULL,
  state STR NOT NULL,                      -- planned, held, cancelled
  outcome STR NOT NULL,                    -- what came of it, or why it was called off
  recording_url STR,
  recording_minutes I64,
  recording_consent STR NOT NULL,          -- "", asked, given: did the customer agree to be recorded
  session_id I64,                          -- the cert_entry of the session that it was
  session_why STR NOT NULL,                -- why it does not count for a certification
  created_by I64 REFERENCES teammate (id),
  created_us I64 NOT NULL
) STRICT;
CREATE INDEX customer_call_starts ON customer_call (starts_us, id);
CREATE INDEX customer_call_lead ON customer_call (lead_id, starts_us);
CREATE INDEX customer_call_org ON customer_call (organisation_id, starts_us);

-- What happened, in the order in which the rule applies it.
CREATE TABLE cert_entry (
  id PRIMARY_ID,
  certification_id I64 NOT NULL REFERENCES certification (id),
  edition_id I64 NOT NULL REFERENCES cert_edition (id),
  at_us I64 NOT NULL,
  kind STR NOT NULL,                       -- practice, approved, cleared, session, score, revoked, recognised
  session_id I64 REFERENCES cert_entry (id),
  call_id I64 REFERENCES customer_call (id),
  title STR NOT NULL,
  lead I64 NOT NULL,
  shadow I64 NOT NULL,
  scorer STR NOT NULL,                     -- of a score or an approval: mentor, manager
  scores STR NOT NULL,                     -- JSON: {"story":3}
  recording STR NOT NULL,                  -- link to the recording of a rehearsal; that of a call stands on the call
  note STR NOT NULL,
  by_id I64 REFERENCES teammate (id),
  created_us I64 NOT NULL
) STRICT;
CREATE INDEX cert_entry_of ON cert_entry (certification_id, at_us, id);
CREATE INDEX cert_entry_session ON cert_entry (session_id, id);

-- Who comes along.
CREATE TABLE call_place (
  id PRIMARY_ID,
  call_id I64 NOT NULL REFERENCES customer_call (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  part STR NOT NULL,                       -- shadow, observer
  did STR NOT NULL,                        -- "", watched, spoke, led_part, missed: how they took part
  note STR NOT NULL,
  taken_us I64 NOT NULL,
  removed_us I64,
  UNIQUE (call_id, teammate_id)
) STRICT;
CREATE INDEX call_place_teammate ON call_place (teammate_id, call_id);

-- The link by which somebody's calendar reads their calls.
CREATE TABLE call_feed (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id) UNIQUE,
  number I64 NOT NULL,                     -- goes into the link; a new number makes links before it worthless
  created_us I64 NOT NULL
) STRICT;

-- Who may be paired with whom, by date.
CREATE TABLE pairing_rule (
  id PRIMARY_ID,
  kind STR NOT NULL,                       -- buddy, mentor, account
  newcomer_role STR NOT NULL,              -- key of a role this rule is for; "" = of everybody else
  valid_from STR NOT NULL,                 -- a date
  valid_to STR,                            -- the first date on which it is no longer so
  partner_role STR NOT NULL,               -- same, any, or the key of a role
  team STR NOT NULL,                       -- same, other, adjacent, any: the partner's team, seen from the newcomer's
  min_tenure_days I64 NOT NULL,
  max_load I64 NOT NULL,                   -- pairings of the kind that begin in one quarter, per partner; 0 = any number
  quarter_month I64 NOT NULL,              -- the month in which a quarter begins, 1 to 3
  max_partners I64 NOT NULL,               -- of the kind, per newcomer at one time
  min_overlap_min I64 NOT NULL,            -- shared working minutes a day
  days I64 NOT NULL,                       -- how long it lasts; 0 = until it is ended
  meet_days STR NOT NULL,                  -- comma-separated: days after the start on which they meet
  meet_every_days I64 NOT NULL,            -- and from the last of them on every so many days; 0 = no more
  meet_until_days I64 NOT NULL,
  meet_words STR NOT NULL,
  source STR NOT NULL,
  UNIQUE (kind, newcomer_role, valid_from)
) STRICT;

-- Two people, for a while.
CREATE TABLE pairing (
  id PRIMARY_ID,
  kind STR NOT NULL,                       -- buddy, mentor, account
  newcomer_id I64 NOT NULL REFERENCES teammate (id),
  partner_id I64 REFERENCES teammate (id),
  manager_id I64 REFERENCES teammate (id),
  rule_id I64 NOT NULL REFERENCES pairing_rule (id),
  state STR NOT NULL,                      -- open: nobody yet; active, ended
  starts_on STR NOT NULL,
  ends_on STR,
  why STR NOT NULL,                        -- the choice in words
  exception STR NOT NULL,                  -- why somebody outside the rule; "" = within it
  replaces_id I64 REFERENCES pairing (id),
  end_reason STR NOT NULL,
  ended_us I64,
  created_by I64 REFERENCES teammate (id),
  created_us I64 NOT NULL
) STRICT;
CREATE INDEX pairing_newcomer ON pairing (newcomer_id, id);
CREATE INDEX pairing_partner ON pairing (partner_id, id);
CREATE INDEX pairing_state ON pairing (state, starts_on, id);
CREATE INDEX pairing_manager ON pairing (manager_id, id);

-- Recurring check-ins, a row each.
CREATE TABLE pairing_meeting (
  id PRIMARY_ID,
  pairing_id I64 NOT NULL REFERENCES pairing (id),
  due_on STR NOT NULL,
  state STR NOT NULL,                      -- due, held, skipped
  notes STR NOT NULL,
  by_id I64 REFERENCES teammate (id),
  held_us I64,
  UNIQUE (pairing_id, due_on)
) STRICT;
CREATE INDEX pairing_meeting_due ON pairing_meeting (state, due_on, id);

-- What a newcomer asks the mentor.
CREATE TABLE pairing_question (
  id PRIMARY_ID,
  newcomer_id I64 NOT NULL REFERENCES teammate (id),
  mentor_id I64 REFERENCES teammate (id),
  body STR NOT NULL,
  state STR NOT NULL,                      -- open, answered
  technical I64,
  sure I64,
  answer STR NOT NULL,
  answered_by I64 REFERENCES teammate (id),
  answered_us I64,
  created_us I64 NOT NULL
) STRICT;
CREATE INDEX pairing_question_newcomer ON pairing_question (newcomer_id, id);
CREATE INDEX pairing_question_mentor ON pairing_question (mentor_id, state, id);

-- Whom to ask about what is not technical, when the mentor is not sure.
CREATE TABLE pairing_fallback (
  id PRIMARY_ID,
  topic STR NOT NULL,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  note STR NOT NULL,
  position I64 NOT NULL,
  created_us I64 NOT NULL,
  ended_us I64
) STRICT;

-- Which teams stand next to each other; team_id is the smaller id.
CREATE TABLE pairing_neighbour (
  id PRIMARY_ID,
  team_id I64 NOT NULL REFERENCES team (id),
  other_id I64 NOT NULL REFERENCES team (id),
  ended_us I64,
  UNIQUE (team_id, other_id)
) STRICT;

-- Kinds of account work, by date.
CREATE TABLE work_kind (
  id PRIMARY_ID,
  slug STR NOT NULL,                       -- trial, tech_win, red_account, renewal, post_sales, project, feedback, improvement
  valid_from STR NOT NULL,
  valid_to STR,
  name STR NOT NULL,
  about STR NOT NULL,
  for_account I64 NOT NULL,                -- 1: belongs to an organisation
  ideal_days I64,
  max_days I64,
  with_parts STR NOT NULL,                 -- comma-separated: with whom it is made: ae, lead, mentor
  source STR NOT NULL,
  UNIQUE (slug, valid_from)
) STRICT;

-- What a plan of the kind says, or which questions its gates ask.
CREATE TABLE work_part_kind (
  id PRIMARY_ID,
  kind STR NOT NULL,
  slug STR NOT NULL,
  valid_from STR NOT NULL,
  valid_to STR,
  phase STR NOT NULL,
  title STR NOT NULL,
  answer_kind STR NOT NULL,                -- text, yes_no
  led_by STR NOT NULL,                     -- ce, ae, any
  position I64 NOT NULL,
  source STR NOT NULL,
  UNIQUE (kind, slug, valid_from)
) STRICT;

-- A trial, a plan, a project, a piece of feedback, an improvement.
CREATE TABLE work_item (
  id PRIMARY_ID,
  kind STR NOT NULL,
  organisation_id I64 REFERENCES organisation (id),
  team_id I64 REFERENCES team (id),
  title STR NOT NULL,
  body STR NOT NULL,
  owner_id I64 REFERENCES teammate (id),
  with_id I64 REFERENCES teammate (id),
  with_part STR NOT NULL,                  -- "", ae, lead, mentor
  state STR NOT NULL,                      -- open, proposed, accepted, declined, delivered, done, dropped
  health STR NOT NULL,                     -- "", green, yellow, red
  starts_on STR,
  due_on STR,
  link STR NOT NULL,
  outcome STR NOT NULL,
  closed_us I64,
  created_by I64 REFERENCES teammate (id),
  created_us I64 NOT NULL
) STRICT;
CREATE INDEX work_item_org ON work_item (organisation_id, id);
CREATE INDEX work_item_kind ON work_item (kind, state, id);
CREATE INDEX work_item_owner ON work_item (owner_id, id);
CREATE INDEX work_item_with ON work_item (with_id, id);

-- As the kind had them when the work began.
CREATE TABLE work_part (
  id PRIMARY_ID,
  item_id I64 NOT NULL REFERENCES work_item (id),
  slug STR NOT NULL,
  phase STR NOT NULL,
  title STR NOT NULL,
  answer_kind STR NOT NULL,
  led_by STR NOT NULL,
  position I64 NOT NULL,
  answer STR NOT NULL,
  answered_by I64 REFERENCES teammate (id),
  answered_us I64,
  UNIQUE (item_id, slug)
) STRICT;

-- Who joined or leads a project.
CREATE TABLE work_member (
  id PRIMARY_ID,
  item_id I64 NOT NULL REFERENCES work_item (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  part STR NOT NULL,                       -- lead, member
  joined_us I64 NOT NULL,
  removed_us I64,
  UNIQUE (item_id, teammate_id)
) STRICT;
CREATE INDEX work_member_teammate ON work_member (teammate_id, item_id);
