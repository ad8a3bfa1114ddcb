-- Texts that stood in the way of another one.

-- name: draft_beside_of :many
-- in: ticket_id i64, teammate_id i64
-- out: id i64, tab str, mode str, body str, saved_us i64
SELECT id, tab, mode, body, saved_us FROM draft_beside WHERE ticket_id = :ticket_id AND teammate_id = :teammate_id ORDER BY saved_us DESC, id DESC LIMIT 20;

-- name: draft_beside_get :opt
-- in: id i64
-- out: ticket_id i64, teammate_id i64, mode str, body str
SELECT ticket_id, teammate_id, mode, body FROM draft_beside WHERE id = :id;

-- name: draft_beside_put :exec
-- in: ticket_id i64, teammate_id i64, tab str, mode str, body str, saved_us i64
INSERT INTO draft_beside (ticket_id, teammate_id, tab, mode, body, saved_us) VALUES (:ticket_id, :teammate_id, :tab, :mode, :body, :saved_us)
ON CONFLICT (ticket_id, teammate_id, tab) DO UPDATE SET mode = excluded.mode, body = excluded.body, saved_us = excluded.saved_us;

-- name: draft_beside_remove :exec
-- in: id i64
DELETE FROM draft_beside WHERE id = :id;
