-- queue.sql: who is there, who is told what, what is in force, and what the pages show.

-- fragment: unsolved
(t.status = 'new' OR t.status = 'open' OR t.status = 'pending' OR t.status = 'on_hold')

-- fragment: by_unassigned
INDEXED BY ticket_unassigned
-- pg:

-- A JSON list of numbers.
-- fragment: among
-- in: ids str
SELECT value FROM json_each(:ids)
-- pg:
SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:ids AS json))

-- ---- people ----

-- name: queue_away_on :many
-- in: now_us i64
-- out: id i64, teammate_id i64, kind str, from_day str, until_day str, until_us i64
SELECT id, teammate_id, kind, from_day, until_day, until_us FROM absence WHERE ended_us IS NULL AND until_us > :now_us AND from_us <= :now_us
ORDER BY until_us DESC, id;

-- name: queue_covers_on :many
-- in: now_us i64
-- out: absent_id i64, ticket_id i64?, teammate_id i64
SELECT a.teammate_id AS absent_id, v.ticket_id, v.teammate_id FROM absence a JOIN absence_cover v ON v.absence_id = a.id
WHERE a.ended_us IS NULL AND a.until_us > :now_us AND a.from_us <= :now_us AND v.ended_us IS NULL ORDER BY v.id;

-- name: queue_flags_on :many
-- in: now_us i64
-- out: id i64, teammate_id i64, why str, since_us i64, until_us i64?
SELECT id, teammate_id, why, since_us, until_us FROM capacity_flag WHERE ended_us IS NULL AND (until_us IS NULL OR until_us > :now_us) ORDER BY teammate_id;

-- name: queue_flag_of :opt
-- in: teammate_id i64, now_us i64
-- out: id i64, why str, since_us i64, until_us i64?
SELECT id, why, since_us, until_us FROM capacity_flag WHERE teammate_id = :teammate_id AND ended_us IS NULL AND (until_us IS NULL OR until_us > :now_us);

-- name: queue_ramps_on :many
-- in: now_us i64
-- out: teammate_id i64
SELECT DISTINCT teammate_id FROM growth_plan WHERE ramp_from_us <= :now_us AND ramp_until_us > :now_us;

-- name: queue_skills :many
-- in: max i64
-- out: teammate_id i64, tag str
SELECT teammate_id, tag FROM queue_skill WHERE ended_us IS NULL ORDER BY teammate_id, tag LIMIT :max;

-- name: queue_skill_of :opt
-- in: teammate_id i64, tag str
-- out: id i64
SELECT id FROM queue_skill WHERE teammate_id = :teammate_id AND tag = :tag;

-- Areas of cases that nobody holds, as far as somebody names them.
-- name: queue_areas :many
-- in: max i64
-- out: ticket_id i64, tag str
SELECT t.id AS ticket_id, g.tag FROM ticket t {by_unassigned} JOIN ticket_tag g ON g.ticket_id = t.id AND g.kind = 'area' AND g.removed_us IS NULL
WHERE t.assignee_id IS NULL AND {unsolved} AND EXISTS (SELECT 1 FROM queue_skill k WHERE k.tag = g.tag AND k.ended_us IS NULL)
ORDER BY t.id LIMIT :max;

-- name: queue_held :many
-- in: max i64
-- out: assignee_id i64, status str, n i64
SELECT assignee_id, status, n FROM ticket_count WHERE assignee_id > 0 AND status IN ('new', 'open', 'pending', 'on_hold') AND n > 0 ORDER BY assignee_id LIMIT :max;

-- name: queue_blocks :many
-- in: date str
-- out: name str, zones str, side str
SELECT name, zones, side FROM coverage_block WHERE valid_from <= :date AND (valid_to IS NULL OR valid_to > :date) ORDER BY place, id;

-- name: queue_rule_on :opt
-- in: name str, date str
-- out: n i64?, words str, valid_from str, valid_to str?, source str
SELECT n, words, valid_from, valid_to, source FROM capacity_rule WHERE name = :name AND valid_from <= :date AND (valid_to IS NULL OR valid_to > :date)
ORDER BY valid_from DESC LIMIT 1;

-- name: queue_rule_any :opt
-- in: name str
-- out: valid_from str, valid_to str?
SELECT valid_from, valid_to FROM capacity_rule WHERE name = :name ORDER BY valid_from DESC LIMIT 1;

-- name: queue_steps_on :many
-- in: date str
-- out: level i64, east_least i64, east_most i64, west_least i64, west_most i64, active_over i64?, logic str, words str
SELECT s.level, s.east_least, s.east_most, s.west_least, s.west_most, s.active_over, s.logic, s.words FROM capacity_step s
WHERE s.valid_from <= :date AND (s.valid_to IS NULL OR s.valid_to > :date)
  AND NOT EXISTS (SELECT 1 FROM capacity_step n WHERE n.level = s.level AND n.valid_from <= :date AND n.valid_from > s.valid_from) ORDER BY s.level;

-- name: queue_steps_all :many
-- out: level i64, valid_from str, valid_to str?, east_least i64, east_most i64, west_least i64, west_most i64, active_over i64?, logic str, words str
SELECT level, valid_from, valid_to, east_least, east_most, west_least, west_most, active_over, logic, words FROM capacity_step ORDER BY level, valid_from;

-- ---- telling ----

-- name: queue_around :many
-- in: teammate_id i64, max i64
-- out: id i64
SELECT m.id FROM teammate m WHERE m.state = 'active' AND m.id <> :teammate_id AND (
  m.id IN (SELECT o.teammate_id FROM team_member o JOIN team_member s ON s.team_id = o.team_id WHERE s.teammate_id = :teammate_id)
  OR m.id IN (SELECT p.manager_id FROM growth_plan p WHERE p.teammate_id = :teammate_id AND p.state = 'active'))
ORDER BY m.id LIMIT :max;

-- name: queue_leads :many
-- in: teammate_id i64, max i64
-- out: id i64
SELECT id FROM teammate WHERE state = 'active' AND access IN ('lead', 'admin') AND id <> :teammate_id ORDER BY id LIMIT :max;

-- name: queue_notice_add :exec
-- in: teammate_id i64, words str, url str, at_us i64
INSERT INTO queue_notice (teammate_id, words, url, at_us) VALUES (:teammate_id, :words, :url, :at_us);

-- name: queue_news :many
-- in: teammate_id i64, max i64
-- out: id i64, words str, url str, at_us i64
SELECT id, words, url, at_us FROM queue_notice WHERE teammate_id = :teammate_id AND read_us IS NULL ORDER BY id DESC LIMIT :max;

-- name: queue_news_read :count
-- in: teammate_id i64, up_to i64, read_us i64
UPDATE queue_notice SET read_us = :read_us WHERE teammate_id = :teammate_id AND id <= :up_to AND read_us IS NULL;

-- ---- overload, sessions, levels ----

-- name: queue_overload_open :opt
-- out: id i64, declared_by i64?, declared_name str, why str, since_us i64, until_us i64, ended_us i64?, ended_by i64?, ended_why str?
SELECT id, declared_by, declared_name, why, since_us, until_us, ended_us, ended_by, ended_why FROM queue_overload WHERE ended_us IS NULL ORDER BY id DESC LIMIT 1;

-- name: queue_overloads :many
-- in: max i64
-- out: id i64, declared_name str, why str, since_us i64, until_us i64, ended_us i64?, ended_by_name str?, ended_why str?
SELECT o.id, o.declared_name, o.why, o.since_us, o.until_us, o.ended_us, m.name AS ended_by_name, o.ended_why
FROM queue_overload o LEFT JOIN teammate m ON m.id = o.ended_by ORDER BY o.id DESC LIMIT :max;

-- name: queue_sessions_open :many
-- out: id i64, title str, team_id i64?, set_us i64?, until_us i64
SELECT id, title, team_id, set_us, until_us FROM queue_session WHERE ended_us IS NULL ORDER BY id;

-- name: queue_sessions :many
-- in: before_id i64, max i64
-- out: id i64, title str, team str?, held_name str, began_us i64, until_us i64, set_us i64?, ended_us i64?, places i64, voices i64
SELECT s.id, s.title, t.name AS team, s.held_name, s.began_us, s.until_us, s.set_us, s.ended_us,
  (SELECT count(*) FROM queue_session_place p WHERE p.session_id = s.id AND p.removed_us IS NULL) AS places,
  (SELECT count(*) FROM queue_session_voice v WHERE v.session_id = s.id) AS voices
FROM queue_session s LEFT JOIN team t ON t.id = s.team_id WHERE s.id < :before_id ORDER BY s.id DESC LIMIT :max;

-- name: queue_places_of :many
-- in: session_id i64
-- out: id i64, ticket_id i64, place i64, reason str, subject str, status str, organisation str?, assignee str?
SELECT p.id, p.ticket_id, p.place, p.reason, k.subject, k.status, o.name AS organisation, m.name AS assignee FROM queue_session_place p
JOIN ticket k ON k.id = p.ticket_id LEFT JOIN organisation o ON o.id = k.organisation_id LEFT JOIN teammate m ON m.id = k.assignee_id
WHERE p.session_id = :session_id AND p.removed_us IS NULL ORDER BY p.place, p.id;

-- name: queue_place_of :opt
-- in: session_id i64, ticket_id i64
-- out: id i64
SELECT id FROM queue_session_place WHERE session_id = :session_id AND ticket_id = :ticket_id;

-- name: queue_voices_of :many
-- in: session_id i64
-- out: id i64, name str, part str, said str, at_us i64, by_name str?
SELECT v.id, v.name, v.part, v.said, v.at_us, m.name AS by_name FROM queue_session_voice v LEFT JOIN teammate m ON m.id = v.by_id
WHERE v.session_id = :session_id ORDER BY v.id;

-- name: queue_calls_open :many
-- in: now_us i64
-- out: id i64, level i64, side str, why str, by_name str, since_us i64, until_us i64?
SELECT id, level, side, why, by_name, since_us, until_us FROM capacity_call WHERE ended_us IS NULL AND (until_us IS NULL OR until_us > :now_us) ORDER BY id;

-- What ends by itself: what it was and when.
-- name: queue_run_out :many
-- in: now_us i64
-- out: what str, id i64
SELECT 'overload' AS what, id FROM queue_overload WHERE ended_us IS NULL AND until_us <= :now_us
UNION ALL SELECT 'session', id FROM queue_session WHERE ended_us IS NULL AND until_us <= :now_us
UNION ALL SELECT 'flag', id FROM capacity_flag WHERE ended_us IS NULL AND until_us <= :now_us
UNION ALL SELECT 'call', id FROM capacity_call WHERE ended_us IS NULL AND until_us <= :now_us
UNION ALL SELECT 'absence', id FROM absence WHERE told_us IS NULL AND ended_us IS NULL AND from_us <= :now_us AND until_us > :now_us;

-- name: queue_runs_out :one
-- out: at_us i64?
SELECT CAST(min(at_us) AS BIGINT) AS at_us FROM (
  SELECT until_us AS at_us FROM queue_overload WHERE ended_us IS NULL UNION ALL SELECT until_us FROM queue_session WHERE ended_us IS NULL
  UNION ALL SELECT until_us FROM capacity_flag WHERE ended_us IS NULL UNION ALL SELECT until_us FROM capacity_call WHERE ended_us IS NULL
  UNION ALL SELECT from_us FROM absence WHERE told_us IS NULL AND ended_us IS NULL) AS x;

-- ---- cases in words ----

-- name: queue_cases :many
-- in: ids str
-- out: id i64, subject str, status str, status_since_us i64, requester str?, organisation str?, assignee str?, team str?, priority str?, severity i64?
SELECT t.id, t.subject, t.status, t.status_since_us, k.name AS requester, o.name AS organisation, m.name AS assignee, g.name AS team, t.priority, t.severity
FROM ticket t LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id LEFT JOIN teammate m ON m.id = t.assignee_id
LEFT JOIN team g ON g.id = t.team_id WHERE t.id IN ({among}) ORDER BY t.id;

-- name: queue_teams :many
-- in: max i64
-- out: id i64, name str
SELECT id, name FROM team ORDER BY name, id LIMIT :max;

-- name: queue_team :opt
-- in: id i64
-- out: id i64, name str
SELECT id, name FROM team WHERE id = :id;

-- What waits for another team, by whom it waits for: a team, else an area, else nobody is named. The longest wait first.
-- A case's team is whom it waits with, unless it is its holder's own: then nobody is named.
-- name: queue_waiting :many
-- in: max i64
-- out: id i64, subject str, status_since_us i64, organisation str?, assignee str?, team str?, area str?, promised_us i64?
SELECT t.id, t.subject, t.status_since_us, o.name AS organisation, m.name AS assignee,
  CASE WHEN EXISTS (SELECT 1 FROM team_member b WHERE b.team_id = t.team_id AND b.teammate_id = t.assignee_id) THEN NULL ELSE g.name END AS team,
  (SELECT min(x.tag) FROM ticket_tag x WHERE x.ticket_id = t.id AND x.kind = 'area' AND x.removed_us IS NULL) AS area, t.promised_us
FROM ticket t LEFT JOIN organisation o ON o.id = t.organisation_id LEFT JOIN teammate m ON m.id = t.assignee_id LEFT JOIN team g ON g.id = t.team_id
WHERE t.status = 'on_hold' ORDER BY t.status_since_us, t.id LIMIT :max;

-- name: queue_mine :many
-- in: teammate_id i64, max i64
-- out: id i64, subject str, status str, status_since_us i64, next_action str, organisation str?
SELECT t.id, t.subject, t.status, t.status_since_us, t.next_action, o.name AS organisation FROM ticket t LEFT JOIN organisation o ON o.id = t.organisation_id
WHERE t.assignee_id = :teammate_id AND {unsolved} ORDER BY t.id LIMIT :max;

-- name: queue_pick_of :opt
-- in: ticket_id i64
-- out: id i64, teammate_id i64, name str, why str, skipped str, place i64, at_us i64
SELECT p.id, p.teammate_id, m.name, p.why, p.skipped, p.place, p.at_us FROM queue_pick p JOIN teammate m ON m.id = p.teammate_id
WHERE p.ticket_id = :ticket_id ORDER BY p.id DESC LIMIT 1;

-- ---- absences ----

-- name: absences_around :many
-- in: from_us i64, until_us i64, max i64
-- out: id i64, teammate_id i64, name str, zone str, kind str, from_day str, until_day str, from_us i64, until_us i64, note str, state str
SELECT a.id, a.teammate_id, m.name, m.zone, a.kind, a.from_day, a.until_day, a.from_us, a.until_us, a.note, m.state FROM absence a JOIN teammate m ON m.id = a.teammate_id
WHERE a.ended_us IS NULL AND a.until_us > :from_us AND a.from_us < :until_us ORDER BY a.from_us, a.id LIMIT :max;

-- name: absence_overlap :opt
-- in: teammate_id i64, but i64, from_us i64, until_us i64
-- out: id i64, from_day str, until_day str
SELECT id, from_day, until_day FROM absence WHERE teammate_id = :teammate_id AND ended_us IS NULL AND id <> :but AND until_us > :from_us AND from_us < :until_us
ORDER BY from_us LIMIT 1;

-- name: absence_now :opt
-- in: teammate_id i64, now_us i64
-- out: id i64, kind str, from_day str, until_day str, until_us i64
SELECT id, kind, from_day, until_day, until_us FROM absence WHERE teammate_id = :teammate_id AND ended_us IS NULL AND until_us > :now_us AND from_us <= :now_us
ORDER BY id LIMIT 1;

-- name: absence_covers_of :many
-- in: absence_id i64
-- out: id i64, ticket_id i64?, teammate_id i64, name str, why str
SELECT v.id, v.ticket_id, v.teammate_id, m.name, v.why FROM absence_cover v JOIN teammate m ON m.id = v.teammate_id
WHERE v.absence_id = :absence_id AND v.ended_us IS NULL ORDER BY v.id;

-- name: absence_look_of :opt
-- in: absence_id i64, day str
-- out: id i64, by_name str, note str, at_us i64
SELECT id, by_name, note, at_us FROM absence_look WHERE absence_id = :absence_id AND day = :day;

-- name: rank_order_of_date :opt
-- in: mode str, valid_from str
-- out: id i64
SELECT id FROM rank_order WHERE mode = :mode AND valid_from = :valid_from;

-- name: rank_tier_of_date :opt
-- in: name str, valid_from str
-- out: id i64
SELECT id FROM rank_tier WHERE name = :name AND valid_from = :valid_from;

-- name: rank_priority_of_date :opt
-- in: priority str, valid_from str
-- out: id i64
SELECT id FROM rank_priority WHERE priority = :priority AND valid_from = :valid_from;

-- name: capacity_rule_of_date :opt
-- in: name str, valid_from str
-- out: id i64
SELECT id FROM capacity_rule WHERE name = :name AND valid_from = :valid_from;

-- name: capacity_step_of_date :opt
-- in: level i64, valid_from str
-- out: id i64
SELECT id FROM capacity_step WHERE level = :level AND valid_from = :valid_from;

-- name: coverage_block_of_date :opt
-- in: name str, valid_from str
-- out: id i64
SELECT id FROM coverage_block WHERE name = :name AND valid_from = :valid_from;

-- name: capacity_flag_open_of :opt
-- in: teammate_id i64
-- out: id i64
SELECT id FROM capacity_flag WHERE teammate_id = :teammate_id AND ended_us IS NULL;
