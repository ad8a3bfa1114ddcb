-- What was passed on by mail.

-- name: case_forward_rows :each
-- out: id i64, ticket_id i64, dest str, place str, words str, told_id i64?, before_status str, before_since_us i64, author_name str, created_us i64, undone_us i64?
-- carries: case_forward
SELECT id, ticket_id, dest, place, words, told_id, before_status, before_since_us, author_name, created_us, undone_us FROM case_forward ORDER BY id;

-- name: case_forward_get :opt
-- in: id i64
-- out: id i64, ticket_id i64, dest str, place str, words str, told_id i64?, before_status str, before_since_us i64, author_name str, created_us i64, undone_us i64?
SELECT id, ticket_id, dest, place, words, told_id, before_status, before_since_us, author_name, created_us, undone_us FROM case_forward WHERE id = :id;

-- name: case_forward_outbox :one
-- in: id i64
-- out: outbox_id i64?
SELECT outbox_id FROM case_forward WHERE id = :id;

-- Newest first, of one case or of all, with what became of the mail.
-- name: case_forward_of :many
-- in: ticket_id i64, before i64, max i64
-- out: id i64, ticket_id i64, dest str, place str, words str, author_name str, created_us i64, undone_us i64?, state str?, said str?
SELECT f.id, f.ticket_id, f.dest, f.place, f.words, f.author_name, f.created_us, f.undone_us, o.state, o.last_error AS said
FROM case_forward f LEFT JOIN outbox o ON o.id = f.outbox_id WHERE f.ticket_id = :ticket_id AND f.id < :before ORDER BY f.id DESC LIMIT :max;

-- name: case_forward_page :many
-- in: before i64, max i64
-- out: id i64, ticket_id i64, dest str, place str, words str, author_name str, created_us i64, undone_us i64?, state str?, said str?
SELECT f.id, f.ticket_id, f.dest, f.place, f.words, f.author_name, f.created_us, f.undone_us, o.state, o.last_error AS said
FROM case_forward f LEFT JOIN outbox o ON o.id = f.outbox_id WHERE f.id < :before ORDER BY f.id DESC LIMIT :max;

-- name: case_forward_insert :one
-- in: ticket_id i64, dest str, place str, words str, told_id i64?, before_status str, before_since_us i64, author_name str, created_us i64
-- out: id i64
INSERT INTO case_forward (ticket_id, dest, place, words, told_id, before_status, before_since_us, author_name, created_us)
VALUES (:ticket_id, :dest, :place, :words, :told_id, :before_status, :before_since_us, :author_name, :created_us) RETURNING id;

-- name: case_forward_sent :exec
-- in: id i64, outbox_id i64
UPDATE case_forward SET outbox_id = :outbox_id WHERE id = :id;

-- name: case_forward_undo :exec
-- in: id i64, undone_us i64
UPDATE case_forward SET undone_us = :undone_us WHERE id = :id;

-- What they wrote, oldest first: never a word of ours.
-- name: forward_originals :many
-- in: ticket_id i64, max i64
-- out: id i64, author_name str, body str, quote_at i64?, at_us i64
SELECT id, author_name, body, quote_at, at_us FROM message
WHERE ticket_id = :ticket_id AND kind IN ('customer', 'unverified') AND state NOT IN ('undone', 'moved') ORDER BY at_us, id LIMIT :max;

-- Who is named for a customer and could get it.
-- name: forward_people :many
-- in: organisation_id i64, max i64
-- out: part str, name str, email str
SELECT p.part, t.name, t.email FROM org_person p JOIN teammate t ON t.id = p.teammate_id
WHERE p.organisation_id = :organisation_id AND p.removed_us IS NULL AND t.state = 'active' AND p.part IN ('ae', 'ce', 'ta') ORDER BY p.part, t.id LIMIT :max;

-- name: forward_ours :opt
-- in: address str
-- out: id i64
SELECT id FROM mail_address WHERE address = :address;

-- What was told, while it has not left.
-- name: forward_told :opt
-- in: id i64
-- out: state str
SELECT state FROM message WHERE id = :id;
