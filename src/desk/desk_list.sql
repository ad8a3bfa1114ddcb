-- The lists that people live in. Each has the same outputs, read as struct desk_row (desk_page.c).

-- A row of a list.
-- fragment: row
-- out: id i64, subject str, status str, next_action str, kind str, severity i64?, priority str?, requester_name str?, requester_mail str?, organisation_name str?, stage str?, assignee_id i64?
-- out: assignee_name str?, messages i64, status_since_us i64, customer_wrote_us i64?, we_wrote_us i64?, promised_us i64?, solved_us i64?, created_us i64, updated_us i64, hands i64?, tags str?
t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
t.promised_us, t.solved_us, t.created_us, t.updated_us, t.hands,
(SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags

-- Whose names a row shows.
-- fragment: people
LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
LEFT JOIN teammate m ON m.id = t.assignee_id

-- fragment: unsolved
(t.status = 'new' OR t.status = 'open' OR t.status = 'pending' OR t.status = 'on_hold')

-- SQLite is told the index where its statistics, or their absence, could mislead it; PostgreSQL has no such words.
-- fragment: by_unassigned
INDEXED BY ticket_unassigned
-- pg:

-- fragment: by_mine
INDEXED BY ticket_mine
-- pg:

-- fragment: by_unsolved
INDEXED BY ticket_unsolved
-- pg:

-- fragment: by_solved
INDEXED BY ticket_solved
-- pg:

-- A JSON list of numbers.
-- fragment: among
-- in: ids str
SELECT value FROM json_each(:ids)
-- pg:
SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:ids AS json))

-- Nobody's yet, in order of arrival.
-- name: desk_list_unassigned :many
-- in: after i64, max i64
-- out: {row}
SELECT {row}
FROM ticket t {by_unassigned} {people}
WHERE t.id > :after AND t.assignee_id IS NULL AND {unsolved}
ORDER BY t.id LIMIT :max;

-- One teammate's, in order of arrival.
-- name: desk_list_mine :many
-- in: me i64, after i64, max i64
-- out: {row}
SELECT {row}
FROM ticket t {by_mine} {people}
WHERE t.assignee_id = :me AND t.id > :after AND {unsolved}
ORDER BY t.id LIMIT :max;

-- All that is unsolved, in order of arrival.
-- name: desk_list_unsolved :many
-- in: after i64, max i64
-- out: {row}
SELECT {row}
FROM ticket t {by_unsolved} {people}
WHERE t.id > :after AND {unsolved}
ORDER BY t.id LIMIT :max;

-- One status, last changed first: on hold, suspended, deleted, closed.
-- name: desk_list_status :many
-- in: status str, before_us i64, before_id i64, max i64
-- out: {row}
SELECT {row}
FROM ticket t {people}
WHERE t.status = :status AND (t.updated_us, t.id) < (:before_us, :before_id)
ORDER BY t.updated_us DESC, t.id DESC LIMIT :max;

-- Solved, newest first.
-- name: desk_list_solved :many
-- in: before_us i64, before_id i64, max i64
-- out: {row}
SELECT {row}
FROM ticket t {by_solved} {people}
WHERE t.status = 'solved' AND (t.solved_us, t.id) < (:before_us, :before_id)
ORDER BY t.solved_us DESC, t.id DESC LIMIT :max;

-- What is due first, first. CROSS JOIN: SQLite walks the index of due dates, not all open tickets.
-- name: desk_list_due :many
-- in: after_us i64, after_id i64, max i64
-- out: {row}
SELECT {row}
FROM sla_case s CROSS JOIN ticket t {people}
WHERE t.id = s.ticket_id AND s.due_us IS NOT NULL AND (s.due_us, s.ticket_id) > (:after_us, :after_id) AND {unsolved}
ORDER BY s.due_us, s.ticket_id LIMIT :max;

-- The same by our own aims.
-- name: desk_list_aims :many
-- in: after_us i64, after_id i64, max i64
-- out: {row}
SELECT {row}
FROM sla_case s CROSS JOIN ticket t {people}
WHERE t.id = s.ticket_id AND s.aim_us IS NOT NULL AND (s.aim_us, s.ticket_id) > (:after_us, :after_id) AND {unsolved}
ORDER BY s.aim_us, s.ticket_id LIMIT :max;

-- The rows of a page, by their numbers as a JSON list, with what views may show besides.
-- name: find_rows :many
-- out: {row}, version str?, deployment str?, team_name str?
SELECT {row}, t.version, t.deployment, q.name AS team_name
FROM ticket t {people} LEFT JOIN team q ON q.id = t.team_id
WHERE t.id IN ({among})
ORDER BY t.id;
