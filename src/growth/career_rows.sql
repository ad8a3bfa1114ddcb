-- Rows of the career after day 90: whole rows, for the log.

-- name: career_level_rows :each
-- out: id i64, role str, level i64, area str, text str, metric str, figure str, unit str, valid_from str, valid_to str?, source str
-- carries: career_level
SELECT id, role, level, area, text, metric, figure, unit, valid_from, valid_to, source
FROM career_level ORDER BY id;

-- name: career_level_add :one
-- in: role str, level i64, area str, text str, metric str, figure str, unit str, valid_from str, valid_to str?, source str
-- out: id i64
INSERT INTO career_level (role, level, area, text, metric, figure, unit, valid_from, valid_to, source)
VALUES (:role, :level, :area, :text, :metric, :figure, :unit, :valid_from, :valid_to, :source)
RETURNING id;

-- name: career_level_put :exec
-- in: id i64, role str, level i64, area str, text str, metric str, figure str, unit str, valid_from str, valid_to str?, source str
UPDATE career_level
SET role = :role, level = :level, area = :area, text = :text, metric = :metric, figure = :figure, unit = :unit, valid_from = :valid_from,
    valid_to = :valid_to, source = :source
WHERE id = :id;

-- name: career_roadmap_rows :each
-- out: id i64, teammate_id i64, manager_id i64, level i64?, body str, person_us i64?, manager_us i64?, created_us i64, changed_us i64
-- carries: career_roadmap
SELECT id, teammate_id, manager_id, level, body, person_us, manager_us, created_us, changed_us
FROM career_roadmap ORDER BY id;

-- name: career_roadmap_row :opt
-- in: id i64
-- out: id i64, teammate_id i64, manager_id i64, level i64?, body str, person_us i64?, manager_us i64?, created_us i64, changed_us i64
SELECT id, teammate_id, manager_id, level, body, person_us, manager_us, created_us, changed_us
FROM career_roadmap WHERE id = :id;

-- name: career_roadmap_add :one
-- in: teammate_id i64, manager_id i64, level i64?, body str, person_us i64?, manager_us i64?, created_us i64, changed_us i64
-- out: id i64
INSERT INTO career_roadmap (teammate_id, manager_id, level, body, person_us, manager_us, created_us, changed_us)
VALUES (:teammate_id, :manager_id, :level, :body, :person_us, :manager_us, :created_us, :changed_us)
RETURNING id;

-- name: career_roadmap_put :exec
-- in: id i64, teammate_id i64, manager_id i64, level i64?, body str, person_us i64?, manager_us i64?, created_us i64, changed_us i64
UPDATE career_roadmap
SET teammate_id = :teammate_id, manager_id = :manager_id, level = :level, body = :body, person_us = :person_us, manager_us = :manager_us,
    created_us = :created_us, changed_us = :changed_us
WHERE id = :id;

-- name: career_check_in_rows :each
-- out: id i64, teammate_id i64, with_id i64, kind str, due_date str, held_date str?, person_note str, other_note str, goals str, created_us i64
-- carries: career_check_in
SELECT id, teammate_id, with_id, kind, due_date, held_date, person_note, other_note, goals, created_us
FROM career_check_in ORDER BY id;

-- name: career_check_in_row :opt
-- in: id i64
-- out: id i64, teammate_id i64, with_id i64, kind str, due_date str, held_date str?, person_note str, other_note str, goals str, created_us i64
SELECT id, teammate_id, with_id, kind, due_date, held_date, person_note, other_note, goals, created_us
FROM career_check_in WHERE id = :id;

-- name: career_check_in_add :one
-- in: teammate_id i64, with_id i64, kind str, due_date str, held_date str?, person_note str, other_note str, goals str, created_us i64
-- out: id i64
INSERT INTO career_check_in (teammate_id, with_id, kind, due_date, held_date, person_note, other_note, goals, created_us)
VALUES (:teammate_id, :with_id, :kind, :due_date, :held_date, :person_note, :other_note, :goals, :created_us)
RETURNING id;

-- name: career_check_in_put :exec
-- in: id i64, teammate_id i64, with_id i64, kind str, due_date str, held_date str?, person_note str, other_note str, goals str, created_us i64
UPDATE career_check_in
SET teammate_id = :teammate_id, with_id = :with_id, kind = :kind, due_date = :due_date, held_date = :held_date, person_note = :person_note,
    other_note = :other_note, goals = :goals, created_us = :created_us
WHERE id = :id;

-- name: career_skill_rows :each
-- out: id i64, role str, key str, title str, help str, retired_us i64?
-- carries: career_skill
SELECT id, role, key, title, help, retired_us
FROM career_skill ORDER BY id;

-- name: career_skill_add :one
-- in: role str, key str, title str, help str, retired_us i64?
-- out: id i64
INSERT INTO career_skill (role, key, title, help, retired_us)
VALUES (:role, :key, :title, :help, :retired_us)
RETURNING id;

-- name: career_skill_put :exec
-- in: id i64, role str, key str, title str, help str, retired_us i64?
UPDATE career_skill
SET role = :role, key = :key, title = :title, help = :help, retired_us = :retired_us
WHERE id = :id;

-- name: career_rating_rows :each
-- out: id i64, skill_id i64, teammate_id i64, rating i64, note str, at_us i64
-- carries: career_rating
SELECT id, skill_id, teammate_id, rating, note, at_us
FROM career_rating ORDER BY id;

-- name: career_rating_add :one
-- in: skill_id i64, teammate_id i64, rating i64, note str, at_us i64
-- out: id i64
INSERT INTO career_rating (skill_id, teammate_id, rating, note, at_us)
VALUES (:skill_id, :teammate_id, :rating, :note, :at_us)
RETURNING id;

-- name: career_principle_rows :each
-- out: id i64, number i64, title str, text str, valid_from str, valid_to str?, source str
-- carries: career_principle
SELECT id, number, title, text, valid_from, valid_to, source
FROM career_principle ORDER BY id;

-- name: career_principle_add :one
-- in: number i64, title str, text str, valid_from str, valid_to str?, source str
-- out: id i64
INSERT INTO career_principle (number, title, text, valid_from, valid_to, source)
VALUES (:number, :title, :text, :valid_from, :valid_to, :source)
RETURNING id;

-- name: career_review_rows :each
-- out: id i64, teammate_id i64, by_id i64, ticket_id i64?, principle i64, honoured str, note str, at_us i64
-- carries: career_review
SELECT id, teammate_id, by_id, ticket_id, principle, honoured, note, at_us
FROM career_review ORDER BY id;

-- name: career_review_add :one
-- in: teammate_id i64, by_id i64, ticket_id i64?, principle i64, honoured str, note str, at_us i64
-- out: id i64
INSERT INTO career_review (teammate_id, by_id, ticket_id, principle, honoured, note, at_us)
VALUES (:teammate_id, :by_id, :ticket_id, :principle, :honoured, :note, :at_us)
RETURNING id;

-- name: career_item_rows :each
-- out: id i64, kind str, title str, area str, url str, minutes i64?, by_name str, on_date str, about str, created_us i64, removed_us i64?
-- carries: career_item
SELECT id, kind, title, area, url, minutes, by_name, on_date, about, created_us, removed_us
FROM career_item ORDER BY id;

-- name: career_item_row :opt
-- in: id i64
-- out: id i64, kind str, title str, area str, url str, minutes i64?, by_name str, on_date str, about str, created_us i64, removed_us i64?
SELECT id, kind, title, area, url, minutes, by_name, on_date, about, created_us, removed_us
FROM career_item WHERE id = :id;

-- name: career_item_add :one
-- in: kind str, title str, area str, url str, minutes i64?, by_name str, on_date str, about str, created_us i64, removed_us i64?
-- out: id i64
INSERT INTO career_item (kind, title, area, url, minutes, by_name, on_date, about, created_us, removed_us)
VALUES (:kind, :title, :area, :url, :minutes, :by_name, :on_date, :about, :created_us, :removed_us)
RETURNING id;

-- name: career_item_put :exec
-- in: id i64, kind str, title str, area str, url str, minutes i64?, by_name str, on_date str, about str, created_us i64, removed_us i64?
UPDATE career_item
SET kind = :kind, title = :title, area = :area, url = :url, minutes = :minutes, by_name = :by_name, on_date = :on_date, about = :about,
    created_us = :created_us, removed_us = :removed_us
WHERE id = :id;

-- name: career_done_rows :each
-- out: id i64, item_id i64, teammate_id i64, at_us i64
-- carries: career_done
SELECT id, item_id, teammate_id, at_us
FROM career_done ORDER BY id;

-- name: career_done_add :one
-- in: item_id i64, teammate_id i64, at_us i64
-- out: id i64
INSERT INTO career_done (item_id, teammate_id, at_us)
VALUES (:item_id, :teammate_id, :at_us)
RETURNING id;

-- name: career_profile_rows :each
-- out: id i64, teammate_id i64, field str, body str, changed_us i64
-- carries: career_profile
SELECT id, teammate_id, field, body, changed_us
FROM career_profile ORDER BY id;

-- name: career_profile_add :one
-- in: teammate_id i64, field str, body str, changed_us i64
-- out: id i64
INSERT INTO career_profile (teammate_id, field, body, changed_us)
VALUES (:teammate_id, :field, :body, :changed_us)
RETURNING id;

-- name: career_profile_put :exec
-- in: id i64, teammate_id i64, field str, body str, changed_us i64
UPDATE career_profile
SET teammate_id = :teammate_id, field = :field, body = :body, changed_us = :changed_us
WHERE id = :id;
