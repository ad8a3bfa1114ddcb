-- Tickets by conditions: each statement walks one index, at most :scan rows of it, and filters those. Made alike on purpose: find.c chooses one
-- by the most selective field, and binds the same filter to all.

-- What a list can be sorted by.
-- fragment: hit
-- in: by_due i64
-- out: id i64, priority str?, severity i64?, promised_us i64?, waiting_us i64, created_us i64, updated_us i64, due_us i64?
t.id, t.priority, t.severity, t.promised_us, coalesce(t.customer_wrote_us, t.status_since_us) AS waiting_us, t.created_us, t.updated_us,
CASE WHEN :by_due = 1 THEN (SELECT k.due_us FROM sla_case k WHERE k.ticket_id = t.id) END AS due_us

-- What the walk along an index takes up of a ticket: all that the filter and the sorting ask for.
-- fragment: walked
id, status, assignee_id, team_id, organisation_id, requester_id, priority, severity, kind, version, deployment, promised_us, customer_wrote_us,
status_since_us, created_us, updated_us

-- fragment: unsolved
(status = 'new' OR status = 'open' OR status = 'pending' OR status = 'on_hold')

-- fragment: by_unsolved
INDEXED BY ticket_unsolved
-- pg:

-- fragment: by_mine
INDEXED BY ticket_mine
-- pg:

-- The filter. Lists of statuses have a comma before and after each; nobody and no team are 0.
-- fragment: fits
-- in: statuses str?, not_statuses str?, assignee i64?, team i64?, organisation i64?, requester i64?, follower i64?
-- in: priority str?, severity i64?, kind str?, version str?, deployment str?, older_us i64?, newer_us i64?, late_us i64?
-- in: tag str?, tag2 str?, not_tag str?, not_tag2 str?
-- in: due_us i64?, aim_us i64?, breached i64?, breached_clock str?, clock str?
(:statuses IS NULL OR :statuses LIKE '%,' || t.status || ',%')
AND (:not_statuses IS NULL OR NOT (:not_statuses LIKE '%,' || t.status || ',%'))
AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
AND (:team IS NULL OR coalesce(t.team_id, 0) = :team)
AND (:organisation IS NULL OR t.organisation_id = :organisation)
AND (:requester IS NULL OR t.requester_id = :requester)
AND (:follower IS NULL OR EXISTS (SELECT 1 FROM ticket_follower w WHERE w.ticket_id = t.id AND w.teammate_id = :follower AND w.removed_us IS NULL))
AND (:priority IS NULL OR t.priority = :priority)
AND (:severity IS NULL OR t.severity = :severity)
AND (:kind IS NULL OR t.kind = :kind)
AND (:version IS NULL OR lower(t.version) LIKE :version ESCAPE '\')
AND (:deployment IS NULL OR lower(t.deployment) LIKE :deployment ESCAPE '\')
AND (:older_us IS NULL OR t.updated_us < :older_us)
AND (:newer_us IS NULL OR t.updated_us > :newer_us)
AND (:late_us IS NULL OR t.promised_us < :late_us)
AND (:tag IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag AND g.removed_us IS NULL))
AND (:tag2 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :tag2 AND g.removed_us IS NULL))
AND (:not_tag IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag AND g.removed_us IS NULL))
AND (:not_tag2 IS NULL OR NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = :not_tag2 AND g.removed_us IS NULL))
AND (:due_us IS NULL OR EXISTS (SELECT 1 FROM sla_case k WHERE k.ticket_id = t.id AND k.due_us < :due_us))
AND (:aim_us IS NULL OR EXISTS (SELECT 1 FROM sla_case k WHERE k.ticket_id = t.id AND k.aim_us < :aim_us))
AND (:breached IS NULL OR :breached = CASE WHEN EXISTS (SELECT 1 FROM sla_clock s
  WHERE s.ticket_id = t.id AND s.outcome = 'breached' AND (:breached_clock IS NULL OR s.clock = :breached_clock)) THEN 1 ELSE 0 END)
AND (:clock IS NULL OR CASE :clock
  WHEN 'paused' THEN EXISTS (SELECT 1 FROM sla_case k WHERE k.ticket_id = t.id AND k.paused > 0)
  WHEN 'running' THEN EXISTS (SELECT 1 FROM sla_case k WHERE k.ticket_id = t.id AND k.due_us IS NOT NULL)
  WHEN 'none' THEN NOT EXISTS (SELECT 1 FROM sla_case k WHERE k.ticket_id = t.id AND (k.due_us IS NOT NULL OR k.paused > 0))
  ELSE EXISTS (SELECT 1 FROM sla_clock s WHERE s.ticket_id = t.id AND s.clock = :clock AND s.state <> 'stopped') END)

-- Of one customer, newest first.
-- name: find_by_organisation :many
-- in: before i64, scan i64, max i64
-- out: {hit}
SELECT {hit}
FROM (SELECT {walked} FROM ticket WHERE organisation_id = :organisation AND id < :before ORDER BY id DESC LIMIT :scan) t
WHERE {fits}
ORDER BY t.id DESC LIMIT :max;

-- Of one person, newest first.
-- name: find_by_requester :many
-- in: before i64, scan i64, max i64
-- out: {hit}
SELECT {hit}
FROM (SELECT {walked} FROM ticket WHERE requester_id = :requester AND id < :before ORDER BY id DESC LIMIT :scan) t
WHERE {fits}
ORDER BY t.id DESC LIMIT :max;

-- With a tag, newest first.
-- name: find_by_tag :many
-- in: before i64, scan i64, max i64
-- out: {hit}
SELECT {hit}
FROM (SELECT {walked} FROM ticket
  WHERE id IN (SELECT g.ticket_id FROM ticket_tag g WHERE g.tag = :tag AND g.removed_us IS NULL AND g.ticket_id < :before ORDER BY g.ticket_id DESC LIMIT :scan) ORDER BY id DESC LIMIT :scan) t
WHERE {fits}
ORDER BY t.id DESC LIMIT :max;

-- What somebody follows, newest first.
-- name: find_by_follower :many
-- in: before i64, scan i64, max i64
-- out: {hit}
SELECT {hit}
FROM (SELECT {walked} FROM ticket
  WHERE id IN (SELECT w.ticket_id FROM ticket_follower w WHERE w.teammate_id = :follower AND w.removed_us IS NULL AND w.ticket_id < :before ORDER BY w.ticket_id DESC LIMIT :scan) ORDER BY id DESC LIMIT :scan) t
WHERE {fits}
ORDER BY t.id DESC LIMIT :max;

-- Where a promise is due before an instant, the most urgent ones if there are too many.
-- name: find_by_due :many
-- in: scan i64, max i64
-- out: {hit}
SELECT {hit}
FROM (SELECT {walked} FROM ticket
  WHERE id IN (SELECT d.ticket_id FROM sla_case d WHERE d.due_us < :due_us ORDER BY d.due_us, d.ticket_id LIMIT :scan) ORDER BY id DESC LIMIT :scan) t
WHERE {fits}
ORDER BY t.id DESC LIMIT :max;

-- Where what we aim at is.
-- name: find_by_aim :many
-- in: scan i64, max i64
-- out: {hit}
SELECT {hit}
FROM (SELECT {walked} FROM ticket
  WHERE id IN (SELECT d.ticket_id FROM sla_case d WHERE d.aim_us < :aim_us ORDER BY d.aim_us, d.ticket_id LIMIT :scan) ORDER BY id DESC LIMIT :scan) t
WHERE {fits}
ORDER BY t.id DESC LIMIT :max;

-- What is unsolved, newest first.
-- name: find_unsolved :many
-- in: before i64, scan i64, max i64
-- out: {hit}
SELECT {hit}
FROM (SELECT {walked} FROM ticket {by_unsolved} WHERE {unsolved} AND id < :before ORDER BY id DESC LIMIT :scan) t
WHERE {fits}
ORDER BY t.id DESC LIMIT :max;

-- The same, oldest first.
-- name: find_unsolved_oldest :many
-- in: after i64, scan i64, max i64
-- out: {hit}
SELECT {hit}
FROM (SELECT {walked} FROM ticket {by_unsolved} WHERE {unsolved} AND id > :after ORDER BY id LIMIT :scan) t
WHERE {fits}
ORDER BY t.id LIMIT :max;

-- What somebody holds and is unsolved, newest first.
-- name: find_unsolved_of :many
-- in: before i64, scan i64, max i64
-- out: {hit}
SELECT {hit}
FROM (SELECT {walked} FROM ticket {by_mine}
  WHERE assignee_id = :assignee AND {unsolved} AND id < :before ORDER BY id DESC LIMIT :scan) t
WHERE {fits}
ORDER BY t.id DESC LIMIT :max;

-- What somebody holds or held, of one status, last changed first.
-- name: find_by_assignee :many
-- in: status str, before_us i64, before_id i64, scan i64, max i64
-- out: {hit}
SELECT {hit}
FROM (SELECT {walked} FROM ticket
  WHERE assignee_id = :assignee AND status = :status AND (updated_us, id) < (:before_us, :before_id) ORDER BY updated_us DESC, id DESC LIMIT :scan) t
WHERE {fits}
ORDER BY t.updated_us DESC, t.id DESC LIMIT :max;

-- Of one status, last changed first.
-- name: find_by_status :many
-- in: status str, before_us i64, before_id i64, scan i64, max i64
-- out: {hit}
SELECT {hit}
FROM (SELECT {walked} FROM ticket
  WHERE status = :status AND (updated_us, id) < (:before_us, :before_id) ORDER BY updated_us DESC, id DESC LIMIT :scan) t
WHERE {fits}
ORDER BY t.updated_us DESC, t.id DESC LIMIT :max;

-- All, newest first.
-- name: find_newest :many
-- in: before i64, scan i64, max i64
-- out: {hit}
SELECT {hit}
FROM (SELECT {walked} FROM ticket WHERE id < :before ORDER BY id DESC LIMIT :scan) t
WHERE {fits}
ORDER BY t.id DESC LIMIT :max;

-- Does this ticket match?
-- name: find_one :many
-- in: ticket i64
-- out: {hit}
SELECT {hit}
FROM ticket t
WHERE t.id = :ticket AND {fits};

-- Messages that have the words, newest first: at most :max of them. In no order: desk_find_words() sorts. PostgreSQL cannot walk down a list of matches: it
-- walks down the newest 500 messages (ts_match_vq is @@ without the index); a word that is in five of them is found soon by walking on, any other is rare
-- enough to be taken from the index and sorted. What is asked for is read once, not for each row, and rowid + 0 keeps the index of rowids out of it.
-- fragment: matches
-- in: words str, before i64, max i64
SELECT x.rowid AS id FROM message_text x WHERE message_text MATCH :words AND x.rowid < :before ORDER BY x.rowid DESC LIMIT :max
-- pg:
WITH asked AS MATERIALIZED (SELECT to_tsquery('simple', :words) AS q),
edge AS MATERIALIZED (SELECT least(:before, (SELECT coalesce(max(id), 0) + 1 FROM message)) - 500 AS id),
newest AS MATERIALIZED (SELECT x.rowid AS id FROM message_text x
  WHERE ts_match_vq(x.words, (SELECT q FROM asked)) AND x.rowid < :before AND x.rowid >= (SELECT id FROM edge)
  ORDER BY x.rowid DESC LIMIT :max),
common AS MATERIALIZED (SELECT x.rowid AS id FROM message_text x
  WHERE (SELECT count(*) FROM newest) BETWEEN 5 AND :max - 1 AND ts_match_vq(x.words, (SELECT q FROM asked)) AND x.rowid < (SELECT id FROM edge)
  ORDER BY x.rowid DESC LIMIT :max),
rare AS MATERIALIZED (SELECT x.rowid AS id FROM message_text x
  WHERE (SELECT count(*) FROM newest) < least(5, :max) AND x.words @@ (SELECT q FROM asked) AND x.rowid + 0 < (SELECT id FROM edge)
  ORDER BY x.rowid + 0 DESC LIMIT :max)
SELECT id FROM newest UNION ALL SELECT id FROM common UNION ALL SELECT id FROM rare ORDER BY id DESC LIMIT :max

-- The words alone.
-- name: find_words_any :many
-- out: message_id i64, ticket_id i64, fits i64
SELECT m.id AS message_id, m.ticket_id, 1 AS fits FROM ({matches}) h JOIN message m ON m.id = h.id;

-- Words and fields: each message says whether its ticket fits the fields. So a common word with a rare field costs a bounded walk, and the next one goes on
-- where this one ended.
-- name: find_words :many
-- in: ticket i64?
-- out: message_id i64, ticket_id i64, fits i64
SELECT m.id AS message_id, m.ticket_id, CASE WHEN {fits} AND (:ticket IS NULL OR t.id = :ticket) THEN 1 ELSE 0 END AS fits
FROM ({matches}) h JOIN message m ON m.id = h.id JOIN ticket t ON t.id = m.ticket_id;

-- Does this ticket have the words?
-- name: find_words_in :opt
-- in: ticket i64, words str
-- out: message_id i64
SELECT m.id AS message_id FROM message m CROSS JOIN message_text x
WHERE m.ticket_id = :ticket AND m.state <> 'undone' AND x.rowid = m.id AND message_text MATCH :words LIMIT 1;
-- pg:
SELECT m.id AS message_id FROM message m JOIN message_text x ON x.rowid = m.id
WHERE m.ticket_id = :ticket AND m.state <> 'undone' AND x.words @@ to_tsquery('simple', :words) LIMIT 1;

-- What is there of a tag: on a ticket now, or once.
-- name: find_tag_known :opt
-- in: tag str
-- out: id i64
SELECT id FROM ticket_tag WHERE tag = :tag LIMIT 1;

-- name: find_tag_in_force :opt
-- in: tag str
-- out: id i64
SELECT id FROM ticket_tag WHERE tag = :tag AND removed_us IS NULL LIMIT 1;

-- name: find_team_named :opt
-- in: part str
-- out: id i64
SELECT id FROM team WHERE slug LIKE :part ESCAPE '\' OR lower(name) LIKE :part ESCAPE '\' ORDER BY id LIMIT 1;
