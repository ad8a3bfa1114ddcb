-- What people are told by mail when they are away from the page, and how each wants it.

-- What one person wants of one kind, where it is not what is usual.
CREATE TABLE notice_wish (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  kind STR NOT NULL,
  way STR NOT NULL,               -- off, digest, at_once
  UNIQUE (teammate_id, kind)
) STRICT;

-- Something a person should know. The pages show it by themselves; this is for the mail.
CREATE TABLE notice (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  kind STR NOT NULL,
  key STR NOT NULL,               -- what it is about, so that it can be over: "handover:7"
  words STR NOT NULL,
  url STR NOT NULL,               -- a path
  state STR NOT NULL,             -- new, digest, sent, here (they were at the desk since), over, off
  at_us I64 NOT NULL,
  settled_us I64
) STRICT;
CREATE INDEX notice_new ON notice (teammate_id, id) WHERE state = 'new';
CREATE INDEX notice_digest ON notice (teammate_id, id) WHERE state = 'digest';
CREATE INDEX notice_key ON notice (key) WHERE state IN ('new', 'digest');
CREATE INDEX notice_sent ON notice (teammate_id, settled_us) WHERE state = 'sent';
CREATE INDEX notice_old ON notice (at_us);
