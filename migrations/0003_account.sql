-- Customers: organisations, their people, and who of ours stands beside them. Rows are never deleted: what ends is marked.

CREATE TABLE organisation (
  id PRIMARY_ID,
  name STR NOT NULL,
  slug STR NOT NULL UNIQUE,
  tier STR NOT NULL,              -- enterprise, team, self_service, free, open_source, internal
  plan STR NOT NULL,
  stage STR NOT NULL,             -- pre_sales, post_sales, none
  strategic I64 NOT NULL,
  segment STR NOT NULL,           -- strategic, enterprise, mid_market, smb, unknown
  deployment STR NOT NULL,        -- self_hosted_container, self_hosted_compose, self_hosted_kubernetes, managed, cloud, unknown
  version STR NOT NULL,
  telemetry STR NOT NULL,         -- full, critical, offline, unknown
  zone STR NOT NULL,
  notes STR NOT NULL,
  assigned_id I64 REFERENCES teammate (id),
  backup_id I64 REFERENCES teammate (id),
  external_id STR UNIQUE,
  created_us I64 NOT NULL,
  deleted_us I64
) STRICT;
CREATE INDEX organisation_name ON organisation (name, id);
CREATE INDEX organisation_assigned ON organisation (assigned_id);
CREATE INDEX organisation_backup ON organisation (backup_id);

CREATE TABLE org_domain (
  id PRIMARY_ID,
  domain STR NOT NULL UNIQUE,     -- lower case; public mail providers are refused
  organisation_id I64 REFERENCES organisation (id)   -- NULL = was taken away
) STRICT;
CREATE INDEX org_domain_org ON org_domain (organisation_id, domain);

-- Our people around the account, by what they are to it.
CREATE TABLE org_person (
  id PRIMARY_ID,
  organisation_id I64 NOT NULL REFERENCES organisation (id),
  teammate_id I64 NOT NULL REFERENCES teammate (id),
  part STR NOT NULL,              -- ae, ce, ta, other
  removed_us I64,
  UNIQUE (organisation_id, teammate_id, part)
) STRICT;
CREATE INDEX org_person_teammate ON org_person (teammate_id);

CREATE TABLE org_entitlement (
  id PRIMARY_ID,
  organisation_id I64 NOT NULL REFERENCES organisation (id),
  name STR NOT NULL,              -- slack, 24x7, dedicated …
  valid_from STR NOT NULL,        -- a date
  valid_to STR,                   -- the first date on which it is no longer so; NULL = open-ended
  created_us I64 NOT NULL
) STRICT;
CREATE INDEX org_entitlement_org ON org_entitlement (organisation_id, id);

CREATE TABLE org_exception (
  id PRIMARY_ID,
  organisation_id I64 NOT NULL REFERENCES organisation (id),
  title STR NOT NULL,
  reasoning STR NOT NULL,         -- pros, cons, why
  until_date STR,                 -- the last date on which it holds; NULL = long-term
  created_by I64,
  created_us I64 NOT NULL,
  ended_us I64
) STRICT;
CREATE INDEX org_exception_org ON org_exception (organisation_id, id);

CREATE TABLE contact (
  id PRIMARY_ID,
  email STR UNIQUE,               -- lower case; NULL when they wrote by other ways only
  name STR NOT NULL,
  organisation_id I64 REFERENCES organisation (id),
  kind STR NOT NULL,              -- customer, prospect, community, internal
  roles STR NOT NULL,             -- comma-separated: champion, deal_contact, instance_admin, executive, economic_buyer, end_user, program_contact
  zone STR NOT NULL,
  language STR NOT NULL,
  notes STR NOT NULL,
  mail_state STR NOT NULL,        -- ok, bouncing
  mail_reason STR,
  merged_into_id I64 REFERENCES contact (id),
  external_id STR UNIQUE,
  created_us I64 NOT NULL,
  deleted_us I64
) STRICT;
CREATE INDEX contact_org ON contact (organisation_id, name, id);
CREATE INDEX contact_name ON contact (name, id);
CREATE INDEX contact_merged ON contact (merged_into_id);

-- Further addresses of a contact.
CREATE TABLE contact_address (
  id PRIMARY_ID,
  email STR NOT NULL UNIQUE,
  contact_id I64 REFERENCES contact (id)             -- NULL = was taken away
) STRICT;
CREATE INDEX contact_address_contact ON contact_address (contact_id, email);

-- Files of rows that were uploaded to be looked at, then applied.
CREATE TABLE account_import (
  id PRIMARY_ID,
  kind STR NOT NULL,              -- organisations, contacts
  filename STR NOT NULL,
  blob STR NOT NULL,
  bytes I64 NOT NULL,
  state STR NOT NULL,             -- uploaded, applied
  created I64 NOT NULL,
  updated I64 NOT NULL,
  unchanged I64 NOT NULL,
  failed I64 NOT NULL,
  created_by I64,
  created_us I64 NOT NULL,
  applied_us I64
) STRICT;
CREATE INDEX account_import_blob ON account_import (blob);
