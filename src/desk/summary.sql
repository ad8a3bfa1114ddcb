-- Summaries of resolved cases.

-- name: case_summary_rows :each
-- out: id i64, ticket_id i64, kind str, version str?, deployment str?, service str?, environment str, symptom str, steps str, cause str, action str, docs str, docs_url str?, docs_task_id i64?, author_name str, created_us i64, updated_us i64
-- carries: case_summary
SELECT id, ticket_id, kind, version, deployment, service, environment, symptom, steps, cause, action, docs, docs_url, docs_task_id, author_name, created_us, updated_us
FROM case_summary ORDER BY id;

-- name: case_summary_of :opt
-- in: ticket_id i64
-- out: id i64, ticket_id i64, kind str, version str?, deployment str?, service str?, environment str, symptom str, steps str, cause str, action str, docs str, docs_url str?, docs_task_id i64?, author_name str, created_us i64, updated_us i64
SELECT id, ticket_id, kind, version, deployment, service, environment, symptom, steps, cause, action, docs, docs_url, docs_task_id, author_name, created_us, updated_us
FROM case_summary WHERE ticket_id = :ticket_id;

-- name: case_summary_insert :one
-- in: ticket_id i64, kind str, version str?, deployment str?, service str?, environment str, symptom str, steps str, cause str, action str, docs str, docs_url str?, docs_task_id i64?, author_name str, created_us i64, updated_us i64
-- out: id i64
INSERT INTO case_summary (ticket_id, kind, version, deployment, service, environment, symptom, steps, cause, action, docs, docs_url, docs_task_id, author_name, created_us, updated_us)
VALUES (:ticket_id, :kind, :version, :deployment, :service, :environment, :symptom, :steps, :cause, :action, :docs, :docs_url, :docs_task_id, :author_name, :created_us, :updated_us) RETURNING id;

-- name: case_summary_put :exec
-- in: id i64, kind str, version str?, deployment str?, service str?, environment str, symptom str, steps str, cause str, action str, docs str, docs_url str?, docs_task_id i64?, author_name str, updated_us i64
UPDATE case_summary SET kind = :kind, version = :version, deployment = :deployment, service = :service, environment = :environment, symptom = :symptom, steps = :steps,
  cause = :cause, action = :action, docs = :docs, docs_url = :docs_url, docs_task_id = :docs_task_id, author_name = :author_name, updated_us = :updated_us WHERE id = :id;

-- name: summary_any :opt
-- out: id i64
SELECT id FROM case_summary LIMIT 1;

-- name: summary_words_put :exec
-- in: id i64, words str
INSERT INTO summary_text (rowid, words) VALUES (:id, :words);
-- pg:
INSERT INTO summary_text (rowid, words) VALUES (:id, to_tsvector('simple', :words));

-- name: summary_words_drop :exec
-- in: id i64
DELETE FROM summary_text WHERE rowid = :id;

-- name: summary_words_missing :each
-- out: id i64
SELECT s.id FROM case_summary s WHERE NOT EXISTS (SELECT 1 FROM summary_text x WHERE x.rowid = s.id);

-- By words, newest first; the fields narrow.
-- name: summary_find :many
-- in: words str, version str?, deployment str?, service str?, before i64, max i64
-- out: id i64, ticket_id i64, kind str, version str?, deployment str?, service str?, symptom str, cause str, action str, docs str, docs_url str?, updated_us i64
SELECT s.id, s.ticket_id, s.kind, s.version, s.deployment, s.service, s.symptom, s.cause, s.action, s.docs, s.docs_url, s.updated_us
FROM summary_text x JOIN case_summary s ON s.id = x.rowid
WHERE summary_text MATCH :words AND x.rowid < :before AND (:version IS NULL OR lower(s.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(s.deployment) LIKE :deployment ESCAPE '\') AND (:service IS NULL OR lower(s.service) LIKE :service ESCAPE '\')
ORDER BY x.rowid DESC LIMIT :max;
-- pg:
SELECT s.id, s.ticket_id, s.kind, s.version, s.deployment, s.service, s.symptom, s.cause, s.action, s.docs, s.docs_url, s.updated_us
FROM summary_text x JOIN case_summary s ON s.id = x.rowid
WHERE x.words @@ to_tsquery('simple', :words) AND x.rowid < :before AND (:version IS NULL OR lower(s.version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(s.deployment) LIKE :deployment ESCAPE '\') AND (:service IS NULL OR lower(s.service) LIKE :service ESCAPE '\')
ORDER BY x.rowid DESC LIMIT :max;

-- name: summary_newest :many
-- in: version str?, deployment str?, service str?, before i64, max i64
-- out: id i64, ticket_id i64, kind str, version str?, deployment str?, service str?, symptom str, cause str, action str, docs str, docs_url str?, updated_us i64
SELECT id, ticket_id, kind, version, deployment, service, symptom, cause, action, docs, docs_url, updated_us FROM case_summary
WHERE id < :before AND (:version IS NULL OR lower(version) LIKE :version ESCAPE '\')
  AND (:deployment IS NULL OR lower(deployment) LIKE :deployment ESCAPE '\') AND (:service IS NULL OR lower(service) LIKE :service ESCAPE '\')
ORDER BY id DESC LIMIT :max;

-- What shares words with a ticket: the best by the engine's rank, among the newest that share any.
-- name: summary_like :many
-- in: words str, not_ticket i64, max i64
-- out: id i64, ticket_id i64, kind str, version str?, symptom str, cause str, action str, environment str, steps str, docs str, docs_url str?
SELECT s.id, s.ticket_id, s.kind, s.version, s.symptom, s.cause, s.action, s.environment, s.steps, s.docs, s.docs_url
FROM summary_text x JOIN case_summary s ON s.id = x.rowid
WHERE summary_text MATCH :words AND s.ticket_id <> :not_ticket
ORDER BY bm25(summary_text) LIMIT :max;
-- pg:
SELECT s.id, s.ticket_id, s.kind, s.version, s.symptom, s.cause, s.action, s.environment, s.steps, s.docs, s.docs_url
FROM (SELECT rowid, words FROM summary_text WHERE words @@ to_tsquery('simple', :words) ORDER BY rowid DESC LIMIT 2000) x
JOIN case_summary s ON s.id = x.rowid
WHERE s.ticket_id <> :not_ticket
ORDER BY ts_rank(x.words, to_tsquery('simple', :words)) DESC, s.id DESC LIMIT :max;

-- name: summary_ticket_text :opt
-- in: ticket_id i64
-- out: body str
SELECT body FROM message WHERE ticket_id = :ticket_id AND kind = 'customer' AND state <> 'undone' ORDER BY at_us, id LIMIT 1;

-- People whose names must not be in a summary: on the ticket (near), and the rest of the customer.
-- name: summary_people :many
-- in: ticket_id i64, organisation_id i64, requester_id i64
-- out: name str, near i64
SELECT c.name, 1 AS near FROM contact c WHERE c.id = :requester_id
UNION
SELECT c.name, 1 FROM ticket_cc x JOIN contact c ON c.id = x.contact_id WHERE x.ticket_id = :ticket_id
UNION
SELECT m.author_name, 1 FROM message m WHERE m.ticket_id = :ticket_id AND m.author_kind = 'contact'
UNION
SELECT name, 0 FROM (SELECT name FROM contact WHERE organisation_id = :organisation_id ORDER BY id LIMIT 2000) o;
