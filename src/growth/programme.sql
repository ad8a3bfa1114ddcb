-- Programmes: which there are, which revision is for whom, what stands in it.

-- name: programme_by_slug :opt
-- in: slug str
-- out: id i64
SELECT id FROM programme WHERE slug = :slug;

-- name: programme_page :many
-- in: after i64, max i64
-- out: id i64, slug str, name str, scope str, team str?, role str, level_from i64?, level_to i64?, retired_us i64?, published i64?, draft_rev i64?, people i64, open_disputes i64
SELECT p.id, p.slug, p.name, p.scope, (SELECT t.name FROM team t WHERE t.id = p.team_id) AS team, p.role, p.level_from, p.level_to, p.retired_us,
       (SELECT max(r.number) FROM programme_rev r WHERE r.programme_id = p.id AND r.state = 'published'),
       (SELECT max(r.id) FROM programme_rev r WHERE r.programme_id = p.id AND r.state = 'draft'),
       (SELECT count(*) FROM growth_part x JOIN growth_plan g ON g.id = x.plan_id WHERE x.programme_id = p.id AND x.removed_us IS NULL AND g.state = 'active'),
       (SELECT count(*) FROM outcome_dispute d WHERE d.programme_id = p.id AND d.state = 'open')
FROM programme p WHERE p.id > :after ORDER BY p.id LIMIT :max;

-- name: programme_in_use :many
-- out: id i64, slug str, name str, scope str, team_id i64?, role str, level_from i64?, level_to i64?
SELECT id, slug, name, scope, team_id, role, level_from, level_to FROM programme WHERE retired_us IS NULL ORDER BY scope, id;

-- name: programme_revs_of :many
-- in: programme_id i64
-- out: id i64, number i64, state str, valid_from str, valid_to str?, note str, source str, dispute_id i64?, author str?, created_us i64, published_us i64?, outcomes i64
SELECT r.id, r.number, r.state, r.valid_from, r.valid_to, r.note, r.source, r.dispute_id, (SELECT t.name FROM teammate t WHERE t.id = r.created_by) AS author,
       r.created_us, r.published_us, (SELECT count(*) FROM programme_outcome o WHERE o.rev_id = r.id)
FROM programme_rev r WHERE r.programme_id = :programme_id ORDER BY r.number DESC;

-- name: programme_rev_on :opt
-- in: programme_id i64, date str
-- out: id i64
SELECT id FROM programme_rev
WHERE programme_id = :programme_id AND state = 'published' AND valid_from <= :date AND (valid_to IS NULL OR valid_to > :date)
ORDER BY number DESC LIMIT 1;

-- name: programme_rev_newest :opt
-- in: programme_id i64, state str
-- out: id i64
SELECT id FROM programme_rev WHERE programme_id = :programme_id AND state = :state ORDER BY number DESC LIMIT 1;

-- name: programme_rev_next :one
-- in: programme_id i64
-- out: number i64
SELECT coalesce(max(number), 0) + 1 FROM programme_rev WHERE programme_id = :programme_id;

-- name: programme_rev_del :exec
-- in: id i64
DELETE FROM programme_rev WHERE id = :id;

-- name: programme_outcomes_of :many
-- in: rev_id i64
-- out: id i64, rev_id i64, key str, position i64, title str, help str, due_unit str, due_n i64, proof str, ack_by str, evidence str, need i64, since_months i64, level_from i64?, level_to i64?, role str, mended_by i64?
SELECT id, rev_id, key, position, title, help, due_unit, due_n, proof, ack_by, evidence, need, since_months, level_from, level_to, role, mended_by
FROM programme_outcome WHERE rev_id = :rev_id ORDER BY position, id;

-- name: programme_outcome_find :opt
-- in: rev_id i64, key str
-- out: id i64
SELECT id FROM programme_outcome WHERE rev_id = :rev_id AND key = :key;

-- name: programme_tasks_of :many
-- in: rev_id i64
-- out: id i64, rev_id i64, outcome_key str, playbook str, task str
SELECT id, rev_id, outcome_key, playbook, task FROM programme_task WHERE rev_id = :rev_id ORDER BY outcome_key, playbook, task;

-- name: programme_mended :many
-- in: programme_id i64
-- out: key str, by str, resolution str, rev_number i64?, resolved_us i64?, said str
-- Who mended which outcome of a programme, oldest first.
SELECT d.key, coalesce((SELECT t.name FROM teammate t WHERE t.id = d.resolved_by), 'the desk'), d.resolution,
       (SELECT r.number FROM programme_rev r WHERE r.id = d.rev_id) AS rev_number, d.resolved_us, (SELECT t.name FROM teammate t WHERE t.id = d.said_by) AS said
FROM outcome_dispute d WHERE d.programme_id = :programme_id AND d.state = 'mended' ORDER BY d.key, d.id LIMIT 500;

-- name: programme_teams_of :many
-- in: teammate_id i64
-- out: team_id i64
SELECT team_id FROM team_member WHERE teammate_id = :teammate_id ORDER BY team_id;

-- name: programme_known :one
-- in: team_id i64?, role str
-- out: team bool, role bool
SELECT CASE WHEN :team_id IS NULL OR EXISTS (SELECT 1 FROM team WHERE id = :team_id) THEN 1 ELSE 0 END,
       CASE WHEN :role = '' OR EXISTS (SELECT 1 FROM role_title WHERE role = :role) THEN 1 ELSE 0 END;
