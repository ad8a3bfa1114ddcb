-- Statements of mail: addresses of ours, what came in, threads, brakes.

-- name: mail_address_find :opt
-- in: address str
-- out: id i64, address str, label str, kind str, team_id i64?, acknowledge i64, active i64, created_us i64
SELECT id, address, label, kind, team_id, acknowledge, active, created_us FROM mail_address WHERE address = :address;

-- name: mail_address_get :one
-- in: id i64
-- out: id i64, address str, label str, kind str, team_id i64?, acknowledge i64, active i64, created_us i64
SELECT id, address, label, kind, team_id, acknowledge, active, created_us FROM mail_address WHERE id = :id;

-- name: mail_address_rows :each
-- out: id i64, address str, label str, kind str, team_id i64?, acknowledge i64, active i64, created_us i64
-- carries: mail_address
SELECT id, address, label, kind, team_id, acknowledge, active, created_us FROM mail_address ORDER BY id;

-- name: mail_address_all :many
-- out: id i64, address str, label str, kind str, team_id i64?, acknowledge i64, active i64, created_us i64
SELECT id, address, label, kind, team_id, acknowledge, active, created_us FROM mail_address ORDER BY id LIMIT 200;

-- name: mail_address_insert :one
-- in: address str, label str, kind str, team_id i64?, acknowledge i64, active i64, created_us i64
-- out: id i64
INSERT INTO mail_address (address, label, kind, team_id, acknowledge, active, created_us)
VALUES (:address, :label, :kind, :team_id, :acknowledge, :active, :created_us) RETURNING id;

-- name: mail_address_put :exec
-- in: id i64, label str, kind str, team_id i64?, acknowledge i64, active i64
UPDATE mail_address SET label = :label, kind = :kind, team_id = :team_id, acknowledge = :acknowledge, active = :active WHERE id = :id;

-- name: inbox_insert :opt
-- in: source str, external_id str, dest str, sender str, raw_blob str, raw_bytes i64, received_us i64
-- out: id i64
INSERT INTO inbox (source, external_id, dest, sender, raw_blob, raw_bytes, state, attempt, received_us)
VALUES (:source, :external_id, :dest, :sender, :raw_blob, :raw_bytes, 'new', 0, :received_us)
ON CONFLICT (source, external_id) DO NOTHING RETURNING id;

-- name: inbox_by_external :one
-- in: source str, external_id str
-- out: id i64
SELECT id FROM inbox WHERE source = :source AND external_id = :external_id;

-- name: inbox_get :opt
-- in: id i64
-- out: id i64, dest str, sender str, raw_blob str, raw_bytes i64, state str, outcome str?, reason str?, trace str?, ticket_id i64?, message_id i64?, attempt i64, received_us i64
SELECT id, dest, sender, raw_blob, raw_bytes, state, outcome, reason, trace, ticket_id, message_id, attempt, received_us FROM inbox WHERE id = :id;

-- name: inbox_settle :exec
-- in: id i64, state str, outcome str, reason str, trace str, ticket_id i64?, message_id i64?, settled_us i64
UPDATE inbox SET state = :state, outcome = :outcome, reason = :reason, trace = :trace, ticket_id = :ticket_id, message_id = :message_id,
  attempt = attempt + 1, settled_us = :settled_us
WHERE id = :id;

-- name: inbox_again :exec
-- in: id i64
UPDATE inbox SET state = 'new', settled_us = NULL WHERE id = :id;

-- New ones that have waited, and what became of their job.
-- name: inbox_stuck :many
-- in: before_us i64
-- out: id i64, attempt i64, job_state str?, last_error str?
SELECT i.id, i.attempt, j.state AS job_state, j.last_error FROM inbox i
  LEFT JOIN job j ON j.dedup = 'mail.parse:' || CAST(i.id AS TEXT) || ':' || CAST(i.attempt AS TEXT)
WHERE i.state = 'new' AND i.received_us < :before_us AND (j.state IS NULL OR j.state = 'dead') ORDER BY i.id LIMIT 200;

-- name: inbox_list :many
-- in: state str?, before_id i64?, max i64
-- out: id i64, dest str, sender str, raw_bytes i64, state str, outcome str?, reason str?, ticket_id i64?, message_id i64?, attempt i64, received_us i64
SELECT id, dest, sender, raw_bytes, state, outcome, reason, ticket_id, message_id, attempt, received_us FROM inbox
WHERE (:state IS NULL OR state = :state) AND (:before_id IS NULL OR id < :before_id)
ORDER BY id DESC LIMIT :max;

-- name: inbox_on_ticket_since :one
-- in: ticket_id i64, since_us i64
-- out: n i64
SELECT count(*) AS n FROM inbox WHERE ticket_id = :ticket_id AND received_us > :since_us;

-- name: mail_thread_find :opt
-- in: mail_id str
-- out: ticket_id i64
SELECT ticket_id FROM mail_thread WHERE mail_id = :mail_id ORDER BY id LIMIT 1;

-- name: mail_thread_insert :exec
-- in: mail_id str, ticket_id i64, message_id i64?, at_us i64
INSERT INTO mail_thread (mail_id, ticket_id, message_id, at_us) VALUES (:mail_id, :ticket_id, :message_id, :at_us);

-- name: mail_seen_find :opt
-- in: mail_id str, content_sha str, since_us i64
-- out: inbox_id i64, ticket_id i64?
SELECT inbox_id, ticket_id FROM mail_seen WHERE mail_id = :mail_id AND content_sha = :content_sha AND at_us > :since_us;

-- name: mail_seen_insert :exec
-- in: mail_id str, content_sha str, inbox_id i64, ticket_id i64?, at_us i64
INSERT INTO mail_seen (mail_id, content_sha, inbox_id, ticket_id, at_us) VALUES (:mail_id, :content_sha, :inbox_id, :ticket_id, :at_us)
ON CONFLICT (mail_id, content_sha) DO UPDATE SET inbox_id = excluded.inbox_id, ticket_id = excluded.ticket_id, at_us = excluded.at_us;

-- name: mail_auto_count :one
-- in: address str, since_us i64
-- out: n i64
SELECT count(*) AS n FROM mail_auto WHERE address = :address AND at_us > :since_us;

-- name: mail_auto_count_kind :one
-- in: address str, kind str, since_us i64
-- out: n i64
SELECT count(*) AS n FROM mail_auto WHERE address = :address AND kind = :kind AND at_us > :since_us;

-- name: mail_auto_count_all :one
-- in: since_us i64
-- out: n i64
SELECT count(*) AS n FROM mail_auto WHERE at_us > :since_us;

-- name: mail_auto_insert :exec
-- in: address str, kind str, ticket_id i64?, at_us i64
INSERT INTO mail_auto (address, kind, ticket_id, at_us) VALUES (:address, :kind, :ticket_id, :at_us);

-- name: mail_auto_sweep :exec
-- in: before_us i64
DELETE FROM mail_auto WHERE at_us < :before_us;

-- name: mail_seen_sweep :exec
-- in: before_us i64
DELETE FROM mail_seen WHERE at_us < :before_us;

-- Of the thread, with the tickets that were merged into this one; newest first.
-- name: mail_thread_ids :many
-- in: ticket_id i64, before_id i64
-- out: id i64, kind str, mail_id str
WITH RECURSIVE tree (id, depth) AS (
  SELECT id, 0 FROM ticket WHERE id = :ticket_id
  UNION ALL
  SELECT t.id, tree.depth + 1 FROM tree JOIN ticket t ON t.merged_into_id = tree.id WHERE tree.depth < 20
)
SELECT m.id, m.kind, m.mail_id FROM tree CROSS JOIN message m
WHERE m.ticket_id = tree.id AND m.kind IN ('customer', 'public') AND m.mail_id IS NOT NULL AND m.state IN ('received', 'sent') AND m.id < :before_id
ORDER BY m.id DESC LIMIT 19;

-- name: mail_thread_first :opt
-- in: ticket_id i64, before_id i64
-- out: id i64, kind str, mail_id str
WITH RECURSIVE tree (id, depth) AS (
  SELECT id, 0 FROM ticket WHERE id = :ticket_id
  UNION ALL
  SELECT t.id, tree.depth + 1 FROM tree JOIN ticket t ON t.merged_into_id = tree.id WHERE tree.depth < 20
)
SELECT m.id, m.kind, m.mail_id FROM tree CROSS JOIN message m
WHERE m.ticket_id = tree.id AND m.kind IN ('customer', 'public') AND m.mail_id IS NOT NULL AND m.state IN ('received', 'sent') AND m.id < :before_id
ORDER BY m.id LIMIT 1;

-- name: mail_confirmation_ticket :opt
-- in: id i64
-- out: ticket_id i64
SELECT ticket_id FROM confirmation WHERE id = :id;

-- name: mail_teammate :opt
-- in: email str
-- out: id i64, name str
SELECT id, name FROM teammate WHERE email = :email AND state = 'active';

-- name: mail_message_ticket :opt
-- in: id i64
-- out: ticket_id i64
SELECT ticket_id FROM message WHERE id = :id;

-- name: mail_attachments :many
-- in: message_id i64
-- out: filename str, content_type str, blob str, bytes i64
SELECT filename, content_type, blob, bytes FROM attachment WHERE message_id = :message_id ORDER BY id LIMIT 200;

-- What came from outside, for sending it on: a message of ours is never in it.
-- name: mail_original :opt
-- in: id i64
-- out: raw_blob str?, raw_bytes i64?
SELECT i.raw_blob, i.raw_bytes FROM message m LEFT JOIN inbox i ON i.id = m.inbox_id WHERE m.id = :id AND m.kind IN ('customer', 'unverified') AND m.state <> 'undone';

-- name: mail_is_copy :opt
-- in: ticket_id i64, contact_id i64
-- out: state str
SELECT state FROM ticket_cc WHERE ticket_id = :ticket_id AND contact_id = :contact_id;

-- name: mail_outbox_row :opt
-- in: id i64
-- out: ticket_id i64?, dest str
SELECT ticket_id, dest FROM outbox WHERE id = :id;

-- name: mail_author :opt
-- in: id i64
-- out: name str, signature str
SELECT name, signature FROM teammate WHERE id = :id;

-- name: mail_message_view :opt
-- in: id i64
-- out: ticket_id i64, kind str, html_blob str?, inbox_id i64?
SELECT ticket_id, kind, html_blob, inbox_id FROM message WHERE id = :id;

-- name: mail_cid :opt
-- in: message_id i64, content_id str
-- out: blob str, content_type str
SELECT blob, content_type FROM attachment WHERE message_id = :message_id AND content_id = :content_id LIMIT 1;

-- name: mail_team :opt
-- in: id i64
-- out: id i64
SELECT id FROM team WHERE id = :id;
