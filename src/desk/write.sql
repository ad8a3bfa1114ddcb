-- What is known beside the writing box.

-- Other tickets of the customer that say how they run the product, newest first.
-- name: write_known :many
-- in: organisation_id i64, not_id i64, max i64
-- out: id i64, version str?, deployment str?, created_us i64
SELECT id, version, deployment, created_us FROM (
  SELECT id, version, deployment, created_us FROM ticket WHERE organisation_id = :organisation_id AND id <> :not_id ORDER BY id DESC LIMIT 20) t
WHERE version IS NOT NULL OR deployment IS NOT NULL ORDER BY id DESC LIMIT :max;

-- Our last public messages of a thread, for what was asked already.
-- name: write_ours :many
-- in: ticket_id i64, max i64
-- out: id i64, body str
SELECT id, body FROM message WHERE ticket_id = :ticket_id AND kind = 'public' AND state IN ('held', 'sent') ORDER BY at_us DESC, id DESC LIMIT :max;

-- By which rules a person may solve a case on a day.
-- name: write_rules :many
-- in: day str
-- out: code str, name str
SELECT code, name FROM resolve_rule WHERE (' ' || cited_by || ' ') LIKE '% person %' AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) ORDER BY code, valid_from LIMIT 40;
