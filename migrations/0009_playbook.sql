-- Playbooks: what a team writes once and follows many times. Rows are never deleted; playbook_item alone is an index that is rebuilt.

CREATE TABLE playbook (
  id PRIMARY_ID,
  slug STR NOT NULL UNIQUE,
  name STR NOT NULL,
  about STR NOT NULL,
  subject STR NOT NULL,           -- none, ticket, organisation, teammate, incident: what a run of it is about
  state STR NOT NULL,             -- active, archived
  rev_id I64,                     -- the published revision; NULL = none yet
  created_by I64 REFERENCES teammate (id),
  created_us I64 NOT NULL
) STRICT;
CREATE INDEX playbook_list ON playbook (state, name, id);

-- What is being written. Its changes are in the log in words; its text is there with the revision that becomes of it.
CREATE TABLE playbook_draft (
  playbook_id I64 PRIMARY KEY REFERENCES playbook (id),
  plan STR NOT NULL,
  version I64 NOT NULL,           -- one more with each change, so that two writers see each other
  changed_by I64 REFERENCES teammate (id),
  changed_us I64 NOT NULL
) STRICT;

-- Never changed again.
CREATE TABLE playbook_rev (
  id PRIMARY_ID,
  playbook_id I64 NOT NULL REFERENCES playbook (id),
  number I64 NOT NULL,
  plan STR NOT NULL,              -- JSON
  note STR NOT NULL,              -- why, in a sentence
  valid_from STR,                 -- of an edition with a date: from when it was in force
  published_by I64 REFERENCES teammate (id),
  published_us I64 NOT NULL,
  UNIQUE (playbook_id, number)
) STRICT;
CREATE INDEX playbook_rev_valid ON playbook_rev (playbook_id, valid_from);

CREATE TABLE playbook_run (
  id PRIMARY_ID,
  playbook_id I64 NOT NULL REFERENCES playbook (id),
  rev_id I64 NOT NULL REFERENCES playbook_rev (id),
  before_rev_id I64 REFERENCES playbook_rev (id),   -- where it came from with the last move; NULL = nothing to undo
  subject STR NOT NULL,           -- none, ticket, organisation, teammate, incident
  subject_id I64 NOT NULL,        -- 0 with none
  reference STR,
  name STR NOT NULL,
  started_by I64 REFERENCES teammate (id),
  starts_on STR NOT NULL,         -- a date
  soft_until STR,                 -- a date: until it ends nothing is late
  role STR NOT NULL,
  level STR NOT NULL,
  zone STR NOT NULL,
  state STR NOT NULL,             -- active, completed, archived
  created_on STR NOT NULL,        -- the date in its zone
  created_us I64 NOT NULL,
  completed_us I64,
  n_required I64 NOT NULL,        -- worked out from the facts, as playbook_item is
  n_closed I64 NOT NULL,
  UNIQUE (playbook_id, reference)
) STRICT;
CREATE INDEX playbook_run_subject ON playbook_run (subject, subject_id, id);
CREATE INDEX playbook_run_state ON playbook_run (state, id);
CREATE INDEX playbook_run_playbook ON playbook_run (playbook_id, state, id);
CREATE INDEX playbook_run_rev ON playbook_run (rev_id);

-- What was done about a task: the newest word; the log has the rest.
CREATE TABLE playbook_mark (
  id PRIMARY_ID,
  run_id I64 NOT NULL REFERENCES playbook_run (id),
  key STR NOT NULL,               -- of the task; "talk#3" for the third time of a recurring one
  marked STR NOT NULL,            -- '', done, skipped, signed_once, rejected
  by_id I64 REFERENCES teammate (id),
  by2_id I64 REFERENCES teammate (id),   -- the second signature
  at_us I64 NOT NULL,
  comment STR NOT NULL,
  due_on STR,                     -- set by hand: wins
  UNIQUE (run_id, key)
) STRICT;

CREATE TABLE playbook_value (
  id PRIMARY_ID,
  run_id I64 NOT NULL REFERENCES playbook_run (id),
  key STR NOT NULL,               -- of the field
  value STR,                      -- NULL = cleared
  filename STR,                   -- of a file
  by_id I64 REFERENCES teammate (id),
  at_us I64 NOT NULL,
  UNIQUE (run_id, key)
) STRICT;

CREATE INDEX playbook_value_file ON playbook_value (value) WHERE filename IS NOT NULL;

-- Who plays which part. role: a word of the plan, a mail address, or "field:KEY".
CREATE TABLE playbook_role (
  id PRIMARY_ID,
  run_id I64 NOT NULL REFERENCES playbook_run (id),
  role STR NOT NULL,
  teammate_id I64 REFERENCES teammate (id),
  source STR NOT NULL,            -- start, given, field, hand
  UNIQUE (run_id, role)
) STRICT;
CREATE INDEX playbook_role_teammate ON playbook_role (teammate_id, run_id);

CREATE TABLE playbook_note (
  id PRIMARY_ID,
  run_id I64 NOT NULL REFERENCES playbook_run (id),
  key STR NOT NULL,               -- the task; '' = the whole
  kind STR NOT NULL,              -- comment, proof
  body STR NOT NULL,
  link STR,
  by_id I64 REFERENCES teammate (id),
  at_us I64 NOT NULL,
  withdrawn_us I64
) STRICT;
CREATE INDEX playbook_note_run ON playbook_note (run_id, id);

-- What is open, for whom, and when: worked out from the rows above in the same transaction. teammate_id 0 = whoever comes first.
CREATE TABLE playbook_item (
  run_id I64 NOT NULL REFERENCES playbook_run (id),
  key STR NOT NULL,
  teammate_id I64 NOT NULL,
  place I64 NOT NULL,
  title STR NOT NULL,
  required I64 NOT NULL,
  waits I64 NOT NULL,             -- for a stop task or for what an approval is about
  due_on STR,
  due_us I64 NOT NULL,            -- the first instant at which it is late; the end of the year 9999 without a due date
  PRIMARY KEY (run_id, key, teammate_id)
) STRICT;
CREATE INDEX playbook_item_mine ON playbook_item (teammate_id, due_us, run_id, key);
CREATE INDEX playbook_item_due ON playbook_item (due_us);
