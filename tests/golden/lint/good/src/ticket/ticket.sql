-- Tickets.

-- name: ticket_by_id :opt
-- in: id i64
-- out: id i64
SELECT id FROM ticket WHERE id = :id AND note <> 'now() -- DELETE FROM event';

-- name: ticket_set :exec
-- in: id i64
UPDATE ticket SET random = 1 WHERE id IN (SELECT ticket_id FROM event);

-- name: ticket_put :exec
-- in: id i64
INSERT INTO ticket (id) VALUES (:id) ON CONFLICT (id) DO UPDATE SET id = excluded.id;

-- name: ticket_all :each
-- out: id i64
SELECT id FROM ticket;
