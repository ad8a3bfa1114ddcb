-- line.sql: what the line is made of.

-- The facts of a case.
-- fragment: facts
-- out: id i64, status str, priority str?, severity i64?, origin str, requester_id i64?, assignee_id i64?, organisation_id i64?, team_id i64?, created_us i64, status_since_us i64
-- out: customer_wrote_us i64?, we_wrote_us i64?, promised_us i64?, tier str?, stage str?, engineer_id i64?, backup_id i64?, contact str?, due_us i64?, due_clock str?, warn_us i64?, breached i64?
t.id, t.status, t.priority, t.severity, t.origin, t.requester_id, t.assignee_id, t.organisation_id, t.team_id, t.created_us, t.status_since_us,
t.customer_wrote_us, t.we_wrote_us, t.promised_us, o.tier, o.stage, o.assigned_id AS engineer_id, o.backup_id, k.kind AS contact, s.due_us, s.due_clock, s.warn_us, s.breached

-- fragment: around
LEFT JOIN organisation o ON o.id = t.organisation_id LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN sla_case s ON s.ticket_id = t.id

-- fragment: unsolved
(t.status = 'new' OR t.status = 'open' OR t.status = 'pending' OR t.status = 'on_hold')

-- fragment: by_unsolved
INDEXED BY ticket_unsolved
-- pg:

-- A JSON list of numbers.
-- fragment: among
-- in: ids str
SELECT value FROM json_each(:ids)
-- pg:
SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:ids AS json))

-- name: line_cases :many
-- in: max i64
-- out: {facts}
SELECT {facts} FROM ticket t {by_unsolved} {around} WHERE {unsolved} ORDER BY t.id LIMIT :max;

-- The same of some; what is solved or gone is not among them.
-- name: line_cases_of :many
-- in: ids str
-- out: {facts}
SELECT {facts} FROM ticket t {around} WHERE t.id IN ({among}) AND {unsolved} ORDER BY t.id;

-- name: line_news :many
-- in: seq i64, max i64
-- out: seq i64, entity str, ticket_id i64?
SELECT seq, entity, ticket_id FROM event WHERE seq > :seq ORDER BY seq LIMIT :max;

-- name: line_orders :many
-- in: date str
-- out: mode str, keys str, words str
SELECT mode, keys, words FROM rank_order WHERE valid_from <= :date AND (valid_to IS NULL OR valid_to > :date) ORDER BY valid_from DESC, id DESC;

-- name: line_tiers :many
-- in: date str, max i64
-- out: place i64, name str, stage str?, tier str?, contact str?, last i64
SELECT place, name, stage, tier, contact, last FROM rank_tier WHERE valid_from <= :date AND (valid_to IS NULL OR valid_to > :date) ORDER BY place, id LIMIT :max;

-- name: line_priorities :many
-- in: date str
-- out: priority str, standing str, words str
SELECT priority, standing, words FROM rank_priority WHERE valid_from <= :date AND (valid_to IS NULL OR valid_to > :date) ORDER BY valid_from, id;

-- name: line_overload_on :opt
-- in: now_us i64
-- out: id i64, declared_name str, why str, since_us i64, until_us i64
SELECT id, declared_name, why, since_us, until_us FROM queue_overload WHERE ended_us IS NULL AND until_us > :now_us ORDER BY id DESC LIMIT 1;

-- name: line_sessions :many
-- in: now_us i64
-- out: id i64, team_id i64?, title str, held_name str, until_us i64
SELECT id, team_id, title, held_name, until_us FROM queue_session WHERE ended_us IS NULL AND set_us IS NOT NULL AND until_us > :now_us ORDER BY id;

-- name: line_session_places :many
-- in: session_id i64
-- out: ticket_id i64, place i64
SELECT ticket_id, place FROM queue_session_place WHERE session_id = :session_id AND removed_us IS NULL ORDER BY ticket_id;
