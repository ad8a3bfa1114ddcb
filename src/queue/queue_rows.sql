-- queue_rows.sql: the tables of this slice as rows: all of them, one, add, put. Each is written with its event by queue_rows.c.

-- name: rank_order_rows :each
-- out: id i64, mode str, valid_from str, valid_to str?, keys str, words str, source str
-- carries: rank_order
SELECT id, mode, valid_from, valid_to, keys, words, source FROM rank_order ORDER BY id;

-- name: rank_order_by_id :opt
-- in: id i64
-- out: id i64, mode str, valid_from str, valid_to str?, keys str, words str, source str
SELECT id, mode, valid_from, valid_to, keys, words, source FROM rank_order WHERE id = :id;

-- name: rank_order_add :one
-- in: mode str, valid_from str, valid_to str?, keys str, words str, source str
-- out: id i64
INSERT INTO rank_order (mode, valid_from, valid_to, keys, words, source)
VALUES (:mode, :valid_from, :valid_to, :keys, :words, :source)
RETURNING id;

-- name: rank_order_put :exec
-- in: id i64, mode str, valid_from str, valid_to str?, keys str, words str, source str
UPDATE rank_order SET mode = :mode, valid_from = :valid_from, valid_to = :valid_to, keys = :keys, words = :words, source = :source WHERE id = :id;

-- name: rank_tier_rows :each
-- out: id i64, valid_from str, valid_to str?, place i64, name str, stage str?, tier str?, contact str?, last i64, source str
-- carries: rank_tier
SELECT id, valid_from, valid_to, place, name, stage, tier, contact, last, source FROM rank_tier ORDER BY id;

-- name: rank_tier_by_id :opt
-- in: id i64
-- out: id i64, valid_from str, valid_to str?, place i64, name str, stage str?, tier str?, contact str?, last i64, source str
SELECT id, valid_from, valid_to, place, name, stage, tier, contact, last, source FROM rank_tier WHERE id = :id;

-- name: rank_tier_add :one
-- in: valid_from str, valid_to str?, place i64, name str, stage str?, tier str?, contact str?, last i64, source str
-- out: id i64
INSERT INTO rank_tier (valid_from, valid_to, place, name, stage, tier, contact, last, source)
VALUES (:valid_from, :valid_to, :place, :name, :stage, :tier, :contact, :last, :source)
RETURNING id;

-- name: rank_tier_put :exec
-- in: id i64, valid_from str, valid_to str?, place i64, name str, stage str?, tier str?, contact str?, last i64, source str
UPDATE rank_tier SET valid_from = :valid_from, valid_to = :valid_to, place = :place, name = :name, stage = :stage, tier = :tier, contact = :contact,
  last = :last, source = :source WHERE id = :id;

-- name: rank_priority_rows :each
-- out: id i64, priority str, valid_from str, valid_to str?, standing str, words str, source str
-- carries: rank_priority
SELECT id, priority, valid_from, valid_to, standing, words, source FROM rank_priority ORDER BY id;

-- name: rank_priority_by_id :opt
-- in: id i64
-- out: id i64, priority str, valid_from str, valid_to str?, standing str, words str, source str
SELECT id, priority, valid_from, valid_to, standing, words, source FROM rank_priority WHERE id = :id;

-- name: rank_priority_add :one
-- in: priority str, valid_from str, valid_to str?, standing str, words str, source str
-- out: id i64
INSERT INTO rank_priority (priority, valid_from, valid_to, standing, words, source)
VALUES (:priority, :valid_from, :valid_to, :standing, :words, :source)
RETURNING id;

-- name: rank_priority_put :exec
-- in: id i64, priority str, valid_from str, valid_to str?, standing str, words str, source str
UPDATE rank_priority SET priority = :priority, valid_from = :valid_from, valid_to = :valid_to, standing = :standing, words = :words, source = :source WHERE id = :id;

-- name: capacity_rule_rows :each
-- out: id i64, name str, valid_from str, valid_to str?, n i64?, words str, source str
-- carries: capacity_rule
SELECT id, name, valid_from, valid_to, n, words, source FROM capacity_rule ORDER BY id;

-- name: capacity_rule_by_id :opt
-- in: id i64
-- out: id i64, name str, valid_from str, valid_to str?, n i64?, words str, source str
SELECT id, name, valid_from, valid_to, n, words, source FROM capacity_rule WHERE id = :id;

-- name: capacity_rule_add :one
-- in: name str, valid_from str, valid_to str?, n i64?, words str, source str
-- out: id i64
INSERT INTO capacity_rule (name, valid_from, valid_to, n, words, source)
VALUES (:name, :valid_from, :valid_to, :n, :words, :source)
RETURNING id;

-- name: capacity_rule_put :exec
-- in: id i64, name str, valid_from str, valid_to str?, n i64?, words str, source str
UPDATE capacity_rule SET name = :name, valid_from = :valid_from, valid_to = :valid_to, n = :n, words = :words, source = :source WHERE id = :id;

-- name: capacity_step_rows :each
-- out: id i64, level i64, valid_from str, valid_to str?, east_least i64, east_most i64, west_least i64, west_most i64, active_over i64?, logic str, words str, source str
-- carries: capacity_step
SELECT id, level, valid_from, valid_to, east_least, east_most, west_least, west_most, active_over, logic, words, source FROM capacity_step ORDER BY id;

-- name: capacity_step_by_id :opt
-- in: id i64
-- out: id i64, level i64, valid_from str, valid_to str?, east_least i64, east_most i64, west_least i64, west_most i64, active_over i64?, logic str, words str, source str
SELECT id, level, valid_from, valid_to, east_least, east_most, west_least, west_most, active_over, logic, words, source FROM capacity_step WHERE id = :id;

-- name: capacity_step_add :one
-- in: level i64, valid_from str, valid_to str?, east_least i64, east_most i64, west_least i64, west_most i64, active_over i64?, logic str, words str, source str
-- out: id i64
INSERT INTO capacity_step (level, valid_from, valid_to, east_least, east_most, west_least, west_most, active_over, logic, words, source)
VALUES (:level, :valid_from, :valid_to, :east_least, :east_most, :west_least, :west_most, :active_over, :logic, :words, :source)
RETURNING id;

-- name: capacity_step_put :exec
-- in: id i64, level i64, valid_from str, valid_to str?, east_least i64, east_most i64, west_least i64, west_most i64, active_over i64?, logic str, words str, source str
UPDATE capacity_step SET level = :level, valid_from = :valid_from, valid_to = :valid_to, east_least = :east_least, east_most = :east_most,
  west_least = :west_least, west_most = :west_most, active_over = :active_over, logic = :logic, words = :words, source = :source WHERE id = :id;

-- name: coverage_block_rows :each
-- out: id i64, place i64, name str, zones str, side str, valid_from str, valid_to str?, source str
-- carries: coverage_block
SELECT id, place, name, zones, side, valid_from, valid_to, source FROM coverage_block ORDER BY id;

-- name: coverage_block_by_id :opt
-- in: id i64
-- out: id i64, place i64, name str, zones str, side str, valid_from str, valid_to str?, source str
SELECT id, place, name, zones, side, valid_from, valid_to, source FROM coverage_block WHERE id = :id;

-- name: coverage_block_add :one
-- in: place i64, name str, zones str, side str, valid_from str, valid_to str?, source str
-- out: id i64
INSERT INTO coverage_block (place, name, zones, side, valid_from, valid_to, source)
VALUES (:place, :name, :zones, :side, :valid_from, :valid_to, :source)
RETURNING id;

-- name: coverage_block_put :exec
-- in: id i64, place i64, name str, zones str, side str, valid_from str, valid_to str?, source str
UPDATE coverage_block SET place = :place, name = :name, zones = :zones, side = :side, valid_from = :valid_from, valid_to = :valid_to,
  source = :source WHERE id = :id;

-- name: queue_overload_rows :each
-- out: id i64, declared_by i64?, declared_name str, why str, since_us i64, until_us i64, ended_us i64?, ended_by i64?, ended_why str?
-- carries: queue_overload
SELECT id, declared_by, declared_name, why, since_us, until_us, ended_us, ended_by, ended_why FROM queue_overload ORDER BY id;

-- name: queue_overload_by_id :opt
-- in: id i64
-- out: id i64, declared_by i64?, declared_name str, why str, since_us i64, until_us i64, ended_us i64?, ended_by i64?, ended_why str?
SELECT id, declared_by, declared_name, why, since_us, until_us, ended_us, ended_by, ended_why FROM queue_overload WHERE id = :id;

-- name: queue_overload_add :one
-- in: declared_by i64?, declared_name str, why str, since_us i64, until_us i64, ended_us i64?, ended_by i64?, ended_why str?
-- out: id i64
INSERT INTO queue_overload (declared_by, declared_name, why, since_us, until_us, ended_us, ended_by, ended_why)
VALUES (:declared_by, :declared_name, :why, :since_us, :until_us, :ended_us, :ended_by, :ended_why)
RETURNING id;

-- name: queue_overload_put :exec
-- in: id i64, declared_by i64?, declared_name str, why str, since_us i64, until_us i64, ended_us i64?, ended_by i64?, ended_why str?
UPDATE queue_overload SET declared_by = :declared_by, declared_name = :declared_name, why = :why, since_us = :since_us, until_us = :until_us,
  ended_us = :ended_us, ended_by = :ended_by, ended_why = :ended_why WHERE id = :id;

-- name: queue_session_rows :each
-- out: id i64, title str, team_id i64?, held_by i64?, held_name str, why str, began_us i64, until_us i64, set_us i64?, unheard str?, ended_us i64?, ended_by i64?, ended_why str?
-- carries: queue_session
SELECT id, title, team_id, held_by, held_name, why, began_us, until_us, set_us, unheard, ended_us, ended_by, ended_why FROM queue_session ORDER BY id;

-- name: queue_session_by_id :opt
-- in: id i64
-- out: id i64, title str, team_id i64?, held_by i64?, held_name str, why str, began_us i64, until_us i64, set_us i64?, unheard str?, ended_us i64?, ended_by i64?, ended_why str?
SELECT id, title, team_id, held_by, held_name, why, began_us, until_us, set_us, unheard, ended_us, ended_by, ended_why FROM queue_session WHERE id = :id;

-- name: queue_session_add :one
-- in: title str, team_id i64?, held_by i64?, held_name str, why str, began_us i64, until_us i64, set_us i64?, unheard str?, ended_us i64?, ended_by i64?, ended_why str?
-- out: id i64
INSERT INTO queue_session (title, team_id, held_by, held_name, why, began_us, until_us, set_us, unheard, ended_us, ended_by, ended_why)
VALUES (:title, :team_id, :held_by, :held_name, :why, :began_us, :until_us, :set_us, :unheard, :ended_us, :ended_by, :ended_why)
RETURNING id;

-- name: queue_session_put :exec
-- in: id i64, title str, team_id i64?, held_by i64?, held_name str, why str, began_us i64, until_us i64, set_us i64?, unheard str?, ended_us i64?, ended_by i64?, ended_why str?
UPDATE queue_session SET title = :title, team_id = :team_id, held_by = :held_by, held_name = :held_name, why = :why, began_us = :began_us,
  until_us = :until_us, set_us = :set_us, unheard = :unheard, ended_us = :ended_us, ended_by = :ended_by, ended_why = :ended_why WHERE id = :id;

-- name: queue_session_place_rows :each
-- out: id i64, session_id i64, ticket_id i64, place i64, reason str, removed_us i64?
-- carries: queue_session_place
SELECT id, session_id, ticket_id, place, reason, removed_us FROM queue_session_place ORDER BY id;

-- name: queue_session_place_by_id :opt
-- in: id i64
-- out: id i64, session_id i64, ticket_id i64, place i64, reason str, removed_us i64?
SELECT id, session_id, ticket_id, place, reason, removed_us FROM queue_session_place WHERE id = :id;

-- name: queue_session_place_add :one
-- in: session_id i64, ticket_id i64, place i64, reason str, removed_us i64?
-- out: id i64
INSERT INTO queue_session_place (session_id, ticket_id, place, reason, removed_us)
VALUES (:session_id, :ticket_id, :place, :reason, :removed_us)
RETURNING id;

-- name: queue_session_place_put :exec
-- in: id i64, session_id i64, ticket_id i64, place i64, reason str, removed_us i64?
UPDATE queue_session_place SET session_id = :session_id, ticket_id = :ticket_id, place = :place, reason = :reason, removed_us = :removed_us WHERE id = :id;

-- name: queue_session_voice_rows :each
-- out: id i64, session_id i64, name str, part str, said str, by_id i64?, at_us i64
-- carries: queue_session_voice
SELECT id, session_id, name, part, said, by_id, at_us FROM queue_session_voice ORDER BY id;

-- name: queue_session_voice_add :one
-- in: session_id i64, name str, part str, said str, by_id i64?, at_us i64
-- out: id i64
INSERT INTO queue_session_voice (session_id, name, part, said, by_id, at_us)
VALUES (:session_id, :name, :part, :said, :by_id, :at_us)
RETURNING id;

-- name: queue_skill_rows :each
-- out: id i64, teammate_id i64, tag str, since_us i64, ended_us i64?
-- carries: queue_skill
SELECT id, teammate_id, tag, since_us, ended_us FROM queue_skill ORDER BY id;

-- name: queue_skill_by_id :opt
-- in: id i64
-- out: id i64, teammate_id i64, tag str, since_us i64, ended_us i64?
SELECT id, teammate_id, tag, since_us, ended_us FROM queue_skill WHERE id = :id;

-- name: queue_skill_add :one
-- in: teammate_id i64, tag str, since_us i64, ended_us i64?
-- out: id i64
INSERT INTO queue_skill (teammate_id, tag, since_us, ended_us)
VALUES (:teammate_id, :tag, :since_us, :ended_us)
RETURNING id;

-- name: queue_skill_put :exec
-- in: id i64, teammate_id i64, tag str, since_us i64, ended_us i64?
UPDATE queue_skill SET teammate_id = :teammate_id, tag = :tag, since_us = :since_us, ended_us = :ended_us WHERE id = :id;

-- name: queue_pick_rows :each
-- out: id i64, teammate_id i64, ticket_id i64, how str, place i64, why str, skipped str, at_us i64
-- carries: queue_pick
SELECT id, teammate_id, ticket_id, how, place, why, skipped, at_us FROM queue_pick ORDER BY id;

-- name: queue_pick_add :one
-- in: teammate_id i64, ticket_id i64, how str, place i64, why str, skipped str, at_us i64
-- out: id i64
INSERT INTO queue_pick (teammate_id, ticket_id, how, place, why, skipped, at_us)
VALUES (:teammate_id, :ticket_id, :how, :place, :why, :skipped, :at_us)
RETURNING id;

-- name: capacity_flag_rows :each
-- out: id i64, teammate_id i64, why str, since_us i64, until_us i64?, ended_us i64?, ended_by i64?
-- carries: capacity_flag
SELECT id, teammate_id, why, since_us, until_us, ended_us, ended_by FROM capacity_flag ORDER BY id;

-- name: capacity_flag_by_id :opt
-- in: id i64
-- out: id i64, teammate_id i64, why str, since_us i64, until_us i64?, ended_us i64?, ended_by i64?
SELECT id, teammate_id, why, since_us, until_us, ended_us, ended_by FROM capacity_flag WHERE id = :id;

-- name: capacity_flag_add :one
-- in: teammate_id i64, why str, since_us i64, until_us i64?, ended_us i64?, ended_by i64?
-- out: id i64
INSERT INTO capacity_flag (teammate_id, why, since_us, until_us, ended_us, ended_by)
VALUES (:teammate_id, :why, :since_us, :until_us, :ended_us, :ended_by)
RETURNING id;

-- name: capacity_flag_put :exec
-- in: id i64, teammate_id i64, why str, since_us i64, until_us i64?, ended_us i64?, ended_by i64?
UPDATE capacity_flag SET teammate_id = :teammate_id, why = :why, since_us = :since_us, until_us = :until_us, ended_us = :ended_us,
  ended_by = :ended_by WHERE id = :id;

-- name: capacity_call_rows :each
-- out: id i64, level i64, side str, why str, by_id i64?, by_name str, since_us i64, until_us i64?, ended_us i64?, ended_by i64?
-- carries: capacity_call
SELECT id, level, side, why, by_id, by_name, since_us, until_us, ended_us, ended_by FROM capacity_call ORDER BY id;

-- name: capacity_call_by_id :opt
-- in: id i64
-- out: id i64, level i64, side str, why str, by_id i64?, by_name str, since_us i64, until_us i64?, ended_us i64?, ended_by i64?
SELECT id, level, side, why, by_id, by_name, since_us, until_us, ended_us, ended_by FROM capacity_call WHERE id = :id;

-- name: capacity_call_add :one
-- in: level i64, side str, why str, by_id i64?, by_name str, since_us i64, until_us i64?, ended_us i64?, ended_by i64?
-- out: id i64
INSERT INTO capacity_call (level, side, why, by_id, by_name, since_us, until_us, ended_us, ended_by)
VALUES (:level, :side, :why, :by_id, :by_name, :since_us, :until_us, :ended_us, :ended_by)
RETURNING id;

-- name: capacity_call_put :exec
-- in: id i64, level i64, side str, why str, by_id i64?, by_name str, since_us i64, until_us i64?, ended_us i64?, ended_by i64?
UPDATE capacity_call SET level = :level, side = :side, why = :why, by_id = :by_id, by_name = :by_name, since_us = :since_us, until_us = :until_us,
  ended_us = :ended_us, ended_by = :ended_by WHERE id = :id;

-- name: absence_rows :each
-- out: id i64, teammate_id i64, kind str, from_day str, until_day str, from_us i64, until_us i64, note str, created_by i64?, created_us i64, told_us i64?, ended_us i64?, ended_by i64?
-- carries: absence
SELECT id, teammate_id, kind, from_day, until_day, from_us, until_us, note, created_by, created_us, told_us, ended_us, ended_by FROM absence ORDER BY id;

-- name: absence_by_id :opt
-- in: id i64
-- out: id i64, teammate_id i64, kind str, from_day str, until_day str, from_us i64, until_us i64, note str, created_by i64?, created_us i64, told_us i64?, ended_us i64?, ended_by i64?
SELECT id, teammate_id, kind, from_day, until_day, from_us, until_us, note, created_by, created_us, told_us, ended_us, ended_by FROM absence WHERE id = :id;

-- name: absence_add :one
-- in: teammate_id i64, kind str, from_day str, until_day str, from_us i64, until_us i64, note str, created_by i64?, created_us i64, told_us i64?, ended_us i64?, ended_by i64?
-- out: id i64
INSERT INTO absence (teammate_id, kind, from_day, until_day, from_us, until_us, note, created_by, created_us, told_us, ended_us, ended_by)
VALUES (:teammate_id, :kind, :from_day, :until_day, :from_us, :until_us, :note, :created_by, :created_us, :told_us, :ended_us, :ended_by)
RETURNING id;

-- name: absence_put :exec
-- in: id i64, teammate_id i64, kind str, from_day str, until_day str, from_us i64, until_us i64, note str, created_by i64?, created_us i64, told_us i64?, ended_us i64?, ended_by i64?
UPDATE absence SET teammate_id = :teammate_id, kind = :kind, from_day = :from_day, until_day = :until_day, from_us = :from_us, until_us = :until_us,
  note = :note, created_by = :created_by, created_us = :created_us, told_us = :told_us, ended_us = :ended_us, ended_by = :ended_by WHERE id = :id;

-- name: absence_cover_rows :each
-- out: id i64, absence_id i64, ticket_id i64?, teammate_id i64, why str, since_us i64, ended_us i64?
-- carries: absence_cover
SELECT id, absence_id, ticket_id, teammate_id, why, since_us, ended_us FROM absence_cover ORDER BY id;

-- name: absence_cover_by_id :opt
-- in: id i64
-- out: id i64, absence_id i64, ticket_id i64?, teammate_id i64, why str, since_us i64, ended_us i64?
SELECT id, absence_id, ticket_id, teammate_id, why, since_us, ended_us FROM absence_cover WHERE id = :id;

-- name: absence_cover_add :one
-- in: absence_id i64, ticket_id i64?, teammate_id i64, why str, since_us i64, ended_us i64?
-- out: id i64
INSERT INTO absence_cover (absence_id, ticket_id, teammate_id, why, since_us, ended_us)
VALUES (:absence_id, :ticket_id, :teammate_id, :why, :since_us, :ended_us)
RETURNING id;

-- name: absence_cover_put :exec
-- in: id i64, absence_id i64, ticket_id i64?, teammate_id i64, why str, since_us i64, ended_us i64?
UPDATE absence_cover SET absence_id = :absence_id, ticket_id = :ticket_id, teammate_id = :teammate_id, why = :why, since_us = :since_us,
  ended_us = :ended_us WHERE id = :id;

-- name: absence_look_rows :each
-- out: id i64, absence_id i64, day str, by_id i64?, by_name str, note str, at_us i64
-- carries: absence_look
SELECT id, absence_id, day, by_id, by_name, note, at_us FROM absence_look ORDER BY id;

-- name: absence_look_add :one
-- in: absence_id i64, day str, by_id i64?, by_name str, note str, at_us i64
-- out: id i64
INSERT INTO absence_look (absence_id, day, by_id, by_name, note, at_us)
VALUES (:absence_id, :day, :by_id, :by_name, :note, :at_us)
RETURNING id;
