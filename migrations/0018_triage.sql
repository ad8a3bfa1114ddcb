-- Triage: whose a request is (dated rows), what words suggest, how soon it is looked at; what was decided; what account people add to a case and know of a customer.

-- Whose is it? The first row that fits wins, by position. A row is ended and followed by another one, never rewritten.
CREATE TABLE owner_rule (
  id PRIMARY_ID,
  code STR NOT NULL,              -- "howto-5": what the row is called
  position I64 NOT NULL,          -- small first
  asks STR NOT NULL,              -- question types, "how_to, feature_request"; "" = any
  stage STR NOT NULL,             -- pre_sales, post_sales, none; several by commas; "" = any
  strategic STR NOT NULL,         -- yes, no, "" = either
  ce STR NOT NULL,                -- a customer engineer is named for the account: yes, no, ""
  ta STR NOT NULL,                -- a technical advisor is: yes, no, ""
  owner STR NOT NULL,             -- support, ce, ta …
  action STR NOT NULL,            -- here, file, best_effort: support works on it; hand_on, forward, link, spam, delete: not ours; ask: the team decides
  route STR NOT NULL,             -- in words: where it goes and how
  dest STR NOT NULL,              -- an address or a link of that place; "" = none written down
  macro STR NOT NULL,             -- slug of the macro that tells the customer; "" = none
  valid_from STR NOT NULL,        -- a date
  valid_to STR,                   -- the first date on which it is no longer so
  reading STR NOT NULL,           -- how the source's words were read
  source STR NOT NULL,
  created_us I64 NOT NULL,
  UNIQUE (code, valid_from)
) STRICT;

-- Words that suggest a question type, a product area, a theme, a severity.
CREATE TABLE triage_cue (
  id PRIMARY_ID,
  kind STR NOT NULL,              -- ask, area, theme, severity
  words STR NOT NULL,             -- as desk_words() gives them: lower case, letters and digits
  value STR NOT NULL,
  valid_from STR NOT NULL,
  valid_to STR,
  source STR NOT NULL,
  created_us I64 NOT NULL,
  UNIQUE (kind, words, value, valid_from)
) STRICT;

-- Within how many minutes of staffed time a new case is looked at, where a row is in force on the day it comes.
CREATE TABLE triage_aim (
  id PRIMARY_ID,
  minutes I64 NOT NULL,
  calendar STR NOT NULL,          -- name of a calendar of the promises; "" = the desk's own
  tag STR NOT NULL,               -- put on what was triaged; "" = the state alone says so
  valid_from STR NOT NULL,
  valid_to STR,
  source STR NOT NULL,
  created_us I64 NOT NULL,
  UNIQUE (valid_from)
) STRICT;

-- One per ticket that came in while the desk ran: whose it is, why, and what became of it at triage.
CREATE TABLE triage_case (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL UNIQUE REFERENCES ticket (id),
  state STR NOT NULL,             -- waiting, decided, passed (answered, solved, merged … before anybody triaged it)
  ask STR NOT NULL,               -- the question type
  ask_from STR NOT NULL,          -- words, kind, said
  rule_id I64 REFERENCES owner_rule (id),
  owner STR NOT NULL,
  action STR NOT NULL,
  reason STR NOT NULL,            -- the sentence
  due_us I64,                     -- by when somebody is to have looked
  warned_us I64,
  outcome STR,                    -- here, hand_on, forward, link, spam, delete, merge; NULL = not decided
  why STR,                        -- of an outcome that is not the row's
  decided_by STR,
  decided_us I64,
  created_us I64 NOT NULL
) STRICT;
CREATE INDEX triage_case_waiting ON triage_case (ticket_id) WHERE state = 'waiting';
CREATE INDEX triage_case_due ON triage_case (due_us) WHERE state = 'waiting' AND warned_us IS NULL AND due_us IS NOT NULL;
CREATE INDEX triage_case_decided ON triage_case (decided_us) WHERE decided_us IS NOT NULL;

-- What a customer engineer, an account executive or a technical advisor tells us beside a case. Context: it changes no priority.
CREATE TABLE case_context (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  kind STR NOT NULL,              -- hand_over, note
  author_id I64 REFERENCES teammate (id),
  author_name STR NOT NULL,
  part STR NOT NULL,              -- what they are to the customer: ce, ae, ta, other
  summary STR NOT NULL,
  issue_url STR NOT NULL,
  consequence STR NOT NULL,       -- what happens if nothing is done
  time_limit STR NOT NULL,        -- until when, and why then
  other STR NOT NULL,
  created_us I64 NOT NULL,
  removed_us I64
) STRICT;
CREATE INDEX case_context_ticket ON case_context (ticket_id, id);

-- Who went through the context of a case before working on it, and through what.
CREATE TABLE context_look (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  steps STR NOT NULL,             -- codes by spaces
  at_us I64 NOT NULL,
  UNIQUE (ticket_id, teammate_id)
) STRICT;

-- What is known of a customer beside its own row: documents, health inputs, licences, dashboards.
CREATE TABLE account_fact (
  id PRIMARY_ID,
  organisation_id I64 NOT NULL REFERENCES organisation (id),
  kind STR NOT NULL,              -- document, health, licence, dashboard, environment
  title STR NOT NULL,
  value STR NOT NULL,
  url STR NOT NULL,
  noted_on STR NOT NULL,          -- a date
  author_name STR NOT NULL,
  created_us I64 NOT NULL,
  removed_us I64
) STRICT;
CREATE INDEX account_fact_org ON account_fact (organisation_id, kind, id);
