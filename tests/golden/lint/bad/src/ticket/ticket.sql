-- Statements.

-- name: ticket_drop :exec
DELETE FROM ticket WHERE at_us < now();

-- name: ticket_steal :exec
UPDATE mail_message SET state = 'x', at = CURRENT_TIMESTAMP;

-- name: ticket_log :exec
INSERT OR REPLACE INTO event (id) VALUES (random());

-- name: ticket_unlog :exec
DELETE FROM event;
