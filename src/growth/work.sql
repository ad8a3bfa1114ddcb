-- work.sql: account work by customer, by kind, by person; what a kind asks for on a day.

-- name: work_kind_on :opt
-- in: slug str, date str
-- out: id i64, slug str, valid_from str, valid_to str?, name str, about str, for_account i64, ideal_days i64?, max_days i64?, with_parts str, source str
SELECT id, slug, valid_from, valid_to, name, about, for_account, ideal_days, max_days, with_parts, source FROM work_kind
WHERE slug = :slug AND valid_from <= :date AND (valid_to IS NULL OR valid_to > :date) ORDER BY valid_from DESC LIMIT 1;

-- name: work_kind_of_date :opt
-- in: slug str, valid_from str
-- out: id i64
SELECT id FROM work_kind WHERE slug = :slug AND valid_from = :valid_from;

-- name: work_part_kind_of_date :opt
-- in: kind str, slug str, valid_from str
-- out: id i64
SELECT id FROM work_part_kind WHERE kind = :kind AND slug = :slug AND valid_from = :valid_from;

-- name: work_part_kinds_on :many
-- in: kind str, date str
-- out: slug str, phase str, title str, answer_kind str, led_by str, position i64
SELECT slug, phase, title, answer_kind, led_by, position FROM work_part_kind
WHERE kind = :kind AND valid_from <= :date AND (valid_to IS NULL OR valid_to > :date) ORDER BY position, id;

-- name: work_page :many
-- in: before_id i64, kind str?, organisation_id i64?, max i64
-- out: id i64, kind str, organisation_id i64?, organisation str?, title str, owner_id i64?, owner str?, with_name str?, with_part str, team str?, state str, health str, starts_on str?, due_on str?, parts i64, answered i64
SELECT w.id, w.kind, w.organisation_id, o.name AS organisation, w.title, w.owner_id, t.name AS owner, u.name AS with_name, w.with_part, m.name AS team, w.state,
  w.health, w.starts_on, w.due_on, (SELECT count(*) FROM work_part p WHERE p.item_id = w.id) AS parts,
  (SELECT count(*) FROM work_part p WHERE p.item_id = w.id AND p.answer <> '') AS answered
FROM work_item w LEFT JOIN organisation o ON o.id = w.organisation_id LEFT JOIN teammate t ON t.id = w.owner_id LEFT JOIN teammate u ON u.id = w.with_id
LEFT JOIN team m ON m.id = w.team_id
WHERE w.id < :before_id AND (:kind IS NULL OR w.kind = :kind) AND (:organisation_id IS NULL OR w.organisation_id = :organisation_id)
ORDER BY w.id DESC LIMIT :max;

-- name: work_mine :many
-- in: me i64, max i64
-- out: id i64, kind str, title str, state str, organisation str?
SELECT w.id, w.kind, w.title, w.state, o.name AS organisation FROM work_item w LEFT JOIN organisation o ON o.id = w.organisation_id
WHERE w.state IN ('open', 'proposed', 'accepted') AND (w.owner_id = :me OR w.with_id = :me
  OR w.id IN (SELECT m.item_id FROM work_member m WHERE m.teammate_id = :me AND m.removed_us IS NULL))
ORDER BY w.id DESC LIMIT :max;

-- name: work_parts_of :many
-- in: item_id i64
-- out: id i64, item_id i64, slug str, phase str, title str, answer_kind str, led_by str, position i64, answer str, answered_by i64?, answered_us i64?
SELECT id, item_id, slug, phase, title, answer_kind, led_by, position, answer, answered_by, answered_us FROM work_part WHERE item_id = :item_id
ORDER BY position, id;

-- name: work_members_of :many
-- in: item_id i64
-- out: id i64, teammate_id i64, name str, part str
SELECT m.id, m.teammate_id, t.name, m.part FROM work_member m JOIN teammate t ON t.id = m.teammate_id
WHERE m.item_id = :item_id AND m.removed_us IS NULL ORDER BY m.part, m.id;

-- name: work_member_find :opt
-- in: item_id i64, teammate_id i64
-- out: id i64, item_id i64, teammate_id i64, part str, joined_us i64, removed_us i64?
SELECT id, item_id, teammate_id, part, joined_us, removed_us FROM work_member WHERE item_id = :item_id AND teammate_id = :teammate_id;

-- name: work_own_count :one
-- in: me i64, kind str, since_us i64
-- out: owned i64, delivered i64
SELECT count(*) AS owned, CAST(COALESCE(sum(CASE WHEN state IN ('done', 'delivered') THEN 1 ELSE 0 END), 0) AS BIGINT) AS delivered FROM work_item
WHERE owner_id = :me AND kind = :kind AND created_us >= :since_us AND state NOT IN ('dropped', 'declined');

-- name: work_with_count :one
-- in: me i64, kind str, since_us i64
-- out: n i64
SELECT count(*) AS n FROM work_item WHERE with_id = :me AND kind = :kind AND created_us >= :since_us AND state NOT IN ('dropped', 'declined');

-- name: work_member_count :one
-- in: me i64, kind str, since_us i64
-- out: n i64, leads i64
SELECT count(*) AS n, CAST(COALESCE(sum(CASE WHEN m.part = 'lead' THEN 1 ELSE 0 END), 0) AS BIGINT) AS leads
FROM work_member m JOIN work_item w ON w.id = m.item_id
WHERE m.teammate_id = :me AND m.removed_us IS NULL AND m.joined_us >= :since_us AND w.kind = :kind AND w.state NOT IN ('dropped', 'declined');

-- name: work_team :opt
-- in: id i64
-- out: id i64, name str
SELECT id, name FROM team WHERE id = :id;

-- name: work_org :opt
-- in: id i64
-- out: id i64, name str, deleted_us i64?
SELECT id, name, deleted_us FROM organisation WHERE id = :id;
