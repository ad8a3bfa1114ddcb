-- What the page of one ticket shows besides the ticket's own statements.

-- name: case_landed :many
-- in: ticket_id i64
-- out: id i64, reason str?
SELECT id, reason FROM inbox WHERE ticket_id = :ticket_id ORDER BY id LIMIT 500;

-- name: case_org_open :many
-- in: organisation_id i64, not_id i64, max i64
-- out: id i64, subject str, status str
SELECT id, subject, status FROM ticket
WHERE organisation_id = :organisation_id AND status IN ('new', 'open', 'pending', 'on_hold') AND id <> :not_id
ORDER BY id DESC LIMIT :max;

-- name: case_asked :opt
-- in: ticket_id i64
-- out: asked_us i64, answer str?
SELECT asked_us, answer FROM confirmation WHERE ticket_id = :ticket_id ORDER BY id DESC LIMIT 1;
