-- The spine's own statements: events, settings, jobs, the outbox, idempotency.

-- name: event_insert :exec
-- in: seq i64, at_us i64, kind str, entity str, entity_id i64, ticket_id i64?, actor_kind str, actor_id i64?, actor_name str, door str, request_id str, rule str?, reason str?, data str, chain bytes
INSERT INTO event (seq, at_us, kind, entity, entity_id, ticket_id, actor_kind, actor_id, actor_name, door, request_id, rule, reason, data, chain)
VALUES (:seq, :at_us, :kind, :entity, :entity_id, :ticket_id, :actor_kind, :actor_id, :actor_name, :door, :request_id, :rule, :reason, :data, :chain);

-- name: event_newest :opt
-- out: seq i64, chain bytes
SELECT seq, chain FROM event ORDER BY seq DESC LIMIT 1;

-- name: event_page :many
-- in: after_seq i64, max i64
-- out: seq i64, at_us i64, kind str, entity str, entity_id i64, ticket_id i64?, actor_kind str, actor_id i64?, actor_name str, door str, request_id str, rule str?, reason str?, data str
SELECT seq, at_us, kind, entity, entity_id, ticket_id, actor_kind, actor_id, actor_name, door, request_id, rule, reason, data
FROM event WHERE seq > :after_seq ORDER BY seq LIMIT :max;

-- name: event_page_of_ticket :many
-- in: ticket_id i64, after_seq i64, max i64
-- out: seq i64, at_us i64, kind str, entity str, entity_id i64, ticket_id i64?, actor_kind str, actor_id i64?, actor_name str, door str, request_id str, rule str?, reason str?, data str
SELECT seq, at_us, kind, entity, entity_id, ticket_id, actor_kind, actor_id, actor_name, door, request_id, rule, reason, data
FROM event WHERE ticket_id = :ticket_id AND seq > :after_seq ORDER BY seq LIMIT :max;

-- name: event_by_seq :one
-- in: seq i64
-- out: seq i64, at_us i64, kind str, entity str, entity_id i64, ticket_id i64?, actor_kind str, actor_id i64?, actor_name str, door str, request_id str, rule str?, reason str?, data str
SELECT seq, at_us, kind, entity, entity_id, ticket_id, actor_kind, actor_id, actor_name, door, request_id, rule, reason, data
FROM event WHERE seq = :seq;

-- name: event_all_of_entity :each
-- in: entity str
-- out: entity_id i64, seq i64, kind str, data str
SELECT entity_id, seq, kind, data FROM event WHERE entity = :entity ORDER BY entity_id, seq;

-- name: event_chain :each
-- out: seq i64, at_us i64, kind str, entity str, entity_id i64, ticket_id i64?, actor_kind str, actor_id i64?, actor_name str, door str, request_id str, rule str?, reason str?, data str, chain bytes
SELECT seq, at_us, kind, entity, entity_id, ticket_id, actor_kind, actor_id, actor_name, door, request_id, rule, reason, data, chain
FROM event ORDER BY seq;

-- name: setting_find :opt
-- in: key str
-- out: id i64, value str
SELECT id, value FROM setting WHERE key = :key;

-- name: setting_insert :exec
-- in: key str, id i64, value str, changed_us i64
INSERT INTO setting (key, id, value, changed_us) VALUES (:key, :id, :value, :changed_us);

-- name: setting_change :exec
-- in: key str, value str, changed_us i64
UPDATE setting SET value = :value, changed_us = :changed_us WHERE key = :key;

-- name: setting_next_id :one
-- out: id i64
SELECT CAST(coalesce(max(id), 0) + 1 AS BIGINT) AS id FROM setting;

-- name: setting_rows :each
-- out: id i64, key str, value str
-- carries: setting id, changed_us 0
SELECT id, key, value FROM setting ORDER BY id;

-- name: job_insert :exec
-- in: kind str, version i64, payload str, dedup str?, run_at_us i64, created_us i64
INSERT INTO job (kind, version, payload, dedup, state, run_at_us, attempt, created_us)
VALUES (:kind, :version, :payload, :dedup, 'waiting', :run_at_us, 0, :created_us)
ON CONFLICT (dedup) DO NOTHING;

-- name: job_earlier :count
-- in: dedup str, run_at_us i64
UPDATE job SET run_at_us = :run_at_us WHERE dedup = :dedup AND state = 'waiting' AND run_at_us > :run_at_us;

-- name: job_due :opt
-- in: now_us i64
-- out: id i64, kind str, version i64, payload str, attempt i64
SELECT id, kind, version, payload, attempt FROM job
WHERE state = 'waiting' AND run_at_us <= :now_us ORDER BY run_at_us LIMIT 1;

-- name: job_next_due :opt
-- out: run_at_us i64
SELECT run_at_us FROM job WHERE state = 'waiting' ORDER BY run_at_us LIMIT 1;

-- name: job_claim :count
-- in: id i64, worker str, lease_until_us i64
UPDATE job SET state = 'running', attempt = attempt + 1, worker = :worker, lease_until_us = :lease_until_us
WHERE id = :id AND state = 'waiting';

-- name: job_postpone_newer :exec
-- in: id i64, run_at_us i64
UPDATE job SET run_at_us = :run_at_us WHERE id = :id AND state = 'waiting';

-- name: job_done :exec
-- in: id i64, done_us i64
UPDATE job SET state = 'done', dedup = NULL, done_us = :done_us, lease_until_us = NULL, last_error = NULL WHERE id = :id;

-- name: job_again :exec
-- in: id i64, run_at_us i64, last_error str?
UPDATE job SET state = 'waiting', run_at_us = :run_at_us, last_error = :last_error, lease_until_us = NULL WHERE id = :id;

-- name: job_rest :exec
-- in: id i64, run_at_us i64
UPDATE job SET state = 'waiting', run_at_us = :run_at_us, last_error = NULL, lease_until_us = NULL, attempt = 0 WHERE id = :id;

-- name: job_dead :exec
-- in: id i64, done_us i64, last_error str
UPDATE job SET state = 'dead', done_us = :done_us, last_error = :last_error, lease_until_us = NULL WHERE id = :id;

-- name: job_leases_over :count
-- in: now_us i64
UPDATE job SET state = 'waiting', lease_until_us = NULL WHERE state = 'running' AND lease_until_us < :now_us;

-- name: job_sweep :exec
-- in: before_us i64
DELETE FROM job WHERE state = 'done' AND run_at_us < :before_us;

-- name: job_retry :count
-- in: id i64, run_at_us i64
UPDATE job SET state = 'waiting', run_at_us = :run_at_us, attempt = 0, last_error = NULL WHERE id = :id AND state = 'dead';

-- name: outbox_insert :one
-- in: kind str, dest str, dedup str, ticket_id i64?, message_id i64?, body str, next_us i64, created_us i64
-- out: id i64
INSERT INTO outbox (kind, dest, dedup, ticket_id, message_id, body, state, attempt, next_us, created_us)
VALUES (:kind, :dest, :dedup, :ticket_id, :message_id, :body, 'waiting', 0, :next_us, :created_us) RETURNING id;

-- name: outbox_due :opt
-- in: now_us i64
-- out: id i64, kind str, dest str, dedup str, ticket_id i64?, message_id i64?, body str, attempt i64, created_us i64
SELECT id, kind, dest, dedup, ticket_id, message_id, body, attempt, created_us FROM outbox
WHERE state = 'waiting' AND next_us <= :now_us ORDER BY next_us LIMIT 1;

-- name: outbox_next_due :opt
-- out: next_us i64
SELECT next_us FROM outbox WHERE state = 'waiting' ORDER BY next_us LIMIT 1;

-- name: outbox_claim :count
-- in: id i64, lease_until_us i64
UPDATE outbox SET state = 'sending', attempt = attempt + 1, lease_until_us = :lease_until_us WHERE id = :id AND state = 'waiting';

-- name: outbox_settle :exec
-- in: id i64, state str, last_error str?, settled_us i64
UPDATE outbox SET state = :state, last_error = :last_error, settled_us = :settled_us, lease_until_us = NULL WHERE id = :id;

-- name: outbox_again :exec
-- in: id i64, next_us i64, last_error str?
UPDATE outbox SET state = 'waiting', next_us = :next_us, last_error = :last_error, lease_until_us = NULL WHERE id = :id;

-- name: outbox_leases_over :count
-- in: now_us i64
UPDATE outbox SET state = 'waiting', lease_until_us = NULL WHERE state = 'sending' AND lease_until_us < :now_us;

-- name: outbox_cancel_waiting :count
-- in: id i64, settled_us i64
UPDATE outbox SET state = 'cancelled', settled_us = :settled_us WHERE id = :id AND state = 'waiting';

-- name: outbox_about :opt
-- in: id i64
-- out: state str, ticket_id i64?
SELECT state, ticket_id FROM outbox WHERE id = :id;

-- name: outbox_resend :count
-- in: id i64, next_us i64
UPDATE outbox SET state = 'waiting', next_us = :next_us, attempt = 0, settled_us = NULL
WHERE id = :id AND state IN ('failed', 'unknown', 'cancelled', 'sent');

-- name: queue_count :one
-- in: now_us i64
-- out: jobs_waiting i64, jobs_dead i64, outbox_waiting i64, outbox_failed i64, inbox_new i64, inbox_parked i64, oldest_job_us i64, oldest_outbox_us i64, oldest_inbox_us i64
SELECT (SELECT count(*) FROM job WHERE state = 'waiting') AS jobs_waiting,
  (SELECT count(*) FROM job WHERE state = 'dead') AS jobs_dead,
  (SELECT count(*) FROM outbox WHERE state = 'waiting') AS outbox_waiting,
  (SELECT count(*) FROM outbox WHERE state IN ('failed', 'unknown')) AS outbox_failed,
  (SELECT count(*) FROM inbox WHERE state = 'new') AS inbox_new,
  (SELECT count(*) FROM inbox WHERE state = 'parked') AS inbox_parked,
  CAST(coalesce((SELECT :now_us - min(run_at_us) FROM job WHERE state = 'waiting' AND run_at_us <= :now_us), 0) AS BIGINT) AS oldest_job_us,
  CAST(coalesce((SELECT :now_us - min(next_us) FROM outbox WHERE state = 'waiting' AND next_us <= :now_us), 0) AS BIGINT) AS oldest_outbox_us,
  CAST(coalesce((SELECT :now_us - min(received_us) FROM inbox WHERE state = 'new'), 0) AS BIGINT) AS oldest_inbox_us;

-- name: once_find :opt
-- in: actor str, key str
-- out: command str, request_sha str, result str, created_us i64
SELECT command, request_sha, result, created_us FROM idempotency WHERE actor = :actor AND key = :key;

-- name: once_insert :exec
-- in: actor str, key str, command str, request_sha str, result str, created_us i64
INSERT INTO idempotency (actor, key, command, request_sha, result, created_us)
VALUES (:actor, :key, :command, :request_sha, :result, :created_us)
ON CONFLICT (actor, key) DO UPDATE SET command = excluded.command, request_sha = excluded.request_sha, result = excluded.result, created_us = excluded.created_us;

-- name: once_sweep :exec
-- in: before_us i64
DELETE FROM idempotency WHERE created_us < :before_us;

-- name: blob_named :each
-- out: blob str, by str
SELECT raw_blob AS blob, 'a mail that came in' AS by FROM inbox
UNION ALL SELECT blob, 'an attachment' FROM attachment
UNION ALL SELECT html_blob, 'a message' FROM message WHERE html_blob IS NOT NULL
UNION ALL SELECT value, 'an answer of a checklist' FROM playbook_value WHERE filename IS NOT NULL;

-- name: blob_uses :one
-- in: blob str
-- out: n i64
SELECT (SELECT count(*) FROM inbox WHERE raw_blob = :blob)
  + (SELECT count(*) FROM attachment WHERE blob = :blob)
  + (SELECT count(*) FROM message WHERE html_blob = :blob)
  + (SELECT count(*) FROM playbook_value WHERE value = :blob AND filename IS NOT NULL) AS n;
