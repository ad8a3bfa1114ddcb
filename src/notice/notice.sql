-- What people are told by mail.

-- name: notice_wish_rows :each
-- out: id i64, teammate_id i64, kind str, way str
-- carries: notice_wish
SELECT id, teammate_id, kind, way FROM notice_wish ORDER BY id;

-- name: notice_wishes_of :many
-- in: teammate_id i64
-- out: id i64, teammate_id i64, kind str, way str
SELECT id, teammate_id, kind, way FROM notice_wish WHERE teammate_id = :teammate_id ORDER BY kind LIMIT 50;

-- name: notice_insert :exec
-- in: teammate_id i64, kind str, key str, words str, url str, at_us i64
INSERT INTO notice (teammate_id, kind, key, words, url, state, at_us) VALUES (:teammate_id, :kind, :key, :words, :url, 'new', :at_us);

-- name: notice_is_over :exec
-- in: key str, now_us i64
UPDATE notice SET state = 'over', settled_us = :now_us WHERE key = :key AND state IN ('new', 'digest');

-- Whose new ones have waited long enough.
-- name: notice_due :many
-- in: before_us i64, max i64
-- out: teammate_id i64
SELECT DISTINCT teammate_id FROM notice WHERE state = 'new' AND at_us <= :before_us ORDER BY teammate_id LIMIT :max;

-- name: notice_due_of :many
-- in: teammate_id i64, before_us i64, max i64
-- out: id i64, kind str, words str, url str, at_us i64
SELECT id, kind, words, url, at_us FROM notice WHERE teammate_id = :teammate_id AND state = 'new' AND at_us <= :before_us ORDER BY id LIMIT :max;

-- name: notice_put :exec
-- in: id i64, state str, now_us i64
UPDATE notice SET state = :state, settled_us = :now_us WHERE id = :id AND state IN ('new', 'digest');

-- When they were last at the desk, and whether mail can reach them.
-- name: notice_person :opt
-- in: id i64
-- out: email str, name str, state str, seen_us i64?
SELECT t.email, t.name, t.state, (SELECT max(s.seen_us) FROM session s WHERE s.teammate_id = t.id) AS seen_us FROM teammate t WHERE t.id = :id;

-- How many mails they got since; what went in one has one instant.
-- name: notice_sent_since :one
-- in: teammate_id i64, since_us i64
-- out: n i64
SELECT count(DISTINCT settled_us) AS n FROM notice WHERE teammate_id = :teammate_id AND state = 'sent' AND settled_us > :since_us;

-- name: notice_digest_of :many
-- in: teammate_id i64, after_us i64, max i64
-- out: id i64, kind str, words str, url str, at_us i64
SELECT id, kind, words, url, at_us FROM notice WHERE teammate_id = :teammate_id AND state = 'digest' AND at_us > :after_us ORDER BY id LIMIT :max;

-- name: notice_digest_done :exec
-- in: teammate_id i64, state str, until_us i64, now_us i64
UPDATE notice SET state = :state, settled_us = :now_us WHERE teammate_id = :teammate_id AND state = 'digest' AND at_us <= :until_us;

-- name: notice_people :many
-- in: after i64, max i64
-- out: teammate_id i64
SELECT DISTINCT teammate_id FROM notice WHERE state = 'digest' AND teammate_id > :after ORDER BY teammate_id LIMIT :max;

-- The newest, whatever became of them.
-- name: notice_page :many
-- in: teammate_id i64, before i64, max i64
-- out: id i64, kind str, words str, url str, state str, at_us i64, settled_us i64?
SELECT id, kind, words, url, state, at_us, settled_us FROM notice WHERE teammate_id = :teammate_id AND id < :before ORDER BY id DESC LIMIT :max;

-- name: notice_sweep :count
-- in: before_us i64
DELETE FROM notice WHERE at_us < :before_us;

-- ---- what is told: rows of other slices ----

-- name: notice_handover :opt
-- in: id i64
-- out: ticket_id i64, subject str, by_name str, to_id i64?, to_team_id i64?, until_us i64
SELECT h.ticket_id, t.subject, h.by_name, h.to_id, h.to_team_id, h.until_us FROM handover h JOIN ticket t ON t.id = h.ticket_id WHERE h.id = :id;

-- name: notice_team :many
-- in: team_id i64, max i64
-- out: id i64
SELECT t.id FROM team_member m JOIN teammate t ON t.id = m.teammate_id WHERE m.team_id = :team_id AND t.state = 'active' ORDER BY t.id LIMIT :max;

-- name: notice_escalation :opt
-- in: id i64
-- out: ticket_id i64, subject str, by_name str, to_id i64?
SELECT e.ticket_id, t.subject, e.by_name, e.to_id FROM case_escalation e JOIN ticket t ON t.id = e.ticket_id WHERE e.id = :id;

-- Who cares for a case: who holds it, the customer's engineer, the backup.
-- name: notice_ticket :opt
-- in: id i64
-- out: subject str, priority str?, assignee_id i64?, engineer_id i64?, backup_id i64?
SELECT t.subject, t.priority, t.assignee_id, o.assigned_id AS engineer_id, o.backup_id FROM ticket t LEFT JOIN organisation o ON o.id = t.organisation_id WHERE t.id = :id;

-- name: notice_leads :many
-- in: max i64
-- out: id i64
SELECT id FROM teammate WHERE state = 'active' AND access IN ('lead', 'admin') ORDER BY id LIMIT :max;
