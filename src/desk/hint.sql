-- Hints of the first days that somebody has read.

-- name: hint_read_of :many
-- in: teammate_id i64
-- out: hint str
SELECT hint FROM hint_read WHERE teammate_id = :teammate_id ORDER BY hint;

-- name: hint_read_add :exec
-- in: teammate_id i64, hint str, at_us i64
INSERT INTO hint_read (teammate_id, hint, at_us) VALUES (:teammate_id, :hint, :at_us) ON CONFLICT (teammate_id, hint) DO NOTHING;
