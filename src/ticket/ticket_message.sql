-- What the reply and its undoing need to know of a thread.

-- Messages that came into the thread after the one a writer had seen, by others than her; newest first.
-- name: message_newer :many
-- in: ticket_id i64, seen_id i64, author_id i64
-- out: id i64, kind str, author_kind str, author_name str, at_us i64, created_us i64
SELECT id, kind, author_kind, author_name, at_us, created_us FROM message
WHERE ticket_id = :ticket_id AND id > :seen_id AND kind IN ('public', 'note', 'customer', 'unverified') AND state IN ('held', 'sent', 'received')
  AND NOT (author_kind = 'teammate' AND author_id = :author_id)
ORDER BY id DESC LIMIT 5;

-- name: message_newest_id :opt
-- in: ticket_id i64
-- out: id i64
SELECT id FROM message WHERE ticket_id = :ticket_id ORDER BY id DESC LIMIT 1;

-- name: message_double :opt
-- in: ticket_id i64, kind str, author_id i64, body_sha str, after_us i64
-- out: id i64, state str
SELECT id, state FROM message
WHERE ticket_id = :ticket_id AND at_us >= :after_us AND kind = :kind AND author_kind = 'teammate' AND author_id = :author_id AND body_sha = :body_sha
  AND state IN ('held', 'sent')
ORDER BY id DESC LIMIT 1;

-- name: ticket_double :opt
-- in: requester_id i64, subject str, after_us i64
-- out: id i64
SELECT id FROM ticket WHERE requester_id = :requester_id AND subject = :subject AND created_us >= :after_us ORDER BY id DESC LIMIT 1;

-- The instants of a thread that its ticket repeats: recomputed when a message goes away.
-- name: message_times :one
-- in: ticket_id i64
-- out: customer_us i64?, reply_us i64?, first_reply_us i64?, messages i64, attachments i64
SELECT max(CASE WHEN kind = 'customer' THEN at_us END) AS customer_us, max(CASE WHEN kind = 'public' THEN at_us END) AS reply_us,
  min(CASE WHEN kind = 'public' AND author_kind <> 'system' THEN at_us END) AS first_reply_us,
  count(*) AS messages,
  (SELECT count(*) FROM attachment a JOIN message m ON m.id = a.message_id WHERE a.ticket_id = :ticket_id AND m.state <> 'undone') AS attachments
FROM message WHERE ticket_id = :ticket_id AND state <> 'undone' AND kind <> 'system';

-- name: message_outbox :many
-- in: message_id i64
-- out: id i64, state str
SELECT id, state FROM outbox WHERE message_id = :message_id ORDER BY id;

-- name: draft_find :opt
-- in: ticket_id i64, teammate_id i64
-- out: id i64, mode str, body str, seen_message_id i64?, saved_us i64, version_no i64, macro_id i64?
SELECT id, mode, body, seen_message_id, saved_us, version_no, macro_id FROM draft WHERE ticket_id = :ticket_id AND teammate_id = :teammate_id;

-- name: draft_put :exec
-- in: ticket_id i64, teammate_id i64, mode str, body str, seen_message_id i64?, saved_us i64
INSERT INTO draft (ticket_id, teammate_id, mode, body, seen_message_id, saved_us)
VALUES (:ticket_id, :teammate_id, :mode, :body, :seen_message_id, :saved_us)
ON CONFLICT (ticket_id, teammate_id) DO UPDATE
SET mode = excluded.mode, body = excluded.body, seen_message_id = excluded.seen_message_id, saved_us = excluded.saved_us,
  version_no = draft.version_no + 1;

-- The macro whose changes go with the message; NULL = none.
-- name: draft_set_macro :exec
-- in: ticket_id i64, teammate_id i64, macro_id i64?
UPDATE draft SET macro_id = :macro_id WHERE ticket_id = :ticket_id AND teammate_id = :teammate_id;

-- What colleagues have begun to write on a ticket.
-- name: draft_of_others :many
-- in: ticket_id i64, teammate_id i64
-- out: teammate_id i64, name str, mode str, body str, saved_us i64
SELECT d.teammate_id, t.name, d.mode, d.body, d.saved_us FROM draft d JOIN teammate t ON t.id = d.teammate_id
WHERE d.ticket_id = :ticket_id AND d.teammate_id <> :teammate_id ORDER BY d.saved_us DESC LIMIT 10;

-- name: draft_remove :exec
-- in: ticket_id i64, teammate_id i64
DELETE FROM draft WHERE ticket_id = :ticket_id AND teammate_id = :teammate_id;
