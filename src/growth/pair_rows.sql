-- pair_rows.sql: the tables of pairings as rows: all of them, one, add, put. Each is written with its event by pair_rows.c.

-- name: pairing_rule_rows :each
-- out: id i64, kind str, newcomer_role str, valid_from str, valid_to str?, partner_role str, team str, min_tenure_days i64, max_load i64, quarter_month i64, max_partners i64, min_overlap_min i64, days i64, meet_days str, meet_every_days i64, meet_until_days i64, meet_words str, source str
-- carries: pairing_rule
SELECT id, kind, newcomer_role, valid_from, valid_to, partner_role, team, min_tenure_days, max_load, quarter_month, max_partners, min_overlap_min,
  days, meet_days, meet_every_days, meet_until_days, meet_words, source
FROM pairing_rule ORDER BY id;

-- name: pairing_rule_by_id :opt
-- in: id i64
-- out: id i64, kind str, newcomer_role str, valid_from str, valid_to str?, partner_role str, team str, min_tenure_days i64, max_load i64, quarter_month i64, max_partners i64, min_overlap_min i64, days i64, meet_days str, meet_every_days i64, meet_until_days i64, meet_words str, source str
SELECT id, kind, newcomer_role, valid_from, valid_to, partner_role, team, min_tenure_days, max_load, quarter_month, max_partners, min_overlap_min,
  days, meet_days, meet_every_days, meet_until_days, meet_words, source
FROM pairing_rule WHERE id = :id;

-- name: pairing_rule_add :one
-- in: kind str, newcomer_role str, valid_from str, valid_to str?, partner_role str, team str, min_tenure_days i64, max_load i64, quarter_month i64, max_partners i64, min_overlap_min i64, days i64, meet_days str, meet_every_days i64, meet_until_days i64, meet_words str, source str
-- out: id i64
INSERT INTO pairing_rule (kind, newcomer_role, valid_from, valid_to, partner_role, team, min_tenure_days, max_load, quarter_month, max_partners,
  min_overlap_min, days, meet_days, meet_every_days, meet_until_days, meet_words, source)
VALUES (:kind, :newcomer_role, :valid_from, :valid_to, :partner_role, :team, :min_tenure_days, :max_load, :quarter_month, :max_partners,
  :min_overlap_min, :days, :meet_days, :meet_every_days, :meet_until_days, :meet_words, :source)
RETURNING id;

-- name: pairing_rule_put :exec
-- in: id i64, kind str, newcomer_role str, valid_from str, valid_to str?, partner_role str, team str, min_tenure_days i64, max_load i64, quarter_month i64, max_partners i64, min_overlap_min i64, days i64, meet_days str, meet_every_days i64, meet_until_days i64, meet_words str, source str
UPDATE pairing_rule SET kind = :kind, newcomer_role = :newcomer_role, valid_from = :valid_from, valid_to = :valid_to, partner_role = :partner_role,
  team = :team, min_tenure_days = :min_tenure_days, max_load = :max_load, quarter_month = :quarter_month, max_partners = :max_partners,
  min_overlap_min = :min_overlap_min, days = :days, meet_days = :meet_days, meet_every_days = :meet_every_days, meet_until_days = :meet_until_days,
  meet_words = :meet_words, source = :source
WHERE id = :id;

-- name: pairing_rows :each
-- out: id i64, kind str, newcomer_id i64, partner_id i64?, manager_id i64?, rule_id i64, state str, starts_on str, ends_on str?, why str, exception str, replaces_id i64?, end_reason str, ended_us i64?, created_by i64?, created_us i64
-- carries: pairing
SELECT id, kind, newcomer_id, partner_id, manager_id, rule_id, state, starts_on, ends_on, why, exception, replaces_id, end_reason, ended_us,
  created_by, created_us
FROM pairing ORDER BY id;

-- name: pairing_by_id :opt
-- in: id i64
-- out: id i64, kind str, newcomer_id i64, partner_id i64?, manager_id i64?, rule_id i64, state str, starts_on str, ends_on str?, why str, exception str, replaces_id i64?, end_reason str, ended_us i64?, created_by i64?, created_us i64
SELECT id, kind, newcomer_id, partner_id, manager_id, rule_id, state, starts_on, ends_on, why, exception, replaces_id, end_reason, ended_us,
  created_by, created_us
FROM pairing WHERE id = :id;

-- name: pairing_add :one
-- in: kind str, newcomer_id i64, partner_id i64?, manager_id i64?, rule_id i64, state str, starts_on str, ends_on str?, why str, exception str, replaces_id i64?, end_reason str, ended_us i64?, created_by i64?, created_us i64
-- out: id i64
INSERT INTO pairing (kind, newcomer_id, partner_id, manager_id, rule_id, state, starts_on, ends_on, why, exception, replaces_id, end_reason,
  ended_us, created_by, created_us)
VALUES (:kind, :newcomer_id, :partner_id, :manager_id, :rule_id, :state, :starts_on, :ends_on, :why, :exception, :replaces_id, :end_reason,
  :ended_us, :created_by, :created_us)
RETURNING id;

-- name: pairing_put :exec
-- in: id i64, kind str, newcomer_id i64, partner_id i64?, manager_id i64?, rule_id i64, state str, starts_on str, ends_on str?, why str, exception str, replaces_id i64?, end_reason str, ended_us i64?, created_by i64?, created_us i64
UPDATE pairing SET kind = :kind, newcomer_id = :newcomer_id, partner_id = :partner_id, manager_id = :manager_id, rule_id = :rule_id, state = :state,
  starts_on = :starts_on, ends_on = :ends_on, why = :why, exception = :exception, replaces_id = :replaces_id, end_reason = :end_reason, ended_us =
  :ended_us, created_by = :created_by, created_us = :created_us
WHERE id = :id;

-- name: pairing_meeting_rows :each
-- out: id i64, pairing_id i64, due_on str, state str, notes str, by_id i64?, held_us i64?
-- carries: pairing_meeting
SELECT id, pairing_id, due_on, state, notes, by_id, held_us
FROM pairing_meeting ORDER BY id;

-- name: pairing_meeting_by_id :opt
-- in: id i64
-- out: id i64, pairing_id i64, due_on str, state str, notes str, by_id i64?, held_us i64?
SELECT id, pairing_id, due_on, state, notes, by_id, held_us
FROM pairing_meeting WHERE id = :id;

-- name: pairing_meeting_add :one
-- in: pairing_id i64, due_on str, state str, notes str, by_id i64?, held_us i64?
-- out: id i64
INSERT INTO pairing_meeting (pairing_id, due_on, state, notes, by_id, held_us)
VALUES (:pairing_id, :due_on, :state, :notes, :by_id, :held_us)
RETURNING id;

-- name: pairing_meeting_put :exec
-- in: id i64, pairing_id i64, due_on str, state str, notes str, by_id i64?, held_us i64?
UPDATE pairing_meeting SET pairing_id = :pairing_id, due_on = :due_on, state = :state, notes = :notes, by_id = :by_id, held_us = :held_us
WHERE id = :id;

-- name: pairing_question_rows :each
-- out: id i64, newcomer_id i64, mentor_id i64?, body str, state str, technical i64?, sure i64?, answer str, answered_by i64?, answered_us i64?, created_us i64
-- carries: pairing_question
SELECT id, newcomer_id, mentor_id, body, state, technical, sure, answer, answered_by, answered_us, created_us
FROM pairing_question ORDER BY id;

-- name: pairing_question_by_id :opt
-- in: id i64
-- out: id i64, newcomer_id i64, mentor_id i64?, body str, state str, technical i64?, sure i64?, answer str, answered_by i64?, answered_us i64?, created_us i64
SELECT id, newcomer_id, mentor_id, body, state, technical, sure, answer, answered_by, answered_us, created_us
FROM pairing_question WHERE id = :id;

-- name: pairing_question_add :one
-- in: newcomer_id i64, mentor_id i64?, body str, state str, technical i64?, sure i64?, answer str, answered_by i64?, answered_us i64?, created_us i64
-- out: id i64
INSERT INTO pairing_question (newcomer_id, mentor_id, body, state, technical, sure, answer, answered_by, answered_us, created_us)
VALUES (:newcomer_id, :mentor_id, :body, :state, :technical, :sure, :answer, :answered_by, :answered_us, :created_us)
RETURNING id;

-- name: pairing_question_put :exec
-- in: id i64, newcomer_id i64, mentor_id i64?, body str, state str, technical i64?, sure i64?, answer str, answered_by i64?, answered_us i64?, created_us i64
UPDATE pairing_question SET newcomer_id = :newcomer_id, mentor_id = :mentor_id, body = :body, state = :state, technical = :technical, sure = :sure,
  answer = :answer, answered_by = :answered_by, answered_us = :answered_us, created_us = :created_us
WHERE id = :id;

-- name: pairing_fallback_rows :each
-- out: id i64, topic str, teammate_id i64, note str, position i64, created_us i64, ended_us i64?
-- carries: pairing_fallback
SELECT id, topic, teammate_id, note, position, created_us, ended_us
FROM pairing_fallback ORDER BY id;

-- name: pairing_fallback_by_id :opt
-- in: id i64
-- out: id i64, topic str, teammate_id i64, note str, position i64, created_us i64, ended_us i64?
SELECT id, topic, teammate_id, note, position, created_us, ended_us
FROM pairing_fallback WHERE id = :id;

-- name: pairing_fallback_add :one
-- in: topic str, teammate_id i64, note str, position i64, created_us i64, ended_us i64?
-- out: id i64
INSERT INTO pairing_fallback (topic, teammate_id, note, position, created_us, ended_us)
VALUES (:topic, :teammate_id, :note, :position, :created_us, :ended_us)
RETURNING id;

-- name: pairing_fallback_put :exec
-- in: id i64, topic str, teammate_id i64, note str, position i64, created_us i64, ended_us i64?
UPDATE pairing_fallback SET topic = :topic, teammate_id = :teammate_id, note = :note, position = :position, created_us = :created_us, ended_us =
  :ended_us
WHERE id = :id;

-- name: pairing_neighbour_rows :each
-- out: id i64, team_id i64, other_id i64, ended_us i64?
-- carries: pairing_neighbour
SELECT id, team_id, other_id, ended_us
FROM pairing_neighbour ORDER BY id;

-- name: pairing_neighbour_by_id :opt
-- in: id i64
-- out: id i64, team_id i64, other_id i64, ended_us i64?
SELECT id, team_id, other_id, ended_us
FROM pairing_neighbour WHERE id = :id;

-- name: pairing_neighbour_add :one
-- in: team_id i64, other_id i64, ended_us i64?
-- out: id i64
INSERT INTO pairing_neighbour (team_id, other_id, ended_us)
VALUES (:team_id, :other_id, :ended_us)
RETURNING id;

-- name: pairing_neighbour_put :exec
-- in: id i64, team_id i64, other_id i64, ended_us i64?
UPDATE pairing_neighbour SET team_id = :team_id, other_id = :other_id, ended_us = :ended_us
WHERE id = :id;
