-- Playbooks and their revisions.

-- name: playbook_rows :each
-- out: id i64, slug str, name str, about str, subject str, state str, rev_id i64?, created_by i64?, created_us i64
-- carries: playbook
SELECT id, slug, name, about, subject, state, rev_id, created_by, created_us FROM playbook ORDER BY id;

-- name: playbook_row :opt
-- in: id i64
-- out: id i64, slug str, name str, about str, subject str, state str, rev_id i64?, created_by i64?, created_us i64
SELECT id, slug, name, about, subject, state, rev_id, created_by, created_us FROM playbook WHERE id = :id;

-- name: playbook_id_of :opt
-- in: slug str
-- out: id i64
SELECT id FROM playbook WHERE slug = :slug;

-- name: playbook_add :one
-- in: slug str, name str, about str, subject str, state str, rev_id i64?, created_by i64?, created_us i64
-- out: id i64
INSERT INTO playbook (slug, name, about, subject, state, rev_id, created_by, created_us)
VALUES (:slug, :name, :about, :subject, :state, :rev_id, :created_by, :created_us) RETURNING id;

-- name: playbook_put :exec
-- in: id i64, name str, about str, subject str, state str, rev_id i64?
UPDATE playbook SET name = :name, about = :about, subject = :subject, state = :state, rev_id = :rev_id WHERE id = :id;

-- name: playbook_page :many
-- in: state str, after_name str, after_id i64, max i64
-- out: id i64, slug str, name str, about str, subject str, number i64?, published_us i64?, draft_us i64?, active i64
-- The count of live runs stops at 1,000.
SELECT p.id, p.slug, p.name, p.about, p.subject, r.number, r.published_us, d.changed_us,
       (SELECT count(*) FROM (SELECT 1 FROM playbook_run n WHERE n.playbook_id = p.id AND n.state = 'active' LIMIT 1000) AS live)
FROM playbook p
LEFT JOIN playbook_rev r ON r.id = p.rev_id
LEFT JOIN playbook_draft d ON d.playbook_id = p.id
WHERE p.state = :state AND (p.name, p.id) > (:after_name, :after_id)
ORDER BY p.name, p.id LIMIT :max;

-- name: playbook_for_subject :many
-- in: subject str, max i64
-- out: id i64, name str, subject str
-- What can be started for it: published, and about such a thing or about nothing in particular.
SELECT id, name, subject FROM playbook
WHERE state = 'active' AND rev_id IS NOT NULL AND (subject = :subject OR subject = 'none')
ORDER BY name, id LIMIT :max;

-- name: playbook_draft_of :opt
-- in: playbook_id i64
-- out: playbook_id i64, plan str, version i64, changed_by i64?, changed_us i64
SELECT playbook_id, plan, version, changed_by, changed_us FROM playbook_draft WHERE playbook_id = :playbook_id;

-- name: playbook_draft_put :exec
-- in: playbook_id i64, plan str, version i64, changed_by i64?, changed_us i64
INSERT INTO playbook_draft (playbook_id, plan, version, changed_by, changed_us)
VALUES (:playbook_id, :plan, :version, :changed_by, :changed_us)
ON CONFLICT (playbook_id) DO UPDATE SET plan = excluded.plan, version = excluded.version, changed_by = excluded.changed_by, changed_us = excluded.changed_us;

-- name: playbook_draft_drop :exec
-- in: playbook_id i64
DELETE FROM playbook_draft WHERE playbook_id = :playbook_id;

-- name: playbook_draft_rows :each
-- out: playbook_id i64, plan str, version i64, changed_by i64?, changed_us i64
-- carries: playbook_draft
SELECT playbook_id, plan, version, changed_by, changed_us FROM playbook_draft ORDER BY playbook_id;

-- name: playbook_rev_rows :each
-- out: id i64, playbook_id i64, number i64, plan str, note str, valid_from str?, published_by i64?, published_us i64
-- carries: playbook_rev
SELECT id, playbook_id, number, plan, note, valid_from, published_by, published_us FROM playbook_rev ORDER BY id;

-- name: playbook_rev_row :opt
-- in: id i64
-- out: id i64, playbook_id i64, number i64, plan str, note str, valid_from str?, published_by i64?, published_us i64
SELECT id, playbook_id, number, plan, note, valid_from, published_by, published_us FROM playbook_rev WHERE id = :id;

-- name: playbook_rev_number :opt
-- in: playbook_id i64, number i64
-- out: id i64
SELECT id FROM playbook_rev WHERE playbook_id = :playbook_id AND number = :number;

-- name: playbook_rev_last :opt
-- in: playbook_id i64
-- out: number i64
SELECT number FROM playbook_rev WHERE playbook_id = :playbook_id ORDER BY number DESC LIMIT 1;

-- name: playbook_rev_in_force :opt
-- in: playbook_id i64, day str
-- out: id i64
-- The edition of a day: the newest whose date is not after it.
SELECT id FROM playbook_rev
WHERE playbook_id = :playbook_id AND valid_from IS NOT NULL AND valid_from <= :day
ORDER BY valid_from DESC, number DESC LIMIT 1;

-- name: playbook_rev_of_date :opt
-- in: playbook_id i64, valid_from str
-- out: id i64
SELECT id FROM playbook_rev WHERE playbook_id = :playbook_id AND valid_from = :valid_from LIMIT 1;

-- name: playbook_rev_add :one
-- in: playbook_id i64, number i64, plan str, note str, valid_from str?, published_by i64?, published_us i64
-- out: id i64
INSERT INTO playbook_rev (playbook_id, number, plan, note, valid_from, published_by, published_us)
VALUES (:playbook_id, :number, :plan, :note, :valid_from, :published_by, :published_us) RETURNING id;

-- name: playbook_rev_page :many
-- in: playbook_id i64, before i64, max i64
-- out: id i64, number i64, note str, valid_from str?, published_us i64, name str?, active i64
SELECT r.id, r.number, r.note, r.valid_from, r.published_us, t.name,
       (SELECT count(*) FROM (SELECT 1 FROM playbook_run n WHERE n.rev_id = r.id AND n.state = 'active' LIMIT 1000) AS live)
FROM playbook_rev r LEFT JOIN teammate t ON t.id = r.published_by
WHERE r.playbook_id = :playbook_id AND r.number < :before
ORDER BY r.number DESC LIMIT :max;
