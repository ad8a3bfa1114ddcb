-- Lists by conditions: kept, shared, watched.

-- name: saved_view_rows :each
-- out: id i64, name str, owner_id i64, share str, team_id i64?, query str, columns str, sort str, created_us i64, removed_us i64?
-- carries: saved_view
SELECT id, name, owner_id, share, team_id, query, columns, sort, created_us, removed_us FROM saved_view ORDER BY id;

-- name: saved_view_get :opt
-- in: id i64
-- out: id i64, name str, owner_id i64, share str, team_id i64?, query str, columns str, sort str, created_us i64, removed_us i64?
SELECT id, name, owner_id, share, team_id, query, columns, sort, created_us, removed_us FROM saved_view WHERE id = :id;

-- name: saved_view_insert :one
-- in: name str, owner_id i64, share str, team_id i64?, query str, columns str, sort str, created_us i64
-- out: id i64
INSERT INTO saved_view (name, owner_id, share, team_id, query, columns, sort, created_us)
VALUES (:name, :owner_id, :share, :team_id, :query, :columns, :sort, :created_us) RETURNING id;

-- name: saved_view_put :exec
-- in: id i64, name str, share str, team_id i64?, query str, columns str, sort str, removed_us i64?
UPDATE saved_view SET name = :name, share = :share, team_id = :team_id, query = :query, columns = :columns, sort = :sort, removed_us = :removed_us WHERE id = :id;

-- What somebody sees: hers, her teams', everybody's; with what the job counted.
-- name: saved_view_seen :many
-- in: me i64, max i64
-- out: id i64, name str, owner_id i64, share str, query str, columns str, sort str, n i64?, owner_name str, team_name str?, watched i64
SELECT v.id, v.name, v.owner_id, v.share, v.query, v.columns, v.sort, k.n, t.name AS owner_name, g.name AS team_name,
  CASE WHEN EXISTS (SELECT 1 FROM view_watch w WHERE w.view_id = v.id AND w.teammate_id = :me AND w.ended_us IS NULL) THEN 1 ELSE 0 END AS watched
FROM saved_view v JOIN teammate t ON t.id = v.owner_id LEFT JOIN team g ON g.id = v.team_id LEFT JOIN view_count k ON k.view_id = v.id
WHERE v.removed_us IS NULL AND (v.owner_id = :me OR v.share = 'all'
  OR (v.share = 'team' AND v.team_id IN (SELECT m.team_id FROM team_member m WHERE m.teammate_id = :me)))
ORDER BY CASE WHEN v.share = 'me' THEN 0 ELSE 1 END, v.name, v.id LIMIT :max;

-- name: saved_view_member :opt
-- in: team_id i64, me i64
-- out: team_id i64
SELECT team_id FROM team_member WHERE team_id = :team_id AND teammate_id = :me;

-- name: saved_view_live :many
-- out: id i64, query str
SELECT id, query FROM saved_view WHERE removed_us IS NULL ORDER BY id LIMIT 500;

-- ---- watching ----

-- name: view_watch_rows :each
-- out: id i64, view_id i64, teammate_id i64, since_us i64, ended_us i64?
-- carries: view_watch
SELECT id, view_id, teammate_id, since_us, ended_us FROM view_watch ORDER BY id;

-- name: view_watch_find :opt
-- in: view_id i64, teammate_id i64
-- out: id i64, view_id i64, teammate_id i64, since_us i64, ended_us i64?
SELECT id, view_id, teammate_id, since_us, ended_us FROM view_watch WHERE view_id = :view_id AND teammate_id = :teammate_id;

-- name: view_watch_insert :one
-- in: view_id i64, teammate_id i64, since_us i64
-- out: id i64
INSERT INTO view_watch (view_id, teammate_id, since_us) VALUES (:view_id, :teammate_id, :since_us) RETURNING id;

-- name: view_watch_put :exec
-- in: id i64, since_us i64, ended_us i64?
UPDATE view_watch SET since_us = :since_us, ended_us = :ended_us WHERE id = :id;

-- name: view_watch_live :many
-- out: view_id i64, teammate_id i64, query str, zone str
SELECT w.view_id, w.teammate_id, v.query, t.zone
FROM view_watch w JOIN saved_view v ON v.id = w.view_id JOIN teammate t ON t.id = w.teammate_id
WHERE w.ended_us IS NULL AND v.removed_us IS NULL AND t.state = 'active' ORDER BY w.id LIMIT 1000;

-- name: view_notice_has :opt
-- in: view_id i64, teammate_id i64, ticket_id i64
-- out: id i64
SELECT id FROM view_notice WHERE view_id = :view_id AND teammate_id = :teammate_id AND ticket_id = :ticket_id;

-- name: view_notice_add :exec
-- in: view_id i64, teammate_id i64, ticket_id i64, at_us i64, read_us i64?
INSERT INTO view_notice (view_id, teammate_id, ticket_id, at_us, read_us) VALUES (:view_id, :teammate_id, :ticket_id, :at_us, :read_us)
ON CONFLICT (view_id, teammate_id, ticket_id) DO NOTHING;

-- name: view_notice_unread :many
-- in: me i64, max i64
-- out: id i64
SELECT id FROM view_notice WHERE teammate_id = :me AND read_us IS NULL ORDER BY id DESC LIMIT :max;

-- Those that came by themselves; what matched when the watch began was never news.
-- name: view_notice_page :many
-- in: me i64, before i64, max i64
-- out: id i64, view_id i64, view_name str, ticket_id i64, subject str, status str, at_us i64, read_us i64?
SELECT n.id, n.view_id, v.name AS view_name, n.ticket_id, t.subject, t.status, n.at_us, n.read_us
FROM view_notice n JOIN saved_view v ON v.id = n.view_id JOIN ticket t ON t.id = n.ticket_id
WHERE n.teammate_id = :me AND n.id < :before AND (n.read_us IS NULL OR n.read_us > n.at_us)
ORDER BY n.id DESC LIMIT :max;

-- name: view_notice_read :count
-- in: me i64, notice i64?, now_us i64
UPDATE view_notice SET read_us = :now_us WHERE teammate_id = :me AND read_us IS NULL AND (:notice IS NULL OR id = :notice);

-- name: view_notice_read_ticket :count
-- in: me i64, ticket i64, now_us i64
UPDATE view_notice SET read_us = :now_us WHERE teammate_id = :me AND read_us IS NULL AND ticket_id = :ticket;

-- In words: what came to match what.
-- name: view_told :opt
-- in: view_id i64, ticket_id i64
-- out: view_name str, subject str
SELECT v.name AS view_name, t.subject FROM saved_view v CROSS JOIN ticket t WHERE v.id = :view_id AND t.id = :ticket_id;

-- ---- counting ----

-- name: view_count_put :exec
-- in: view_id i64, n i64, counted_us i64
INSERT INTO view_count (view_id, n, counted_us) VALUES (:view_id, :n, :counted_us)
ON CONFLICT (view_id) DO UPDATE SET n = excluded.n, counted_us = excluded.counted_us;

-- name: view_count_drop :exec
-- in: view_id i64
DELETE FROM view_count WHERE view_id = :view_id;

-- name: view_cursor_get :opt
-- out: seq i64, timed_us i64?
SELECT seq, timed_us FROM view_cursor WHERE id = 1;

-- name: view_cursor_put :exec
-- in: seq i64, timed_us i64
INSERT INTO view_cursor (id, seq, timed_us) VALUES (1, :seq, :timed_us) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, timed_us = excluded.timed_us;

-- Tickets that something happened to.
-- name: view_touched :many
-- in: after i64, to i64
-- out: ticket_id i64?
SELECT DISTINCT ticket_id FROM event WHERE seq > :after AND seq <= :to AND ticket_id IS NOT NULL;
