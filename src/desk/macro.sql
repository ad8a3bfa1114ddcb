-- Macros: texts with variables that become a draft.

-- name: macro_rows :each
-- out: id i64, slug str, name str, family str, mode str, body str, status str?, kind str?, priority str?, tags str?, owner_id i64?, valid_from str, valid_to str?, source str, created_us i64
-- carries: macro
SELECT id, slug, name, family, mode, body, status, kind, priority, tags, owner_id, valid_from, valid_to, source, created_us FROM macro ORDER BY id;

-- name: macro_get :opt
-- in: id i64
-- out: id i64, slug str, name str, family str, mode str, body str, status str?, kind str?, priority str?, tags str?, owner_id i64?, valid_from str, valid_to str?, source str, created_us i64
SELECT id, slug, name, family, mode, body, status, kind, priority, tags, owner_id, valid_from, valid_to, source, created_us FROM macro WHERE id = :id;

-- name: macro_by_slug :opt
-- in: slug str, valid_from str
-- out: id i64
SELECT id FROM macro WHERE slug = :slug AND valid_from = :valid_from;

-- name: macro_insert :one
-- in: slug str, name str, family str, mode str, body str, status str?, kind str?, priority str?, tags str?, owner_id i64?, valid_from str, valid_to str?, source str, created_us i64
-- out: id i64
INSERT INTO macro (slug, name, family, mode, body, status, kind, priority, tags, owner_id, valid_from, valid_to, source, created_us)
VALUES (:slug, :name, :family, :mode, :body, :status, :kind, :priority, :tags, :owner_id, :valid_from, :valid_to, :source, :created_us) RETURNING id;

-- name: macro_put :exec
-- in: id i64, name str, family str, mode str, body str, status str?, kind str?, priority str?, tags str?, valid_to str?
UPDATE macro SET name = :name, family = :family, mode = :mode, body = :body, status = :status, kind = :kind, priority = :priority, tags = :tags, valid_to = :valid_to
WHERE id = :id;

-- The same for the menu, without the texts.
-- name: macro_menu :many
-- in: me i64, day str
-- out: id i64, name str, family str, mode str
SELECT id, name, family, mode FROM macro
WHERE (owner_id IS NULL OR owner_id = :me) AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
ORDER BY family, name, id LIMIT 300;

-- What is offered to somebody on a day.
-- name: macro_offered :many
-- in: me i64, day str
-- out: id i64, slug str, name str, family str, mode str, body str, status str?, kind str?, priority str?, tags str?, owner_id i64?, valid_from str, valid_to str?, source str, created_us i64
SELECT id, slug, name, family, mode, body, status, kind, priority, tags, owner_id, valid_from, valid_to, source, created_us FROM macro
WHERE (owner_id IS NULL OR owner_id = :me) AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
ORDER BY CASE WHEN family = 'Reply' THEN 0 ELSE 1 END, family, name, id LIMIT 300;
