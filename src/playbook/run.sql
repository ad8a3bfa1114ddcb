-- Runs: what is stored of them are facts; playbook_item is worked out.

-- name: run_rows :each
-- out: id i64, playbook_id i64, rev_id i64, before_rev_id i64?, subject str, subject_id i64, reference str?, name str, started_by i64?, starts_on str, soft_until str?, role str, level str, zone str, state str, created_on str, created_us i64, completed_us i64?
-- carries: playbook_run n_required 0, n_closed 0
SELECT id, playbook_id, rev_id, before_rev_id, subject, subject_id, reference, name, started_by, starts_on, soft_until, role, level, zone, state, created_on,
       created_us, completed_us
FROM playbook_run ORDER BY id;

-- name: run_row :opt
-- in: id i64
-- out: id i64, playbook_id i64, rev_id i64, before_rev_id i64?, subject str, subject_id i64, reference str?, name str, started_by i64?, starts_on str, soft_until str?, role str, level str, zone str, state str, created_on str, created_us i64, completed_us i64?
SELECT id, playbook_id, rev_id, before_rev_id, subject, subject_id, reference, name, started_by, starts_on, soft_until, role, level, zone, state, created_on,
       created_us, completed_us
FROM playbook_run WHERE id = :id;

-- name: run_of_reference :opt
-- in: playbook_id i64, reference str
-- out: id i64, subject str, subject_id i64
SELECT id, subject, subject_id FROM playbook_run WHERE playbook_id = :playbook_id AND reference = :reference;

-- name: run_add :one
-- in: playbook_id i64, rev_id i64, before_rev_id i64?, subject str, subject_id i64, reference str?, name str, started_by i64?, starts_on str, soft_until str?, role str, level str, zone str, state str, created_on str, created_us i64, completed_us i64?
-- out: id i64
INSERT INTO playbook_run (playbook_id, rev_id, before_rev_id, subject, subject_id, reference, name, started_by, starts_on, soft_until, role, level, zone, state,
                          created_on, created_us, completed_us, n_required, n_closed)
VALUES (:playbook_id, :rev_id, :before_rev_id, :subject, :subject_id, :reference, :name, :started_by, :starts_on, :soft_until, :role, :level, :zone, :state,
        :created_on, :created_us, :completed_us, 0, 0)
RETURNING id;

-- name: run_put :exec
-- in: id i64, rev_id i64, before_rev_id i64?, name str, starts_on str, soft_until str?, role str, level str, zone str, state str, completed_us i64?
UPDATE playbook_run
SET rev_id = :rev_id, before_rev_id = :before_rev_id, name = :name, starts_on = :starts_on, soft_until = :soft_until, role = :role, level = :level,
    zone = :zone, state = :state, completed_us = :completed_us
WHERE id = :id;

-- name: run_put_counts :exec
-- in: id i64, n_required i64, n_closed i64
UPDATE playbook_run SET n_required = :n_required, n_closed = :n_closed WHERE id = :id;

-- name: run_counts :opt
-- in: id i64
-- out: n_required i64, n_closed i64
SELECT n_required, n_closed FROM playbook_run WHERE id = :id;

-- name: run_page :many
-- in: state str, before i64, max i64
-- out: id i64, name str, playbook str, subject str, subject_id i64, starts_on str, state str, n_required i64, n_closed i64
SELECT n.id, n.name, p.name AS playbook, n.subject, n.subject_id, n.starts_on, n.state, n.n_required, n.n_closed
FROM playbook_run n JOIN playbook p ON p.id = n.playbook_id
WHERE n.state = :state AND n.id < :before ORDER BY n.id DESC LIMIT :max;

-- name: run_page_of_playbook :many
-- in: playbook_id i64, state str, before i64, max i64
-- out: id i64, name str, playbook str, subject str, subject_id i64, starts_on str, state str, n_required i64, n_closed i64
SELECT n.id, n.name, p.name AS playbook, n.subject, n.subject_id, n.starts_on, n.state, n.n_required, n.n_closed
FROM playbook_run n JOIN playbook p ON p.id = n.playbook_id
WHERE n.playbook_id = :playbook_id AND n.state = :state AND n.id < :before ORDER BY n.id DESC LIMIT :max;

-- name: run_page_of_subject :many
-- in: subject str, subject_id i64, before i64, now_us i64, today str, max i64
-- out: id i64, playbook_id i64, name str, playbook str, state str, starts_on str, reference str?, n_required i64, n_closed i64, n_late i64
SELECT n.id, n.playbook_id, n.name, p.name AS playbook, n.state, n.starts_on, n.reference, n.n_required, n.n_closed,
       CASE WHEN n.state <> 'active' OR n.soft_until >= :today THEN 0
            ELSE (SELECT count(DISTINCT i.key) FROM playbook_item i WHERE i.run_id = n.id AND i.due_us <= :now_us AND i.waits = 0) END
FROM playbook_run n JOIN playbook p ON p.id = n.playbook_id
WHERE n.subject = :subject AND n.subject_id = :subject_id AND n.id < :before
ORDER BY n.id DESC LIMIT :max;

-- name: run_behind :many
-- in: playbook_id i64, rev_id i64, after i64, max i64
-- out: id i64, name str, number i64
-- Live runs of other revisions than this one.
SELECT n.id, n.name, r.number
FROM playbook_run n JOIN playbook_rev r ON r.id = n.rev_id
WHERE n.playbook_id = :playbook_id AND n.state = 'active' AND n.rev_id <> :rev_id AND n.id > :after
ORDER BY n.id LIMIT :max;

-- name: run_moved :many
-- in: playbook_id i64, rev_id i64, max i64
-- out: id i64
-- Live runs that came to this revision from another and can go back.
SELECT id FROM playbook_run
WHERE playbook_id = :playbook_id AND state = 'active' AND rev_id = :rev_id AND before_rev_id IS NOT NULL
ORDER BY id LIMIT :max;

-- name: run_of_teammate :many
-- in: teammate_id i64
-- out: id i64
-- Live runs in which somebody plays a part.
SELECT DISTINCT n.id FROM playbook_role r JOIN playbook_run n ON n.id = r.run_id
WHERE r.teammate_id = :teammate_id AND n.state = 'active' ORDER BY n.id;

-- name: run_all :many
-- in: after i64, max i64
-- out: id i64
SELECT id FROM playbook_run WHERE id > :after ORDER BY id LIMIT :max;

-- name: run_mark_rows :each
-- out: id i64, run_id i64, key str, marked str, by_id i64?, by2_id i64?, at_us i64, comment str, due_on str?
-- carries: playbook_mark
SELECT id, run_id, key, marked, by_id, by2_id, at_us, comment, due_on FROM playbook_mark ORDER BY id;

-- name: run_mark_row :opt
-- in: run_id i64, key str
-- out: id i64, run_id i64, key str, marked str, by_id i64?, by2_id i64?, at_us i64, comment str, due_on str?
SELECT id, run_id, key, marked, by_id, by2_id, at_us, comment, due_on FROM playbook_mark WHERE run_id = :run_id AND key = :key;

-- name: run_mark_of_run :many
-- in: run_id i64
-- out: id i64, run_id i64, key str, marked str, by_id i64?, by2_id i64?, at_us i64, comment str, due_on str?
SELECT id, run_id, key, marked, by_id, by2_id, at_us, comment, due_on FROM playbook_mark WHERE run_id = :run_id ORDER BY id;

-- name: run_mark_add :one
-- in: run_id i64, key str, marked str, by_id i64?, by2_id i64?, at_us i64, comment str, due_on str?
-- out: id i64
INSERT INTO playbook_mark (run_id, key, marked, by_id, by2_id, at_us, comment, due_on)
VALUES (:run_id, :key, :marked, :by_id, :by2_id, :at_us, :comment, :due_on) RETURNING id;

-- name: run_mark_put :exec
-- in: id i64, marked str, by_id i64?, by2_id i64?, at_us i64, comment str, due_on str?
UPDATE playbook_mark SET marked = :marked, by_id = :by_id, by2_id = :by2_id, at_us = :at_us, comment = :comment, due_on = :due_on WHERE id = :id;

-- name: run_value_rows :each
-- out: id i64, run_id i64, key str, value str?, filename str?, by_id i64?, at_us i64
-- carries: playbook_value
SELECT id, run_id, key, value, filename, by_id, at_us FROM playbook_value ORDER BY id;

-- name: run_value_row :opt
-- in: run_id i64, key str
-- out: id i64, run_id i64, key str, value str?, filename str?, by_id i64?, at_us i64
SELECT id, run_id, key, value, filename, by_id, at_us FROM playbook_value WHERE run_id = :run_id AND key = :key;

-- name: run_value_of_run :many
-- in: run_id i64
-- out: id i64, run_id i64, key str, value str?, filename str?, by_id i64?, at_us i64
SELECT id, run_id, key, value, filename, by_id, at_us FROM playbook_value WHERE run_id = :run_id ORDER BY id;

-- name: run_value_add :one
-- in: run_id i64, key str, value str?, filename str?, by_id i64?, at_us i64
-- out: id i64
INSERT INTO playbook_value (run_id, key, value, filename, by_id, at_us) VALUES (:run_id, :key, :value, :filename, :by_id, :at_us) RETURNING id;

-- name: run_value_put :exec
-- in: id i64, value str?, filename str?, by_id i64?, at_us i64
UPDATE playbook_value SET value = :value, filename = :filename, by_id = :by_id, at_us = :at_us WHERE id = :id;

-- name: run_role_rows :each
-- out: id i64, run_id i64, role str, teammate_id i64?, source str
-- carries: playbook_role
SELECT id, run_id, role, teammate_id, source FROM playbook_role ORDER BY id;

-- name: run_role_of_run :many
-- in: run_id i64
-- out: id i64, run_id i64, role str, teammate_id i64?, source str, name str?, state str?
SELECT r.id, r.run_id, r.role, r.teammate_id, r.source, t.name, t.state
FROM playbook_role r LEFT JOIN teammate t ON t.id = r.teammate_id
WHERE r.run_id = :run_id ORDER BY r.id;

-- name: run_role_add :one
-- in: run_id i64, role str, teammate_id i64?, source str
-- out: id i64
INSERT INTO playbook_role (run_id, role, teammate_id, source) VALUES (:run_id, :role, :teammate_id, :source) RETURNING id;

-- name: run_role_put :exec
-- in: id i64, teammate_id i64?, source str
UPDATE playbook_role SET teammate_id = :teammate_id, source = :source WHERE id = :id;

-- name: run_note_rows :each
-- out: id i64, run_id i64, key str, kind str, body str, link str?, by_id i64?, at_us i64, withdrawn_us i64?
-- carries: playbook_note
SELECT id, run_id, key, kind, body, link, by_id, at_us, withdrawn_us FROM playbook_note ORDER BY id;

-- name: run_note_row :opt
-- in: id i64
-- out: id i64, run_id i64, key str, kind str, body str, link str?, by_id i64?, at_us i64, withdrawn_us i64?
SELECT id, run_id, key, kind, body, link, by_id, at_us, withdrawn_us FROM playbook_note WHERE id = :id;

-- name: run_note_of_run :many
-- in: run_id i64
-- out: id i64, key str, kind str, body str, link str?, by_id i64?, at_us i64, name str?
SELECT n.id, n.key, n.kind, n.body, n.link, n.by_id, n.at_us, t.name
FROM playbook_note n LEFT JOIN teammate t ON t.id = n.by_id
WHERE n.run_id = :run_id AND n.withdrawn_us IS NULL ORDER BY n.id LIMIT 2000;

-- name: run_note_proof :opt
-- in: run_id i64, key str
-- out: id i64
SELECT id FROM playbook_note WHERE run_id = :run_id AND key = :key AND kind = 'proof' AND withdrawn_us IS NULL LIMIT 1;

-- name: run_note_add :one
-- in: run_id i64, key str, kind str, body str, link str?, by_id i64?, at_us i64
-- out: id i64
INSERT INTO playbook_note (run_id, key, kind, body, link, by_id, at_us) VALUES (:run_id, :key, :kind, :body, :link, :by_id, :at_us) RETURNING id;

-- name: run_note_put :exec
-- in: id i64, withdrawn_us i64?
UPDATE playbook_note SET withdrawn_us = :withdrawn_us WHERE id = :id;

-- name: run_item_of_run :many
-- in: run_id i64
-- out: key str, teammate_id i64, place i64, title str, required i64, waits i64, due_on str?, due_us i64
SELECT key, teammate_id, place, title, required, waits, due_on, due_us FROM playbook_item WHERE run_id = :run_id ORDER BY key, teammate_id;

-- name: run_item_drop_all :exec
-- in: run_id i64
DELETE FROM playbook_item WHERE run_id = :run_id;

-- name: run_item_drop :exec
-- in: run_id i64, key str, teammate_id i64
DELETE FROM playbook_item WHERE run_id = :run_id AND key = :key AND teammate_id = :teammate_id;

-- name: run_item_add :exec
-- in: run_id i64, items str
-- A list of lists, so that a thousand go in at once.
INSERT INTO playbook_item (run_id, key, teammate_id, place, title, required, waits, due_on, due_us)
SELECT :run_id, json_extract(j.value, '$[0]'), json_extract(j.value, '$[1]'), json_extract(j.value, '$[2]'), json_extract(j.value, '$[3]'),
       json_extract(j.value, '$[4]'), json_extract(j.value, '$[5]'), json_extract(j.value, '$[6]'), json_extract(j.value, '$[7]')
FROM json_each(:items) AS j;
-- pg:
INSERT INTO playbook_item (run_id, key, teammate_id, place, title, required, waits, due_on, due_us)
SELECT :run_id, j.v->>0, (j.v->>1)::bigint, (j.v->>2)::bigint, j.v->>3, (j.v->>4)::bigint, (j.v->>5)::bigint, j.v->>6, (j.v->>7)::bigint
FROM jsonb_array_elements(CAST(:items AS jsonb)) AS j(v);

-- name: run_item_mine :many
-- in: teammate_id i64, from_us i64, until_us i64, max i64
-- out: run_id i64, key str, title str, waits i64, due_on str?, due_us i64, run str, subject str, subject_id i64, soft_until str?, zone str, required i64
-- What somebody has to do, by its date: of live runs only, what waits for others is left out.
SELECT i.run_id, i.key, i.title, i.waits, i.due_on, i.due_us, n.name AS run, n.subject, n.subject_id, n.soft_until, n.zone, i.required
FROM playbook_item i JOIN playbook_run n ON n.id = i.run_id
WHERE i.teammate_id = :teammate_id AND i.waits = 0 AND n.state = 'active' AND i.due_us >= :from_us AND i.due_us < :until_us
ORDER BY i.due_us, i.run_id, i.place LIMIT :max;

-- name: run_item_people :many
-- in: after i64, until_us i64, max i64
-- out: teammate_id i64
-- Whom the digest may concern: everybody with something due before then.
SELECT DISTINCT teammate_id FROM playbook_item WHERE teammate_id > :after AND due_us < :until_us ORDER BY teammate_id LIMIT :max;

-- name: run_item_late_for_manager :many
-- in: manager_id i64, before_us i64, max i64
-- out: run_id i64, key str, title str, due_on str?, due_us i64, run str, soft_until str?, zone str, name str?
-- What is late with the people somebody manages.
SELECT i.run_id, i.key, i.title, i.due_on, i.due_us, n.name AS run, n.soft_until, n.zone, t.name
FROM playbook_role r
JOIN playbook_run n ON n.id = r.run_id
JOIN playbook_item i ON i.run_id = n.id
LEFT JOIN teammate t ON t.id = i.teammate_id
WHERE r.teammate_id = :manager_id AND r.role = 'manager' AND n.state = 'active' AND i.teammate_id <> :manager_id AND i.waits = 0 AND i.required = 1
  AND i.due_us < :before_us
ORDER BY i.due_us, i.run_id, i.place LIMIT :max;

-- name: run_managers :many
-- in: after i64, max i64
-- out: teammate_id i64
SELECT DISTINCT r.teammate_id FROM playbook_role r JOIN playbook_run n ON n.id = r.run_id
WHERE r.teammate_id > :after AND r.role = 'manager' AND n.state = 'active' ORDER BY r.teammate_id LIMIT :max;

-- name: run_history :many
-- in: run_id i64, key str
-- out: at_us i64, kind str, actor_name str, data str
-- All that was ever said about one task of a run.
SELECT e.at_us, e.kind, e.actor_name, e.data FROM playbook_mark m JOIN event e ON e.entity = 'playbook_mark' AND e.entity_id = m.id
WHERE m.run_id = :run_id AND m.key = :key ORDER BY e.seq LIMIT 200;

-- name: run_events :many
-- in: run_id i64, max i64
-- out: at_us i64, kind str, actor_name str, data str
SELECT at_us, kind, actor_name, data FROM event WHERE entity = 'playbook_run' AND entity_id = :run_id ORDER BY seq DESC LIMIT :max;

-- name: run_team_of :many
-- in: teammate_id i64
-- out: slug str
SELECT t.slug FROM team_member m JOIN team t ON t.id = m.team_id WHERE m.teammate_id = :teammate_id ORDER BY t.slug;

-- name: run_person_name :opt
-- in: id i64
-- out: name str
SELECT name FROM teammate WHERE id = :id;

-- name: run_digest_sent :opt
-- in: dedup str
-- out: id i64
SELECT id FROM outbox WHERE dedup = :dedup;

-- The promises of somebody's tickets that run out before then, first the first.
-- name: run_promises_of :many
-- in: assignee_id i64, until_us i64, max i64
-- out: id i64, subject str, due_us i64, due_clock str
SELECT t.id, t.subject, s.due_us, s.due_clock FROM ticket t JOIN sla_case s ON s.ticket_id = t.id
WHERE t.assignee_id = :assignee_id AND (t.status = 'new' OR t.status = 'open' OR t.status = 'pending' OR t.status = 'on_hold') AND s.due_us < :until_us ORDER BY s.due_us, t.id LIMIT :max;

-- Whose tickets have such promises, in order of their numbers.
-- name: run_promised_people :many
-- in: after i64, until_us i64, max i64
-- out: teammate_id i64
SELECT DISTINCT t.assignee_id AS teammate_id FROM sla_case s JOIN ticket t ON t.id = s.ticket_id
WHERE s.due_us < :until_us AND t.assignee_id > :after AND (t.status = 'new' OR t.status = 'open' OR t.status = 'pending' OR t.status = 'on_hold') ORDER BY t.assignee_id LIMIT :max;

-- How many of nobody's, counted up to max.
-- name: run_promises_of_nobody :one
-- in: until_us i64, max i64
-- out: n i64
SELECT count(*) AS n FROM (SELECT 1 AS one FROM sla_case s JOIN ticket t ON t.id = s.ticket_id
  WHERE s.due_us < :until_us AND t.assignee_id IS NULL AND (t.status = 'new' OR t.status = 'open' OR t.status = 'pending' OR t.status = 'on_hold') LIMIT :max) x;
