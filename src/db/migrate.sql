-- The schema's own record: which migrations ran, and their texts' SHA-256.

-- name: migration_table :one
-- out: n i64
SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name = 'migration'
-- pg:
SELECT count(*) AS n FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'migration'

-- name: migration_list :many
-- out: number i64, name str, sha bytes
SELECT number, name, sha FROM migration ORDER BY number

-- name: migration_add :exec
-- in: number i64, name str, sha bytes, ran_us i64
INSERT INTO migration (number, name, sha, ran_us) VALUES (:number, :name, :sha, :ran_us)
