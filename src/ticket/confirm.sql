-- The customer's confirmation.

-- name: confirmation_find :opt
-- in: id i64
-- out: id i64, ticket_id i64, contact_id i64, asked_us i64, expires_us i64, answer str?, answered_us i64?
SELECT id, ticket_id, contact_id, asked_us, expires_us, answer, answered_us FROM confirmation WHERE id = :id;

-- name: confirmation_rows :each
-- out: id i64, ticket_id i64, contact_id i64, asked_us i64, expires_us i64, answer str?, answered_us i64?
-- carries: confirmation
SELECT id, ticket_id, contact_id, asked_us, expires_us, answer, answered_us FROM confirmation ORDER BY id;

-- name: confirmation_of_ticket :opt
-- in: ticket_id i64
-- out: id i64, contact_id i64, asked_us i64, expires_us i64, answer str?, answered_us i64?
SELECT id, contact_id, asked_us, expires_us, answer, answered_us FROM confirmation WHERE ticket_id = :ticket_id ORDER BY id DESC LIMIT 1;

-- name: confirmation_add :one
-- in: ticket_id i64, contact_id i64, asked_us i64, expires_us i64
-- out: id i64
INSERT INTO confirmation (ticket_id, contact_id, asked_us, expires_us) VALUES (:ticket_id, :contact_id, :asked_us, :expires_us) RETURNING id;

-- name: confirmation_put :exec
-- in: id i64, answer str?, answered_us i64?
UPDATE confirmation SET answer = :answer, answered_us = :answered_us WHERE id = :id;
