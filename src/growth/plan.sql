-- Plans: whose, with which parts and outcomes; who is in their ramp; disputes.

-- name: growth_plan_of :opt
-- in: teammate_id i64
-- out: id i64
-- The one they follow, else their last.
SELECT id FROM growth_plan WHERE teammate_id = :teammate_id ORDER BY CASE state WHEN 'active' THEN 0 ELSE 1 END, id DESC LIMIT 1;

-- name: growth_plan_now :opt
-- in: teammate_id i64
-- out: id i64
SELECT id FROM growth_plan WHERE teammate_id = :teammate_id AND state = 'active';

-- Whom a newcomer can ask: until the ramp is over, and in any case in the first so many days.
-- name: growth_ask_of :opt
-- in: teammate_id i64
-- out: mentor str?, buddy str?, manager str?, start_date str, ramp_until_us i64
SELECT (SELECT t.name FROM pairing p JOIN teammate t ON t.id = p.partner_id WHERE p.newcomer_id = g.teammate_id AND p.kind = 'mentor' AND p.state = 'active' ORDER BY p.id LIMIT 1),
       (SELECT t.name FROM pairing p JOIN teammate t ON t.id = p.partner_id WHERE p.newcomer_id = g.teammate_id AND p.kind = 'buddy' AND p.state = 'active' ORDER BY p.id LIMIT 1),
       (SELECT t.name FROM teammate t WHERE t.id = g.manager_id), g.start_date, g.ramp_until_us
FROM growth_plan g WHERE g.teammate_id = :teammate_id AND g.state = 'active';

-- name: growth_ramp_at :opt
-- in: teammate_id i64, at_us i64
-- out: id i64
SELECT id FROM growth_plan WHERE teammate_id = :teammate_id AND ramp_from_us <= :at_us AND ramp_until_us > :at_us ORDER BY id DESC LIMIT 1;

-- name: growth_parts_of :many
-- in: plan_id i64
-- out: id i64, plan_id i64, programme_id i64, rev_id i64, why str, created_us i64, removed_us i64?, name str, scope str, number i64, newest i64?
-- newest: the newest published revision of the programme, whatever start dates it is for.
SELECT x.id, x.plan_id, x.programme_id, x.rev_id, x.why, x.created_us, x.removed_us, p.name, p.scope, r.number,
       (SELECT n.id FROM programme_rev n WHERE n.programme_id = p.id AND n.state = 'published' ORDER BY n.number DESC LIMIT 1) AS newest
FROM growth_part x JOIN programme p ON p.id = x.programme_id JOIN programme_rev r ON r.id = x.rev_id
WHERE x.plan_id = :plan_id ORDER BY p.scope, p.id;

-- name: growth_outcomes_of :many
-- in: plan_id i64
-- out: id i64, plan_id i64, programme_id i64, key str, outcome_id i64, due_date str, due_us i64, soft i64, state str, value i64?, self_us i64?, self_rating i64?, self_note str, other_by i64?, other_us i64?, other_note str, true_us i64?, first_true_us i64?, withdrawn_us i64?, also i64?, title str, help str, proof str, ack_by str, evidence str, need i64, since_months i64, due_unit str, due_n i64, position i64, mended_by i64?, programme str, other str?, dispute i64?
SELECT g.id, g.plan_id, g.programme_id, g.key, g.outcome_id, g.due_date, g.due_us, g.soft, g.state, g.value, g.self_us, g.self_rating, g.self_note, g.other_by,
       g.other_us, g.other_note, g.true_us, g.first_true_us, g.withdrawn_us, g.also, o.title, o.help, o.proof, o.ack_by, o.evidence, o.need, o.since_months,
       o.due_unit, o.due_n, o.position, o.mended_by, p.name, (SELECT t.name FROM teammate t WHERE t.id = g.other_by) AS other,
       (SELECT max(d.id) FROM outcome_dispute d WHERE d.growth_outcome_id = g.id AND d.state = 'open')
FROM growth_outcome g JOIN programme_outcome o ON o.id = g.outcome_id JOIN programme p ON p.id = g.programme_id
WHERE g.plan_id = :plan_id ORDER BY g.due_date, g.programme_id, o.position, g.id;

-- name: growth_outcomes_all :many
-- in: plan_id i64
-- out: id i64, plan_id i64, programme_id i64, key str, outcome_id i64, due_date str, due_us i64, soft i64, state str, value i64?, self_us i64?, self_rating i64?, self_note str, other_by i64?, other_us i64?, other_note str, true_us i64?, first_true_us i64?, withdrawn_us i64?, also i64?
SELECT id, plan_id, programme_id, key, outcome_id, due_date, due_us, soft, state, value, self_us, self_rating, self_note, other_by, other_us, other_note,
       true_us, first_true_us, withdrawn_us, also
FROM growth_outcome WHERE plan_id = :plan_id ORDER BY id;

-- name: growth_outcomes_counted :many
-- in: plan_id i64
-- out: id i64, outcome_id i64, proof str, evidence str, need i64, since_months i64
SELECT g.id, g.outcome_id, o.proof, o.evidence, o.need, o.since_months
FROM growth_outcome g JOIN programme_outcome o ON o.id = g.outcome_id
WHERE g.plan_id = :plan_id AND g.state <> 'withdrawn' AND o.proof IN ('evidence', 'certification') ORDER BY g.id;

-- name: growth_plan_page :many
-- in: state str, after i64, max i64, now_us i64
-- out: id i64, teammate_id i64, name str, role str, level i64?, start_date str, ramp_end str, ramp_until_us i64, zone str, manager_id i64?, manager str?, ready_us i64?, all_n i64, true_n i64, late_n i64, disputes i64, due_n i64, ramp_from_us i64
SELECT g.id, g.teammate_id, t.name, g.role, g.level, g.start_date, g.ramp_end, g.ramp_until_us, g.zone, g.manager_id,
       (SELECT m.name FROM teammate m WHERE m.id = g.manager_id) AS manager, g.ready_us,
       (SELECT count(*) FROM growth_outcome o WHERE o.plan_id = g.id AND o.state <> 'withdrawn'),
       (SELECT count(*) FROM growth_outcome o WHERE o.plan_id = g.id AND o.state = 'true'),
       (SELECT count(*) FROM growth_outcome o WHERE o.plan_id = g.id AND o.state = 'open' AND o.soft = 0 AND o.due_us <= :now_us),
       (SELECT count(*) FROM growth_outcome o JOIN outcome_dispute d ON d.growth_outcome_id = o.id WHERE o.plan_id = g.id AND d.state = 'open'),
       (SELECT count(*) FROM growth_outcome o WHERE o.plan_id = g.id AND o.state = 'open' AND o.due_us > :now_us AND o.due_us <= :now_us + 604800000000),
       g.ramp_from_us
FROM growth_plan g JOIN teammate t ON t.id = g.teammate_id
WHERE g.state = :state AND g.id > :after ORDER BY g.id LIMIT :max;

-- name: growth_plan_unready :many
-- in: since_date str, until_date str
-- out: id i64
SELECT id FROM growth_plan
WHERE state = 'active' AND ready_us IS NULL AND told_us IS NULL AND start_date >= :since_date AND start_date <= :until_date ORDER BY start_date, id LIMIT 500;

-- name: growth_plan_behind_rev :many
-- in: programme_id i64, rev_id i64
-- out: id i64
SELECT g.id FROM growth_part x JOIN growth_plan g ON g.id = x.plan_id
WHERE x.programme_id = :programme_id AND x.removed_us IS NULL AND x.rev_id <> :rev_id AND g.state = 'active' ORDER BY g.id;

-- name: growth_no_plan :many
-- in: since_us i64
-- out: id i64, name str, role str, created_us i64
-- Who came lately and has no plan, though there is a programme for the role.
SELECT t.id, t.name, t.role, t.created_us FROM teammate t
WHERE t.state <> 'disabled' AND t.created_us >= :since_us
  AND NOT EXISTS (SELECT 1 FROM growth_plan g WHERE g.teammate_id = t.id)
  AND EXISTS (SELECT 1 FROM programme p WHERE p.retired_us IS NULL AND p.role = t.role)
ORDER BY t.created_us DESC, t.id LIMIT 20;

-- name: dispute_page :many
-- in: state str?, owner_id i64?, before i64, max i64
-- out: id i64, growth_outcome_id i64, programme_id i64, programme str, key str, title str, said_by i64, said str, text str, owner_id i64?, owner str?, state str, resolution str, resolver str?, rev_number i64?, opened_us i64, resolved_us i64?, plan_id i64
SELECT d.id, d.growth_outcome_id, d.programme_id, p.name AS programme, d.key, o.title, d.said_by, s.name AS said, d.text, d.owner_id, (SELECT t.name FROM teammate t WHERE t.id = d.owner_id) AS owner,
       d.state, d.resolution, (SELECT t.name FROM teammate t WHERE t.id = d.resolved_by) AS resolver, (SELECT r.number FROM programme_rev r WHERE r.id = d.rev_id) AS rev_number,
       d.opened_us, d.resolved_us, g.plan_id
FROM outcome_dispute d JOIN programme p ON p.id = d.programme_id JOIN growth_outcome g ON g.id = d.growth_outcome_id
     JOIN programme_outcome o ON o.id = g.outcome_id JOIN teammate s ON s.id = d.said_by
WHERE d.id < :before AND (:state IS NULL OR d.state = :state) AND (:owner_id IS NULL OR d.owner_id = :owner_id)
ORDER BY d.id DESC LIMIT :max;

-- name: dispute_open_of :opt
-- in: growth_outcome_id i64
-- out: id i64
SELECT id FROM outcome_dispute WHERE growth_outcome_id = :growth_outcome_id AND state = 'open' ORDER BY id DESC LIMIT 1;

-- name: dispute_of_plan :many
-- in: plan_id i64
-- out: id i64, growth_outcome_id i64, text str, owner str?, state str, resolution str, resolver str?, rev_number i64?, opened_us i64, resolved_us i64?
SELECT d.id, d.growth_outcome_id, d.text, (SELECT t.name FROM teammate t WHERE t.id = d.owner_id) AS owner, d.state, d.resolution,
       (SELECT t.name FROM teammate t WHERE t.id = d.resolved_by) AS resolver, (SELECT r.number FROM programme_rev r WHERE r.id = d.rev_id) AS rev_number, d.opened_us, d.resolved_us
FROM growth_outcome g JOIN outcome_dispute d ON d.growth_outcome_id = g.id
WHERE g.plan_id = :plan_id ORDER BY d.id DESC LIMIT 100;

-- name: growth_figures :many
-- in: since str, now_us i64
-- out: id i64, teammate_id i64, name str, role str, start_date str, ramp_end str, ramp_from_us i64, ramp_until_us i64, state str, all_n i64, due_n i64, in_time_n i64, opened_n i64, mended_n i64
-- One row for each plan that began since a date: its ramp, its outcomes whose day has passed, and how many of them were true by then.
SELECT g.id, g.teammate_id, t.name, g.role, g.start_date, g.ramp_end, g.ramp_from_us, g.ramp_until_us, g.state,
       (SELECT count(*) FROM growth_outcome o WHERE o.plan_id = g.id AND o.state <> 'withdrawn') AS all_n,
       (SELECT count(*) FROM growth_outcome o WHERE o.plan_id = g.id AND o.state <> 'withdrawn' AND o.due_us <= :now_us) AS due_n,
       (SELECT count(*) FROM growth_outcome o WHERE o.plan_id = g.id AND o.state <> 'withdrawn' AND o.due_us <= :now_us AND o.first_true_us <= o.due_us) AS in_time_n,
       (SELECT count(*) FROM growth_outcome o JOIN outcome_dispute d ON d.growth_outcome_id = o.id WHERE o.plan_id = g.id) AS opened_n,
       (SELECT count(*) FROM growth_outcome o JOIN outcome_dispute d ON d.growth_outcome_id = o.id WHERE o.plan_id = g.id AND d.state = 'mended') AS mended_n
FROM growth_plan g JOIN teammate t ON t.id = g.teammate_id
WHERE g.start_date >= :since ORDER BY g.start_date DESC, g.id DESC LIMIT 500;

-- name: growth_missed :many
-- in: since str, now_us i64
-- out: plan_id i64, name str, outcome_id i64, key str, title str, due_date str, first_true_us i64?
-- The outcomes that were not true by their day.
SELECT g.id AS plan_id, t.name, o.id AS outcome_id, o.key, p.title, o.due_date, o.first_true_us
FROM growth_plan g JOIN teammate t ON t.id = g.teammate_id JOIN growth_outcome o ON o.plan_id = g.id JOIN programme_outcome p ON p.id = o.outcome_id
WHERE g.start_date >= :since AND o.state <> 'withdrawn' AND o.due_us <= :now_us AND (o.first_true_us IS NULL OR o.first_true_us > o.due_us)
ORDER BY o.due_date DESC, o.id LIMIT 500;

-- name: growth_dispute_counts :one
-- in: since_us i64
-- out: opened i64, mended i64, explained i64, open i64
SELECT count(*) AS opened, CAST(coalesce(sum(CASE state WHEN 'mended' THEN 1 ELSE 0 END), 0) AS BIGINT) AS mended,
       CAST(coalesce(sum(CASE state WHEN 'explained' THEN 1 ELSE 0 END), 0) AS BIGINT) AS explained,
       CAST(coalesce(sum(CASE state WHEN 'open' THEN 1 ELSE 0 END), 0) AS BIGINT) AS open
FROM outcome_dispute WHERE opened_us >= :since_us;

-- name: growth_mentor_load :many
-- in: today str
-- out: id i64, name str, kind str, n i64
-- How many people each mentor and buddy stands by now.
SELECT t.id, t.name, p.kind, count(*) AS n FROM pairing p JOIN teammate t ON t.id = p.partner_id
WHERE p.state = 'active' AND p.kind IN ('mentor', 'buddy') AND p.starts_on <= :today AND (p.ends_on IS NULL OR p.ends_on >= :today)
GROUP BY t.id, t.name, p.kind ORDER BY count(*) DESC, t.name LIMIT 100;
