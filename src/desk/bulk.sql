-- One change of many tickets, and its undoing.

-- name: bulk_rows :each
-- out: id i64, actor_name str, changes str, n i64, at_us i64, undone_us i64?
SELECT id, actor_name, changes, n, at_us, undone_us FROM bulk ORDER BY id;

-- name: bulk_get :opt
-- in: id i64
-- out: id i64, actor_name str, changes str, n i64, at_us i64, undone_us i64?
SELECT id, actor_name, changes, n, at_us, undone_us FROM bulk WHERE id = :id;

-- name: bulk_insert :one
-- in: actor_name str, changes str, n i64, at_us i64
-- out: id i64
INSERT INTO bulk (actor_name, changes, n, at_us) VALUES (:actor_name, :changes, :n, :at_us) RETURNING id;

-- name: bulk_put :exec
-- in: id i64, n i64, undone_us i64?
UPDATE bulk SET n = :n, undone_us = :undone_us WHERE id = :id;

-- name: bulk_item_insert :exec
-- in: bulk_id i64, ticket_id i64, was str, made str
INSERT INTO bulk_item (bulk_id, ticket_id, was, made) VALUES (:bulk_id, :ticket_id, :was, :made);

-- name: bulk_items :many
-- in: bulk_id i64, after i64, max i64
-- out: id i64, ticket_id i64, was str, made str, left_because str?, subject str, status str
SELECT i.id, i.ticket_id, i.was, i.made, i.left_because, t.subject, t.status FROM bulk_item i JOIN ticket t ON t.id = i.ticket_id
WHERE i.bulk_id = :bulk_id AND i.id > :after ORDER BY i.id LIMIT :max;

-- name: bulk_item_left :exec
-- in: id i64, left_because str
UPDATE bulk_item SET left_because = :left_because WHERE id = :id;

-- name: bulk_list :many
-- in: before i64, max i64
-- out: id i64, actor_name str, changes str, n i64, at_us i64, undone_us i64?
SELECT id, actor_name, changes, n, at_us, undone_us FROM bulk WHERE id < :before ORDER BY id DESC LIMIT :max;

-- Tags of a ticket that are in force.
-- name: bulk_tag_in_force :opt
-- in: ticket_id i64, kind str, tag str
-- out: id i64
SELECT id FROM ticket_tag WHERE ticket_id = :ticket_id AND kind = :kind AND tag = :tag AND removed_us IS NULL;
