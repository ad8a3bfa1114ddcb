-- What the page of one ticket shows besides the ticket's own statements.

-- The newest messages of the thread (thread_page of the ticket slice reads from the other end), with how each mail got here.
-- name: case_thread :many
-- in: ticket_id i64, before_us i64, before_id i64, max i64
-- out: id i64, ticket_id i64, kind str, author_name str, via str, quote_at i64?, html_blob str?, remote_images bool, state str, inbox_id i64?, to_list str?, at_us i64, body str, landed_reason str?, landed_steps str?, landed_at str?, mark str?
WITH RECURSIVE tree (id, depth) AS (
  SELECT id, 0 FROM ticket WHERE id = :ticket_id
  UNION ALL
  SELECT t.id, tree.depth + 1 FROM tree JOIN ticket t ON t.merged_into_id = tree.id WHERE tree.depth < 20
)
SELECT m.id, m.ticket_id, m.kind, m.author_name, m.via, m.quote_at, m.html_blob, m.remote_images, m.state, m.inbox_id, m.to_list, m.at_us, m.body,
  i.reason AS landed_reason, i.trace AS landed_steps, i.dest AS landed_at, m.mark
FROM tree CROSS JOIN message m LEFT JOIN inbox i ON i.id = m.inbox_id
WHERE m.ticket_id = tree.id AND m.state <> 'undone' AND (m.at_us, m.id) < (:before_us, :before_id)
ORDER BY m.at_us DESC, m.id DESC LIMIT :max;

-- What stands as a line between the messages, newest first: the kinds that case_words.c marks as such.
-- name: case_lines :many
-- in: ticket_id i64, from_us i64, to_us i64, max i64
-- out: seq i64, at_us i64, kind str, entity str, entity_id i64, ticket_id i64?, actor_kind str, actor_id i64?, actor_name str, door str, request_id str, rule str?, reason str?, data str
SELECT seq, at_us, kind, entity, entity_id, ticket_id, actor_kind, actor_id, actor_name, door, request_id, rule, reason, data
FROM event WHERE ticket_id = :ticket_id AND at_us >= :from_us AND at_us < :to_us
  AND kind NOT IN ('ticket.created', 'ticket.replied', 'ticket.noted', 'ticket.customer_wrote', 'message.added', 'message.sent', 'attachment.added',
    'mail.sent', 'ticket.tagged', 'ticket.followed', 'ticket.updated', 'ticket.unverified_wrote', 'ticket.cc_added', 'ticket.confirm_asked')
ORDER BY seq DESC LIMIT :max;

-- name: case_org_open :many
-- in: organisation_id i64, not_id i64, max i64
-- out: id i64, subject str, status str
SELECT id, subject, status FROM ticket
WHERE organisation_id = :organisation_id AND (status = 'new' OR status = 'open' OR status = 'pending' OR status = 'on_hold') AND id <> :not_id
ORDER BY id DESC LIMIT :max;

-- name: case_asked :opt
-- in: ticket_id i64
-- out: asked_us i64, answer str?
SELECT asked_us, answer FROM confirmation WHERE ticket_id = :ticket_id ORDER BY id DESC LIMIT 1;

-- name: case_teams :many
-- in: max i64
-- out: id i64, name str
SELECT id, name FROM team ORDER BY name, id LIMIT :max;

-- By what a case is solved, while it is; no row when it is not.
-- name: case_resolution :opt
-- in: ticket_id i64
-- out: id i64, ticket_id i64, rule str, rule_id i64?, how str, by_name str, gates str, confirmation_id i64?, counted bool, to_fill str?, filled_us i64?, at_us i64, holder_id i64?
SELECT r.id AS id, r.ticket_id, r.rule, r.rule_id, r.how, r.by_name, r.gates, r.confirmation_id, r.counted, r.to_fill, r.filled_us, r.at_us, r.holder_id
FROM ticket t JOIN resolution r ON r.ticket_id = t.id WHERE t.id = :ticket_id AND t.status IN ('solved', 'closed') ORDER BY r.id DESC LIMIT 1;
