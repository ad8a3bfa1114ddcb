-- Lists of tickets, each by its index, newest first. The first page asks before the largest numbers.

-- A row of a list.
-- fragment: row
-- out: id i64, subject str, status str, next_action str, kind str, severity i64?, priority str?, requester_id i64?, requester_name str?, organisation_id i64?, organisation_name str?
-- out: assignee_id i64?, assignee_name str?, messages i64, status_since_us i64, customer_wrote_us i64?, promised_us i64?, created_us i64, updated_us i64
t.id, t.subject, t.status, t.next_action, t.kind, t.severity, t.priority, t.requester_id, k.name AS requester_name, t.organisation_id,
o.name AS organisation_name, t.assignee_id, m.name AS assignee_name, t.messages, t.status_since_us, t.customer_wrote_us, t.promised_us,
t.created_us, t.updated_us

-- Whose names a row shows.
-- fragment: people
LEFT JOIN contact k ON k.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id LEFT JOIN teammate m ON m.id = t.assignee_id

-- What somebody holds (holder > 0), nobody (< 0) or anybody (0), of some statuses or of any.
-- fragment: fits
-- in: any i64, s1 str, s2 str, s3 str, s4 str, holder i64
(:any = 1 OR t.status IN (:s1, :s2, :s3, :s4)) AND (:holder = 0 OR (:holder < 0 AND t.assignee_id IS NULL) OR t.assignee_id = :holder)

-- name: ticket_page_status :many
-- in: status str, before_us i64, before_id i64, max i64
-- out: {row}
SELECT {row}
FROM ticket t {people}
WHERE t.status = :status AND (t.updated_us, t.id) < (:before_us, :before_id)
ORDER BY t.updated_us DESC, t.id DESC LIMIT :max;

-- name: ticket_page_holder :many
-- in: status str, assignee_id i64, before_us i64, before_id i64, max i64
-- out: {row}
SELECT {row}
FROM ticket t {people}
WHERE t.assignee_id = :assignee_id AND t.status = :status AND (t.updated_us, t.id) < (:before_us, :before_id)
ORDER BY t.updated_us DESC, t.id DESC LIMIT :max;

-- name: ticket_page_nobody :many
-- in: status str, before_us i64, before_id i64, max i64
-- out: {row}
SELECT {row}
FROM ticket t {people}
WHERE t.assignee_id IS NULL AND t.status = :status AND (t.updated_us, t.id) < (:before_us, :before_id)
ORDER BY t.updated_us DESC, t.id DESC LIMIT :max;

-- name: ticket_page_all :many
-- in: before_id i64, max i64
-- out: {row}
SELECT {row}
FROM ticket t {people}
WHERE t.id < :before_id AND {fits}
ORDER BY t.id DESC LIMIT :max;

-- name: ticket_page_organisation :many
-- in: organisation_id i64, before_id i64, max i64
-- out: {row}
SELECT {row}
FROM ticket t {people}
WHERE t.organisation_id = :organisation_id AND t.id < :before_id AND {fits}
ORDER BY t.id DESC LIMIT :max;

-- name: ticket_page_requester :many
-- in: requester_id i64, before_id i64, max i64
-- out: {row}
SELECT {row}
FROM ticket t {people}
WHERE t.requester_id = :requester_id AND t.id < :before_id AND {fits}
ORDER BY t.id DESC LIMIT :max;

-- name: ticket_page_tag :many
-- in: tag str, tag_kind str?, before_id i64, max i64
-- out: {row}
SELECT {row}
FROM ticket_tag g JOIN ticket t ON t.id = g.ticket_id {people}
WHERE g.tag = :tag AND g.removed_us IS NULL AND (:tag_kind IS NULL OR g.kind = :tag_kind) AND g.ticket_id < :before_id
  AND {fits}
ORDER BY g.ticket_id DESC LIMIT :max;

-- A ticket and those merged into it.
-- fragment: tree
-- in: ticket_id i64
WITH RECURSIVE tree (id, depth) AS (
  SELECT id, 0 FROM ticket WHERE id = :ticket_id
  UNION ALL
  SELECT t.id, tree.depth + 1 FROM tree JOIN ticket t ON t.merged_into_id = tree.id WHERE tree.depth < 20
)

-- The thread: a ticket's messages and those of tickets merged into it, in the order they were written.
-- name: thread_page :many
-- in: after_us i64, after_id i64, max i64
-- out: id i64, ticket_id i64, kind str, author_kind str, author_id i64?, author_name str, via str, body_sha str, quote_at i64?, html_blob str?, remote_images bool, state str, inbox_id i64?, to_list str?, external_id str?, before_status str?, before_since_us i64?, before_assignee_id i64?, before_promised_us i64?, after_status str?, created_us i64, at_us i64, mark str?, mark_from str?, mail_id str?, body str
{tree}
SELECT m.id, m.ticket_id, m.kind, m.author_kind, m.author_id, m.author_name, m.via, m.body_sha, m.quote_at, m.html_blob, m.remote_images,
  m.state, m.inbox_id, m.to_list, m.external_id, m.before_status, m.before_since_us, m.before_assignee_id, m.before_promised_us,
  m.after_status, m.created_us, m.at_us, m.mark, m.mark_from, m.mail_id, m.body
FROM tree CROSS JOIN message m
WHERE m.ticket_id = tree.id AND m.state <> 'undone' AND (m.at_us, m.id) > (:after_us, :after_id)
ORDER BY m.at_us, m.id LIMIT :max;

-- name: thread_attachments :many
-- out: id i64, ticket_id i64, message_id i64, filename str, content_type str, blob str, bytes i64, content_id str?, created_us i64
{tree}
SELECT a.id, a.ticket_id, a.message_id, a.filename, a.content_type, a.blob, a.bytes, a.content_id, a.created_us
FROM tree CROSS JOIN attachment a JOIN message m ON m.id = a.message_id
WHERE a.ticket_id = tree.id AND m.state <> 'undone'
ORDER BY a.id;
