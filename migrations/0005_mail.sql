-- Mail: the addresses that are ours, how far each correspondent is trusted, and the brakes.

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
  kind STR NOT NULL,              -- ack, notice
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
CREATE INDEX inbox_received ON inbox (ticket_id, received_us);
CREATE INDEX mail_seen_at ON mail_seen (at_us);
