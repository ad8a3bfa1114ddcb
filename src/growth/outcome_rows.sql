-- Rows of what people do besides tickets: whole rows, for the log.

-- name: contribution_rows :each
-- out: id i64, teammate_id i64, kind str, title str, url str, ticket_id i64?, on_date str, created_us i64, removed_us i64?
-- carries: contribution
SELECT id, teammate_id, kind, title, url, ticket_id, on_date, created_us, removed_us
FROM contribution ORDER BY id;

-- name: contribution_row :opt
-- in: id i64
-- out: id i64, teammate_id i64, kind str, title str, url str, ticket_id i64?, on_date str, created_us i64, removed_us i64?
SELECT id, teammate_id, kind, title, url, ticket_id, on_date, created_us, removed_us
FROM contribution WHERE id = :id;

-- name: contribution_add :one
-- in: teammate_id i64, kind str, title str, url str, ticket_id i64?, on_date str, created_us i64, removed_us i64?
-- out: id i64
INSERT INTO contribution (teammate_id, kind, title, url, ticket_id, on_date, created_us, removed_us)
VALUES (:teammate_id, :kind, :title, :url, :ticket_id, :on_date, :created_us, :removed_us)
RETURNING id;

-- name: contribution_put :exec
-- in: id i64, teammate_id i64, kind str, title str, url str, ticket_id i64?, on_date str, created_us i64, removed_us i64?
UPDATE contribution
SET teammate_id = :teammate_id, kind = :kind, title = :title, url = :url, ticket_id = :ticket_id, on_date = :on_date, created_us = :created_us,
    removed_us = :removed_us
WHERE id = :id;

-- name: ritual_rows :each
-- out: id i64, slug str, name str, prompt str, rhythm str, weekday i64?, valid_from str, valid_to str?, source str
-- carries: ritual
SELECT id, slug, name, prompt, rhythm, weekday, valid_from, valid_to, source
FROM ritual ORDER BY id;

-- name: ritual_add :one
-- in: slug str, name str, prompt str, rhythm str, weekday i64?, valid_from str, valid_to str?, source str
-- out: id i64
INSERT INTO ritual (slug, name, prompt, rhythm, weekday, valid_from, valid_to, source)
VALUES (:slug, :name, :prompt, :rhythm, :weekday, :valid_from, :valid_to, :source)
RETURNING id;

-- name: feed_post_rows :each
-- out: id i64, teammate_id i64, ritual str, body str, at_us i64, removed_us i64?
-- carries: feed_post
SELECT id, teammate_id, ritual, body, at_us, removed_us
FROM feed_post ORDER BY id;

-- name: feed_post_row :opt
-- in: id i64
-- out: id i64, teammate_id i64, ritual str, body str, at_us i64, removed_us i64?
SELECT id, teammate_id, ritual, body, at_us, removed_us
FROM feed_post WHERE id = :id;

-- name: feed_post_add :one
-- in: teammate_id i64, ritual str, body str, at_us i64, removed_us i64?
-- out: id i64
INSERT INTO feed_post (teammate_id, ritual, body, at_us, removed_us)
VALUES (:teammate_id, :ritual, :body, :at_us, :removed_us)
RETURNING id;

-- name: feed_post_put :exec
-- in: id i64, teammate_id i64, ritual str, body str, at_us i64, removed_us i64?
UPDATE feed_post
SET teammate_id = :teammate_id, ritual = :ritual, body = :body, at_us = :at_us, removed_us = :removed_us
WHERE id = :id;

-- name: intro_chat_rows :each
-- out: id i64, teammate_id i64, with_id i64?, with_name str, on_date str, note str, created_us i64, removed_us i64?
-- carries: intro_chat
SELECT id, teammate_id, with_id, with_name, on_date, note, created_us, removed_us
FROM intro_chat ORDER BY id;

-- name: intro_chat_row :opt
-- in: id i64
-- out: id i64, teammate_id i64, with_id i64?, with_name str, on_date str, note str, created_us i64, removed_us i64?
SELECT id, teammate_id, with_id, with_name, on_date, note, created_us, removed_us
FROM intro_chat WHERE id = :id;

-- name: intro_chat_add :one
-- in: teammate_id i64, with_id i64?, with_name str, on_date str, note str, created_us i64, removed_us i64?
-- out: id i64
INSERT INTO intro_chat (teammate_id, with_id, with_name, on_date, note, created_us, removed_us)
VALUES (:teammate_id, :with_id, :with_name, :on_date, :note, :created_us, :removed_us)
RETURNING id;

-- name: intro_chat_put :exec
-- in: id i64, teammate_id i64, with_id i64?, with_name str, on_date str, note str, created_us i64, removed_us i64?
UPDATE intro_chat
SET teammate_id = :teammate_id, with_id = :with_id, with_name = :with_name, on_date = :on_date, note = :note, created_us = :created_us,
    removed_us = :removed_us
WHERE id = :id;

-- name: focus_rule_rows :each
-- out: id i64, blocks i64, minutes i64, share_max i64?, after_days i64, valid_from str, valid_to str?, reading str, source str
-- carries: focus_rule
SELECT id, blocks, minutes, share_max, after_days, valid_from, valid_to, reading, source
FROM focus_rule ORDER BY id;

-- name: focus_rule_add :one
-- in: blocks i64, minutes i64, share_max i64?, after_days i64, valid_from str, valid_to str?, reading str, source str
-- out: id i64
INSERT INTO focus_rule (blocks, minutes, share_max, after_days, valid_from, valid_to, reading, source)
VALUES (:blocks, :minutes, :share_max, :after_days, :valid_from, :valid_to, :reading, :source)
RETURNING id;

-- name: focus_block_rows :each
-- out: id i64, teammate_id i64, weekday i64, from_min i64, to_min i64, valid_from str, created_us i64, removed_us i64?
-- carries: focus_block
SELECT id, teammate_id, weekday, from_min, to_min, valid_from, created_us, removed_us
FROM focus_block ORDER BY id;

-- name: focus_block_row :opt
-- in: id i64
-- out: id i64, teammate_id i64, weekday i64, from_min i64, to_min i64, valid_from str, created_us i64, removed_us i64?
SELECT id, teammate_id, weekday, from_min, to_min, valid_from, created_us, removed_us
FROM focus_block WHERE id = :id;

-- name: focus_block_add :one
-- in: teammate_id i64, weekday i64, from_min i64, to_min i64, valid_from str, created_us i64, removed_us i64?
-- out: id i64
INSERT INTO focus_block (teammate_id, weekday, from_min, to_min, valid_from, created_us, removed_us)
VALUES (:teammate_id, :weekday, :from_min, :to_min, :valid_from, :created_us, :removed_us)
RETURNING id;

-- name: focus_block_put :exec
-- in: id i64, teammate_id i64, weekday i64, from_min i64, to_min i64, valid_from str, created_us i64, removed_us i64?
UPDATE focus_block
SET teammate_id = :teammate_id, weekday = :weekday, from_min = :from_min, to_min = :to_min, valid_from = :valid_from, created_us = :created_us,
    removed_us = :removed_us
WHERE id = :id;

-- name: access_item_rows :each
-- out: id i64, teammate_id i64, tool str, state str, by_id i64?, changed_us i64
-- carries: access_item
SELECT id, teammate_id, tool, state, by_id, changed_us
FROM access_item ORDER BY id;

-- name: access_item_row :opt
-- in: id i64
-- out: id i64, teammate_id i64, tool str, state str, by_id i64?, changed_us i64
SELECT id, teammate_id, tool, state, by_id, changed_us
FROM access_item WHERE id = :id;

-- name: access_item_add :one
-- in: teammate_id i64, tool str, state str, by_id i64?, changed_us i64
-- out: id i64
INSERT INTO access_item (teammate_id, tool, state, by_id, changed_us)
VALUES (:teammate_id, :tool, :state, :by_id, :changed_us)
RETURNING id;

-- name: access_item_put :exec
-- in: id i64, teammate_id i64, tool str, state str, by_id i64?, changed_us i64
UPDATE access_item
SET teammate_id = :teammate_id, tool = :tool, state = :state, by_id = :by_id, changed_us = :changed_us
WHERE id = :id;
