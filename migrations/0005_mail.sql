-- Mail: what came in, the addresses that are ours, threads, and the brakes.

CREATE TABLE inbox (
  id PRIMARY_ID,
  source STR NOT NULL,            -- mail
  external_id STR NOT NULL,       -- for mail: SHA-256 of the bytes and the recipient
  dest STR NOT NULL,              -- the recipient
  sender STR NOT NULL,            -- the envelope's sender
  raw_blob STR NOT NULL,
  raw_bytes I64 NOT NULL,
  state STR NOT NULL,             -- new, done, parked, suspended, discarded
  outcome STR,                    -- what became of it, in a word: ticket, reply, note, bounce, duplicate, loop …
  reason STR,                     -- in words: "why did this message land here?"
  trace STR,                      -- the steps of the decision, a line each
  ticket_id I64,
  message_id I64,
  attempt I64 NOT NULL,
  received_us I64 NOT NULL,
  settled_us I64,
  UNIQUE (source, external_id)
) STRICT;
CREATE INDEX inbox_state ON inbox (state, id);
CREATE INDEX inbox_blob ON inbox (raw_blob);
CREATE INDEX inbox_ticket ON inbox (ticket_id, id);
CREATE INDEX inbox_received ON inbox (ticket_id, received_us);

CREATE TABLE mail_address (
  id PRIMARY_ID,
  address STR NOT NULL UNIQUE,    -- "support@desk.example"
  label STR NOT NULL,
  kind STR NOT NULL,              -- support, trial, feedback, noreply
  team_id I64 REFERENCES team (id),
  acknowledge I64 NOT NULL,
  active I64 NOT NULL,
  created_us I64 NOT NULL
) STRICT;

-- Foreign Message-IDs of a ticket, for replies that lost our own.
CREATE TABLE mail_thread (
  id PRIMARY_ID,
  mail_id STR NOT NULL,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  message_id I64,
  at_us I64 NOT NULL
) STRICT;
CREATE INDEX mail_thread_id ON mail_thread (mail_id, id);

-- What we sent by ourselves, and to whom: the budget of automatic mail.
CREATE TABLE mail_auto (
  id PRIMARY_ID,
  address STR NOT NULL,
  kind STR NOT NULL,              -- ack, confirm
  ticket_id I64,
  at_us I64 NOT NULL
) STRICT;
CREATE INDEX mail_auto_address ON mail_auto (address, at_us);
CREATE INDEX mail_auto_at ON mail_auto (at_us);

-- Second level of "exactly once": the same message to two of our addresses is one message.
CREATE TABLE mail_seen (
  id PRIMARY_ID,
  mail_id STR NOT NULL,
  content_sha STR NOT NULL,
  inbox_id I64 NOT NULL,
  ticket_id I64,
  at_us I64 NOT NULL,
  UNIQUE (mail_id, content_sha)
) STRICT;
CREATE INDEX mail_seen_at ON mail_seen (at_us);
