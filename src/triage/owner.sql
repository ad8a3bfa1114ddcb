-- Whose a request is: rows by position; and what they go by of a customer.

-- name: owner_rule_rows :each
-- out: id i64, code str, position i64, asks str, stage str, strategic str, ce str, ta str, owner str, action str, route str, dest str, macro str, valid_from str, valid_to str?, reading str, source str, created_us i64
-- carries: owner_rule
SELECT id, code, position, asks, stage, strategic, ce, ta, owner, action, route, dest, macro, valid_from, valid_to, reading, source, created_us FROM owner_rule ORDER BY id;

-- name: owner_rule_all :many
-- in: max i64
-- out: id i64, code str, position i64, asks str, stage str, strategic str, ce str, ta str, owner str, action str, route str, dest str, macro str, valid_from str, valid_to str?, reading str, source str, created_us i64
SELECT id, code, position, asks, stage, strategic, ce, ta, owner, action, route, dest, macro, valid_from, valid_to, reading, source, created_us FROM owner_rule ORDER BY position, id LIMIT :max;

-- Those that can fit a question on a day: few of many. Which of them fits, owner_pick() says (LIKE lets through what only looks alike).
-- name: owner_rule_on :many
-- in: day str, ask str, max i64
-- out: id i64, code str, position i64, asks str, stage str, strategic str, ce str, ta str, owner str, action str, route str, dest str, macro str, valid_from str, valid_to str?, reading str, source str, created_us i64
SELECT id, code, position, asks, stage, strategic, ce, ta, owner, action, route, dest, macro, valid_from, valid_to, reading, source, created_us FROM owner_rule
WHERE valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) AND (asks = '' OR asks LIKE '%' || :ask || '%') ORDER BY position, id LIMIT :max;

-- name: owner_rule_get :opt
-- in: id i64
-- out: id i64, code str, position i64, asks str, stage str, strategic str, ce str, ta str, owner str, action str, route str, dest str, macro str, valid_from str, valid_to str?, reading str, source str, created_us i64
SELECT id, code, position, asks, stage, strategic, ce, ta, owner, action, route, dest, macro, valid_from, valid_to, reading, source, created_us FROM owner_rule WHERE id = :id;

-- name: owner_rule_any :opt
-- out: id i64
SELECT id FROM owner_rule LIMIT 1;

-- name: owner_rule_same :many
-- in: code str, max i64
-- out: id i64, valid_from str, valid_to str?
SELECT id, valid_from, valid_to FROM owner_rule WHERE code = :code ORDER BY valid_from LIMIT :max;

-- name: owner_customer :opt
-- in: id i64
-- out: stage str, strategic bool, ce i64, ta i64
SELECT o.stage, o.strategic,
  (SELECT count(*) FROM org_person p WHERE p.organisation_id = o.id AND p.part = 'ce' AND p.removed_us IS NULL) AS ce,
  (SELECT count(*) FROM org_person p WHERE p.organisation_id = o.id AND p.part = 'ta' AND p.removed_us IS NULL) AS ta
FROM organisation o WHERE o.id = :id;

-- The customer's stage on a day, as the log has it.
-- name: owner_stage_at :opt
-- in: organisation_id i64, at_us i64
-- out: stage str
SELECT stage FROM sla_org_fact WHERE organisation_id = :organisation_id AND at_us <= :at_us ORDER BY at_us DESC, seq DESC LIMIT 1;
