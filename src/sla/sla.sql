-- Rows of an edition: those with since ≤ edition < until.

-- name: sla_newest_edition :opt
-- out: id i64, stamp i64
SELECT id, stamp FROM sla_edition ORDER BY id DESC LIMIT 1;

-- name: sla_edition_rows :each
-- out: id i64, stamp i64, mode str, summary str, actor_name str, created_us i64
-- carries: sla_edition id
SELECT id, stamp, mode, summary, actor_name, created_us FROM sla_edition ORDER BY id;

-- name: sla_edition_all :many
-- out: id i64, stamp i64, mode str, summary str, actor_name str, created_us i64
SELECT id, stamp, mode, summary, actor_name, created_us FROM sla_edition ORDER BY id;

-- name: sla_edition_add :exec
-- in: id i64, stamp i64, mode str, summary str, actor_name str, created_us i64
INSERT INTO sla_edition (id, stamp, mode, summary, actor_name, created_us) VALUES (:id, :stamp, :mode, :summary, :actor_name, :created_us);

-- name: sla_calendar_rows :each
-- out: id i64, name str, title str, zone str, standard bool, since i64, until i64?
-- carries: sla_calendar
SELECT id, name, title, zone, standard, since, until FROM sla_calendar ORDER BY id;

-- name: sla_calendar_all :many
-- out: id i64, name str, title str, zone str, standard bool, since i64, until i64?
SELECT id, name, title, zone, standard, since, until FROM sla_calendar ORDER BY name, id;

-- name: sla_calendar_add :one
-- in: name str, title str, zone str, standard bool, since i64
-- out: id i64
INSERT INTO sla_calendar (name, title, zone, standard, since) VALUES (:name, :title, :zone, :standard, :since) RETURNING id;

-- name: sla_calendar_end :exec
-- in: id i64, until i64
UPDATE sla_calendar SET until = :until WHERE id = :id;

-- name: sla_hours_rows :each
-- out: id i64, calendar str, valid_from str, weekly str, source str, since i64, until i64?
-- carries: sla_hours
SELECT id, calendar, valid_from, weekly, source, since, until FROM sla_hours ORDER BY id;

-- name: sla_hours_all :many
-- out: id i64, calendar str, valid_from str, weekly str, source str, since i64, until i64?
SELECT id, calendar, valid_from, weekly, source, since, until FROM sla_hours ORDER BY calendar, valid_from, id;

-- name: sla_hours_add :one
-- in: calendar str, valid_from str, weekly str, source str, since i64
-- out: id i64
INSERT INTO sla_hours (calendar, valid_from, weekly, source, since) VALUES (:calendar, :valid_from, :weekly, :source, :since) RETURNING id;

-- name: sla_hours_end :exec
-- in: id i64, until i64
UPDATE sla_hours SET until = :until WHERE id = :id;

-- name: sla_holiday_rows :each
-- out: id i64, calendar str, day str, yearly bool, last_day str?, name str, origin str, correction str?, since i64, until i64?
-- carries: sla_holiday
SELECT id, calendar, day, yearly, last_day, name, origin, correction, since, until FROM sla_holiday ORDER BY id;

-- name: sla_holiday_all :many
-- out: id i64, calendar str, day str, yearly bool, last_day str?, name str, origin str, correction str?, since i64, until i64?
SELECT id, calendar, day, yearly, last_day, name, origin, correction, since, until FROM sla_holiday ORDER BY calendar, day, id;

-- name: sla_holiday_add :one
-- in: calendar str, day str, yearly bool, last_day str?, name str, origin str, correction str?, since i64
-- out: id i64
INSERT INTO sla_holiday (calendar, day, yearly, last_day, name, origin, correction, since)
VALUES (:calendar, :day, :yearly, :last_day, :name, :origin, :correction, :since) RETURNING id;

-- name: sla_holiday_end :exec
-- in: id i64, until i64
UPDATE sla_holiday SET until = :until WHERE id = :id;

-- name: sla_rule_rows :each
-- out: id i64, code str, version i64, track str, position i64, title str, stage str?, tier str?, plan str?, deployment str?, entitlement str?, severity str?, channel str?, tag str?, organisation_id i64?, from_us i64?, to_us i64?, calendar str, targets str, shown bool, reading str, source str, since i64, until i64?
-- carries: sla_rule
SELECT id, code, version, track, position, title, stage, tier, plan, deployment, entitlement, severity, channel, tag, organisation_id, from_us, to_us,
  calendar, targets, shown, reading, source, since, until
FROM sla_rule ORDER BY id;

-- name: sla_rule_all :many
-- out: id i64, code str, version i64, track str, position i64, title str, stage str?, tier str?, plan str?, deployment str?, entitlement str?, severity str?, channel str?, tag str?, organisation_id i64?, from_us i64?, to_us i64?, calendar str, targets str, shown bool, reading str, source str, since i64, until i64?
SELECT id, code, version, track, position, title, stage, tier, plan, deployment, entitlement, severity, channel, tag, organisation_id, from_us, to_us,
  calendar, targets, shown, reading, source, since, until
FROM sla_rule ORDER BY code, version, id;

-- name: sla_rule_add :one
-- in: code str, version i64, track str, position i64, title str, stage str?, tier str?, plan str?, deployment str?, entitlement str?, severity str?, channel str?, tag str?, organisation_id i64?, from_us i64?, to_us i64?, calendar str, targets str, shown bool, reading str, source str, since i64
-- out: id i64
INSERT INTO sla_rule (code, version, track, position, title, stage, tier, plan, deployment, entitlement, severity, channel, tag, organisation_id, from_us,
  to_us, calendar, targets, shown, reading, source, since)
VALUES (:code, :version, :track, :position, :title, :stage, :tier, :plan, :deployment, :entitlement, :severity, :channel, :tag, :organisation_id,
  :from_us, :to_us, :calendar, :targets, :shown, :reading, :source, :since)
RETURNING id;

-- name: sla_rule_end :exec
-- in: id i64, until i64
UPDATE sla_rule SET until = :until WHERE id = :id;

-- name: sla_automation_rows :each
-- out: id i64, from_us i64?, pending_to_solved str?, solved_to_closed str?, reading str, source str, since i64, until i64?
-- carries: sla_automation
SELECT id, from_us, pending_to_solved, solved_to_closed, reading, source, since, until FROM sla_automation ORDER BY id;

-- name: sla_automation_all :many
-- out: id i64, from_us i64?, pending_to_solved str?, solved_to_closed str?, reading str, source str, since i64, until i64?
SELECT id, from_us, pending_to_solved, solved_to_closed, reading, source, since, until FROM sla_automation ORDER BY coalesce(from_us, -9000000000000000000), id;

-- name: sla_automation_add :one
-- in: from_us i64?, pending_to_solved str?, solved_to_closed str?, reading str, source str, since i64
-- out: id i64
INSERT INTO sla_automation (from_us, pending_to_solved, solved_to_closed, reading, source, since)
VALUES (:from_us, :pending_to_solved, :solved_to_closed, :reading, :source, :since) RETURNING id;

-- name: sla_automation_end :exec
-- in: id i64, until i64
UPDATE sla_automation SET until = :until WHERE id = :id;

-- name: sla_target_rows :each
-- out: id i64, metric str, from_us i64?, to_us i64?, percent_x100 i64?, title str, source str, since i64, until i64?
-- carries: sla_target
SELECT id, metric, from_us, to_us, percent_x100, title, source, since, until FROM sla_target ORDER BY id;

-- name: sla_target_all :many
-- out: id i64, metric str, from_us i64?, to_us i64?, percent_x100 i64?, title str, source str, since i64, until i64?
SELECT id, metric, from_us, to_us, percent_x100, title, source, since, until FROM sla_target ORDER BY metric, coalesce(from_us, -9000000000000000000), id;

-- name: sla_target_add :one
-- in: metric str, from_us i64?, to_us i64?, percent_x100 i64?, title str, source str, since i64
-- out: id i64
INSERT INTO sla_target (metric, from_us, to_us, percent_x100, title, source, since)
VALUES (:metric, :from_us, :to_us, :percent_x100, :title, :source, :since) RETURNING id;

-- name: sla_target_end :exec
-- in: id i64, until i64
UPDATE sla_target SET until = :until WHERE id = :id;

-- Only the presets, and no case yet: a desk that another one may move into.
-- name: sla_alone :opt
-- out: id i64
SELECT e.id FROM sla_edition e WHERE e.mode = 'preset' AND e.id = 1 AND NOT EXISTS (SELECT 1 FROM sla_edition f WHERE f.id > 1)
  AND NOT EXISTS (SELECT 1 FROM ticket WHERE id > 0);

-- name: sla_edition_drop :exec
DELETE FROM sla_edition;

-- name: sla_calendar_drop :exec
DELETE FROM sla_calendar;

-- name: sla_hours_drop :exec
DELETE FROM sla_hours;

-- name: sla_holiday_drop :exec
DELETE FROM sla_holiday;

-- name: sla_rule_drop :exec
DELETE FROM sla_rule;

-- name: sla_automation_drop :exec
DELETE FROM sla_automation;

-- name: sla_target_drop :exec
DELETE FROM sla_target;
