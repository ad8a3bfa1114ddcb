-- Statements of the desk: words, counts, lists as people see them.

-- name: desk_text_insert :exec
-- in: id i64, subject str, people str, body str
INSERT INTO message_text (rowid, subject, people, body) VALUES (:id, :subject, :people, :body);
-- pg:
INSERT INTO message_text (rowid, words) VALUES (:id,
  setweight(to_tsvector('simple', :subject), 'A') || setweight(to_tsvector('simple', :people), 'B') || to_tsvector('simple', :body));

-- name: desk_text_delete :exec
-- in: id i64
DELETE FROM message_text WHERE rowid = :id;

-- name: desk_text_of :opt
-- in: message_id i64
-- out: ticket_id i64, body str, author str, subject str, requester str?, organisation str?, first i64
SELECT m.ticket_id, m.body, m.author_name AS author, t.subject, r.name AS requester, o.name AS organisation,
  CASE WHEN m.id = (SELECT min(f.id) FROM message f WHERE f.ticket_id = m.ticket_id) THEN 1 ELSE 0 END AS first
FROM message m JOIN ticket t ON t.id = m.ticket_id LEFT JOIN contact r ON r.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
WHERE m.id = :message_id;

-- name: desk_first_message :opt
-- in: ticket_id i64
-- out: id i64
SELECT id FROM message WHERE ticket_id = :ticket_id AND state <> 'undone' ORDER BY id LIMIT 1;

-- name: desk_count_add :exec
-- in: status str, assignee_id i64, n i64
INSERT INTO ticket_count (status, assignee_id, n) VALUES (:status, :assignee_id, :n)
ON CONFLICT (status, assignee_id) DO UPDATE SET n = ticket_count.n + excluded.n;

-- name: desk_count_all :many
-- in: me i64
-- out: status str, n i64, mine i64, nobody i64
SELECT status, CAST(sum(n) AS BIGINT) AS n, CAST(sum(CASE WHEN assignee_id = :me THEN n ELSE 0 END) AS BIGINT) AS mine,
  CAST(sum(CASE WHEN assignee_id = 0 THEN n ELSE 0 END) AS BIGINT) AS nobody
FROM ticket_count GROUP BY status;

-- name: desk_count_true :each
-- out: status str, assignee_id i64, n i64
SELECT status, coalesce(assignee_id, 0) AS assignee_id, count(*) AS n FROM ticket GROUP BY 1, 2 ORDER BY 1, 2;

-- name: desk_text_missing :each
-- out: id i64
SELECT m.id FROM message m WHERE m.state <> 'undone' AND NOT EXISTS (SELECT 1 FROM message_text x WHERE x.rowid = m.id);

-- name: desk_count_kept :opt
-- in: status str, assignee_id i64
-- out: n i64
SELECT n FROM ticket_count WHERE status = :status AND assignee_id = :assignee_id;

-- name: desk_ticket_now :one
-- in: id i64
-- out: status str, assignee_id i64?
SELECT status, assignee_id FROM ticket WHERE id = :id;

-- Matches of the words, newest message first; the fields narrow them. On PostgreSQL by the index of words ("+ 0" keeps it from walking down the messages).
-- name: desk_search_words :many
-- in: words str, before i64, status str?, unsolved bool, assignee i64?, organisation i64?, requester i64?, priority str?, severity i64?, ticket i64?, older_us i64?, newer_us i64?, max i64
-- out: message_id i64, ticket_id i64
SELECT m.id AS message_id, m.ticket_id
FROM message_text x JOIN message m ON m.id = x.rowid JOIN ticket t ON t.id = m.ticket_id
WHERE message_text MATCH :words AND x.rowid < :before
  AND (:status IS NULL OR t.status = :status)
  AND (:unsolved = 0 OR t.status IN ('new', 'open', 'pending', 'on_hold'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:ticket IS NULL OR t.id = :ticket)
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
ORDER BY x.rowid DESC LIMIT :max;
-- pg:
SELECT m.id AS message_id, m.ticket_id
FROM message_text x JOIN message m ON m.id = x.rowid JOIN ticket t ON t.id = m.ticket_id
WHERE x.words @@ to_tsquery('simple', :words) AND x.rowid < :before
  AND (:status IS NULL OR t.status = :status)
  AND (:unsolved = 0 OR t.status IN ('new', 'open', 'pending', 'on_hold'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:ticket IS NULL OR t.id = :ticket)
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
ORDER BY x.rowid + 0 DESC LIMIT :max;

-- The same among the newest messages only, by walking down them: what finds common words on PostgreSQL, which cannot walk down a list of matches.
-- name: desk_search_newest :many
-- in: words str, before i64, window i64, status str?, unsolved bool, assignee i64?, organisation i64?, requester i64?, priority str?, severity i64?, ticket i64?, older_us i64?, newer_us i64?, max i64
-- out: message_id i64, ticket_id i64
SELECT m.id AS message_id, m.ticket_id
FROM message_text x JOIN message m ON m.id = x.rowid JOIN ticket t ON t.id = m.ticket_id
WHERE message_text MATCH :words AND x.rowid < :before
  AND x.rowid >= min(:before, (SELECT coalesce(max(id), 0) + 1 FROM message)) - :window
  AND (:status IS NULL OR t.status = :status)
  AND (:unsolved = 0 OR t.status IN ('new', 'open', 'pending', 'on_hold'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:ticket IS NULL OR t.id = :ticket)
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
ORDER BY x.rowid DESC LIMIT :max;
-- pg:
SELECT m.id AS message_id, m.ticket_id
FROM message_text x JOIN message m ON m.id = x.rowid JOIN ticket t ON t.id = m.ticket_id
WHERE x.words @@ to_tsquery('simple', :words) AND x.rowid < :before
  AND x.rowid >= least(:before, (SELECT coalesce(max(id), 0) + 1 FROM message)) - :window
  AND (:status IS NULL OR t.status = :status)
  AND (:unsolved = 0 OR t.status IN ('new', 'open', 'pending', 'on_hold'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:ticket IS NULL OR t.id = :ticket)
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
ORDER BY x.rowid DESC LIMIT :max;

-- Without words: by the most selective field there is, newest ticket first.
-- name: desk_search_organisation :many
-- in: organisation i64, before i64, status str?, unsolved bool, assignee i64?, requester i64?, priority str?, severity i64?, older_us i64?, newer_us i64?, max i64
-- out: ticket_id i64
SELECT id AS ticket_id FROM ticket
WHERE organisation_id = :organisation AND id < :before
  AND (:status IS NULL OR status = :status)
  AND (:unsolved = 0 OR status IN ('new', 'open', 'pending', 'on_hold'))
  AND (:assignee IS NULL OR coalesce(assignee_id, 0) = :assignee)
  AND (:requester IS NULL OR requester_id = :requester)
  AND (:priority IS NULL OR priority = :priority)
  AND (:severity IS NULL OR severity = :severity)
  AND (:older_us IS NULL OR updated_us < :older_us)
  AND (:newer_us IS NULL OR updated_us > :newer_us)
ORDER BY id DESC LIMIT :max;

-- name: desk_search_requester :many
-- in: requester i64, before i64, status str?, unsolved bool, assignee i64?, priority str?, severity i64?, older_us i64?, newer_us i64?, max i64
-- out: ticket_id i64
SELECT id AS ticket_id FROM ticket
WHERE requester_id = :requester AND id < :before
  AND (:status IS NULL OR status = :status)
  AND (:unsolved = 0 OR status IN ('new', 'open', 'pending', 'on_hold'))
  AND (:assignee IS NULL OR coalesce(assignee_id, 0) = :assignee)
  AND (:priority IS NULL OR priority = :priority)
  AND (:severity IS NULL OR severity = :severity)
  AND (:older_us IS NULL OR updated_us < :older_us)
  AND (:newer_us IS NULL OR updated_us > :newer_us)
ORDER BY id DESC LIMIT :max;

-- name: desk_search_tag :many
-- in: tag str, before i64, status str?, unsolved bool, assignee i64?, organisation i64?, requester i64?, priority str?, severity i64?, older_us i64?, newer_us i64?, max i64
-- out: ticket_id i64
SELECT DISTINCT t.id AS ticket_id FROM ticket_tag g JOIN ticket t ON t.id = g.ticket_id
WHERE g.tag = :tag AND g.removed_us IS NULL AND g.ticket_id < :before
  AND (:status IS NULL OR t.status = :status)
  AND (:unsolved = 0 OR t.status IN ('new', 'open', 'pending', 'on_hold'))
  AND (:assignee IS NULL OR coalesce(t.assignee_id, 0) = :assignee)
  AND (:organisation IS NULL OR t.organisation_id = :organisation)
  AND (:requester IS NULL OR t.requester_id = :requester)
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:severity IS NULL OR t.severity = :severity)
  AND (:older_us IS NULL OR t.updated_us < :older_us)
  AND (:newer_us IS NULL OR t.updated_us > :newer_us)
ORDER BY ticket_id DESC LIMIT :max;

-- Tickets newest first within a window of ids, so that a rare field costs a bounded walk, not the whole table at once.
-- name: desk_search_window :many
-- in: before i64, down_to i64, status str?, unsolved bool, assignee i64?, priority str?, severity i64?, older_us i64?, newer_us i64?, max i64
-- out: ticket_id i64
SELECT id AS ticket_id FROM ticket
WHERE id < :before AND id >= :down_to
  AND (:status IS NULL OR status = :status)
  AND (:unsolved = 0 OR status IN ('new', 'open', 'pending', 'on_hold'))
  AND (:assignee IS NULL OR coalesce(assignee_id, 0) = :assignee)
  AND (:priority IS NULL OR priority = :priority)
  AND (:severity IS NULL OR severity = :severity)
  AND (:older_us IS NULL OR updated_us < :older_us)
  AND (:newer_us IS NULL OR updated_us > :newer_us)
ORDER BY id DESC LIMIT :max;

-- name: desk_ticket_newest :opt
-- out: id i64
SELECT id FROM ticket ORDER BY id DESC LIMIT 1;

-- name: desk_has_tag :opt
-- in: ticket_id i64, tag str
-- out: id i64
SELECT id FROM ticket_tag WHERE ticket_id = :ticket_id AND tag = :tag AND removed_us IS NULL LIMIT 1;

-- What a hit shows of its ticket, and of the message that holds the words (0 = none).
-- name: desk_hit :opt
-- in: ticket_id i64, message_id i64
-- out: subject str, status str, requester str?, organisation str?, assignee str?, updated_us i64, body str?, at_us i64?
SELECT t.subject, t.status, r.name AS requester, o.name AS organisation, a.name AS assignee, t.updated_us, m.body, m.at_us
FROM ticket t LEFT JOIN contact r ON r.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id LEFT JOIN teammate a ON a.id = t.assignee_id
  LEFT JOIN message m ON m.id = :message_id
WHERE t.id = :ticket_id;

-- name: desk_organisation_named :opt
-- in: name str, name_end str, slug str
-- out: id i64
SELECT id FROM organisation WHERE deleted_us IS NULL AND (slug = :slug OR (name >= :name AND name < :name_end)) ORDER BY name LIMIT 1;

-- name: desk_teammate_named :opt
-- in: part str
-- out: id i64
SELECT id FROM teammate WHERE lower(name) LIKE :part ESCAPE '\' OR email LIKE :part ESCAPE '\' ORDER BY id LIMIT 1;

-- name: desk_contact_named :opt
-- in: email str, name str, name_end str
-- out: id i64
SELECT id FROM contact WHERE deleted_us IS NULL AND (email = :email OR (name >= :name AND name < :name_end)) ORDER BY name LIMIT 1;

