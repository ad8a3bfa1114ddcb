-- What triage proposes.

-- Messages that share words with a ticket, newest first among the newest.
-- name: suggest_alike :many
-- in: words str, floor i64, not_ticket i64, max i64
-- out: ticket_id i64, subject str, status str, organisation_id i64?, organisation str?, requester_id i64?, assignee str?, body str
SELECT m.ticket_id, t.subject, t.status, t.organisation_id, o.name AS organisation, t.requester_id, a.name AS assignee, substr(m.body, 1, 3000) AS body
FROM message_text x JOIN message m ON m.id = x.rowid JOIN ticket t ON t.id = m.ticket_id LEFT JOIN organisation o ON o.id = t.organisation_id
LEFT JOIN teammate a ON a.id = t.assignee_id
WHERE message_text MATCH :words AND x.rowid > :floor AND m.ticket_id <> :not_ticket AND t.status NOT IN ('merged', 'deleted', 'suspended')
ORDER BY x.rowid DESC LIMIT :max;
-- pg:
SELECT m.ticket_id, t.subject, t.status, t.organisation_id, o.name AS organisation, t.requester_id, a.name AS assignee, substr(m.body, 1, 3000) AS body
FROM (SELECT rowid FROM message_text WHERE words @@ to_tsquery('simple', :words) AND rowid > :floor ORDER BY rowid DESC LIMIT :max) x
JOIN message m ON m.id = x.rowid JOIN ticket t ON t.id = m.ticket_id LEFT JOIN organisation o ON o.id = t.organisation_id
LEFT JOIN teammate a ON a.id = t.assignee_id
WHERE m.ticket_id <> :not_ticket AND t.status NOT IN ('merged', 'deleted', 'suspended')
ORDER BY x.rowid DESC;

-- name: suggest_newest_message :opt
-- out: id i64
SELECT id FROM message ORDER BY id DESC LIMIT 1;

-- Unsolved tickets of a customer, newest first.
-- name: suggest_org_open :many
-- in: organisation_id i64, not_ticket i64, max i64
-- out: ticket_id i64, subject str, status str, organisation_id i64?, organisation str?, requester_id i64?, assignee_id i64?, assignee str?, origin_url str?, created_us i64
SELECT t.id AS ticket_id, t.subject, t.status, t.organisation_id, o.name AS organisation, t.requester_id, t.assignee_id, a.name AS assignee, t.origin_url, t.created_us
FROM ticket t LEFT JOIN organisation o ON o.id = t.organisation_id LEFT JOIN teammate a ON a.id = t.assignee_id
WHERE t.organisation_id = :organisation_id AND (t.status = 'new' OR t.status = 'open' OR t.status = 'pending' OR t.status = 'on_hold') AND t.id <> :not_ticket ORDER BY t.id DESC LIMIT :max;

-- The same of one person, whatever the organisation.
-- name: suggest_requester_open :many
-- in: requester_id i64, not_ticket i64, max i64
-- out: ticket_id i64, subject str, status str, organisation_id i64?, organisation str?, requester_id i64?, assignee_id i64?, assignee str?, origin_url str?, created_us i64
SELECT t.id AS ticket_id, t.subject, t.status, t.organisation_id, o.name AS organisation, t.requester_id, t.assignee_id, a.name AS assignee, t.origin_url, t.created_us
FROM (SELECT id, subject, status, organisation_id, requester_id, assignee_id, origin_url, created_us FROM ticket WHERE requester_id = :requester_id ORDER BY id DESC LIMIT 30) t
LEFT JOIN organisation o ON o.id = t.organisation_id LEFT JOIN teammate a ON a.id = t.assignee_id
WHERE (t.status = 'new' OR t.status = 'open' OR t.status = 'pending' OR t.status = 'on_hold') AND t.id <> :not_ticket ORDER BY t.id DESC LIMIT :max;

-- name: suggest_org_named :many
-- in: name str, max i64
-- out: id i64, name str
SELECT id, name FROM organisation WHERE name = :name AND deleted_us IS NULL ORDER BY id LIMIT :max;

-- Who said that they take nothing more.
-- name: suggest_at_capacity :opt
-- in: teammate_id i64, now_us i64
-- out: why str
SELECT why FROM capacity_flag WHERE teammate_id = :teammate_id AND ended_us IS NULL AND (until_us IS NULL OR until_us > :now_us);

-- name: suggest_full :many
-- in: now_us i64, max i64
-- out: teammate_id i64
SELECT teammate_id FROM capacity_flag WHERE ended_us IS NULL AND (until_us IS NULL OR until_us > :now_us) ORDER BY teammate_id LIMIT :max;
