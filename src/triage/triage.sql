-- Triage: the row of a ticket, what waits, the desk's own words and aims, what else is looked up on the way.

-- name: triage_case_rows :each
-- out: id i64, ticket_id i64, state str, ask str, ask_from str, rule_id i64?, owner str, action str, reason str, due_us i64?, warned_us i64?, outcome str?, why str?, decided_by str?, decided_us i64?, created_us i64
-- carries: triage_case
SELECT id, ticket_id, state, ask, ask_from, rule_id, owner, action, reason, due_us, warned_us, outcome, why, decided_by, decided_us, created_us FROM triage_case ORDER BY id;

-- name: triage_case_of :opt
-- in: ticket_id i64
-- out: id i64, ticket_id i64, state str, ask str, ask_from str, rule_id i64?, owner str, action str, reason str, due_us i64?, warned_us i64?, outcome str?, why str?, decided_by str?, decided_us i64?, created_us i64
SELECT id, ticket_id, state, ask, ask_from, rule_id, owner, action, reason, due_us, warned_us, outcome, why, decided_by, decided_us, created_us FROM triage_case
WHERE ticket_id = :ticket_id;

-- name: triage_case_insert :one
-- in: ticket_id i64, state str, ask str, ask_from str, rule_id i64?, owner str, action str, reason str, due_us i64?, created_us i64
-- out: id i64
INSERT INTO triage_case (ticket_id, state, ask, ask_from, rule_id, owner, action, reason, due_us, created_us)
VALUES (:ticket_id, :state, :ask, :ask_from, :rule_id, :owner, :action, :reason, :due_us, :created_us) RETURNING id;

-- All but the row's foreign keys: what changes with every message leaves them alone.
-- name: triage_case_put :exec
-- in: id i64, state str, ask str, ask_from str, owner str, action str, reason str, due_us i64?, warned_us i64?, outcome str?, why str?, decided_by str?, decided_us i64?
UPDATE triage_case SET state = :state, ask = :ask, ask_from = :ask_from, owner = :owner, action = :action, reason = :reason, due_us = :due_us,
  warned_us = :warned_us, outcome = :outcome, why = :why, decided_by = :decided_by, decided_us = :decided_us WHERE id = :id;

-- name: triage_case_put_rule :exec
-- in: id i64, rule_id i64?
UPDATE triage_case SET rule_id = :rule_id WHERE id = :id;

-- Of two people who decide in the same second one finds it decided.
-- name: triage_case_claim :count
-- in: id i64, state str
UPDATE triage_case SET state = 'decided' WHERE id = :id AND state = :state;

-- name: triage_case_claim_back :exec
-- in: id i64, state str
UPDATE triage_case SET state = :state WHERE id = :id;

-- name: triage_waiting_after :opt
-- in: after i64
-- out: ticket_id i64
SELECT ticket_id FROM triage_case WHERE state = 'waiting' AND ticket_id > :after ORDER BY ticket_id LIMIT 1;

-- name: triage_waiting_list :many
-- in: after i64, max i64
-- out: ticket_id i64, subject str, requester str?, organisation str?, stage str?, assignee str?, ask str, owner str, action str, reason str, due_us i64?, warned_us i64?, created_us i64
SELECT k.ticket_id, t.subject, c.name AS requester, o.name AS organisation, o.stage, m.name AS assignee, k.ask, k.owner, k.action, k.reason, k.due_us, k.warned_us, t.created_us
FROM triage_case k JOIN ticket t ON t.id = k.ticket_id LEFT JOIN contact c ON c.id = t.requester_id LEFT JOIN organisation o ON o.id = t.organisation_id
LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE k.state = 'waiting' AND k.ticket_id > :after ORDER BY k.ticket_id LIMIT :max;

-- name: triage_waiting_count :one
-- in: max i64
-- out: n i64
SELECT count(*) AS n FROM (SELECT 1 AS one FROM triage_case WHERE state = 'waiting' LIMIT :max) w;

-- What was decided, newest first; outcome narrows.
-- name: triage_decided_list :many
-- in: before_us i64, outcome str?, max i64
-- out: ticket_id i64, subject str, organisation str?, owner str, outcome str?, why str?, reason str, decided_by str?, decided_us i64?
SELECT k.ticket_id, t.subject, o.name AS organisation, k.owner, k.outcome, k.why, k.reason, k.decided_by, k.decided_us
FROM triage_case k JOIN ticket t ON t.id = k.ticket_id LEFT JOIN organisation o ON o.id = t.organisation_id
WHERE k.decided_us IS NOT NULL AND k.decided_us < :before_us AND (:outcome IS NULL OR k.outcome = :outcome) ORDER BY k.decided_us DESC LIMIT :max;

-- Unsolved tickets of a customer that have a row: judged again when the customer changes.
-- name: triage_open_of_org :many
-- in: organisation_id i64, before i64, max i64
-- out: ticket_id i64
SELECT k.ticket_id FROM ticket t JOIN triage_case k ON k.ticket_id = t.id
WHERE t.organisation_id = :organisation_id AND t.id < :before AND (t.status = 'new' OR t.status = 'open' OR t.status = 'pending' OR t.status = 'on_hold')
ORDER BY t.id DESC LIMIT :max;

-- name: triage_waiting_ids :many
-- in: before i64, max i64
-- out: ticket_id i64
SELECT ticket_id FROM triage_case WHERE state = 'waiting' AND ticket_id < :before ORDER BY ticket_id DESC LIMIT :max;

-- name: triage_org_of_person :opt
-- in: id i64
-- out: organisation_id i64
SELECT organisation_id FROM org_person WHERE id = :id;

-- The first message: the customer's, or the note that made it.
-- name: triage_first_text :opt
-- in: ticket_id i64
-- out: id i64, author_name str, kind str, via str, body str, quote_at i64?, at_us i64
SELECT id, author_name, kind, via, body, quote_at, at_us FROM message WHERE ticket_id = :ticket_id AND state <> 'undone' AND kind <> 'system' ORDER BY at_us, id LIMIT 1;

-- name: triage_texts :many
-- in: ticket_id i64, max i64
-- out: id i64, author_name str, kind str, via str, body str, quote_at i64?, at_us i64
SELECT id, author_name, kind, via, body, quote_at, at_us FROM message WHERE ticket_id = :ticket_id AND state <> 'undone' ORDER BY at_us, id LIMIT :max;

-- name: triage_due_first :opt
-- out: due_us i64
SELECT due_us FROM triage_case WHERE state = 'waiting' AND warned_us IS NULL AND due_us IS NOT NULL ORDER BY due_us LIMIT 1;

-- name: triage_due_list :many
-- in: now_us i64, max i64
-- out: ticket_id i64
SELECT ticket_id FROM triage_case WHERE state = 'waiting' AND warned_us IS NULL AND due_us IS NOT NULL AND due_us <= :now_us ORDER BY due_us LIMIT :max;

-- Rows that say they wait although their ticket is past it, or the other way round.
-- name: triage_wrong_state :each
-- out: ticket_id i64, state str
SELECT k.ticket_id, k.state FROM triage_case k JOIN ticket t ON t.id = k.ticket_id
WHERE k.state = 'waiting' AND (t.status NOT IN ('new', 'open', 'pending', 'on_hold') OR t.first_reply_us IS NOT NULL) ORDER BY k.ticket_id;

-- ---- the desk's own words ----

-- name: triage_cue_rows :each
-- out: id i64, kind str, words str, value str, valid_from str, valid_to str?, source str, created_us i64
-- carries: triage_cue
SELECT id, kind, words, value, valid_from, valid_to, source, created_us FROM triage_cue ORDER BY id;

-- name: triage_cue_all :many
-- in: max i64
-- out: id i64, kind str, words str, value str, valid_from str, valid_to str?, source str, created_us i64
SELECT id, kind, words, value, valid_from, valid_to, source, created_us FROM triage_cue ORDER BY id LIMIT :max;

-- name: triage_cue_same :opt
-- in: kind str, words str, value str, valid_from str
-- out: id i64
SELECT id FROM triage_cue WHERE kind = :kind AND words = :words AND value = :value AND valid_from = :valid_from;

-- name: triage_cue_of_value :opt
-- in: kind str, value str
-- out: id i64
SELECT id FROM triage_cue WHERE kind = :kind AND value = :value LIMIT 1;

-- name: triage_tag_used :opt
-- in: tag str
-- out: ticket_id i64
SELECT ticket_id FROM ticket_tag WHERE tag = :tag LIMIT 1;

-- ---- aims ----

-- name: triage_aim_rows :each
-- out: id i64, minutes i64, calendar str, tag str, valid_from str, valid_to str?, source str, created_us i64
-- carries: triage_aim
SELECT id, minutes, calendar, tag, valid_from, valid_to, source, created_us FROM triage_aim ORDER BY id;

-- name: triage_aim_all :many
-- in: max i64
-- out: id i64, minutes i64, calendar str, tag str, valid_from str, valid_to str?, source str, created_us i64
SELECT id, minutes, calendar, tag, valid_from, valid_to, source, created_us FROM triage_aim ORDER BY valid_from LIMIT :max;

-- name: triage_aim_on :opt
-- in: day str
-- out: id i64, minutes i64, calendar str, tag str, valid_from str, valid_to str?, source str, created_us i64
SELECT id, minutes, calendar, tag, valid_from, valid_to, source, created_us FROM triage_aim
WHERE valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) ORDER BY valid_from DESC LIMIT 1;
