-- Contacts and their addresses.

-- name: contact_by_id :opt
-- in: id i64
-- out: id i64, email str?, name str, organisation_id i64?, kind str, roles str, zone str, language str, notes str, mail_state str, mail_reason str?, merged_into_id i64?, external_id str?, created_us i64, deleted_us i64?
SELECT n.id, n.email, n.name, n.organisation_id, n.kind, n.roles, n.zone, n.language, n.notes, n.mail_state, n.mail_reason,
  n.merged_into_id, n.external_id, n.created_us, n.deleted_us
FROM contact n WHERE n.id = :id;

-- name: contact_rows :each
-- out: id i64, email str?, name str, organisation_id i64?, kind str, roles str, zone str, language str, notes str, mail_state str, mail_reason str?, merged_into_id i64?, external_id str?, created_us i64, deleted_us i64?
SELECT n.id, n.email, n.name, n.organisation_id, n.kind, n.roles, n.zone, n.language, n.notes, n.mail_state, n.mail_reason,
  n.merged_into_id, n.external_id, n.created_us, n.deleted_us
FROM contact n ORDER BY n.id;

-- name: contact_add :one
-- in: email str?, name str, organisation_id i64?, kind str, roles str, zone str, language str, notes str, mail_state str, external_id str?, created_us i64
-- out: id i64
INSERT INTO contact (email, name, organisation_id, kind, roles, zone, language, notes, mail_state, external_id, created_us)
VALUES (:email, :name, :organisation_id, :kind, :roles, :zone, :language, :notes, :mail_state, :external_id, :created_us)
RETURNING id;

-- name: contact_put :exec
-- in: id i64, email str?, name str, organisation_id i64?, kind str, roles str, zone str, language str, notes str, mail_state str, mail_reason str?, merged_into_id i64?, external_id str?, deleted_us i64?
UPDATE contact SET email = :email, name = :name, organisation_id = :organisation_id, kind = :kind, roles = :roles, zone = :zone,
  language = :language, notes = :notes, mail_state = :mail_state, mail_reason = :mail_reason, merged_into_id = :merged_into_id,
  external_id = :external_id, deleted_us = :deleted_us
WHERE id = :id;

-- name: contact_of_address :opt
-- in: email str
-- out: id i64
SELECT n.id FROM contact n WHERE n.email = :email
UNION
SELECT a.contact_id FROM contact_address a WHERE a.email = :email AND a.contact_id IS NOT NULL;

-- name: contact_by_external :opt
-- in: external_id str
-- out: id i64
SELECT n.id FROM contact n WHERE n.external_id = :external_id;

-- name: contact_page :many
-- in: after_name str, after_id i64, pattern str?, organisation_id i64?, deleted bool, max i64
-- out: id i64, name str, email str?, kind str, roles str, organisation_id i64?, organisation str?
SELECT n.id, n.name, n.email, n.kind, n.roles, n.organisation_id,
  (SELECT o.name FROM organisation o WHERE o.id = n.organisation_id) AS organisation
FROM contact n
WHERE (n.name, n.id) > (:after_name, :after_id) AND n.merged_into_id IS NULL
  AND (:pattern IS NULL OR LOWER(n.name) LIKE :pattern ESCAPE '!' OR n.email LIKE :pattern ESCAPE '!')
  AND (:organisation_id IS NULL OR n.organisation_id = :organisation_id)
  AND (CASE WHEN n.deleted_us IS NULL THEN 0 ELSE 1 END) = :deleted
ORDER BY n.name, n.id
LIMIT :max;

-- name: contact_page_org :many
-- in: after_name str, after_id i64, organisation_id i64, max i64
-- out: id i64, name str, email str?, kind str, roles str
SELECT n.id, n.name, n.email, n.kind, n.roles FROM contact n
WHERE n.organisation_id = :organisation_id AND (n.name, n.id) > (:after_name, :after_id)
  AND n.merged_into_id IS NULL AND n.deleted_us IS NULL
ORDER BY n.name, n.id
LIMIT :max;

-- name: contact_address_by_email :opt
-- in: email str
-- out: id i64, email str, contact_id i64?
SELECT a.id, a.email, a.contact_id FROM contact_address a WHERE a.email = :email;

-- name: contact_address_rows :each
-- out: id i64, email str, contact_id i64?
SELECT a.id, a.email, a.contact_id FROM contact_address a ORDER BY a.id;

-- name: contact_address_add :one
-- in: email str, contact_id i64?
-- out: id i64
INSERT INTO contact_address (email, contact_id) VALUES (:email, :contact_id) RETURNING id;

-- name: contact_address_put :exec
-- in: id i64, contact_id i64?
UPDATE contact_address SET contact_id = :contact_id WHERE id = :id;

-- name: contact_family :many
-- in: id i64
-- out: id i64, name str, email str?, depth i64
WITH RECURSIVE family (id, name, email, depth) AS (
  SELECT n.id, n.name, n.email, 0 FROM contact n WHERE n.id = :id
  UNION ALL
  SELECT n.id, n.name, n.email, f.depth + 1 FROM contact n JOIN family f ON n.merged_into_id = f.id WHERE f.depth < 16
)
SELECT f.id, f.name, f.email, f.depth FROM family f ORDER BY f.depth, f.id LIMIT 200;

-- name: contact_addresses_of :many
-- in: id i64
-- out: email str, owner_id i64, first bool
WITH RECURSIVE family (id, email, depth) AS (
  SELECT n.id, n.email, 0 FROM contact n WHERE n.id = :id
  UNION ALL
  SELECT n.id, n.email, f.depth + 1 FROM contact n JOIN family f ON n.merged_into_id = f.id WHERE f.depth < 16
)
SELECT f.email, f.id AS owner_id, 1 AS first FROM family f WHERE f.email IS NOT NULL
UNION ALL
SELECT a.email, f.id, 0 FROM family f JOIN contact_address a ON a.contact_id = f.id
ORDER BY 2, 3 DESC, 1;

-- name: contact_tickets :many
-- in: contact_id i64, before_id i64, max i64
-- out: id i64, subject str, status str, updated_us i64, assignee str?
SELECT k.id, k.subject, k.status, k.updated_us, (SELECT t.name FROM teammate t WHERE t.id = k.assignee_id) AS assignee
FROM ticket k
WHERE k.requester_id = :contact_id AND k.id < :before_id AND k.status NOT IN ('suspended', 'deleted', 'merged')
ORDER BY k.id DESC LIMIT :max;

-- name: contact_merge_event :opt
-- in: id i64
-- out: seq i64, data str
SELECT e.seq, e.data FROM event e WHERE e.entity = 'contact' AND e.entity_id = :id AND e.kind = 'contact.merged'
ORDER BY e.seq DESC LIMIT 1;

-- name: contact_history :many
-- in: contact_id i64, max i64
-- out: seq i64, at_us i64, kind str, actor_name str, reason str?, data str
SELECT e.seq, e.at_us, e.kind, e.actor_name, e.reason, e.data FROM event e
WHERE (e.entity = 'contact' AND e.entity_id = :contact_id)
  OR (e.entity = 'contact_address' AND e.entity_id IN (SELECT a.id FROM contact_address a WHERE a.contact_id = :contact_id))
ORDER BY e.seq DESC LIMIT :max;
