-- Finding: full text by message (rowid = message.id) in the same transaction as the row, and counts that are kept, not counted.

-- sqlite:
CREATE VIRTUAL TABLE message_text USING fts5 (subject, people, body, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2 tokenchars '_'");
-- pg:
CREATE TABLE message_text (
  rowid BIGINT PRIMARY KEY,
  words tsvector NOT NULL
);
CREATE INDEX message_text_words ON message_text USING gin (words);
-- both:

-- How many tickets stand where: one row per (status, assignee), maintained by a fold.
CREATE TABLE ticket_count (
  status STR NOT NULL,
  assignee_id I64 NOT NULL,       -- 0 = nobody
  n I64 NOT NULL,
  PRIMARY KEY (status, assignee_id)
) STRICT;
CREATE INDEX ticket_count_assignee ON ticket_count (assignee_id, status);
