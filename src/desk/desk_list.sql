-- The lists that people live in. Each has the same outputs, read as struct desk_row (desk_page.c).

-- Nobody's yet, in order of arrival.
-- name: desk_list_unassigned :many
-- in: after i64, max i64
-- out: id i64, subject str, status str, next_action str, kind str, severity i64?, priority str?, requester_name str?, requester_mail str?, organisation_name str?, stage str?, assignee_id i64?, assignee_name str?, messages i64, status_since_us i64, customer_wrote_us i64?, we_wrote_us i64?, promised_us i64?, solved_us i64?, created_us i64, updated_us i64, tags str?
SELECT t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
  o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
  t.promised_us, t.solved_us, t.created_us, t.updated_us,
  (SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags
FROM ticket t INDEXED BY ticket_unassigned LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
  LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE t.id > :after AND t.assignee_id IS NULL AND t.status IN ('new', 'open', 'pending', 'on_hold')
ORDER BY t.id LIMIT :max;
-- pg:
SELECT t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
  o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
  t.promised_us, t.solved_us, t.created_us, t.updated_us,
  (SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags
FROM ticket t LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
  LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE t.id > :after AND t.assignee_id IS NULL AND t.status IN ('new', 'open', 'pending', 'on_hold')
ORDER BY t.id LIMIT :max;

-- One teammate's, in order of arrival.
-- name: desk_list_mine :many
-- in: me i64, after i64, max i64
-- out: id i64, subject str, status str, next_action str, kind str, severity i64?, priority str?, requester_name str?, requester_mail str?, organisation_name str?, stage str?, assignee_id i64?, assignee_name str?, messages i64, status_since_us i64, customer_wrote_us i64?, we_wrote_us i64?, promised_us i64?, solved_us i64?, created_us i64, updated_us i64, tags str?
SELECT t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
  o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
  t.promised_us, t.solved_us, t.created_us, t.updated_us,
  (SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags
FROM ticket t INDEXED BY ticket_mine LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
  LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE t.assignee_id = :me AND t.id > :after AND t.status IN ('new', 'open', 'pending', 'on_hold')
ORDER BY t.id LIMIT :max;
-- pg:
SELECT t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
  o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
  t.promised_us, t.solved_us, t.created_us, t.updated_us,
  (SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags
FROM ticket t LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
  LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE t.assignee_id = :me AND t.id > :after AND t.status IN ('new', 'open', 'pending', 'on_hold')
ORDER BY t.id LIMIT :max;

-- All that is unsolved, in order of arrival.
-- name: desk_list_unsolved :many
-- in: after i64, max i64
-- out: id i64, subject str, status str, next_action str, kind str, severity i64?, priority str?, requester_name str?, requester_mail str?, organisation_name str?, stage str?, assignee_id i64?, assignee_name str?, messages i64, status_since_us i64, customer_wrote_us i64?, we_wrote_us i64?, promised_us i64?, solved_us i64?, created_us i64, updated_us i64, tags str?
SELECT t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
  o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
  t.promised_us, t.solved_us, t.created_us, t.updated_us,
  (SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags
FROM ticket t INDEXED BY ticket_unsolved LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
  LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE t.id > :after AND t.status IN ('new', 'open', 'pending', 'on_hold')
ORDER BY t.id LIMIT :max;
-- pg:
SELECT t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
  o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
  t.promised_us, t.solved_us, t.created_us, t.updated_us,
  (SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags
FROM ticket t LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
  LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE t.id > :after AND t.status IN ('new', 'open', 'pending', 'on_hold')
ORDER BY t.id LIMIT :max;

-- One status, last changed first: on hold, suspended, deleted, closed.
-- name: desk_list_status :many
-- in: status str, before_us i64, before_id i64, max i64
-- out: id i64, subject str, status str, next_action str, kind str, severity i64?, priority str?, requester_name str?, requester_mail str?, organisation_name str?, stage str?, assignee_id i64?, assignee_name str?, messages i64, status_since_us i64, customer_wrote_us i64?, we_wrote_us i64?, promised_us i64?, solved_us i64?, created_us i64, updated_us i64, tags str?
SELECT t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
  o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
  t.promised_us, t.solved_us, t.created_us, t.updated_us,
  (SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags
FROM ticket t LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
  LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE t.status = :status AND (t.updated_us, t.id) < (:before_us, :before_id)
ORDER BY t.updated_us DESC, t.id DESC LIMIT :max;

-- Solved, newest first.
-- name: desk_list_solved :many
-- in: before_us i64, before_id i64, max i64
-- out: id i64, subject str, status str, next_action str, kind str, severity i64?, priority str?, requester_name str?, requester_mail str?, organisation_name str?, stage str?, assignee_id i64?, assignee_name str?, messages i64, status_since_us i64, customer_wrote_us i64?, we_wrote_us i64?, promised_us i64?, solved_us i64?, created_us i64, updated_us i64, tags str?
SELECT t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
  o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
  t.promised_us, t.solved_us, t.created_us, t.updated_us,
  (SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags
FROM ticket t INDEXED BY ticket_solved LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
  LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE t.status = 'solved' AND (t.solved_us, t.id) < (:before_us, :before_id)
ORDER BY t.solved_us DESC, t.id DESC LIMIT :max;
-- pg:
SELECT t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
  o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
  t.promised_us, t.solved_us, t.created_us, t.updated_us,
  (SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags
FROM ticket t LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
  LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE t.status = 'solved' AND (t.solved_us, t.id) < (:before_us, :before_id)
ORDER BY t.solved_us DESC, t.id DESC LIMIT :max;
