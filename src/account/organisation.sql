-- Organisations and what hangs on them.

-- name: org_by_id :opt
-- in: id i64
-- out: id i64, name str, slug str, tier str, plan str, stage str, strategic bool, segment str, deployment str, version str, telemetry str, zone str, notes str, assigned_id i64?, backup_id i64?, external_id str?, created_us i64, deleted_us i64?
SELECT o.id, o.name, o.slug, o.tier, o.plan, o.stage, o.strategic, o.segment, o.deployment, o.version, o.telemetry, o.zone, o.notes,
  o.assigned_id, o.backup_id, o.external_id, o.created_us, o.deleted_us
FROM organisation o WHERE o.id = :id;

-- name: org_rows :each
-- out: id i64, name str, slug str, tier str, plan str, stage str, strategic bool, segment str, deployment str, version str, telemetry str, zone str, notes str, assigned_id i64?, backup_id i64?, external_id str?, created_us i64, deleted_us i64?
SELECT o.id, o.name, o.slug, o.tier, o.plan, o.stage, o.strategic, o.segment, o.deployment, o.version, o.telemetry, o.zone, o.notes,
  o.assigned_id, o.backup_id, o.external_id, o.created_us, o.deleted_us
FROM organisation o ORDER BY o.id;

-- name: org_add :one
-- in: name str, slug str, tier str, plan str, stage str, strategic bool, segment str, deployment str, version str, telemetry str, zone str, notes str, assigned_id i64?, backup_id i64?, external_id str?, created_us i64
-- out: id i64
INSERT INTO organisation (name, slug, tier, plan, stage, strategic, segment, deployment, version, telemetry, zone, notes, assigned_id,
  backup_id, external_id, created_us)
VALUES (:name, :slug, :tier, :plan, :stage, :strategic, :segment, :deployment, :version, :telemetry, :zone, :notes, :assigned_id,
  :backup_id, :external_id, :created_us)
RETURNING id;

-- name: org_put :exec
-- in: id i64, name str, tier str, plan str, stage str, strategic bool, segment str, deployment str, version str, telemetry str, zone str, notes str, assigned_id i64?, backup_id i64?, external_id str?, deleted_us i64?
UPDATE organisation SET name = :name, tier = :tier, plan = :plan, stage = :stage, strategic = :strategic, segment = :segment,
  deployment = :deployment, version = :version, telemetry = :telemetry, zone = :zone, notes = :notes, assigned_id = :assigned_id,
  backup_id = :backup_id, external_id = :external_id, deleted_us = :deleted_us
WHERE id = :id;

-- name: org_by_slug :opt
-- in: slug str
-- out: id i64
SELECT o.id FROM organisation o WHERE o.slug = :slug;

-- name: org_newest :one
-- out: id i64
SELECT COALESCE(MAX(o.id), 0) AS id FROM organisation o;

-- name: org_by_external :opt
-- in: external_id str
-- out: id i64, name str
SELECT o.id, o.name FROM organisation o WHERE o.external_id = :external_id;

-- name: org_by_name :many
-- in: name str
-- out: id i64
SELECT o.id FROM organisation o WHERE o.name = :name AND o.deleted_us IS NULL ORDER BY o.id LIMIT 2;

-- name: org_page :many
-- in: after_name str, after_id i64, pattern str?, domain_pattern str?, stage str?, tier str?, mine i64?, deleted bool, max i64
-- out: id i64, name str, tier str, plan str, stage str, strategic bool, deployment str, version str, assigned str?, domain str?
SELECT o.id, o.name, o.tier, o.plan, o.stage, o.strategic, o.deployment, o.version,
  (SELECT t.name FROM teammate t WHERE t.id = o.assigned_id) AS assigned,
  (SELECT MIN(d.domain) FROM org_domain d WHERE d.organisation_id = o.id) AS domain
FROM organisation o
WHERE (o.name, o.id) > (:after_name, :after_id)
  AND (:pattern IS NULL OR LOWER(o.name) LIKE :pattern ESCAPE '!'
    OR EXISTS (SELECT 1 FROM org_domain d WHERE d.organisation_id = o.id AND d.domain LIKE :domain_pattern ESCAPE '!'))
  AND (:stage IS NULL OR o.stage = :stage)
  AND (:tier IS NULL OR o.tier = :tier)
  AND (:mine IS NULL OR o.assigned_id = :mine OR o.backup_id = :mine
    OR EXISTS (SELECT 1 FROM org_person p WHERE p.organisation_id = o.id AND p.teammate_id = :mine AND p.removed_us IS NULL))
  AND (CASE WHEN o.deleted_us IS NULL THEN 0 ELSE 1 END) = :deleted
ORDER BY o.name, o.id
LIMIT :max;

-- name: org_choices :many
-- in: max i64
-- out: id i64, name str
SELECT o.id, o.name FROM organisation o WHERE o.deleted_us IS NULL ORDER BY o.name, o.id LIMIT :max;

-- name: org_domain_by_name :opt
-- in: domain str
-- out: id i64, domain str, organisation_id i64?
SELECT d.id, d.domain, d.organisation_id FROM org_domain d WHERE d.domain = :domain;

-- name: org_domain_rows :each
-- out: id i64, domain str, organisation_id i64?
SELECT d.id, d.domain, d.organisation_id FROM org_domain d ORDER BY d.id;

-- name: org_domain_holder :opt
-- in: domain str
-- out: id i64, name str
SELECT o.id, o.name FROM org_domain d JOIN organisation o ON o.id = d.organisation_id
WHERE d.domain = :domain AND o.deleted_us IS NULL;

-- name: org_domains_of :many
-- in: organisation_id i64
-- out: domain str
SELECT d.domain FROM org_domain d WHERE d.organisation_id = :organisation_id ORDER BY d.domain;

-- name: org_domain_add :one
-- in: domain str, organisation_id i64?
-- out: id i64
INSERT INTO org_domain (domain, organisation_id) VALUES (:domain, :organisation_id) RETURNING id;

-- name: org_domain_put :exec
-- in: id i64, organisation_id i64?
UPDATE org_domain SET organisation_id = :organisation_id WHERE id = :id;

-- name: org_person_find :opt
-- in: organisation_id i64, teammate_id i64, part str
-- out: id i64, organisation_id i64, teammate_id i64, part str, removed_us i64?
SELECT p.id, p.organisation_id, p.teammate_id, p.part, p.removed_us FROM org_person p
WHERE p.organisation_id = :organisation_id AND p.teammate_id = :teammate_id AND p.part = :part;

-- name: org_person_rows :each
-- out: id i64, organisation_id i64, teammate_id i64, part str, removed_us i64?
SELECT p.id, p.organisation_id, p.teammate_id, p.part, p.removed_us FROM org_person p ORDER BY p.id;

-- name: org_person_add :one
-- in: organisation_id i64, teammate_id i64, part str
-- out: id i64
INSERT INTO org_person (organisation_id, teammate_id, part) VALUES (:organisation_id, :teammate_id, :part) RETURNING id;

-- name: org_person_put :exec
-- in: id i64, removed_us i64?
UPDATE org_person SET removed_us = :removed_us WHERE id = :id;

-- name: org_people_of :many
-- in: organisation_id i64
-- out: teammate_id i64, name str, email str, part str
SELECT t.id AS teammate_id, t.name, t.email, p.part FROM org_person p JOIN teammate t ON t.id = p.teammate_id
WHERE p.organisation_id = :organisation_id AND p.removed_us IS NULL ORDER BY p.part, t.name, t.id;

-- name: org_entitlement_by_id :opt
-- in: id i64
-- out: id i64, organisation_id i64, name str, valid_from str, valid_to str?, created_us i64
SELECT e.id, e.organisation_id, e.name, e.valid_from, e.valid_to, e.created_us FROM org_entitlement e WHERE e.id = :id;

-- name: org_entitlement_rows :each
-- out: id i64, organisation_id i64, name str, valid_from str, valid_to str?, created_us i64
SELECT e.id, e.organisation_id, e.name, e.valid_from, e.valid_to, e.created_us FROM org_entitlement e ORDER BY e.id;

-- name: org_entitlements_of :many
-- in: organisation_id i64
-- out: id i64, organisation_id i64, name str, valid_from str, valid_to str?, created_us i64
SELECT e.id, e.organisation_id, e.name, e.valid_from, e.valid_to, e.created_us FROM org_entitlement e
WHERE e.organisation_id = :organisation_id ORDER BY e.id;

-- name: org_entitlement_overlap :opt
-- in: organisation_id i64, name str, valid_from str, valid_to str
-- out: id i64, valid_from str, valid_to str?
SELECT e.id, e.valid_from, e.valid_to FROM org_entitlement e
WHERE e.organisation_id = :organisation_id AND e.name = :name AND e.valid_from < :valid_to
  AND (e.valid_to IS NULL OR e.valid_to > :valid_from)
ORDER BY e.id LIMIT 1;

-- name: org_entitlement_add :one
-- in: organisation_id i64, name str, valid_from str, valid_to str?, created_us i64
-- out: id i64
INSERT INTO org_entitlement (organisation_id, name, valid_from, valid_to, created_us)
VALUES (:organisation_id, :name, :valid_from, :valid_to, :created_us) RETURNING id;

-- name: org_entitlement_put :exec
-- in: id i64, valid_to str?
UPDATE org_entitlement SET valid_to = :valid_to WHERE id = :id;

-- name: org_exception_by_id :opt
-- in: id i64
-- out: id i64, organisation_id i64, title str, reasoning str, until_date str?, created_by i64?, created_us i64, ended_us i64?
SELECT e.id, e.organisation_id, e.title, e.reasoning, e.until_date, e.created_by, e.created_us, e.ended_us
FROM org_exception e WHERE e.id = :id;

-- name: org_exception_rows :each
-- out: id i64, organisation_id i64, title str, reasoning str, until_date str?, created_by i64?, created_us i64, ended_us i64?
SELECT e.id, e.organisation_id, e.title, e.reasoning, e.until_date, e.created_by, e.created_us, e.ended_us
FROM org_exception e ORDER BY e.id;

-- name: org_exceptions_of :many
-- in: organisation_id i64
-- out: id i64, title str, reasoning str, until_date str?, created_by_name str?, created_us i64, ended_us i64?
SELECT e.id, e.title, e.reasoning, e.until_date, (SELECT t.name FROM teammate t WHERE t.id = e.created_by) AS created_by_name,
  e.created_us, e.ended_us
FROM org_exception e WHERE e.organisation_id = :organisation_id ORDER BY e.id;

-- name: org_exception_add :one
-- in: organisation_id i64, title str, reasoning str, until_date str?, created_by i64?, created_us i64
-- out: id i64
INSERT INTO org_exception (organisation_id, title, reasoning, until_date, created_by, created_us)
VALUES (:organisation_id, :title, :reasoning, :until_date, :created_by, :created_us) RETURNING id;

-- name: org_exception_put :exec
-- in: id i64, ended_us i64?
UPDATE org_exception SET ended_us = :ended_us WHERE id = :id;

-- name: org_teammate_by_id :opt
-- in: id i64
-- out: id i64, name str, state str
SELECT t.id, t.name, t.state FROM teammate t WHERE t.id = :id;

-- name: org_teammate_by_email :opt
-- in: email str
-- out: id i64
SELECT t.id FROM teammate t WHERE t.email = :email;

-- name: org_teammates :many
-- out: id i64, name str
SELECT t.id, t.name FROM teammate t WHERE t.state <> 'disabled' ORDER BY t.name, t.id;

-- name: org_tickets :many
-- in: organisation_id i64, before_id i64, max i64
-- out: id i64, subject str, status str, updated_us i64, requester str?, assignee str?
SELECT k.id, k.subject, k.status, k.updated_us,
  (SELECT n.name FROM contact n WHERE n.id = k.requester_id) AS requester,
  (SELECT t.name FROM teammate t WHERE t.id = k.assignee_id) AS assignee
FROM ticket k
WHERE k.organisation_id = :organisation_id AND k.id < :before_id AND k.status NOT IN ('suspended', 'deleted', 'merged')
ORDER BY k.id DESC LIMIT :max;

-- name: org_history :many
-- in: organisation_id i64, max i64
-- out: seq i64, at_us i64, kind str, actor_name str, reason str?, data str
SELECT e.seq, e.at_us, e.kind, e.actor_name, e.reason, e.data FROM event e
WHERE (e.entity = 'organisation' AND e.entity_id = :organisation_id)
  OR (e.entity = 'org_domain' AND e.entity_id IN (SELECT d.id FROM org_domain d WHERE d.organisation_id = :organisation_id))
  OR (e.entity = 'org_person' AND e.entity_id IN (SELECT p.id FROM org_person p WHERE p.organisation_id = :organisation_id))
  OR (e.entity = 'org_entitlement' AND e.entity_id IN (SELECT n.id FROM org_entitlement n WHERE n.organisation_id = :organisation_id))
  OR (e.entity = 'org_exception' AND e.entity_id IN (SELECT x.id FROM org_exception x WHERE x.organisation_id = :organisation_id))
ORDER BY e.seq DESC LIMIT :max;
