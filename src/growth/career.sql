-- The career after day 90.

-- name: career_level_on :many
-- in: role str, date str
-- out: id i64, role str, level i64, area str, text str, metric str, figure str, unit str, valid_from str, valid_to str?, source str
SELECT id, role, level, area, text, metric, figure, unit, valid_from, valid_to, source FROM career_level
WHERE role = :role AND valid_from <= :date AND (valid_to IS NULL OR valid_to > :date) ORDER BY level, id;

-- name: career_level_find :opt
-- in: role str, level i64, area str, metric str, valid_from str
-- out: id i64, role str, level i64, area str, text str, metric str, figure str, unit str, valid_from str, valid_to str?, source str
SELECT id, role, level, area, text, metric, figure, unit, valid_from, valid_to, source FROM career_level
WHERE role = :role AND level = :level AND area = :area AND metric = :metric AND valid_from = :valid_from;

-- name: career_any :one
-- out: levels i64, skills i64, principles i64
SELECT (SELECT count(*) FROM career_level), (SELECT count(*) FROM career_skill), (SELECT count(*) FROM career_principle);

-- name: career_roadmap_of :opt
-- in: teammate_id i64
-- out: id i64
SELECT id FROM career_roadmap WHERE teammate_id = :teammate_id ORDER BY id DESC LIMIT 1;

-- name: career_check_ins_of :many
-- in: teammate_id i64
-- out: id i64, with_id i64, with_name str, kind str, due_date str, held_date str?, person_note str, other_note str, goals str
SELECT k.id, k.with_id, t.name, k.kind, k.due_date, k.held_date, k.person_note, k.other_note, k.goals
FROM career_check_in k JOIN teammate t ON t.id = k.with_id WHERE k.teammate_id = :teammate_id
ORDER BY CASE WHEN k.held_date IS NULL THEN 0 ELSE 1 END, CASE WHEN k.held_date IS NULL THEN k.due_date END, k.due_date DESC, k.id DESC LIMIT 100;

-- name: career_check_in_find :opt
-- in: teammate_id i64, kind str, due_date str
-- out: id i64
SELECT id FROM career_check_in WHERE teammate_id = :teammate_id AND kind = :kind AND due_date = :due_date;

-- name: career_skills_of :many
-- in: role str, teammate_id i64
-- out: id i64, key str, title str, help str, rating i64?, note str?, at_us i64?, before i64?
-- The newest rating, and the one before it.
SELECT s.id, s.key, s.title, s.help, r.rating, r.note, r.at_us,
       (SELECT b.rating FROM career_rating b WHERE b.teammate_id = :teammate_id AND b.skill_id = s.id AND b.at_us < r.at_us ORDER BY b.at_us DESC LIMIT 1) AS before
FROM career_skill s
LEFT JOIN career_rating r ON r.teammate_id = :teammate_id AND r.skill_id = s.id
  AND r.at_us = (SELECT max(m.at_us) FROM career_rating m WHERE m.teammate_id = :teammate_id AND m.skill_id = s.id)
WHERE s.retired_us IS NULL AND s.role = :role ORDER BY s.id;

-- name: career_skill_one :opt
-- in: id i64
-- out: id i64, role str, key str, title str, help str, retired_us i64?
SELECT id, role, key, title, help, retired_us FROM career_skill WHERE id = :id;

-- name: career_skill_find :opt
-- in: role str, key str
-- out: id i64, role str, key str, title str, help str, retired_us i64?
SELECT id, role, key, title, help, retired_us FROM career_skill WHERE role = :role AND key = :key;

-- name: career_rating_at :opt
-- in: teammate_id i64, skill_id i64, at_us i64
-- out: id i64
SELECT id FROM career_rating WHERE teammate_id = :teammate_id AND skill_id = :skill_id AND at_us >= :at_us;

-- name: career_principles_on :many
-- in: date str
-- out: id i64, number i64, title str, text str, source str
SELECT id, number, title, text, source FROM career_principle WHERE valid_from <= :date AND (valid_to IS NULL OR valid_to > :date) ORDER BY number;

-- name: career_reviews_of :many
-- in: teammate_id i64, max i64
-- out: id i64, by_name str, ticket_id i64?, principle i64, honoured str, note str, at_us i64
SELECT r.id, t.name, r.ticket_id, r.principle, r.honoured, r.note, r.at_us FROM career_review r JOIN teammate t ON t.id = r.by_id
WHERE r.teammate_id = :teammate_id ORDER BY r.at_us DESC, r.principle LIMIT :max;

-- name: career_items :many
-- in: teammate_id i64, before i64, max i64
-- out: id i64, kind str, title str, area str, url str, minutes i64?, by_name str, on_date str, about str, done_us i64?, done_n i64
SELECT i.id, i.kind, i.title, i.area, i.url, i.minutes, i.by_name, i.on_date, i.about,
       (SELECT d.at_us FROM career_done d WHERE d.teammate_id = :teammate_id AND d.item_id = i.id), (SELECT count(*) FROM career_done d WHERE d.item_id = i.id)
FROM career_item i WHERE i.removed_us IS NULL AND i.id < :before ORDER BY i.id DESC LIMIT :max;

-- name: career_done_one :opt
-- in: teammate_id i64, item_id i64
-- out: id i64
SELECT id FROM career_done WHERE teammate_id = :teammate_id AND item_id = :item_id;

-- name: career_profile_of :many
-- in: teammate_id i64
-- out: id i64, teammate_id i64, field str, body str, changed_us i64
SELECT id, teammate_id, field, body, changed_us FROM career_profile WHERE teammate_id = :teammate_id ORDER BY id;
