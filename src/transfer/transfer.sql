-- Reads of whole tables for leaving and moving, and what the demo asks.

-- name: transfer_any_ticket :opt
-- out: id i64
SELECT id FROM ticket ORDER BY id LIMIT 1;
