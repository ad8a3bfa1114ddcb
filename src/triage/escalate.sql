-- Who is asked next when people disagree, and who was asked about which case.

-- name: escalation_step_rows :each
-- out: id i64, chain str, step i64, who str, after str, channel str, needs str, valid_from str, valid_to str?, source str
-- carries: escalation_step
SELECT id, chain, step, who, after, channel, needs, valid_from, valid_to, source FROM escalation_step ORDER BY id;

-- name: escalation_step_all :many
-- in: max i64
-- out: id i64, chain str, step i64, who str, after str, channel str, needs str, valid_from str, valid_to str?, source str
SELECT id, chain, step, who, after, channel, needs, valid_from, valid_to, source FROM escalation_step ORDER BY chain, step, valid_from LIMIT :max;

-- name: escalation_step_any :opt
-- out: id i64
SELECT id FROM escalation_step LIMIT 1;

-- name: case_escalation_rows :each
-- out: id i64, ticket_id i64, chain str, step i64, who str, to_id i64?, reason str, own_view str, other_view str, state str, outcome str?, words str?, by_id i64?, by_name str, created_us i64, ended_us i64?, ended_by str?
-- carries: case_escalation
SELECT id, ticket_id, chain, step, who, to_id, reason, own_view, other_view, state, outcome, words, by_id, by_name, created_us, ended_us, ended_by FROM case_escalation ORDER BY id;

-- The newest of a case.
-- name: case_escalation_last :opt
-- in: ticket_id i64
-- out: id i64, ticket_id i64, chain str, step i64, who str, to_id i64?, reason str, own_view str, other_view str, state str, outcome str?, words str?, by_id i64?, by_name str, created_us i64, ended_us i64?, ended_by str?
SELECT id, ticket_id, chain, step, who, to_id, reason, own_view, other_view, state, outcome, words, by_id, by_name, created_us, ended_us, ended_by FROM case_escalation
WHERE ticket_id = :ticket_id ORDER BY id DESC LIMIT 1;

-- Newest first, of one case.
-- name: case_escalation_of :many
-- in: ticket_id i64, before i64, max i64
-- out: id i64, ticket_id i64, subject str, chain str, step i64, who str, to_id i64?, to_name str?, reason str, own_view str, other_view str, state str, outcome str?, words str?, by_id i64?, by_name str, created_us i64, ended_us i64?, ended_by str?
SELECT e.id, e.ticket_id, t.subject, e.chain, e.step, e.who, e.to_id, p.name AS to_name, e.reason, e.own_view, e.other_view, e.state, e.outcome, e.words, e.by_id, e.by_name,
  e.created_us, e.ended_us, e.ended_by
FROM case_escalation e JOIN ticket t ON t.id = e.ticket_id LEFT JOIN teammate p ON p.id = e.to_id WHERE e.ticket_id = :ticket_id AND e.id < :before ORDER BY e.id DESC LIMIT :max;

-- Those that wait for a word, oldest first.
-- name: case_escalation_waiting :many
-- in: after i64, max i64
-- out: id i64, ticket_id i64, subject str, chain str, step i64, who str, to_id i64?, to_name str?, reason str, own_view str, other_view str, state str, outcome str?, words str?, by_id i64?, by_name str, created_us i64, ended_us i64?, ended_by str?
SELECT e.id, e.ticket_id, t.subject, e.chain, e.step, e.who, e.to_id, p.name AS to_name, e.reason, e.own_view, e.other_view, e.state, e.outcome, e.words, e.by_id, e.by_name,
  e.created_us, e.ended_us, e.ended_by
FROM case_escalation e JOIN ticket t ON t.id = e.ticket_id LEFT JOIN teammate p ON p.id = e.to_id WHERE e.state = 'open' AND e.id > :after ORDER BY e.id LIMIT :max;

-- Who holds that job, when one does.
-- name: escalation_role :many
-- in: role str, max i64
-- out: id i64, name str
SELECT id, name FROM teammate WHERE role = :role AND state = 'active' ORDER BY id LIMIT :max;

-- Who is named for the customer as that, and could be asked.
-- name: escalation_named :opt
-- in: organisation_id i64, part str
-- out: id i64, name str
SELECT t.id, t.name FROM org_person p JOIN teammate t ON t.id = p.teammate_id
WHERE p.organisation_id = :organisation_id AND p.part = :part AND p.removed_us IS NULL AND t.state = 'active' ORDER BY t.id LIMIT 1;
