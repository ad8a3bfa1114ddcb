-- Evidence: what the log and the tables prove about somebody, as counts and as the rows behind them; and what people do besides tickets.

-- name: outcome_closer :opt
-- in: ticket_id i64
-- out: teammate_id i64, at_us i64
SELECT teammate_id, at_us FROM outcome_close WHERE ticket_id = :ticket_id;

-- name: outcome_closer_put :exec
-- in: ticket_id i64, teammate_id i64, at_us i64
INSERT INTO outcome_close (ticket_id, teammate_id, at_us) VALUES (:ticket_id, :teammate_id, :at_us)
ON CONFLICT (ticket_id) DO UPDATE SET teammate_id = excluded.teammate_id, at_us = excluded.at_us;

-- name: outcome_closer_true :each
-- out: ticket_id i64, teammate_id i64
-- The same from the log alone: the holder at the newest event that led into solved or closed from elsewhere.
SELECT t.id, coalesce(CASE WHEN json_type(e.data, '$.set.assignee_id') IS NOT NULL THEN json_extract(e.data, '$.set.assignee_id')
                           ELSE json_extract(e.data, '$.was.assignee_id') END, 0)
FROM ticket t JOIN event e ON e.seq = (
  SELECT max(x.seq) FROM event x
  WHERE x.entity = 'ticket' AND x.entity_id = t.id AND json_extract(x.data, '$.set.status') IN ('solved', 'closed')
    AND coalesce(json_extract(x.data, '$.was.status'), '') NOT IN ('solved', 'closed'))
WHERE t.status IN ('solved', 'closed') ORDER BY t.id;
-- pg:
SELECT t.id, coalesce(CASE WHEN e.data::jsonb->'set'->'assignee_id' IS NOT NULL THEN (e.data::jsonb->'set'->>'assignee_id')::bigint
                           ELSE (e.data::jsonb->'was'->>'assignee_id')::bigint END, 0)
FROM ticket t JOIN event e ON e.seq = (
  SELECT max(x.seq) FROM event x
  WHERE x.entity = 'ticket' AND x.entity_id = t.id AND x.data::jsonb->'set'->>'status' IN ('solved', 'closed')
    AND coalesce(x.data::jsonb->'was'->>'status', '') NOT IN ('solved', 'closed'))
WHERE t.status IN ('solved', 'closed') ORDER BY t.id;

-- name: outcome_message :opt
-- in: id i64
-- out: ticket_id i64, kind str, author_kind str, author_id i64?
SELECT ticket_id, kind, author_kind, author_id FROM message WHERE id = :id;

-- name: evidence_closed :one
-- in: teammate_id i64, since_us i64, no_action str
-- out: n i64
SELECT count(*) FROM outcome_close k JOIN ticket t ON t.id = k.ticket_id
WHERE k.teammate_id = :teammate_id AND k.at_us >= :since_us AND t.status IN ('solved', 'closed')
  AND NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :no_action AND g.removed_us IS NULL);

-- name: evidence_closed_list :many
-- in: teammate_id i64, since_us i64, no_action str, before_us i64, max i64
-- out: id i64, subject str, at_us i64, helped bool
-- helped: a colleague wrote in it, too.
SELECT t.id, t.subject, k.at_us,
       CASE WHEN EXISTS (SELECT 1 FROM message m WHERE m.ticket_id = t.id AND m.author_kind = 'teammate' AND m.author_id <> k.teammate_id
                           AND m.kind IN ('public', 'note') AND m.state <> 'undone') THEN 1 ELSE 0 END
FROM outcome_close k JOIN ticket t ON t.id = k.ticket_id
WHERE k.teammate_id = :teammate_id AND k.at_us >= :since_us AND k.at_us < :before_us AND t.status IN ('solved', 'closed')
  AND NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :no_action AND g.removed_us IS NULL)
ORDER BY k.at_us DESC, k.ticket_id DESC LIMIT :max;

-- name: evidence_replied :one
-- in: teammate_id i64, since_us i64
-- out: n i64
SELECT count(DISTINCT m.ticket_id) FROM message m JOIN ticket t ON t.id = m.ticket_id LEFT JOIN contact c ON c.id = t.requester_id
WHERE m.kind = 'public' AND m.author_kind = 'teammate' AND m.author_id = :teammate_id AND m.at_us >= :since_us AND m.state <> 'undone'
  AND t.status NOT IN ('deleted', 'suspended') AND coalesce(c.kind, 'customer') <> 'internal';

-- name: evidence_replied_list :many
-- in: teammate_id i64, since_us i64, max i64
-- out: id i64, subject str, at_us i64
SELECT t.id, t.subject, min(m.at_us) FROM message m JOIN ticket t ON t.id = m.ticket_id LEFT JOIN contact c ON c.id = t.requester_id
WHERE m.kind = 'public' AND m.author_kind = 'teammate' AND m.author_id = :teammate_id AND m.at_us >= :since_us AND m.state <> 'undone'
  AND t.status NOT IN ('deleted', 'suspended') AND coalesce(c.kind, 'customer') <> 'internal'
GROUP BY t.id, t.subject ORDER BY min(m.at_us), t.id LIMIT :max;

-- name: evidence_contributions :one
-- in: teammate_id i64, since str, docs i64, edits i64, pages i64
-- out: n i64
SELECT count(*) FROM contribution WHERE teammate_id = :teammate_id AND on_date >= :since AND removed_us IS NULL
  AND ((:docs = 1 AND kind = 'docs') OR (:edits = 1 AND kind = 'handbook_edit') OR (:pages = 1 AND kind = 'handbook_page'));

-- name: contribution_list_of :many
-- in: teammate_id i64, since str, max i64
-- out: id i64, kind str, title str, url str, ticket_id i64?, on_date str
SELECT id, kind, title, url, ticket_id, on_date FROM contribution
WHERE teammate_id = :teammate_id AND on_date >= :since AND removed_us IS NULL ORDER BY on_date DESC, id DESC LIMIT :max;

-- name: evidence_posts :one
-- in: teammate_id i64, since_us i64
-- out: n i64
SELECT count(*) FROM feed_post WHERE teammate_id = :teammate_id AND at_us >= :since_us AND ritual <> '' AND removed_us IS NULL;

-- name: feed_post_list_of :many
-- in: teammate_id i64, since_us i64, max i64
-- out: id i64, ritual str, body str, at_us i64
SELECT id, ritual, body, at_us FROM feed_post WHERE teammate_id = :teammate_id AND at_us >= :since_us AND removed_us IS NULL ORDER BY at_us DESC, id DESC LIMIT :max;

-- name: feed_page :many
-- in: before i64, ritual str?, max i64
-- out: id i64, teammate_id i64, name str, ritual str, body str, at_us i64
SELECT f.id, f.teammate_id, t.name, f.ritual, f.body, f.at_us FROM feed_post f JOIN teammate t ON t.id = f.teammate_id
WHERE f.id < :before AND f.removed_us IS NULL AND (:ritual IS NULL OR f.ritual = :ritual) ORDER BY f.id DESC LIMIT :max;

-- name: ritual_on :many
-- in: date str
-- out: id i64, slug str, name str, prompt str, rhythm str, weekday i64?, valid_from str, valid_to str?, source str
SELECT id, slug, name, prompt, rhythm, weekday, valid_from, valid_to, source FROM ritual
WHERE valid_from <= :date AND (valid_to IS NULL OR valid_to > :date) ORDER BY id;

-- name: ritual_any :opt
-- out: id i64
SELECT id FROM ritual ORDER BY id LIMIT 1;

-- name: evidence_chats :one
-- in: teammate_id i64, since str
-- out: n i64
SELECT count(*) FROM intro_chat WHERE teammate_id = :teammate_id AND on_date >= :since AND removed_us IS NULL;

-- name: chat_list_of :many
-- in: teammate_id i64, since str, max i64
-- out: id i64, with_name str, on_date str, note str
SELECT id, with_name, on_date, note FROM intro_chat
WHERE teammate_id = :teammate_id AND on_date >= :since AND removed_us IS NULL ORDER BY on_date DESC, id DESC LIMIT :max;

-- name: focus_of :many
-- in: teammate_id i64
-- out: id i64, teammate_id i64, weekday i64, from_min i64, to_min i64, valid_from str, created_us i64, removed_us i64?
SELECT id, teammate_id, weekday, from_min, to_min, valid_from, created_us, removed_us FROM focus_block
WHERE teammate_id = :teammate_id AND removed_us IS NULL ORDER BY weekday, from_min, id;

-- name: focus_on_weekday :one
-- in: weekday i64, but i64
-- out: n i64
SELECT count(DISTINCT teammate_id) FROM focus_block WHERE weekday = :weekday AND removed_us IS NULL AND teammate_id <> :but;

-- name: focus_all :many
-- out: id i64, teammate_id i64, name str, weekday i64, from_min i64, to_min i64
SELECT b.id, b.teammate_id, t.name, b.weekday, b.from_min, b.to_min FROM focus_block b JOIN teammate t ON t.id = b.teammate_id
WHERE b.removed_us IS NULL AND t.state = 'active' ORDER BY b.weekday, t.name, b.from_min LIMIT 500;

-- name: focus_rule_on :opt
-- in: date str
-- out: id i64, blocks i64, minutes i64, share_max i64?, after_days i64, valid_from str, valid_to str?, reading str, source str
SELECT id, blocks, minutes, share_max, after_days, valid_from, valid_to, reading, source FROM focus_rule
WHERE valid_from <= :date AND (valid_to IS NULL OR valid_to > :date) ORDER BY valid_from DESC LIMIT 1;

-- name: focus_rule_any :opt
-- out: id i64
SELECT id FROM focus_rule ORDER BY id LIMIT 1;

-- name: access_of :many
-- in: teammate_id i64
-- out: id i64, teammate_id i64, tool str, state str, by_id i64?, changed_us i64, by str?
SELECT a.id, a.teammate_id, a.tool, a.state, a.by_id, a.changed_us, (SELECT t.name FROM teammate t WHERE t.id = a.by_id)
FROM access_item a WHERE a.teammate_id = :teammate_id ORDER BY a.tool, a.id;

-- name: evidence_roadmap :one
-- in: teammate_id i64
-- out: n i64
SELECT count(*) FROM career_roadmap WHERE teammate_id = :teammate_id AND person_us IS NOT NULL AND manager_us IS NOT NULL;
