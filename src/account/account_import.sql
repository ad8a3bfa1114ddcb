-- Files of rows: uploaded, looked at, applied.

-- name: account_import_by_id :opt
-- in: id i64
-- out: id i64, kind str, filename str, blob str, bytes i64, state str, created i64, updated i64, unchanged i64, failed i64, created_by i64?, created_us i64, applied_us i64?
SELECT i.id, i.kind, i.filename, i.blob, i.bytes, i.state, i.created, i.updated, i.unchanged, i.failed, i.created_by, i.created_us, i.applied_us
FROM account_import i WHERE i.id = :id;

-- name: account_import_rows :each
-- out: id i64, kind str, filename str, blob str, bytes i64, state str, created i64, updated i64, unchanged i64, failed i64, created_by i64?, created_us i64, applied_us i64?
SELECT i.id, i.kind, i.filename, i.blob, i.bytes, i.state, i.created, i.updated, i.unchanged, i.failed, i.created_by, i.created_us, i.applied_us
FROM account_import i ORDER BY i.id;

-- name: account_import_add :one
-- in: kind str, filename str, blob str, bytes i64, state str, created i64, updated i64, unchanged i64, failed i64, created_by i64?, created_us i64, applied_us i64?
-- out: id i64
INSERT INTO account_import (kind, filename, blob, bytes, state, created, updated, unchanged, failed, created_by, created_us, applied_us)
VALUES (:kind, :filename, :blob, :bytes, :state, :created, :updated, :unchanged, :failed, :created_by, :created_us, :applied_us) RETURNING id;

-- name: account_import_put :exec
-- in: id i64, state str, created i64, updated i64, unchanged i64, failed i64, applied_us i64?
UPDATE account_import SET state = :state, created = :created, updated = :updated, unchanged = :unchanged, failed = :failed,
  applied_us = :applied_us
WHERE id = :id;

-- name: account_imports_newest :many
-- in: max i64
-- out: id i64, kind str, filename str, state str, created i64, updated i64, unchanged i64, failed i64, created_us i64, by_name str?
SELECT i.id, i.kind, i.filename, i.state, i.created, i.updated, i.unchanged, i.failed, i.created_us,
  (SELECT t.name FROM teammate t WHERE t.id = i.created_by) AS by_name
FROM account_import i ORDER BY i.id DESC LIMIT :max;
