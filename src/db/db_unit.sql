-- Statements of db_test.c on its own tables.

-- name: unit_add :one
-- in: name str, note str?, size i64?, weight f64, live bool, raw bytes?
-- out: id i64
INSERT INTO thing (name, note, size, weight, live, raw) VALUES (:name, :note, :size, :weight, :live, :raw) RETURNING id

-- name: unit_get :one
-- in: id i64
-- out: id i64, name str, note str?, size i64?, weight f64, live bool, raw bytes?
SELECT id, name, note, size, weight, live, raw FROM thing WHERE id = :id

-- name: unit_find :opt
-- in: name str
-- out: id i64
SELECT id FROM thing WHERE name = :name

-- name: unit_page :many
-- in: before_id i64?, max i64
-- out: id i64, name str
SELECT id, name FROM thing WHERE (:before_id IS NULL OR id < :before_id) ORDER BY id DESC LIMIT :max

-- name: unit_rename :count
-- in: id i64, name str
UPDATE thing SET name = :name WHERE id = :id

-- name: unit_mark :exec
-- in: id i64, note str
UPDATE thing SET note = :note WHERE id = :id;

-- name: unit_clear :exec
DELETE FROM thing

-- name: unit_count :one
-- out: n i64
SELECT count(*) AS n FROM thing

-- name: unit_all :each
-- in: after_id i64
-- out: id i64, name str
SELECT id, name FROM thing WHERE id > :after_id ORDER BY id

-- name: unit_any :one
-- out: id i64
SELECT id FROM thing ORDER BY id

-- name: unit_note :one
-- in: id i64
-- out: note str
SELECT note FROM thing WHERE id = :id

-- name: unit_swapped :many
-- out: name str, id i64
SELECT id, name FROM thing

-- name: unit_missing :many
-- out: id i64
SELECT id FROM nowhere

-- name: unit_by_note :many
-- in: note str
-- out: id i64
SELECT id FROM thing WHERE note = :note

-- name: unit_slow :one
-- out: n i64
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1000000000) SELECT count(*) AS n FROM c

-- name: unit_serial_fail :one
-- in: until i64
-- out: id i64
SELECT :until AS id
-- pg:
SELECT unit_fail_until(:until) AS id

-- name: unit_die :one
-- out: n i64
SELECT 1 AS n
-- pg:
SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS INT) AS n
