-- The spine: the log of events, what waits to be done, what goes out.

CREATE TABLE event (
  seq PRIMARY_ID,
  at_us I64 NOT NULL,
  kind STR NOT NULL,              -- "ticket.replied": past tense, never renamed
  entity STR NOT NULL,            -- the table whose row it changed, "ticket"
  entity_id I64 NOT NULL,
  ticket_id I64,                  -- the ticket whose history shows it
  actor_kind STR NOT NULL,        -- teammate, contact, system, operator
  actor_id I64,
  actor_name STR NOT NULL,        -- as it was then
  door STR NOT NULL,              -- form, api, cli, job, mail
  request_id STR NOT NULL,
  rule STR,                       -- the rule or row that decided, if one did
  reason STR,                     -- in words, for people
  data STR NOT NULL,              -- JSON: {"set": {column: value …}, …}
  chain BYTES NOT NULL            -- SHA-256 over the previous chain and this row: tampering shows
) STRICT;
CREATE INDEX event_ticket ON event (ticket_id, seq);
CREATE INDEX event_entity ON event (entity, entity_id, seq);
CREATE INDEX event_kind ON event (kind, seq);

CREATE TABLE setting (
  key STR PRIMARY KEY,
  id I64 NOT NULL UNIQUE,         -- so that events can name it
  value STR NOT NULL,
  changed_us I64 NOT NULL
) STRICT;

CREATE TABLE job (
  id PRIMARY_ID,
  kind STR NOT NULL,
  version I64 NOT NULL,           -- of the payload: an old node leaves newer work alone
  payload STR NOT NULL,
  dedup STR UNIQUE,               -- NULL once done
  state STR NOT NULL,             -- waiting, running, done, dead
  run_at_us I64 NOT NULL,
  attempt I64 NOT NULL,
  lease_until_us I64,
  worker STR,
  last_error STR,
  created_us I64 NOT NULL,
  done_us I64
) STRICT;
CREATE INDEX job_due ON job (state, run_at_us);
CREATE INDEX job_kind ON job (kind, id);

CREATE TABLE outbox (
  id PRIMARY_ID,
  kind STR NOT NULL,              -- mail
  dest STR NOT NULL,              -- who gets it, for people
  dedup STR NOT NULL UNIQUE,
  ticket_id I64,
  message_id I64,
  body STR NOT NULL,              -- JSON: what the sender needs
  state STR NOT NULL,             -- waiting, sending, sent, failed, unknown, cancelled
  attempt I64 NOT NULL,
  next_us I64 NOT NULL,
  lease_until_us I64,
  last_error STR,
  created_us I64 NOT NULL,
  settled_us I64
) STRICT;
CREATE INDEX outbox_due ON outbox (state, next_us);
CREATE INDEX outbox_ticket ON outbox (ticket_id, id);
CREATE INDEX outbox_message ON outbox (message_id, id);

CREATE TABLE idempotency (
  key STR NOT NULL,
  actor STR NOT NULL,             -- per credential
  command STR NOT NULL,
  request_sha STR NOT NULL,
  result STR NOT NULL,
  created_us I64 NOT NULL,
  PRIMARY KEY (actor, key)
) STRICT;
CREATE INDEX idempotency_age ON idempotency (created_us);
