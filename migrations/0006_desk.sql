-- Finding: full text by message (rowid = message.id), written in the same transaction; and counts that are kept, not counted.

-- sqlite:
CREATE VIRTUAL TABLE message_text USING fts5 (subject, people, body, content='', contentless_delete=1, detail=full, tokenize="unicode61 remove_diacritics 0");
-- pg:
CREATE TABLE message_text (
  rowid BIGINT PRIMARY KEY,
  words tsvector NOT NULL
);
-- What is new waits in a list that each search reads from end to end: a short one.
CREATE INDEX message_text_words ON message_text USING gin (words) WITH (gin_pending_list_limit = 256);
-- both:

-- How many tickets stand where: one row per (status, assignee), maintained by a fold.
CREATE TABLE ticket_count (
  status STR NOT NULL,
  assignee_id I64 NOT NULL,       -- 0 = nobody
  n I64 NOT NULL,
  PRIMARY KEY (status, assignee_id)
) STRICT;
CREATE INDEX ticket_count_assignee ON ticket_count (assignee_id, status);

-- The lists people live in: only what is unsolved, so that they stay small whatever the desk has seen.
CREATE INDEX ticket_unsolved ON ticket (id) WHERE status IN ('new', 'open', 'pending', 'on_hold');
CREATE INDEX ticket_unassigned ON ticket (id) WHERE assignee_id IS NULL AND status IN ('new', 'open', 'pending', 'on_hold');
CREATE INDEX ticket_mine ON ticket (assignee_id, id) WHERE status IN ('new', 'open', 'pending', 'on_hold');
CREATE INDEX ticket_org_unsolved ON ticket (organisation_id, id) WHERE status IN ('new', 'open', 'pending', 'on_hold');
CREATE INDEX ticket_solved ON ticket (solved_us, id) WHERE status = 'solved';
