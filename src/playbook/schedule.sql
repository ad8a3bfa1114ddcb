-- Checklists that begin by themselves.

-- name: schedule_rows :each
-- out: id i64, playbook_id i64, name str, subject str, subject_id i64, rhythm str, every i64, weekdays i64, month_day i64, at_min i64, zone str, from_on str, until_on str?, missed str, last_on str?, next_us i64?, said str, created_by i64?, created_us i64, ended_us i64?
-- carries: playbook_schedule
SELECT id, playbook_id, name, subject, subject_id, rhythm, every, weekdays, month_day, at_min, zone, from_on, until_on, missed, last_on, next_us, said, created_by, created_us, ended_us
FROM playbook_schedule ORDER BY id;

-- name: schedule_of_playbook :many
-- in: playbook_id i64, max i64
-- out: id i64, name str, subject str, subject_id i64, rhythm str, every i64, weekdays i64, month_day i64, at_min i64, zone str, from_on str, until_on str?, missed str, last_on str?, next_us i64?, said str, ended_us i64?, who str?
SELECT s.id, s.name, s.subject, s.subject_id, s.rhythm, s.every, s.weekdays, s.month_day, s.at_min, s.zone, s.from_on, s.until_on, s.missed, s.last_on, s.next_us, s.said, s.ended_us,
  t.name AS who
FROM playbook_schedule s LEFT JOIN teammate t ON t.id = s.created_by WHERE s.playbook_id = :playbook_id ORDER BY s.id DESC LIMIT :max;

-- name: schedule_due :many
-- in: now_us i64, max i64
-- out: id i64
SELECT id FROM playbook_schedule WHERE next_us <= :now_us ORDER BY next_us, id LIMIT :max;

-- name: schedule_next :opt
-- out: next_us i64
SELECT next_us FROM playbook_schedule WHERE next_us IS NOT NULL ORDER BY next_us LIMIT 1;
