-- work_rows.sql: the tables of account work as rows: all of them, one, add, put. Each is written with its event by work_rows.c.

-- name: work_kind_rows :each
-- out: id i64, slug str, valid_from str, valid_to str?, name str, about str, for_account i64, ideal_days i64?, max_days i64?, with_parts str, source str
-- carries: work_kind
SELECT id, slug, valid_from, valid_to, name, about, for_account, ideal_days, max_days, with_parts, source
FROM work_kind ORDER BY id;

-- name: work_kind_by_id :opt
-- in: id i64
-- out: id i64, slug str, valid_from str, valid_to str?, name str, about str, for_account i64, ideal_days i64?, max_days i64?, with_parts str, source str
SELECT id, slug, valid_from, valid_to, name, about, for_account, ideal_days, max_days, with_parts, source
FROM work_kind WHERE id = :id;

-- name: work_kind_add :one
-- in: slug str, valid_from str, valid_to str?, name str, about str, for_account i64, ideal_days i64?, max_days i64?, with_parts str, source str
-- out: id i64
INSERT INTO work_kind (slug, valid_from, valid_to, name, about, for_account, ideal_days, max_days, with_parts, source)
VALUES (:slug, :valid_from, :valid_to, :name, :about, :for_account, :ideal_days, :max_days, :with_parts, :source)
RETURNING id;

-- name: work_kind_put :exec
-- in: id i64, slug str, valid_from str, valid_to str?, name str, about str, for_account i64, ideal_days i64?, max_days i64?, with_parts str, source str
UPDATE work_kind SET slug = :slug, valid_from = :valid_from, valid_to = :valid_to, name = :name, about = :about, for_account = :for_account,
  ideal_days = :ideal_days, max_days = :max_days, with_parts = :with_parts, source = :source
WHERE id = :id;

-- name: work_part_kind_rows :each
-- out: id i64, kind str, slug str, valid_from str, valid_to str?, phase str, title str, answer_kind str, led_by str, position i64, source str
-- carries: work_part_kind
SELECT id, kind, slug, valid_from, valid_to, phase, title, answer_kind, led_by, position, source
FROM work_part_kind ORDER BY id;

-- name: work_part_kind_by_id :opt
-- in: id i64
-- out: id i64, kind str, slug str, valid_from str, valid_to str?, phase str, title str, answer_kind str, led_by str, position i64, source str
SELECT id, kind, slug, valid_from, valid_to, phase, title, answer_kind, led_by, position, source
FROM work_part_kind WHERE id = :id;

-- name: work_part_kind_add :one
-- in: kind str, slug str, valid_from str, valid_to str?, phase str, title str, answer_kind str, led_by str, position i64, source str
-- out: id i64
INSERT INTO work_part_kind (kind, slug, valid_from, valid_to, phase, title, answer_kind, led_by, position, source)
VALUES (:kind, :slug, :valid_from, :valid_to, :phase, :title, :answer_kind, :led_by, :position, :source)
RETURNING id;

-- name: work_part_kind_put :exec
-- in: id i64, kind str, slug str, valid_from str, valid_to str?, phase str, title str, answer_kind str, led_by str, position i64, source str
UPDATE work_part_kind SET kind = :kind, slug = :slug, valid_from = :valid_from, valid_to = :valid_to, phase = :phase, title = :title, answer_kind =
  :answer_kind, led_by = :led_by, position = :position, source = :source
WHERE id = :id;

-- name: work_item_rows :each
-- out: id i64, kind str, organisation_id i64?, team_id i64?, title str, body str, owner_id i64?, with_id i64?, with_part str, state str, health str, starts_on str?, due_on str?, link str, outcome str, closed_us i64?, created_by i64?, created_us i64
-- carries: work_item
SELECT id, kind, organisation_id, team_id, title, body, owner_id, with_id, with_part, state, health, starts_on, due_on, link, outcome, closed_us,
  created_by, created_us
FROM work_item ORDER BY id;

-- name: work_item_by_id :opt
-- in: id i64
-- out: id i64, kind str, organisation_id i64?, team_id i64?, title str, body str, owner_id i64?, with_id i64?, with_part str, state str, health str, starts_on str?, due_on str?, link str, outcome str, closed_us i64?, created_by i64?, created_us i64
SELECT id, kind, organisation_id, team_id, title, body, owner_id, with_id, with_part, state, health, starts_on, due_on, link, outcome, closed_us,
  created_by, created_us
FROM work_item WHERE id = :id;

-- name: work_item_add :one
-- in: kind str, organisation_id i64?, team_id i64?, title str, body str, owner_id i64?, with_id i64?, with_part str, state str, health str, starts_on str?, due_on str?, link str, outcome str, closed_us i64?, created_by i64?, created_us i64
-- out: id i64
INSERT INTO work_item (kind, organisation_id, team_id, title, body, owner_id, with_id, with_part, state, health, starts_on, due_on, link, outcome,
  closed_us, created_by, created_us)
VALUES (:kind, :organisation_id, :team_id, :title, :body, :owner_id, :with_id, :with_part, :state, :health, :starts_on, :due_on, :link, :outcome,
  :closed_us, :created_by, :created_us)
RETURNING id;

-- name: work_item_put :exec
-- in: id i64, kind str, organisation_id i64?, team_id i64?, title str, body str, owner_id i64?, with_id i64?, with_part str, state str, health str, starts_on str?, due_on str?, link str, outcome str, closed_us i64?, created_by i64?, created_us i64
UPDATE work_item SET kind = :kind, organisation_id = :organisation_id, team_id = :team_id, title = :title, body = :body, owner_id = :owner_id,
  with_id = :with_id, with_part = :with_part, state = :state, health = :health, starts_on = :starts_on, due_on = :due_on, link = :link, outcome =
  :outcome, closed_us = :closed_us, created_by = :created_by, created_us = :created_us
WHERE id = :id;

-- name: work_part_rows :each
-- out: id i64, item_id i64, slug str, phase str, title str, answer_kind str, led_by str, position i64, answer str, answered_by i64?, answered_us i64?
-- carries: work_part
SELECT id, item_id, slug, phase, title, answer_kind, led_by, position, answer, answered_by, answered_us
FROM work_part ORDER BY id;

-- name: work_part_by_id :opt
-- in: id i64
-- out: id i64, item_id i64, slug str, phase str, title str, answer_kind str, led_by str, position i64, answer str, answered_by i64?, answered_us i64?
SELECT id, item_id, slug, phase, title, answer_kind, led_by, position, answer, answered_by, answered_us
FROM work_part WHERE id = :id;

-- name: work_part_add :one
-- in: item_id i64, slug str, phase str, title str, answer_kind str, led_by str, position i64, answer str, answered_by i64?, answered_us i64?
-- out: id i64
INSERT INTO work_part (item_id, slug, phase, title, answer_kind, led_by, position, answer, answered_by, answered_us)
VALUES (:item_id, :slug, :phase, :title, :answer_kind, :led_by, :position, :answer, :answered_by, :answered_us)
RETURNING id;

-- name: work_part_put :exec
-- in: id i64, item_id i64, slug str, phase str, title str, answer_kind str, led_by str, position i64, answer str, answered_by i64?, answered_us i64?
UPDATE work_part SET item_id = :item_id, slug = :slug, phase = :phase, title = :title, answer_kind = :answer_kind, led_by = :led_by, position =
  :position, answer = :answer, answered_by = :answered_by, answered_us = :answered_us
WHERE id = :id;

-- name: work_member_rows :each
-- out: id i64, item_id i64, teammate_id i64, part str, joined_us i64, removed_us i64?
-- carries: work_member
SELECT id, item_id, teammate_id, part, joined_us, removed_us
FROM work_member ORDER BY id;

-- name: work_member_by_id :opt
-- in: id i64
-- out: id i64, item_id i64, teammate_id i64, part str, joined_us i64, removed_us i64?
SELECT id, item_id, teammate_id, part, joined_us, removed_us
FROM work_member WHERE id = :id;

-- name: work_member_add :one
-- in: item_id i64, teammate_id i64, part str, joined_us i64, removed_us i64?
-- out: id i64
INSERT INTO work_member (item_id, teammate_id, part, joined_us, removed_us)
VALUES (:item_id, :teammate_id, :part, :joined_us, :removed_us)
RETURNING id;

-- name: work_member_put :exec
-- in: id i64, item_id i64, teammate_id i64, part str, joined_us i64, removed_us i64?
UPDATE work_member SET item_id = :item_id, teammate_id = :teammate_id, part = :part, joined_us = :joined_us, removed_us = :removed_us
WHERE id = :id;
