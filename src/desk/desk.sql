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

-- All pages show these: added up by who reads them, which costs less than doing it here.
-- name: desk_count_all :many
-- out: status str, assignee_id i64, n i64
SELECT status, assignee_id, n FROM ticket_count WHERE n <> 0;

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

-- name: desk_ticket_newest :opt
-- out: id i64
SELECT id FROM ticket ORDER BY id DESC LIMIT 1;

-- What hits show of their tickets, and of the messages that hold the words; by their numbers as a JSON list.
-- fragment: hit
-- out: ticket_id i64, subject str, status str, requester str?, organisation str?, assignee str?, updated_us i64
t.id AS ticket_id, t.subject, t.status, r.name AS requester, o.name AS organisation, a.name AS assignee, t.updated_us

-- fragment: people
LEFT JOIN contact r ON r.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id LEFT JOIN teammate a ON a.id = t.assignee_id

-- fragment: among
-- in: ids str
SELECT value FROM json_each(:ids)
-- pg:
SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:ids AS json))

-- name: desk_hits :many
-- out: {hit}
SELECT {hit} FROM ticket t {people} WHERE t.id IN ({among});

-- name: desk_word_hits :many
-- out: {hit}, message_id i64, body str, at_us i64
SELECT {hit}, m.id AS message_id, m.body, m.at_us FROM message m JOIN ticket t ON t.id = m.ticket_id {people} WHERE m.id IN ({among});

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

