-- The ticket and all that hangs on it.

CREATE TABLE ticket (
  id PRIMARY_ID,
  subject STR NOT NULL,
  status STR NOT NULL,            -- new, open, pending, on_hold, solved, closed, suspended, deleted, merged
  status_since_us I64 NOT NULL,
  kind STR NOT NULL,              -- question, defect, improvement, help, task, unset
  severity I64,                   -- contract severity; its meaning depends on the date
  priority STR,                   -- p0 … p3: set by the support engineer alone
  effort STR,                     -- level of effort
  requester_id I64 REFERENCES contact (id),
  organisation_id I64 REFERENCES organisation (id),
  assignee_id I64 REFERENCES teammate (id),
  team_id I64 REFERENCES team (id),
  origin STR NOT NULL,            -- mail, form, api, cli, internal, import
  origin_url STR,                 -- the external thread
  inbound STR,                    -- the address of ours it came to
  deployment STR,
  version STR,
  parent_id I64 REFERENCES ticket (id),     -- a task's ticket, or the closed ticket this one follows
  merged_into_id I64 REFERENCES ticket (id),
  before_status STR,              -- of a suspended, deleted or merged ticket: what undo goes back to
  before_since_us I64,
  before_assignee_id I64,
  suspend_reason STR,
  next_action STR NOT NULL,       -- us, customer, other_team, nobody: follows from the status
  customer_wrote_us I64,          -- their newest message
  we_wrote_us I64,                -- our newest public reply
  first_reply_us I64,             -- our first public reply by a person
  solved_us I64,
  closed_us I64,
  promised_us I64,                -- when they hear again
  messages I64 NOT NULL,
  attachments I64 NOT NULL,
  version_no I64 NOT NULL,        -- goes up with each change: a stale edit is refused
  external_id STR,                -- only once
  created_us I64 NOT NULL,
  updated_us I64 NOT NULL
) STRICT;
CREATE INDEX ticket_status ON ticket (status, updated_us, id);
CREATE INDEX ticket_assignee ON ticket (assignee_id, status, updated_us, id);
CREATE INDEX ticket_requester ON ticket (requester_id, id);
CREATE INDEX ticket_org ON ticket (organisation_id, id);
-- What few tickets have costs nothing with the others: making a ticket writes each index it is in.
CREATE UNIQUE INDEX ticket_external ON ticket (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX ticket_parent ON ticket (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX ticket_merged ON ticket (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX ticket_since ON ticket (status, status_since_us);

CREATE TABLE message (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  kind STR NOT NULL,              -- public, note, customer, unverified, system
  author_kind STR NOT NULL,       -- teammate, contact, system
  author_id I64,
  author_name STR NOT NULL,
  via STR NOT NULL,               -- mail, web, api, cli, import, system
  body STR NOT NULL,              -- Markdown of ours, or the readable text of theirs
  body_sha STR NOT NULL,
  quote_at I64,                   -- where the quoted part of the text begins
  html_blob STR,                  -- rebuilt HTML of a mail
  remote_images I64 NOT NULL,
  state STR NOT NULL,             -- held (undo still possible), sent, received, undone, moved
  mail_id STR,                    -- Message-ID, ours or theirs
  inbox_id I64,
  to_list STR,                    -- JSON: recipients of a public reply, or of their mail
  external_id STR,
  before_status STR,              -- of a reply of ours: where undoing the send leads back to
  before_since_us I64,
  before_assignee_id I64,
  before_promised_us I64,
  after_status STR,
  created_us I64 NOT NULL,
  at_us I64 NOT NULL              -- when it was written, for order in the thread
) STRICT;
CREATE INDEX message_ticket ON message (ticket_id, at_us, id);
CREATE UNIQUE INDEX message_external ON message (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX message_html ON message (html_blob) WHERE html_blob IS NOT NULL;

-- All that may ever leave the house: what reads messages for sending reads this, and an internal note is not in it.
CREATE VIEW public_message AS
  SELECT id, ticket_id, author_kind, author_id, author_name, via, body, state, mail_id, to_list, created_us, at_us
  FROM message WHERE kind = 'public' AND state IN ('held', 'sent');

CREATE TABLE attachment (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  message_id I64 NOT NULL REFERENCES message (id),
  filename STR NOT NULL,
  content_type STR NOT NULL,      -- by the bytes, from a closed table
  blob STR NOT NULL,
  bytes I64 NOT NULL,
  content_id STR,
  created_us I64 NOT NULL
) STRICT;
CREATE INDEX attachment_message ON attachment (message_id, id);
CREATE INDEX attachment_blob ON attachment (blob);
CREATE INDEX attachment_ticket ON attachment (ticket_id, id);

-- Tags: product area (where the question arose), theme (what it turned out to be), or plain.
CREATE TABLE ticket_tag (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  kind STR NOT NULL,              -- area, theme, plain
  tag STR NOT NULL,
  created_us I64 NOT NULL,
  removed_us I64,                 -- NULL = in force
  UNIQUE (ticket_id, kind, tag)
) STRICT;
CREATE INDEX ticket_tag_tag ON ticket_tag (tag, ticket_id);

CREATE TABLE ticket_link (
  id PRIMARY_ID,
  from_id I64 NOT NULL REFERENCES ticket (id),
  to_id I64 NOT NULL REFERENCES ticket (id),
  kind STR NOT NULL,              -- related, follows, task_of, split_from, duplicate_of
  created_us I64 NOT NULL,
  removed_us I64,
  UNIQUE (from_id, to_id, kind)
) STRICT;
CREATE INDEX ticket_link_to ON ticket_link (to_id);

-- Teammates who follow, and contacts in copy.
CREATE TABLE ticket_follower (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  created_us I64 NOT NULL,
  removed_us I64,
  UNIQUE (ticket_id, teammate_id)
) STRICT;
CREATE INDEX ticket_follower_teammate ON ticket_follower (teammate_id, ticket_id);

CREATE TABLE ticket_cc (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  contact_id I64 NOT NULL REFERENCES contact (id),
  state STR NOT NULL,             -- active, proposed (a mail named them; a teammate decides), removed
  from_message_id I64,            -- they see nothing from before
  created_us I64 NOT NULL,
  UNIQUE (ticket_id, contact_id)
) STRICT;
CREATE INDEX ticket_cc_contact ON ticket_cc (contact_id, ticket_id);

CREATE TABLE draft (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  mode STR NOT NULL,              -- note, reply
  body STR NOT NULL,
  seen_message_id I64,            -- the newest message the writer had before her
  saved_us I64 NOT NULL,
  UNIQUE (ticket_id, teammate_id)
) STRICT;

-- What may follow on silence, by date: pending → solved, solved → closed.
CREATE TABLE status_timer (
  id PRIMARY_ID,
  from_status STR NOT NULL,
  to_status STR NOT NULL,
  after_us I64 NOT NULL,
  basis STR NOT NULL,             -- elapsed, business
  valid_from STR NOT NULL,
  valid_to STR,                   -- the first date on which it is no longer so; the date is that of entering from_status
  reading STR NOT NULL,           -- in words, for people
  source STR NOT NULL,
  UNIQUE (from_status, valid_from)
) STRICT;

-- The customer's confirmation: one question, one link that works without an account. The link's token is made from the desk's key, not kept.
CREATE TABLE confirmation (
  id PRIMARY_ID,
  ticket_id I64 NOT NULL REFERENCES ticket (id),
  contact_id I64 NOT NULL REFERENCES contact (id),
  asked_us I64 NOT NULL,
  expires_us I64 NOT NULL,
  answer STR,                     -- yes, no
  answered_us I64
) STRICT;
CREATE INDEX confirmation_ticket ON confirmation (ticket_id, id);
