-- pair.sql: pairings by person, what loads a partner, meetings, questions, whom to ask instead.

-- name: pairing_rule_in_force :opt
-- in: kind str, newcomer_role str, date str
-- out: id i64
SELECT id FROM pairing_rule WHERE kind = :kind AND newcomer_role = :newcomer_role AND valid_from <= :date AND (valid_to IS NULL OR valid_to > :date)
ORDER BY valid_from DESC LIMIT 1;

-- name: pairing_rule_of_date :opt
-- in: kind str, newcomer_role str, valid_from str
-- out: id i64
SELECT id FROM pairing_rule WHERE kind = :kind AND newcomer_role = :newcomer_role AND valid_from = :valid_from;

-- name: pairing_rules_all :many
-- in: max i64
-- out: id i64, kind str, newcomer_role str, valid_from str, valid_to str?, partner_role str, team str, min_tenure_days i64, max_load i64, max_partners i64, min_overlap_min i64, days i64, meet_words str, source str
SELECT id, kind, newcomer_role, valid_from, valid_to, partner_role, team, min_tenure_days, max_load, max_partners, min_overlap_min, days, meet_words, source
FROM pairing_rule ORDER BY kind, newcomer_role, valid_from DESC LIMIT :max;

-- name: pair_load :one
-- in: partner_id i64, kind str, from_date str, to_date str
-- out: n i64
SELECT count(*) AS n FROM pairing WHERE partner_id = :partner_id AND kind = :kind AND starts_on >= :from_date AND starts_on < :to_date;

-- name: pair_current :many
-- in: newcomer_id i64
-- out: id i64, kind str, state str, partner_id i64?, manager_id i64?, starts_on str, ends_on str?, name str?, email str?, partner_state str?
SELECT p.id, p.kind, p.state, p.partner_id, p.manager_id, p.starts_on, p.ends_on, t.name, t.email, t.state AS partner_state
FROM pairing p LEFT JOIN teammate t ON t.id = p.partner_id WHERE p.newcomer_id = :newcomer_id AND p.state <> 'ended' ORDER BY p.id;

-- name: pair_of_partner :many
-- in: partner_id i64
-- out: id i64, kind str, newcomer_id i64, name str, starts_on str, ends_on str?
SELECT p.id, p.kind, p.newcomer_id, t.name, p.starts_on, p.ends_on FROM pairing p JOIN teammate t ON t.id = p.newcomer_id
WHERE p.partner_id = :partner_id AND p.state = 'active' ORDER BY p.id;

-- name: pair_page :many
-- in: before_id i64, state str?, max i64
-- out: id i64, kind str, state str, newcomer_id i64, newcomer str, partner_id i64?, partner str?, manager str?, starts_on str, ends_on str?, end_reason str, exception str
SELECT p.id, p.kind, p.state, p.newcomer_id, n.name AS newcomer, p.partner_id, t.name AS partner, m.name AS manager, p.starts_on, p.ends_on, p.end_reason,
  p.exception
FROM pairing p JOIN teammate n ON n.id = p.newcomer_id LEFT JOIN teammate t ON t.id = p.partner_id LEFT JOIN teammate m ON m.id = p.manager_id
WHERE p.id < :before_id AND (:state IS NULL OR p.state = :state) ORDER BY p.id DESC LIMIT :max;

-- name: pair_teams_of :many
-- in: teammate_id i64
-- out: team_id i64
SELECT team_id FROM team_member WHERE teammate_id = :teammate_id ORDER BY team_id;

-- name: pair_neighbours_of :many
-- in: team_id i64
-- out: team_id i64
SELECT CASE WHEN team_id = :team_id THEN other_id ELSE team_id END AS team_id FROM pairing_neighbour
WHERE (team_id = :team_id OR other_id = :team_id) AND ended_us IS NULL ORDER BY 1;

-- name: pair_neighbour_find :opt
-- in: team_id i64, other_id i64
-- out: id i64, team_id i64, other_id i64, ended_us i64?
SELECT id, team_id, other_id, ended_us FROM pairing_neighbour WHERE team_id = :team_id AND other_id = :other_id;

-- name: pair_neighbours_all :many
-- in: max i64
-- out: id i64, team_id i64, team str, other_id i64, other str
SELECT n.id, n.team_id, a.name AS team, n.other_id, b.name AS other FROM pairing_neighbour n JOIN team a ON a.id = n.team_id JOIN team b ON b.id = n.other_id
WHERE n.ended_us IS NULL ORDER BY n.id LIMIT :max;

-- name: pair_team :opt
-- in: id i64
-- out: id i64, name str
SELECT id, name FROM team WHERE id = :id;

-- name: pair_teams_all :many
-- in: max i64
-- out: id i64, name str
SELECT id, name FROM team ORDER BY id LIMIT :max;

-- name: pair_meetings_of :many
-- in: pairing_id i64
-- out: id i64, pairing_id i64, due_on str, state str, notes str, by_id i64?, held_us i64?
SELECT id, pairing_id, due_on, state, notes, by_id, held_us FROM pairing_meeting WHERE pairing_id = :pairing_id ORDER BY due_on;

-- name: pair_meeting_find :opt
-- in: pairing_id i64, due_on str
-- out: id i64
SELECT id FROM pairing_meeting WHERE pairing_id = :pairing_id AND due_on = :due_on;

-- name: pair_meetings_due :many
-- in: me i64, to_date str, max i64
-- out: id i64, pairing_id i64, due_on str, kind str, newcomer_id i64, newcomer str, partner_id i64?, partner str?
SELECT m.id, m.pairing_id, m.due_on, p.kind, p.newcomer_id, n.name AS newcomer, p.partner_id, t.name AS partner
FROM pairing_meeting m JOIN pairing p ON p.id = m.pairing_id JOIN teammate n ON n.id = p.newcomer_id LEFT JOIN teammate t ON t.id = p.partner_id
WHERE m.state = 'due' AND m.due_on <= :to_date AND (p.partner_id = :me OR p.newcomer_id = :me) ORDER BY m.due_on, m.id LIMIT :max;

-- name: pair_met_count :one
-- in: newcomer_id i64, kind str?, since_us i64
-- out: n i64
SELECT count(*) AS n FROM pairing_meeting m JOIN pairing p ON p.id = m.pairing_id
WHERE p.newcomer_id = :newcomer_id AND m.state = 'held' AND m.held_us >= :since_us AND (:kind IS NULL OR p.kind = :kind);

-- name: pair_questions_of :many
-- in: newcomer_id i64, max i64
-- out: id i64, body str, state str, technical i64?, sure i64?, answer str, answered_by str?, answered_us i64?, created_us i64
SELECT q.id, q.body, q.state, q.technical, q.sure, q.answer, t.name AS answered_by, q.answered_us, q.created_us
FROM pairing_question q LEFT JOIN teammate t ON t.id = q.answered_by WHERE q.newcomer_id = :newcomer_id ORDER BY q.id DESC LIMIT :max;

-- name: pair_questions_for :many
-- in: mentor_id i64, max i64
-- out: id i64, body str, newcomer_id i64, newcomer str, created_us i64
SELECT q.id, q.body, q.newcomer_id, t.name AS newcomer, q.created_us
FROM pairing_question q JOIN teammate t ON t.id = q.newcomer_id WHERE q.mentor_id = :mentor_id AND q.state = 'open' ORDER BY q.id LIMIT :max;

-- name: pair_questions_move :many
-- in: mentor_id i64, newcomer_id i64
-- out: id i64
SELECT id FROM pairing_question WHERE mentor_id = :mentor_id AND newcomer_id = :newcomer_id AND state = 'open' ORDER BY id;

-- name: pair_questions_stray :many
-- in: newcomer_id i64
-- out: id i64
SELECT id FROM pairing_question WHERE newcomer_id = :newcomer_id AND mentor_id IS NULL AND state = 'open' ORDER BY id;

-- name: pair_fallbacks :many
-- in: max i64
-- out: id i64, topic str, teammate_id i64, note str, name str, email str
SELECT f.id, f.topic, f.teammate_id, f.note, t.name, t.email FROM pairing_fallback f JOIN teammate t ON t.id = f.teammate_id
WHERE f.ended_us IS NULL AND t.state = 'active' ORDER BY f.position, f.id LIMIT :max;

-- name: pair_places_planned :many
-- in: teammate_id i64, from_us i64
-- out: id i64
SELECT p.id FROM call_place p JOIN customer_call k ON k.id = p.call_id
WHERE p.teammate_id = :teammate_id AND p.removed_us IS NULL AND k.state = 'planned' AND k.starts_us >= :from_us ORDER BY p.id;

-- name: pair_leads_planned :many
-- in: teammate_id i64, from_us i64
-- out: id i64
SELECT k.id FROM customer_call k WHERE k.lead_id = :teammate_id AND k.state = 'planned' AND k.starts_us >= :from_us ORDER BY k.id;

-- name: pair_over :many
-- in: today str, max i64
-- out: id i64
SELECT id FROM pairing WHERE state = 'active' AND ends_on < :today ORDER BY id LIMIT :max;

-- The day somebody began here: what an admin wrote, else the first plan, else nothing.
-- name: pair_began :opt
-- in: teammate_id i64
-- out: began str?
SELECT coalesce(t.hired_on, (SELECT min(p.start_date) FROM growth_plan p WHERE p.teammate_id = t.id)) AS began FROM teammate t WHERE t.id = :teammate_id;
