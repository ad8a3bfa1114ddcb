-- Looking back: long cases, and cases that colleagues and managers look at with each other.

-- A question that is answered with yes or no when a case is reviewed. Rows with dates; the desk writes its own.
CREATE TABLE review_question (
  id PRIMARY_ID,
  question STR NOT NULL,
  valid_from STR NOT NULL,
  valid_to STR,                   -- the first date on which it is no longer asked
  source STR NOT NULL,
  UNIQUE (question, valid_from)
) STRICT;

-- Somebody looks at a case of somebody. What they say is between the two: it is in no event and in no export.
CREATE TABLE case_review (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  kind STR NOT NULL,              -- peer, manager
  reviewer_id I64 NOT NULL REFERENCES teammate (id),
  reviewed_id I64 NOT NULL REFERENCES teammate (id),
  period STR NOT NULL,            -- the day on which its round began
  state STR NOT NULL,             -- open, done, dropped
  made_us I64 NOT NULL,
  due_us I64 NOT NULL,
  ended_us I64
) STRICT;
CREATE INDEX case_review_reviewer ON case_review (reviewer_id, id);
CREATE INDEX case_review_reviewed ON case_review (reviewed_id, id);
CREATE INDEX case_review_ticket ON case_review (ticket_id);
CREATE INDEX case_review_due ON case_review (due_us);
CREATE TABLE review_answer (
  review_id I64 NOT NULL REFERENCES case_review (id),
  question_id I64 NOT NULL REFERENCES review_question (id),
  yes I64 NOT NULL,
  PRIMARY KEY (review_id, question_id)
) STRICT;
CREATE INDEX review_answer_question ON review_answer (question_id);
CREATE TABLE review_words (
  review_id I64 PRIMARY KEY REFERENCES case_review (id),
  good STR NOT NULL,              -- what went well
  next STR NOT NULL               -- what to try next
) STRICT;

-- A case that takes, or took, so long that people look at it together.
CREATE TABLE long_case (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  kind STR NOT NULL,              -- premortem: it is open; retro: it is solved
  days I64 NOT NULL,              -- how long by then
  state STR NOT NULL,             -- open, held, dropped
  found_us I64 NOT NULL,
  by_name STR,
  ended_us I64,
  UNIQUE (ticket_id, kind)
) STRICT;
CREATE INDEX long_case_open ON long_case (kind, id) WHERE state = 'open';
