-- Statements of the admin pages: what came in, what goes out, what waits, and the log by every road. Every list is read backwards by a key that an index
-- carries; statements of the same outputs are one list by several roads.

-- name: admin_inbox :many
-- in: before_id i64, max i64
-- out: id i64, dest str, sender str, raw_bytes i64, state str, outcome str?, reason str?, ticket_id i64?, attempt i64, received_us i64
SELECT id, dest, sender, raw_bytes, state, outcome, reason, ticket_id, attempt, received_us
FROM inbox WHERE id < :before_id ORDER BY id DESC LIMIT :max;

-- name: admin_inbox_state :many
-- in: state str, before_id i64, max i64
-- out: id i64, dest str, sender str, raw_bytes i64, state str, outcome str?, reason str?, ticket_id i64?, attempt i64, received_us i64
SELECT id, dest, sender, raw_bytes, state, outcome, reason, ticket_id, attempt, received_us
FROM inbox WHERE state = :state AND id < :before_id ORDER BY id DESC LIMIT :max;

-- name: admin_inbox_one :opt
-- in: id i64
-- out: id i64, dest str, sender str, raw_blob str, raw_bytes i64, state str, outcome str?, reason str?, trace str?, ticket_id i64?, message_id i64?, attempt i64, received_us i64, settled_us i64?
SELECT id, dest, sender, raw_blob, raw_bytes, state, outcome, reason, trace, ticket_id, message_id, attempt, received_us, settled_us FROM inbox WHERE id = :id;

-- name: admin_inbox_some :one
-- in: state str
-- out: n i64
SELECT count(*) AS n FROM (SELECT id FROM inbox WHERE state = :state LIMIT 1000) AS few;

-- name: admin_suspended_tickets :many
-- in: max i64
-- out: id i64, subject str, suspend_reason str?, status_since_us i64, requester_mail str?
SELECT t.id, t.subject, t.suspend_reason, t.status_since_us, k.email AS requester_mail FROM ticket t LEFT JOIN contact k ON k.id = t.requester_id
WHERE t.status = 'suspended' ORDER BY t.updated_us DESC, t.id DESC LIMIT :max;

-- name: admin_outbox :many
-- in: before_id i64, max i64
-- out: id i64, kind str, dest str, ticket_id i64?, message_id i64?, state str, attempt i64, next_us i64, last_error str?, created_us i64, settled_us i64?
SELECT id, kind, dest, ticket_id, message_id, state, attempt, next_us, last_error, created_us, settled_us
FROM outbox WHERE id < :before_id ORDER BY id DESC LIMIT :max;

-- name: admin_outbox_state :many
-- in: state str, before_us i64, before_id i64, max i64
-- out: id i64, kind str, dest str, ticket_id i64?, message_id i64?, state str, attempt i64, next_us i64, last_error str?, created_us i64, settled_us i64?
SELECT id, kind, dest, ticket_id, message_id, state, attempt, next_us, last_error, created_us, settled_us
FROM outbox WHERE state = :state AND (next_us, id) < (:before_us, :before_id) ORDER BY next_us DESC, id DESC LIMIT :max;

-- name: admin_jobs :many
-- in: state str, kind str?, after_us i64, after_id i64, max i64
-- out: id i64, kind str, state str, run_at_us i64, attempt i64, last_error str?, created_us i64, done_us i64?
SELECT id, kind, state, run_at_us, attempt, last_error, created_us, done_us
FROM job WHERE state = :state AND (:kind IS NULL OR kind = :kind) AND (run_at_us, id) > (:after_us, :after_id) ORDER BY run_at_us, id LIMIT :max;

-- name: admin_addresses :many
-- out: id i64, address str, label str, kind str, acknowledge i64, active i64, created_us i64
SELECT id, address, label, kind, acknowledge, active, created_us FROM mail_address ORDER BY active DESC, address LIMIT 200;

-- name: admin_teammates :many
-- out: id i64, name str
SELECT id, name FROM teammate ORDER BY name, id LIMIT 500;

-- The log, newest first. Its data is left out of lists: it may be large.

-- name: audit_all :many
-- in: before_seq i64, max i64
-- out: seq i64, at_us i64, kind str, entity str, entity_id i64, ticket_id i64?, actor_kind str, actor_id i64?, actor_name str, door str, request_id str, rule str?, reason str?
SELECT seq, at_us, kind, entity, entity_id, ticket_id, actor_kind, actor_id, actor_name, door, request_id, rule, reason
FROM event WHERE seq < :before_seq ORDER BY seq DESC LIMIT :max;

-- name: audit_by_kind :many
-- in: kind str, before_seq i64, max i64
-- out: seq i64, at_us i64, kind str, entity str, entity_id i64, ticket_id i64?, actor_kind str, actor_id i64?, actor_name str, door str, request_id str, rule str?, reason str?
SELECT seq, at_us, kind, entity, entity_id, ticket_id, actor_kind, actor_id, actor_name, door, request_id, rule, reason
FROM event WHERE kind = :kind AND seq < :before_seq ORDER BY seq DESC LIMIT :max;

-- name: audit_by_actor :many
-- in: actor_id i64, before_seq i64, max i64
-- out: seq i64, at_us i64, kind str, entity str, entity_id i64, ticket_id i64?, actor_kind str, actor_id i64?, actor_name str, door str, request_id str, rule str?, reason str?
SELECT seq, at_us, kind, entity, entity_id, ticket_id, actor_kind, actor_id, actor_name, door, request_id, rule, reason
FROM event WHERE actor_kind = 'teammate' AND actor_id = :actor_id AND seq < :before_seq ORDER BY seq DESC LIMIT :max;

-- name: audit_by_row :many
-- in: entity str, entity_id i64, before_seq i64, max i64
-- out: seq i64, at_us i64, kind str, entity str, entity_id i64, ticket_id i64?, actor_kind str, actor_id i64?, actor_name str, door str, request_id str, rule str?, reason str?
SELECT seq, at_us, kind, entity, entity_id, ticket_id, actor_kind, actor_id, actor_name, door, request_id, rule, reason
FROM event WHERE entity = :entity AND entity_id = :entity_id AND seq < :before_seq ORDER BY seq DESC LIMIT :max;

-- name: audit_by_time :many
-- in: from_us i64, before_us i64, before_seq i64, max i64
-- out: seq i64, at_us i64, kind str, entity str, entity_id i64, ticket_id i64?, actor_kind str, actor_id i64?, actor_name str, door str, request_id str, rule str?, reason str?
SELECT seq, at_us, kind, entity, entity_id, ticket_id, actor_kind, actor_id, actor_name, door, request_id, rule, reason
FROM event WHERE at_us >= :from_us AND (at_us, seq) < (:before_us, :before_seq) ORDER BY at_us DESC, seq DESC LIMIT :max;

-- name: audit_next_kind :opt
-- in: after str
-- out: kind str
SELECT kind FROM event WHERE kind > :after ORDER BY kind LIMIT 1;

-- name: audit_data :opt
-- in: seq i64
-- out: data str, chain bytes
SELECT data, chain FROM event WHERE seq = :seq;

-- name: audit_beside :one
-- in: seq i64
-- out: older i64?, newer i64?
SELECT (SELECT max(seq) FROM event WHERE seq < :seq) AS older, (SELECT min(seq) FROM event WHERE seq > :seq) AS newer;
