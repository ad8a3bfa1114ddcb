-- Rules of solving, what is filled in at the close, and the citations.

-- name: resolve_rule_rows :each
-- out: id i64, code str, name str, applies str, gates str, fields bool, counted bool, cited_by str, valid_from str, valid_to str?, source str
-- carries: resolve_rule
SELECT id, code, name, applies, gates, fields, counted, cited_by, valid_from, valid_to, source FROM resolve_rule ORDER BY id;

-- name: resolve_rule_find :opt
-- in: code str, valid_from str
-- out: id i64, code str, name str, applies str, gates str, fields bool, counted bool, cited_by str, valid_from str, valid_to str?, source str
SELECT id, code, name, applies, gates, fields, counted, cited_by, valid_from, valid_to, source FROM resolve_rule WHERE code = :code AND valid_from = :valid_from;

-- The editions of a code that hold on a day: none or one.
-- name: resolve_rule_on :opt
-- in: code str, day str
-- out: id i64, code str, name str, applies str, gates str, fields bool, counted bool, cited_by str, valid_from str, valid_to str?, source str
SELECT id, code, name, applies, gates, fields, counted, cited_by, valid_from, valid_to, source FROM resolve_rule
WHERE code = :code AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) ORDER BY valid_from DESC LIMIT 1;

-- The edition that holds on a day and is cited by the customer's yes, or by a timer: `who` is a pattern, as in resolve_cites(). The one that began last.
-- name: resolve_rule_by :opt
-- in: who str, day str
-- out: id i64, code str, name str, applies str, gates str, fields bool, counted bool, cited_by str, valid_from str, valid_to str?, source str
SELECT id, code, name, applies, gates, fields, counted, cited_by, valid_from, valid_to, source FROM resolve_rule
WHERE ' ' || cited_by || ' ' LIKE :who AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) ORDER BY valid_from DESC, id DESC LIMIT 1;

-- name: resolve_rules_on :many
-- in: day str
-- out: id i64, code str, name str, applies str, gates str, fields bool, counted bool, cited_by str, valid_from str, valid_to str?, source str
SELECT id, code, name, applies, gates, fields, counted, cited_by, valid_from, valid_to, source FROM resolve_rule
WHERE valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) ORDER BY code, valid_from LIMIT 40;

-- name: resolve_rule_add :one
-- in: code str, name str, applies str, gates str, fields bool, counted bool, cited_by str, valid_from str, valid_to str?, source str
-- out: id i64
INSERT INTO resolve_rule (code, name, applies, gates, fields, counted, cited_by, valid_from, valid_to, source)
VALUES (:code, :name, :applies, :gates, :fields, :counted, :cited_by, :valid_from, :valid_to, :source) RETURNING id;

-- name: resolve_rule_cited_by :exec
-- in: id i64, cited_by str
UPDATE resolve_rule SET cited_by = :cited_by WHERE id = :id;

-- name: resolve_rule_end :exec
-- in: id i64, valid_to str?
UPDATE resolve_rule SET valid_to = :valid_to WHERE id = :id;

-- name: close_field_rows :each
-- out: id i64, field str, words str, valid_from str, valid_to str?, source str
-- carries: close_field
SELECT id, field, words, valid_from, valid_to, source FROM close_field ORDER BY id;

-- name: close_field_find :opt
-- in: field str, valid_from str
-- out: id i64, field str, words str, valid_from str, valid_to str?, source str
SELECT id, field, words, valid_from, valid_to, source FROM close_field WHERE field = :field AND valid_from = :valid_from;

-- name: close_fields_on :many
-- in: day str
-- out: id i64, field str, words str, valid_from str, valid_to str?, source str
SELECT id, field, words, valid_from, valid_to, source FROM close_field WHERE valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) ORDER BY id LIMIT 20;

-- name: close_field_add :one
-- in: field str, words str, valid_from str, valid_to str?, source str
-- out: id i64
INSERT INTO close_field (field, words, valid_from, valid_to, source) VALUES (:field, :words, :valid_from, :valid_to, :source) RETURNING id;

-- name: close_field_end :exec
-- in: id i64, valid_to str?
UPDATE close_field SET valid_to = :valid_to WHERE id = :id;

-- name: closing_rows :each
-- out: id i64, ticket_id i64, lifecycle str?, engineering str?, docs str?, docs_url str?, sentiment str?, sentiment_note str?, updated_us i64
-- carries: closing
SELECT id, ticket_id, lifecycle, engineering, docs, docs_url, sentiment, sentiment_note, updated_us FROM closing ORDER BY id;

-- name: closing_of :opt
-- in: ticket_id i64
-- out: id i64, ticket_id i64, lifecycle str?, engineering str?, docs str?, docs_url str?, sentiment str?, sentiment_note str?, updated_us i64
SELECT id, ticket_id, lifecycle, engineering, docs, docs_url, sentiment, sentiment_note, updated_us FROM closing WHERE ticket_id = :ticket_id;

-- name: closing_add :one
-- in: ticket_id i64, lifecycle str?, engineering str?, docs str?, docs_url str?, sentiment str?, sentiment_note str?, updated_us i64
-- out: id i64
INSERT INTO closing (ticket_id, lifecycle, engineering, docs, docs_url, sentiment, sentiment_note, updated_us)
VALUES (:ticket_id, :lifecycle, :engineering, :docs, :docs_url, :sentiment, :sentiment_note, :updated_us) RETURNING id;

-- name: closing_put :exec
-- in: id i64, lifecycle str?, engineering str?, docs str?, docs_url str?, sentiment str?, sentiment_note str?, updated_us i64
UPDATE closing SET lifecycle = :lifecycle, engineering = :engineering, docs = :docs, docs_url = :docs_url, sentiment = :sentiment,
  sentiment_note = :sentiment_note, updated_us = :updated_us WHERE id = :id;

-- name: resolution_rows :each
-- out: id i64, ticket_id i64, rule str, rule_id i64?, how str, by_name str, gates str, confirmation_id i64?, counted bool, to_fill str?, filled_us i64?, at_us i64, holder_id i64?
-- carries: resolution
SELECT id, ticket_id, rule, rule_id, how, by_name, gates, confirmation_id, counted, to_fill, filled_us, at_us, holder_id FROM resolution ORDER BY id;

-- name: resolution_of :opt
-- in: ticket_id i64
-- out: id i64, ticket_id i64, rule str, rule_id i64?, how str, by_name str, gates str, confirmation_id i64?, counted bool, to_fill str?, filled_us i64?, at_us i64, holder_id i64?
SELECT id, ticket_id, rule, rule_id, how, by_name, gates, confirmation_id, counted, to_fill, filled_us, at_us, holder_id FROM resolution
WHERE ticket_id = :ticket_id ORDER BY id DESC LIMIT 1;

-- name: resolution_add :one
-- in: ticket_id i64, rule str, rule_id i64?, how str, by_name str, gates str, confirmation_id i64?, counted bool, to_fill str?, filled_us i64?, at_us i64, holder_id i64?
-- out: id i64
INSERT INTO resolution (ticket_id, rule, rule_id, how, by_name, gates, confirmation_id, counted, to_fill, filled_us, at_us, holder_id)
VALUES (:ticket_id, :rule, :rule_id, :how, :by_name, :gates, :confirmation_id, :counted, :to_fill, :filled_us, :at_us, :holder_id) RETURNING id;

-- name: resolution_filled :exec
-- in: id i64, filled_us i64
UPDATE resolution SET filled_us = :filled_us WHERE id = :id;

-- name: resolution_confirm :exec
-- in: id i64, confirmation_id i64?
UPDATE resolution SET confirmation_id = :confirmation_id WHERE id = :id;

-- name: resolution_hold :exec
-- in: id i64, holder_id i64?
UPDATE resolution SET holder_id = :holder_id WHERE id = :id;

-- A row of the list of what is to be filled in.
-- fragment: to_fill_row
-- out: id i64, ticket_id i64, subject str, assignee_id i64?, rule str, how str, to_fill str, at_us i64
r.id AS id, r.ticket_id, t.subject, t.assignee_id, r.rule, r.how, coalesce(r.to_fill, '') AS to_fill, r.at_us

-- What stands to be filled in: cases that ended without an engineer, newest first; one holder's.
-- name: resolution_to_fill_of :many
-- in: holder i64, before i64, max i64
-- out: {to_fill_row}
SELECT {to_fill_row} FROM resolution r CROSS JOIN ticket t
WHERE t.id = r.ticket_id AND r.holder_id = :holder AND r.filled_us IS NULL AND r.id < :before
ORDER BY r.id DESC LIMIT :max;

-- The same, everybody's and nobody's.
-- name: resolution_to_fill_page :many
-- in: before i64, max i64
-- out: {to_fill_row}
SELECT {to_fill_row} FROM resolution r CROSS JOIN ticket t   -- SQLite walks the few that wait, not all solved tickets
WHERE t.id = r.ticket_id AND r.to_fill IS NOT NULL AND r.filled_us IS NULL AND r.id < :before AND t.status IN ('solved', 'closed')
  AND NOT EXISTS (SELECT 1 FROM resolution n WHERE n.ticket_id = r.ticket_id AND n.id > r.id)
ORDER BY r.id DESC LIMIT :max;

-- How many of them are somebody's, up to :max: out of the index alone, for the top of each list.
-- name: resolution_to_fill_count :one
-- in: holder i64, max i64
-- out: n i64
SELECT count(*) AS n FROM (SELECT id FROM resolution WHERE holder_id = :holder AND filled_us IS NULL LIMIT :max) x;

-- All that the gates ask of a case's log, in one read. `since` is when the customer last wrote; `now` leaves out what is being sent.
-- name: resolve_facts :one
-- in: ticket_id i64, organisation_id i64, since i64, now i64
-- out: open_tasks i64, loose_tasks i64, open_task i64?, confirmed_us i64?, confirmation_id i64?, replies i64, asks i64, advised i64, workarounds i64, ces i64, ces_told i64, tas i64, tas_told i64, summary i64, summary_docs str?, stage str?
SELECT
  (SELECT count(*) FROM ticket_link l JOIN ticket k ON k.id = l.from_id WHERE l.to_id = :ticket_id AND l.kind = 'task_of' AND l.removed_us IS NULL
    AND k.status IN ('new', 'open', 'pending', 'on_hold')) AS open_tasks,
  (SELECT count(*) FROM ticket_link l JOIN ticket k ON k.id = l.from_id WHERE l.to_id = :ticket_id AND l.kind = 'task_of' AND l.removed_us IS NULL
    AND k.status IN ('new', 'open', 'pending', 'on_hold') AND k.assignee_id IS NULL) AS loose_tasks,
  (SELECT min(k.id) FROM ticket_link l JOIN ticket k ON k.id = l.from_id WHERE l.to_id = :ticket_id AND l.kind = 'task_of' AND l.removed_us IS NULL
    AND k.status IN ('new', 'open', 'pending', 'on_hold')) AS open_task,
  (SELECT max(answered_us) FROM confirmation WHERE ticket_id = :ticket_id AND answer = 'yes') AS confirmed_us,
  (SELECT max(id) FROM confirmation WHERE ticket_id = :ticket_id AND answer = 'yes') AS confirmation_id,
  (SELECT count(*) FROM message WHERE ticket_id = :ticket_id AND at_us > :since AND at_us < :now AND kind = 'public' AND author_kind = 'teammate'
    AND state IN ('held', 'sent')) AS replies,
  (SELECT count(*) FROM confirmation WHERE ticket_id = :ticket_id AND answer IS NULL AND asked_us > :since AND asked_us < :now) AS asks,
  (SELECT count(*) FROM message WHERE ticket_id = :ticket_id AND kind = 'public' AND state IN ('held', 'sent')
    AND mark IN ('substantive', 'workaround', 'awaiting_confirmation')) AS advised,
  (SELECT count(*) FROM message WHERE ticket_id = :ticket_id AND kind = 'public' AND state IN ('held', 'sent') AND mark = 'workaround') AS workarounds,
  (SELECT count(*) FROM org_person p WHERE p.organisation_id = :organisation_id AND p.part = 'ce' AND p.removed_us IS NULL) AS ces,
  (SELECT count(*) FROM org_person p JOIN ticket_follower f ON f.teammate_id = p.teammate_id AND f.ticket_id = :ticket_id AND f.removed_us IS NULL
    WHERE p.organisation_id = :organisation_id AND p.part = 'ce' AND p.removed_us IS NULL) AS ces_told,
  (SELECT count(*) FROM org_person p WHERE p.organisation_id = :organisation_id AND p.part = 'ta' AND p.removed_us IS NULL) AS tas,
  (SELECT count(*) FROM org_person p JOIN ticket_follower f ON f.teammate_id = p.teammate_id AND f.ticket_id = :ticket_id AND f.removed_us IS NULL
    WHERE p.organisation_id = :organisation_id AND p.part = 'ta' AND p.removed_us IS NULL) AS tas_told,
  (SELECT count(*) FROM case_summary WHERE ticket_id = :ticket_id) AS summary,
  (SELECT docs FROM case_summary WHERE ticket_id = :ticket_id) AS summary_docs,
  (SELECT stage FROM organisation WHERE id = :organisation_id) AS stage;

-- What we wrote in a case: for links. public = only what the customer can read.
-- name: resolve_ours :many
-- in: ticket_id i64
-- out: id i64, kind str, body str
SELECT id, kind, body FROM message WHERE ticket_id = :ticket_id AND kind IN ('public', 'note') AND state IN ('held', 'sent') ORDER BY at_us DESC, id DESC LIMIT 100;

-- Cases that are solved and cite nothing, though rules were there when it happened.
-- name: resolve_uncited :each
-- in: from_us i64
-- out: id i64
SELECT t.id FROM ticket t WHERE t.status = 'solved' AND t.status_since_us > :from_us AND NOT EXISTS (SELECT 1 FROM resolution r WHERE r.ticket_id = t.id);

-- name: resolve_began :opt
-- out: at_us i64
SELECT at_us FROM event WHERE kind = 'resolve_rule.created' ORDER BY seq LIMIT 1;

-- What waits to be filled in, and stands in another list than its holder's.
-- name: resolve_astray :each
-- out: ticket_id i64
SELECT r.ticket_id FROM resolution r CROSS JOIN ticket t
WHERE t.id = r.ticket_id AND r.to_fill IS NOT NULL AND r.filled_us IS NULL
  AND coalesce(r.holder_id, 0) <> CASE WHEN t.status IN ('solved', 'closed') AND NOT EXISTS (SELECT 1 FROM resolution n WHERE n.ticket_id = r.ticket_id AND n.id > r.id)
    THEN coalesce(t.assignee_id, 0) ELSE 0 END
ORDER BY r.id;
