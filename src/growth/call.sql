-- call.sql: calls by time, who comes along, and what somebody took part in.

-- name: call_page :many
-- in: after_us i64, after_id i64, to_us i64, kind str?, organisation_id i64?, free i64, me i64, max i64
-- out: id i64, title str, kind str, starts_us i64, minutes i64, state str, organisation str?, lead_id i64?, lead str?, shadow_places i64, observer_places i64, shadows i64, observers i64, recorded i64, me_part str?
SELECT k.id, k.title, k.kind, k.starts_us, k.minutes, k.state, o.name AS organisation, k.lead_id, t.name AS lead, k.shadow_places, k.observer_places,
  (SELECT count(*) FROM call_place p WHERE p.call_id = k.id AND p.part = 'shadow' AND p.removed_us IS NULL) AS shadows,
  (SELECT count(*) FROM call_place p WHERE p.call_id = k.id AND p.part = 'observer' AND p.removed_us IS NULL) AS observers,
  CASE WHEN k.recording_url IS NULL THEN 0 ELSE 1 END AS recorded,
  (SELECT p.part FROM call_place p WHERE p.call_id = k.id AND p.teammate_id = :me AND p.removed_us IS NULL) AS me_part
FROM customer_call k LEFT JOIN organisation o ON o.id = k.organisation_id LEFT JOIN teammate t ON t.id = k.lead_id
WHERE k.starts_us >= :after_us AND (k.starts_us > :after_us OR k.id > :after_id) AND k.starts_us < :to_us
  AND (:kind IS NULL OR k.kind = :kind) AND (:organisation_id IS NULL OR k.organisation_id = :organisation_id)
  AND (:free = 0 OR (k.state = 'planned' AND k.shadow_places >
    (SELECT count(*) FROM call_place p WHERE p.call_id = k.id AND p.part = 'shadow' AND p.removed_us IS NULL)))
ORDER BY k.starts_us, k.id LIMIT :max;

-- name: call_mine :many
-- in: me i64, from_us i64, max i64
-- out: id i64, title str, kind str, starts_us i64, minutes i64, state str, organisation str?, lead_id i64?, join_url str, part str?
SELECT k.id, k.title, k.kind, k.starts_us, k.minutes, k.state, o.name AS organisation, k.lead_id, k.join_url,
  (SELECT p.part FROM call_place p WHERE p.call_id = k.id AND p.teammate_id = :me AND p.removed_us IS NULL) AS part
FROM customer_call k LEFT JOIN organisation o ON o.id = k.organisation_id
WHERE k.starts_us >= :from_us AND k.state <> 'cancelled' AND (k.lead_id = :me OR k.id IN
  (SELECT p.call_id FROM call_place p WHERE p.teammate_id = :me AND p.removed_us IS NULL))
ORDER BY k.starts_us, k.id LIMIT :max;

-- name: call_places_of :many
-- in: call_id i64
-- out: id i64, call_id i64, teammate_id i64, part str, did str, note str, taken_us i64, removed_us i64?
SELECT id, call_id, teammate_id, part, did, note, taken_us, removed_us FROM call_place WHERE call_id = :call_id AND removed_us IS NULL ORDER BY id;

-- name: call_place_find :opt
-- in: call_id i64, teammate_id i64
-- out: id i64, call_id i64, teammate_id i64, part str, did str, note str, taken_us i64, removed_us i64?
SELECT id, call_id, teammate_id, part, did, note, taken_us, removed_us FROM call_place WHERE call_id = :call_id AND teammate_id = :teammate_id;

-- name: call_feed_of :opt
-- in: teammate_id i64
-- out: id i64, teammate_id i64, number i64, created_us i64
SELECT id, teammate_id, number, created_us FROM call_feed WHERE teammate_id = :teammate_id;

-- name: call_led_count :one
-- in: teammate_id i64, kind str?, since_us i64
-- out: n i64
SELECT count(*) AS n FROM customer_call WHERE lead_id = :teammate_id AND starts_us >= :since_us AND state = 'held' AND (:kind IS NULL OR kind = :kind);

-- name: call_part_count :one
-- in: teammate_id i64, kind str?, part str, since_us i64
-- out: n i64
SELECT count(*) AS n FROM call_place p JOIN customer_call k ON k.id = p.call_id
WHERE p.teammate_id = :teammate_id AND p.removed_us IS NULL AND p.did <> 'missed' AND p.part = :part AND k.state = 'held'
  AND k.starts_us >= :since_us AND (:kind IS NULL OR k.kind = :kind);

-- name: call_log :many
-- in: teammate_id i64, before_us i64, max i64
-- out: id i64, title str, kind str, starts_us i64, part str, did str, note str
SELECT k.id, k.title, k.kind, k.starts_us, CASE WHEN k.lead_id = :teammate_id THEN 'lead' ELSE p.part END AS part, COALESCE(p.did, '') AS did,
  COALESCE(p.note, '') AS note
FROM customer_call k LEFT JOIN call_place p ON p.call_id = k.id AND p.teammate_id = :teammate_id AND p.removed_us IS NULL
WHERE k.state = 'held' AND k.starts_us < :before_us AND (k.lead_id = :teammate_id OR p.id IS NOT NULL)
ORDER BY k.starts_us DESC LIMIT :max;

-- name: call_org :opt
-- in: id i64
-- out: id i64, name str, deleted_us i64?
SELECT id, name, deleted_us FROM organisation WHERE id = :id;
