-- Status timers: the dated rows, and which tickets are due by one of them.

-- name: status_timer_all :many
-- out: id i64, from_status str, to_status str, after_us i64, basis str, valid_from str, valid_to str?, reading str, source str
SELECT id, from_status, to_status, after_us, basis, valid_from, valid_to, reading, source FROM status_timer ORDER BY from_status, valid_from;

-- name: status_timer_due :many
-- in: status str, since_from_us i64, since_before_us i64, max i64
-- out: id i64, status_since_us i64
SELECT id, status_since_us FROM ticket
WHERE status = :status AND status_since_us >= :since_from_us AND status_since_us < :since_before_us
ORDER BY status_since_us LIMIT :max;
