-- Teammates: who they are, what they may, when they work, how they sign in.

CREATE TABLE team (
  id PRIMARY_ID,
  slug STR NOT NULL UNIQUE,
  name STR NOT NULL,
  external_id STR UNIQUE,
  created_us I64 NOT NULL
) STRICT;

CREATE TABLE teammate (
  id PRIMARY_ID,
  email STR NOT NULL UNIQUE,      -- lower case
  name STR NOT NULL,
  access STR NOT NULL,            -- light, agent, lead, admin: what they may
  role STR NOT NULL,              -- stable key of the job: support_engineer, support_manager, customer_engineer …
  zone STR NOT NULL,
  work_hours STR NOT NULL,        -- JSON: [{"days":"mon-fri","from":"09:00","to":"17:00"}] in their zone
  signature STR NOT NULL,
  state STR NOT NULL,             -- active, invited, disabled
  external_id STR UNIQUE,
  password_hash STR,
  password_changed_us I64,
  totp_secret STR,                -- sealed; in force
  totp_pending STR,               -- sealed; shown, not yet confirmed with a code
  totp_last_step I64,             -- a code is taken once
  keymap STR,                     -- JSON: their own keys
  created_us I64 NOT NULL
) STRICT;
CREATE INDEX teammate_name ON teammate (name, id);

-- One job, many titles over the years.
CREATE TABLE role_title (
  id PRIMARY_ID,
  role STR NOT NULL,
  title STR NOT NULL,
  abbreviation STR NOT NULL,
  valid_from STR NOT NULL,        -- a date
  valid_to STR,                   -- the first date on which it is no longer so
  source STR NOT NULL,
  UNIQUE (role, valid_from)
) STRICT;

CREATE TABLE team_member (
  team_id I64 NOT NULL REFERENCES team (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  PRIMARY KEY (team_id, teammate_id)
) STRICT;
CREATE INDEX team_member_teammate ON team_member (teammate_id);

CREATE TABLE session (
  id PRIMARY_ID,
  token_sha STR NOT NULL UNIQUE,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  created_us I64 NOT NULL,
  seen_us I64 NOT NULL,
  fresh_us I64 NOT NULL,          -- when the password or factor was last shown
  ends_us I64 NOT NULL,
  address STR NOT NULL,
  agent STR NOT NULL,
  method STR NOT NULL,            -- password, code, recovery, link, invite, setup
  revoked_us I64
) STRICT;
CREATE INDEX session_teammate ON session (teammate_id, id);

CREATE TABLE api_token (
  id PRIMARY_ID,
  token_sha STR NOT NULL UNIQUE,
  hint STR NOT NULL,              -- the first characters, to tell them apart
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  name STR NOT NULL,
  scope STR NOT NULL,             -- read, write, admin
  created_us I64 NOT NULL,
  expires_us I64,
  used_us I64,
  revoked_us I64
) STRICT;
CREATE INDEX api_token_teammate ON api_token (teammate_id, id);

-- Invitations, resets, sign-in links, the second step of a sign-in: once, and not for long.
CREATE TABLE one_time_token (
  id PRIMARY_ID,
  token_sha STR NOT NULL UNIQUE,
  kind STR NOT NULL,              -- invite, reset, link, setup, email, step
  teammate_id I64 REFERENCES teammate (id),
  detail STR,                     -- email: the new address
  tries I64 NOT NULL,             -- step: wrong codes so far
  created_us I64 NOT NULL,
  expires_us I64 NOT NULL,
  used_us I64
) STRICT;
CREATE INDEX one_time_token_teammate ON one_time_token (teammate_id, kind);
CREATE INDEX one_time_token_age ON one_time_token (expires_us);

-- For the day the phone is gone: each once, only its SHA-256 is kept.
CREATE TABLE recovery_code (
  id PRIMARY_ID,
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  code_sha STR NOT NULL,
  used_us I64,
  UNIQUE (teammate_id, code_sha)
) STRICT;

-- Wrong sign-ins by (account, network): a stranger's tries slow the stranger, not the owner.
CREATE TABLE sign_in_try (
  id PRIMARY_ID,
  kind STR NOT NULL,              -- password, code, reset
  account STR NOT NULL,           -- a keyed hash of what was typed, so that nothing typed by mistake is kept
  network STR NOT NULL,
  at_us I64 NOT NULL
) STRICT;
CREATE INDEX sign_in_try_account ON sign_in_try (kind, account, at_us);
CREATE INDEX sign_in_try_network ON sign_in_try (kind, network, at_us);
CREATE INDEX sign_in_try_age ON sign_in_try (at_us);
