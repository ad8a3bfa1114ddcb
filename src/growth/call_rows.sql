-- call_rows.sql: the tables of calls as rows: all of them, one, add, put. Each is written with its event by call_rows.c.

-- name: customer_call_rows :each
-- out: id i64, organisation_id i64?, title str, kind str, starts_us i64, minutes i64, zone str, lead_id i64?, shadow_places i64, observer_places i64, join_url str, agenda str, state str, outcome str, recording_url str?, recording_minutes i64?, recording_consent str, session_id i64?, session_why str, created_by i64?, created_us i64
-- carries: customer_call
SELECT id, organisation_id, title, kind, starts_us, minutes, zone, lead_id, shadow_places, observer_places, join_url, agenda, state, outcome,
  recording_url, recording_minutes, recording_consent, session_id, session_why, created_by, created_us
FROM customer_call ORDER BY id;

-- name: customer_call_by_id :opt
-- in: id i64
-- out: id i64, organisation_id i64?, title str, kind str, starts_us i64, minutes i64, zone str, lead_id i64?, shadow_places i64, observer_places i64, join_url str, agenda str, state str, outcome str, recording_url str?, recording_minutes i64?, recording_consent str, session_id i64?, session_why str, created_by i64?, created_us i64
SELECT id, organisation_id, title, kind, starts_us, minutes, zone, lead_id, shadow_places, observer_places, join_url, agenda, state, outcome,
  recording_url, recording_minutes, recording_consent, session_id, session_why, created_by, created_us
FROM customer_call WHERE id = :id;

-- name: customer_call_add :one
-- in: organisation_id i64?, title str, kind str, starts_us i64, minutes i64, zone str, lead_id i64?, shadow_places i64, observer_places i64, join_url str, agenda str, state str, outcome str, recording_url str?, recording_minutes i64?, recording_consent str, session_id i64?, session_why str, created_by i64?, created_us i64
-- out: id i64
INSERT INTO customer_call (organisation_id, title, kind, starts_us, minutes, zone, lead_id, shadow_places, observer_places, join_url, agenda, state,
  outcome, recording_url, recording_minutes, recording_consent, session_id, session_why, created_by, created_us)
VALUES (:organisation_id, :title, :kind, :starts_us, :minutes, :zone, :lead_id, :shadow_places, :observer_places, :join_url, :agenda, :state,
  :outcome, :recording_url, :recording_minutes, :recording_consent, :session_id, :session_why, :created_by, :created_us)
RETURNING id;

-- name: customer_call_put :exec
-- in: id i64, organisation_id i64?, title str, kind str, starts_us i64, minutes i64, zone str, lead_id i64?, shadow_places i64, observer_places i64, join_url str, agenda str, state str, outcome str, recording_url str?, recording_minutes i64?, recording_consent str, session_id i64?, session_why str, created_by i64?, created_us i64
UPDATE customer_call SET organisation_id = :organisation_id, title = :title, kind = :kind, starts_us = :starts_us, minutes = :minutes, zone = :zone,
  lead_id = :lead_id, shadow_places = :shadow_places, observer_places = :observer_places, join_url = :join_url, agenda = :agenda, state = :state,
  outcome = :outcome, recording_url = :recording_url, recording_minutes = :recording_minutes, recording_consent = :recording_consent, session_id =
  :session_id, session_why = :session_why, created_by = :created_by, created_us = :created_us
WHERE id = :id;

-- name: call_place_rows :each
-- out: id i64, call_id i64, teammate_id i64, part str, did str, note str, taken_us i64, removed_us i64?
-- carries: call_place
SELECT id, call_id, teammate_id, part, did, note, taken_us, removed_us
FROM call_place ORDER BY id;

-- name: call_place_by_id :opt
-- in: id i64
-- out: id i64, call_id i64, teammate_id i64, part str, did str, note str, taken_us i64, removed_us i64?
SELECT id, call_id, teammate_id, part, did, note, taken_us, removed_us
FROM call_place WHERE id = :id;

-- name: call_place_add :one
-- in: call_id i64, teammate_id i64, part str, did str, note str, taken_us i64, removed_us i64?
-- out: id i64
INSERT INTO call_place (call_id, teammate_id, part, did, note, taken_us, removed_us)
VALUES (:call_id, :teammate_id, :part, :did, :note, :taken_us, :removed_us)
RETURNING id;

-- name: call_place_put :exec
-- in: id i64, call_id i64, teammate_id i64, part str, did str, note str, taken_us i64, removed_us i64?
UPDATE call_place SET call_id = :call_id, teammate_id = :teammate_id, part = :part, did = :did, note = :note, taken_us = :taken_us, removed_us =
  :removed_us
WHERE id = :id;

-- name: call_feed_rows :each
-- out: id i64, teammate_id i64, number i64, created_us i64
-- carries: call_feed
SELECT id, teammate_id, number, created_us
FROM call_feed ORDER BY id;

-- name: call_feed_by_id :opt
-- in: id i64
-- out: id i64, teammate_id i64, number i64, created_us i64
SELECT id, teammate_id, number, created_us
FROM call_feed WHERE id = :id;

-- name: call_feed_add :one
-- in: teammate_id i64, number i64, created_us i64
-- out: id i64
INSERT INTO call_feed (teammate_id, number, created_us)
VALUES (:teammate_id, :number, :created_us)
RETURNING id;

-- name: call_feed_put :exec
-- in: id i64, teammate_id i64, number i64, created_us i64
UPDATE call_feed SET teammate_id = :teammate_id, number = :number, created_us = :created_us
WHERE id = :id;
