-- queue_rows.sql: the tables of this slice as rows. "-- carries" gives the statements that read, add and put one; queue_rows.c runs them, each with its event.

-- name: rank_order_rows :each
-- out: id i64, mode str, valid_from str, valid_to str?, keys str, words str, source str
-- carries: rank_order
SELECT id, mode, valid_from, valid_to, keys, words, source FROM rank_order ORDER BY id;

-- name: rank_tier_rows :each
-- out: id i64, valid_from str, valid_to str?, place i64, name str, stage str?, tier str?, contact str?, last i64, source str
-- carries: rank_tier
SELECT id, valid_from, valid_to, place, name, stage, tier, contact, last, source FROM rank_tier ORDER BY id;

-- name: rank_priority_rows :each
-- out: id i64, priority str, valid_from str, valid_to str?, standing str, words str, source str
-- carries: rank_priority
SELECT id, priority, valid_from, valid_to, standing, words, source FROM rank_priority ORDER BY id;

-- name: capacity_rule_rows :each
-- out: id i64, name str, valid_from str, valid_to str?, n i64?, words str, source str
-- carries: capacity_rule
SELECT id, name, valid_from, valid_to, n, words, source FROM capacity_rule ORDER BY id;

-- name: capacity_step_rows :each
-- out: id i64, level i64, valid_from str, valid_to str?, east_least i64, east_most i64, west_least i64, west_most i64, active_over i64?, logic str, words str, source str
-- carries: capacity_step
SELECT id, level, valid_from, valid_to, east_least, east_most, west_least, west_most, active_over, logic, words, source FROM capacity_step ORDER BY id;

-- name: coverage_block_rows :each
-- out: id i64, place i64, name str, zones str, side str, valid_from str, valid_to str?, source str
-- carries: coverage_block
SELECT id, place, name, zones, side, valid_from, valid_to, source FROM coverage_block ORDER BY id;

-- name: queue_overload_rows :each
-- out: id i64, declared_by i64?, declared_name str, why str, since_us i64, until_us i64, ended_us i64?, ended_by i64?, ended_why str?
-- carries: queue_overload
SELECT id, declared_by, declared_name, why, since_us, until_us, ended_us, ended_by, ended_why FROM queue_overload ORDER BY id;

-- name: queue_session_rows :each
-- out: id i64, title str, team_id i64?, held_by i64?, held_name str, why str, began_us i64, until_us i64, set_us i64?, unheard str?, ended_us i64?, ended_by i64?, ended_why str?
-- carries: queue_session
SELECT id, title, team_id, held_by, held_name, why, began_us, until_us, set_us, unheard, ended_us, ended_by, ended_why FROM queue_session ORDER BY id;

-- name: queue_session_place_rows :each
-- out: id i64, session_id i64, ticket_id i64, place i64, reason str, removed_us i64?
-- carries: queue_session_place
SELECT id, session_id, ticket_id, place, reason, removed_us FROM queue_session_place ORDER BY id;

-- name: queue_session_voice_rows :each
-- out: id i64, session_id i64, name str, part str, said str, by_id i64?, at_us i64
-- carries: queue_session_voice
SELECT id, session_id, name, part, said, by_id, at_us FROM queue_session_voice ORDER BY id;

-- name: queue_skill_rows :each
-- out: id i64, teammate_id i64, tag str, since_us i64, ended_us i64?
-- carries: queue_skill
SELECT id, teammate_id, tag, since_us, ended_us FROM queue_skill ORDER BY id;

-- name: queue_pick_rows :each
-- out: id i64, teammate_id i64, ticket_id i64, how str, place i64, why str, skipped str, at_us i64
-- carries: queue_pick
SELECT id, teammate_id, ticket_id, how, place, why, skipped, at_us FROM queue_pick ORDER BY id;

-- name: capacity_flag_rows :each
-- out: id i64, teammate_id i64, why str, since_us i64, until_us i64?, ended_us i64?, ended_by i64?
-- carries: capacity_flag
SELECT id, teammate_id, why, since_us, until_us, ended_us, ended_by FROM capacity_flag ORDER BY id;

-- name: capacity_call_rows :each
-- out: id i64, level i64, side str, why str, by_id i64?, by_name str, since_us i64, until_us i64?, ended_us i64?, ended_by i64?
-- carries: capacity_call
SELECT id, level, side, why, by_id, by_name, since_us, until_us, ended_us, ended_by FROM capacity_call ORDER BY id;

-- name: absence_rows :each
-- out: id i64, teammate_id i64, kind str, from_day str, until_day str, from_us i64, until_us i64, note str, created_by i64?, created_us i64, told_us i64?, ended_us i64?, ended_by i64?
-- carries: absence
SELECT id, teammate_id, kind, from_day, until_day, from_us, until_us, note, created_by, created_us, told_us, ended_us, ended_by FROM absence ORDER BY id;

-- name: absence_cover_rows :each
-- out: id i64, absence_id i64, ticket_id i64?, teammate_id i64, why str, since_us i64, ended_us i64?
-- carries: absence_cover
SELECT id, absence_id, ticket_id, teammate_id, why, since_us, ended_us FROM absence_cover ORDER BY id;

-- name: absence_look_rows :each
-- out: id i64, absence_id i64, day str, by_id i64?, by_name str, note str, at_us i64
-- carries: absence_look
SELECT id, absence_id, day, by_id, by_name, note, at_us FROM absence_look ORDER BY id;
