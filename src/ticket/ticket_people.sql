-- People around a ticket, its tags and its links.

-- name: ticket_teammate :opt
-- in: id i64
-- out: id i64, name str, state str, access str
SELECT id, name, state, access FROM teammate WHERE id = :id;

-- name: ticket_organisation :opt
-- in: id i64
-- out: id i64, name str, assigned_id i64?, backup_id i64?, deleted_us i64?
SELECT id, name, assigned_id, backup_id, deleted_us FROM organisation WHERE id = :id;

-- Somebody who can be given a case: active, not away, not at capacity.
-- name: ticket_free :opt
-- in: id i64, now_us i64
-- out: id i64
SELECT m.id FROM teammate m WHERE m.id = :id AND m.state = 'active'
  AND NOT EXISTS (SELECT 1 FROM capacity_flag f WHERE f.teammate_id = m.id AND f.ended_us IS NULL AND (f.until_us IS NULL OR f.until_us > :now_us))
  AND NOT EXISTS (SELECT 1 FROM absence a WHERE a.teammate_id = m.id AND a.ended_us IS NULL AND a.until_us > :now_us AND a.from_us <= :now_us);

-- name: ticket_team :opt
-- in: id i64
-- out: id i64, name str
SELECT id, name FROM team WHERE id = :id;

-- Requester first, then active copies in the order they came.
-- name: ticket_recipient_rows :many
-- in: ticket_id i64
-- out: contact_id i64, name str, email str?, mail_state str, deleted_us i64?, rank i64
SELECT c.id AS contact_id, c.name, c.email, c.mail_state, c.deleted_us, 0 AS rank
FROM ticket t JOIN contact c ON c.id = t.requester_id WHERE t.id = :ticket_id
UNION ALL
SELECT c.id AS contact_id, c.name, c.email, c.mail_state, c.deleted_us, cc.id AS rank
FROM ticket_cc cc JOIN contact c ON c.id = cc.contact_id WHERE cc.ticket_id = :ticket_id AND cc.state = 'active'
ORDER BY rank;

-- name: ticket_cc_rows :each
-- out: id i64, ticket_id i64, contact_id i64, state str, from_message_id i64?, created_us i64
SELECT id, ticket_id, contact_id, state, from_message_id, created_us
FROM ticket_cc ORDER BY id;

-- name: ticket_cc_row_add :one
-- in: ticket_id i64, contact_id i64, state str, from_message_id i64?, created_us i64
-- out: id i64
INSERT INTO ticket_cc (ticket_id, contact_id, state, from_message_id, created_us)
VALUES (:ticket_id, :contact_id, :state, :from_message_id, :created_us)
RETURNING id;

-- name: ticket_cc_find :opt
-- in: ticket_id i64, contact_id i64
-- out: id i64, ticket_id i64, contact_id i64, state str, from_message_id i64?, created_us i64
SELECT id, ticket_id, contact_id, state, from_message_id, created_us
FROM ticket_cc WHERE ticket_id = :ticket_id AND contact_id = :contact_id;

-- name: ticket_cc_of :many
-- in: ticket_id i64
-- out: id i64, ticket_id i64, contact_id i64, state str, from_message_id i64?, created_us i64
SELECT id, ticket_id, contact_id, state, from_message_id, created_us
FROM ticket_cc WHERE ticket_id = :ticket_id AND state <> 'removed' ORDER BY id;

-- name: ticket_cc_row_put :exec
-- in: id i64, state str, from_message_id i64?
UPDATE ticket_cc SET state = :state, from_message_id = :from_message_id WHERE id = :id;

-- name: ticket_follower_rows :each
-- out: id i64, ticket_id i64, teammate_id i64, created_us i64, removed_us i64?
SELECT id, ticket_id, teammate_id, created_us, removed_us
FROM ticket_follower ORDER BY id;

-- name: ticket_follower_row_add :one
-- in: ticket_id i64, teammate_id i64, created_us i64, removed_us i64?
-- out: id i64
INSERT INTO ticket_follower (ticket_id, teammate_id, created_us, removed_us)
VALUES (:ticket_id, :teammate_id, :created_us, :removed_us)
RETURNING id;

-- name: ticket_follower_find :opt
-- in: ticket_id i64, teammate_id i64
-- out: id i64, ticket_id i64, teammate_id i64, created_us i64, removed_us i64?
SELECT id, ticket_id, teammate_id, created_us, removed_us
FROM ticket_follower WHERE ticket_id = :ticket_id AND teammate_id = :teammate_id;

-- name: ticket_follower_row_put :exec
-- in: id i64, created_us i64, removed_us i64?
UPDATE ticket_follower SET created_us = :created_us, removed_us = :removed_us WHERE id = :id;

-- name: ticket_tag_rows :each
-- out: id i64, ticket_id i64, kind str, tag str, created_us i64, removed_us i64?
SELECT id, ticket_id, kind, tag, created_us, removed_us
FROM ticket_tag ORDER BY id;

-- name: ticket_tag_row_add :one
-- in: ticket_id i64, kind str, tag str, created_us i64, removed_us i64?
-- out: id i64
INSERT INTO ticket_tag (ticket_id, kind, tag, created_us, removed_us)
VALUES (:ticket_id, :kind, :tag, :created_us, :removed_us)
RETURNING id;

-- name: ticket_tag_find :opt
-- in: ticket_id i64, kind str, tag str
-- out: id i64, ticket_id i64, kind str, tag str, created_us i64, removed_us i64?
SELECT id, ticket_id, kind, tag, created_us, removed_us
FROM ticket_tag WHERE ticket_id = :ticket_id AND kind = :kind AND tag = :tag;

-- name: ticket_tags_of :many
-- in: ticket_id i64
-- out: id i64, ticket_id i64, kind str, tag str, created_us i64, removed_us i64?
SELECT id, ticket_id, kind, tag, created_us, removed_us
FROM ticket_tag WHERE ticket_id = :ticket_id AND removed_us IS NULL ORDER BY kind, tag;

-- name: ticket_tag_row_put :exec
-- in: id i64, created_us i64, removed_us i64?
UPDATE ticket_tag SET created_us = :created_us, removed_us = :removed_us WHERE id = :id;

-- name: ticket_link_rows :each
-- out: id i64, from_id i64, to_id i64, kind str, created_us i64, removed_us i64?
SELECT id, from_id, to_id, kind, created_us, removed_us
FROM ticket_link ORDER BY id;

-- name: ticket_link_row_add :one
-- in: from_id i64, to_id i64, kind str, created_us i64, removed_us i64?
-- out: id i64
INSERT INTO ticket_link (from_id, to_id, kind, created_us, removed_us)
VALUES (:from_id, :to_id, :kind, :created_us, :removed_us)
RETURNING id;

-- name: ticket_link_find :opt
-- in: from_id i64, to_id i64, kind str
-- out: id i64, from_id i64, to_id i64, kind str, created_us i64, removed_us i64?
SELECT id, from_id, to_id, kind, created_us, removed_us
FROM ticket_link WHERE from_id = :from_id AND to_id = :to_id AND kind = :kind;

-- name: ticket_link_row_put :exec
-- in: id i64, created_us i64, removed_us i64?
UPDATE ticket_link SET created_us = :created_us, removed_us = :removed_us WHERE id = :id;

-- Links both ways: "other" is the far end; outward = this ticket is from_id.
-- name: ticket_links_of :many
-- in: ticket_id i64
-- out: id i64, other_id i64, kind str, outward bool, subject str, status str
SELECT l.id AS id, l.to_id AS other_id, l.kind, 1 AS outward, t.subject, t.status
FROM ticket_link l JOIN ticket t ON t.id = l.to_id WHERE l.from_id = :ticket_id AND l.removed_us IS NULL
UNION ALL
SELECT l.id AS id, l.from_id AS other_id, l.kind, 0 AS outward, t.subject, t.status
FROM ticket_link l JOIN ticket t ON t.id = l.from_id WHERE l.to_id = :ticket_id AND l.removed_us IS NULL
ORDER BY id;

-- The newest follow-up of a closed ticket that still takes words.
-- name: ticket_follow_up_of :opt
-- in: ticket_id i64
-- out: id i64
SELECT t.id FROM ticket_link l JOIN ticket t ON t.id = l.from_id
WHERE l.to_id = :ticket_id AND l.kind = 'follows' AND l.removed_us IS NULL AND t.status NOT IN ('deleted', 'suspended')
ORDER BY t.id DESC LIMIT 1;

-- name: ticket_followers_of :many
-- in: ticket_id i64
-- out: teammate_id i64, name str
SELECT f.teammate_id, m.name FROM ticket_follower f JOIN teammate m ON m.id = f.teammate_id
WHERE f.ticket_id = :ticket_id AND f.removed_us IS NULL ORDER BY f.id;

-- name: ticket_ccs_of :many
-- in: ticket_id i64
-- out: contact_id i64, name str, email str?, state str
SELECT cc.contact_id, c.name, c.email, cc.state FROM ticket_cc cc JOIN contact c ON c.id = cc.contact_id
WHERE cc.ticket_id = :ticket_id AND cc.state <> 'removed' ORDER BY cc.id;

-- name: ticket_ids_of_requester :many
-- in: contact_id i64
-- out: id i64
SELECT id FROM ticket WHERE requester_id = :contact_id ORDER BY id;

-- name: ticket_ccs_of_contact :many
-- in: contact_id i64
-- out: ticket_id i64, state str
SELECT ticket_id, state FROM ticket_cc WHERE contact_id = :contact_id AND state <> 'removed' ORDER BY id;

-- What a merge of contacts did here, to take it back: events of ours that name it as their rule.
-- name: ticket_events_by_rule :many
-- in: after_seq i64, kind str, rule str
-- out: seq i64, entity_id i64, ticket_id i64?, data str
SELECT seq, entity_id, ticket_id, data FROM event WHERE kind = :kind AND seq > :after_seq AND rule = :rule ORDER BY seq;

-- Newest first: which fields changed since a version.
-- name: ticket_events_newest :many
-- in: ticket_id i64, max i64
-- out: seq i64, at_us i64, kind str, actor_name str, data str
SELECT seq, at_us, kind, actor_name, data FROM event WHERE entity = 'ticket' AND entity_id = :ticket_id ORDER BY seq DESC LIMIT :max;
