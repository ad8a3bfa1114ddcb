-- The promises that run for tickets: what lists show, and the list by what is due first.

-- name: desk_clocks :many
-- in: ids str
-- out: ticket_id i64, due_us i64?, due_clock str?, warn_us i64?, paused i64, breached i64
SELECT ticket_id, due_us, due_clock, warn_us, paused, breached FROM sla_case WHERE ticket_id IN (SELECT value FROM json_each(:ids));
-- pg:
SELECT ticket_id, due_us, due_clock, warn_us, paused, breached FROM sla_case
WHERE ticket_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:ids AS json)));

-- What is due first, first; outputs as the lists of desk_list.sql. CROSS JOIN: SQLite walks the index of due dates, not all open tickets.
-- name: desk_list_due :many
-- in: after_us i64, after_id i64, max i64
-- out: id i64, subject str, status str, next_action str, kind str, severity i64?, priority str?, requester_name str?, requester_mail str?, organisation_name str?, stage str?, assignee_id i64?, assignee_name str?, messages i64, status_since_us i64, customer_wrote_us i64?, we_wrote_us i64?, promised_us i64?, solved_us i64?, created_us i64, updated_us i64, tags str?
SELECT t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, k.name AS requester_name, k.email AS requester_mail,
  o.name AS organisation_name, o.stage, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.we_wrote_us,
  t.promised_us, t.solved_us, t.created_us, t.updated_us,
  (SELECT string_agg(g.tag, ' ' ORDER BY g.id) FROM ticket_tag g WHERE g.ticket_id = t.id AND g.removed_us IS NULL) AS tags
FROM sla_case s CROSS JOIN ticket t LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
  LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE t.id = s.ticket_id AND s.due_us IS NOT NULL AND (s.due_us, s.ticket_id) > (:after_us, :after_id) AND t.status IN ('new', 'open', 'pending', 'on_hold')
ORDER BY s.due_us, s.ticket_id LIMIT :max;

-- Where the list goes on.
-- name: desk_due_of :opt
-- in: ticket_id i64
-- out: due_us i64?
SELECT due_us FROM sla_case WHERE ticket_id = :ticket_id;
