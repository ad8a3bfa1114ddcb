-- Who holds a case, and giving it to somebody else.

-- name: held_last :opt
-- in: ticket_id i64
-- out: id i64, teammate_id i64?, from_us i64
SELECT id, teammate_id, from_us FROM ticket_held WHERE ticket_id = :ticket_id ORDER BY id DESC LIMIT 1;

-- The last person before now, whoever held it in between.
-- name: held_last_person :opt
-- in: ticket_id i64
-- out: teammate_id i64?
SELECT teammate_id FROM ticket_held WHERE ticket_id = :ticket_id AND teammate_id IS NOT NULL ORDER BY id DESC LIMIT 1;

-- name: held_add :exec
-- in: ticket_id i64, teammate_id i64?, from_us i64, hand_off bool
INSERT INTO ticket_held (ticket_id, teammate_id, from_us, hand_off) VALUES (:ticket_id, :teammate_id, :from_us, :hand_off);

-- name: held_end :exec
-- in: id i64, to_us i64
UPDATE ticket_held SET to_us = :to_us WHERE id = :id;

-- name: held_rows :many
-- in: ticket_id i64
-- out: id i64, teammate_id i64?, from_us i64, to_us i64?, hand_off bool
SELECT id, teammate_id, from_us, to_us, hand_off FROM ticket_held WHERE ticket_id = :ticket_id ORDER BY id;

-- name: held_tickets :each
-- out: ticket_id i64, hands i64
SELECT t.id AS ticket_id, coalesce(t.hands, 0) AS hands FROM ticket t WHERE EXISTS (SELECT 1 FROM ticket_held h WHERE h.ticket_id = t.id) ORDER BY t.id;

-- How often a case changed hands.
-- name: held_hands :one
-- in: ticket_id i64
-- out: n i64
SELECT count(*) AS n FROM ticket_held WHERE ticket_id = :ticket_id AND hand_off = 1;

-- What a holder's minutes are made of: the case's own events.
-- name: held_events :many
-- in: ticket_id i64
-- out: seq i64, at_us i64, kind str, data str
SELECT seq, at_us, kind, data FROM event WHERE ticket_id = :ticket_id AND entity = 'ticket' ORDER BY seq;

-- name: handover_rows :each
-- carries: handover
-- out: id i64, ticket_id i64, from_id i64?, by_name str, reason str, way str, to_id i64?, to_team_id i64?, context str, tried str, links str, last_step str, next_step str, note_id i64?, told_id i64?, state str, why str?, offered_us i64, until_us i64, ended_us i64?, taken_by i64?, greeted_us i64?
SELECT id, ticket_id, from_id, by_name, reason, way, to_id, to_team_id, context, tried, links, last_step, next_step, note_id, told_id, state, why, offered_us, until_us,
  ended_us, taken_by, greeted_us FROM handover ORDER BY id;

-- name: handover_of_ticket :opt
-- in: ticket_id i64
-- out: id i64, ticket_id i64, from_id i64?, by_name str, reason str, way str, to_id i64?, to_team_id i64?, context str, tried str, links str, last_step str, next_step str, note_id i64?, told_id i64?, state str, why str?, offered_us i64, until_us i64, ended_us i64?, taken_by i64?, greeted_us i64?
SELECT id, ticket_id, from_id, by_name, reason, way, to_id, to_team_id, context, tried, links, last_step, next_step, note_id, told_id, state, why, offered_us, until_us,
  ended_us, taken_by, greeted_us FROM handover WHERE ticket_id = :ticket_id ORDER BY id DESC LIMIT 1;

-- name: handover_add :one
-- in: ticket_id i64, from_id i64?, by_name str, reason str, way str, to_id i64?, to_team_id i64?, context str, tried str, links str, last_step str, next_step str, note_id i64?, told_id i64?, state str, why str?, offered_us i64, until_us i64, ended_us i64?, taken_by i64?, greeted_us i64?
-- out: id i64
INSERT INTO handover (ticket_id, from_id, by_name, reason, way, to_id, to_team_id, context, tried, links, last_step, next_step, note_id, told_id, state, why, offered_us,
  until_us, ended_us, taken_by, greeted_us)
VALUES (:ticket_id, :from_id, :by_name, :reason, :way, :to_id, :to_team_id, :context, :tried, :links, :last_step, :next_step, :note_id, :told_id, :state, :why, :offered_us,
  :until_us, :ended_us, :taken_by, :greeted_us) RETURNING id;

-- name: handover_put :exec
-- in: id i64, state str, why str?, ended_us i64?, taken_by i64?, greeted_us i64?
UPDATE handover SET state = :state, why = :why, ended_us = :ended_us, taken_by = :taken_by, greeted_us = :greeted_us WHERE id = :id;

-- name: handover_first_due :opt
-- out: until_us i64
SELECT until_us FROM handover WHERE state = 'offered' ORDER BY until_us LIMIT 1;

-- name: handover_due :many
-- in: now_us i64, max i64
-- out: ticket_id i64
SELECT ticket_id FROM handover WHERE state = 'offered' AND until_us <= :now_us ORDER BY until_us LIMIT :max;

-- name: handover_in_team :opt
-- in: team_id i64, teammate_id i64
-- out: teammate_id i64
SELECT teammate_id FROM team_member WHERE team_id = :team_id AND teammate_id = :teammate_id;

-- What is open, oldest first: offers, and what fell back and nobody took.
-- name: handover_open_page :many
-- in: after i64, max i64
-- out: id i64, ticket_id i64, subject str, priority str?, from_id i64?, by_name str, to_id i64?, to_name str?, team str?, reason str, way str, state str, next_step str, offered_us i64, until_us i64
SELECT h.id AS id, h.ticket_id, t.subject, t.priority, h.from_id, h.by_name, h.to_id, m.name AS to_name, g.name AS team, h.reason, h.way, h.state, h.next_step,
  h.offered_us, h.until_us
FROM handover h JOIN ticket t ON t.id = h.ticket_id LEFT JOIN teammate m ON m.id = h.to_id LEFT JOIN team g ON g.id = h.to_team_id
WHERE h.state IN ('offered', 'fallen_back') AND h.id > :after ORDER BY h.id LIMIT :max;

-- name: handover_for_me :many
-- in: teammate_id i64, max i64
-- out: ticket_id i64
SELECT ticket_id FROM handover WHERE state = 'offered' AND to_id = :teammate_id ORDER BY id LIMIT :max;

-- Cases that changed hands most, lately.
-- name: held_most :many
-- in: since_us i64, max i64
-- out: ticket_id i64, subject str, status str, hands i64
SELECT h.ticket_id AS ticket_id, t.subject, t.status, count(*) AS hands FROM ticket_held h JOIN ticket t ON t.id = h.ticket_id
WHERE h.hand_off = 1 AND h.from_us >= :since_us GROUP BY h.ticket_id, t.subject, t.status ORDER BY hands DESC, h.ticket_id DESC LIMIT :max;

-- How many hand-offs, in how many cases, since then.
-- name: held_figures :one
-- in: since_us i64
-- out: hand_offs i64, cases i64
SELECT count(*) AS hand_offs, count(DISTINCT ticket_id) AS cases FROM ticket_held WHERE hand_off = 1 AND from_us >= :since_us;
