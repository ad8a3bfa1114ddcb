-- Writing well and finding again: drafts that two people share, macros, saved views and what they tell, bulk edits that can be undone,
-- summaries of cases, hints that were read.

-- Of a draft: its version (a tab that knows an older one does not write over it), and the macro whose changes go with the message.
ALTER TABLE draft ADD COLUMN version_no I64 NOT NULL DEFAULT 1;
ALTER TABLE draft ADD COLUMN macro_id I64;
CREATE INDEX draft_saved ON draft (saved_us);

-- Texts that stood in the way of another one: of a second tab, or replaced when a colleague took the draft over. Kept until their writer decides.
CREATE TABLE draft_beside (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  tab STR NOT NULL,               -- which tab of hers, or 'taken:<id>' when a colleague took it over
  mode STR NOT NULL,
  body STR NOT NULL,
  saved_us I64 NOT NULL,
  UNIQUE (ticket_id, teammate_id, tab)
) STRICT;

-- A text with variables, and changes that go with it. A macro writes a draft; it never sends.
CREATE TABLE macro (
  id PRIMARY_ID,
  slug STR NOT NULL,
  name STR NOT NULL,
  family STR NOT NULL,            -- where it stands in the list: "Reply", "Incident" …
  mode STR NOT NULL,              -- note, reply
  body STR NOT NULL,
  status STR,                     -- set when the message is saved
  kind STR,
  priority STR,
  tags STR,                       -- "area:search theme:executors", added
  owner_id I64 REFERENCES teammate (id),     -- NULL = everybody's
  valid_from STR NOT NULL,
  valid_to STR,                   -- the first date on which it is no longer offered
  source STR NOT NULL,
  created_us I64 NOT NULL,
  UNIQUE (slug, valid_from)
) STRICT;

-- A list by conditions, written as in the search box.
CREATE TABLE saved_view (
  id PRIMARY_ID,
  name STR NOT NULL,
  owner_id I64 NOT NULL REFERENCES teammate (id),
  share STR NOT NULL,             -- me, team, all
  team_id I64 REFERENCES team (id),
  query STR NOT NULL,
  columns STR NOT NULL,           -- names of columns, by spaces
  sort STR NOT NULL,
  created_us I64 NOT NULL,
  removed_us I64
) STRICT;
CREATE INDEX saved_view_owner ON saved_view (owner_id, id);
CREATE INDEX saved_view_share ON saved_view (share, team_id, id);

-- Who wants to hear when something new matches a view.
CREATE TABLE view_watch (
  id PRIMARY_ID,
  view_id I64 NOT NULL REFERENCES saved_view (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  since_us I64 NOT NULL,
  ended_us I64,
  UNIQUE (view_id, teammate_id)
) STRICT;
CREATE INDEX view_watch_live ON view_watch (id) WHERE ended_us IS NULL;

-- What a watched view found: once per view, person and ticket.
CREATE TABLE view_notice (
  id PRIMARY_ID,
  view_id I64 NOT NULL REFERENCES saved_view (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  at_us I64 NOT NULL,
  read_us I64,
  UNIQUE (view_id, teammate_id, ticket_id)
) STRICT;
CREATE INDEX view_notice_news ON view_notice (teammate_id, id) WHERE read_us IS NULL;
CREATE INDEX view_notice_all ON view_notice (teammate_id, id);

-- How many tickets a view has, up to 100, counted by a job after changes; and how far in the log it got.
CREATE TABLE view_count (
  view_id I64 PRIMARY KEY REFERENCES saved_view (id),
  n I64 NOT NULL,
  counted_us I64 NOT NULL
) STRICT;
CREATE TABLE view_cursor (
  id I64 PRIMARY KEY,             -- 1
  seq I64 NOT NULL
) STRICT;

-- One change of many tickets, and what it changed on each, so that it can be undone.
CREATE TABLE bulk (
  id PRIMARY_ID,
  actor_name STR NOT NULL,
  changes STR NOT NULL,           -- the change in words
  n I64 NOT NULL,
  at_us I64 NOT NULL,
  undone_us I64
) STRICT;
CREATE TABLE bulk_item (
  id PRIMARY_ID,
  bulk_id I64 NOT NULL REFERENCES bulk (id),
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  was STR NOT NULL,               -- JSON: columns before
  made STR NOT NULL,              -- JSON: the same columns afterwards; "tagged", "untagged": tags it put on and took off
  left_because STR                -- why undoing left it as it is
) STRICT;
CREATE INDEX bulk_item_bulk ON bulk_item (bulk_id, id);

-- A resolved case in a few words, without names and secrets.
CREATE TABLE case_summary (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL UNIQUE REFERENCES ticket (id),
  kind STR NOT NULL,              -- howto, defect
  version STR,
  deployment STR,
  service STR,
  environment STR NOT NULL,
  symptom STR NOT NULL,
  steps STR NOT NULL,
  cause STR NOT NULL,
  action STR NOT NULL,
  docs STR NOT NULL,              -- unsaid, sufficient, task, link
  docs_url STR,
  docs_task_id I64 REFERENCES ticket (id),
  author_name STR NOT NULL,
  created_us I64 NOT NULL,
  updated_us I64 NOT NULL
) STRICT;
CREATE INDEX case_summary_version ON case_summary (version, id);
-- sqlite:
CREATE VIRTUAL TABLE summary_text USING fts5 (words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0");
-- pg:
CREATE TABLE summary_text (
  rowid BIGINT PRIMARY KEY,
  words tsvector NOT NULL
);
CREATE INDEX summary_text_words ON summary_text USING gin (words);
-- both:

-- Hints of the first days that somebody has read.
CREATE TABLE hint_read (
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  hint STR NOT NULL,
  at_us I64 NOT NULL,
  PRIMARY KEY (teammate_id, hint)
) STRICT;
