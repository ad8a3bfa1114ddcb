-- Facts of tickets and organisations, and the clocks that stand.

-- name: sla_org_by_slug :opt
-- in: slug str
-- out: id i64
SELECT id FROM organisation WHERE slug = :slug;

-- name: sla_org_slug :opt
-- in: id i64
-- out: slug str, name str
SELECT slug, name FROM organisation WHERE id = :id;

-- name: sla_fact_add :exec
-- in: ticket_id i64, at_us i64, seq i64, n i64, kind str, value str?, num i64?, message_id i64?
INSERT INTO sla_fact (ticket_id, at_us, seq, n, kind, value, num, message_id) VALUES (:ticket_id, :at_us, :seq, :n, :kind, :value, :num, :message_id);

-- name: sla_fact_of :many
-- in: ticket_id i64
-- out: ticket_id i64, at_us i64, seq i64, n i64, kind str, value str?, num i64?, message_id i64?, gone_us i64?
SELECT ticket_id, at_us, seq, n, kind, value, num, message_id, gone_us FROM sla_fact WHERE ticket_id = :ticket_id ORDER BY at_us, seq, n;

-- name: sla_fact_each :each
-- in: after_id i64
-- out: ticket_id i64, at_us i64, seq i64, n i64, kind str, value str?, num i64?, message_id i64?, gone_us i64?
SELECT ticket_id, at_us, seq, n, kind, value, num, message_id, gone_us FROM sla_fact WHERE ticket_id > :after_id ORDER BY ticket_id, at_us, seq, n;

-- A send that was undone, a message that was moved: all that came of it.
-- name: sla_fact_gone :exec
-- in: ticket_id i64, message_id i64, gone_us i64
UPDATE sla_fact SET gone_us = :gone_us WHERE ticket_id = :ticket_id AND message_id = :message_id AND gone_us IS NULL;

-- name: sla_fact_merge_gone :exec
-- in: ticket_id i64, kind str, num i64, gone_us i64
UPDATE sla_fact SET gone_us = :gone_us WHERE ticket_id = :ticket_id AND kind = :kind AND num = :num AND gone_us IS NULL;

-- name: sla_message_about :opt
-- in: id i64
-- out: ticket_id i64, kind str, author_kind str, state str, at_us i64, mark str?
SELECT ticket_id, kind, author_kind, state, at_us, mark FROM message WHERE id = :id;

-- name: sla_org_fact_add :exec
-- in: organisation_id i64, at_us i64, seq i64, stage str, tier str, plan str, deployment str
INSERT INTO sla_org_fact (organisation_id, at_us, seq, stage, tier, plan, deployment)
VALUES (:organisation_id, :at_us, :seq, :stage, :tier, :plan, :deployment);

-- name: sla_org_fact_of :many
-- in: organisation_id i64
-- out: at_us i64, stage str, tier str, plan str, deployment str
SELECT at_us, stage, tier, plan, deployment FROM sla_org_fact WHERE organisation_id = :organisation_id ORDER BY at_us, seq;

-- name: sla_org_now :opt
-- in: id i64
-- out: stage str, tier str, plan str, deployment str
SELECT stage, tier, plan, deployment FROM organisation WHERE id = :id;

-- name: sla_org_rights :many
-- in: organisation_id i64
-- out: name str, valid_from str, valid_to str?
SELECT name, valid_from, valid_to FROM org_entitlement WHERE organisation_id = :organisation_id ORDER BY id;

-- name: sla_right_about :opt
-- in: id i64
-- out: organisation_id i64, valid_from str
SELECT organisation_id, valid_from FROM org_entitlement WHERE id = :id;

-- Tickets of an organisation whose clocks can still change.
-- name: sla_org_tickets :many
-- in: organisation_id i64
-- out: id i64
SELECT id FROM ticket WHERE organisation_id = :organisation_id AND (status = 'new' OR status = 'open' OR status = 'pending' OR status = 'on_hold')
UNION ALL
SELECT id FROM ticket WHERE organisation_id = :organisation_id AND status IN ('solved', 'suspended', 'deleted')
ORDER BY id;

-- All that were ever this customer's, but those that were over before an instant: what changes in a customer's past is about.
-- name: sla_org_ever :many
-- in: organisation_id i64, since_us i64
-- out: id i64
SELECT t.id FROM ticket t
WHERE t.id IN (SELECT ticket_id FROM sla_fact WHERE kind = 'org' AND num = :organisation_id)
  AND (t.status NOT IN ('closed', 'merged') OR t.status_since_us >= :since_us)
ORDER BY t.id;

-- Where a merged case went.
-- name: sla_fact_into :opt
-- in: ticket_id i64
-- out: num i64?
SELECT num FROM sla_fact WHERE ticket_id = :ticket_id AND kind = 'into' AND gone_us IS NULL ORDER BY at_us DESC, seq DESC LIMIT 1;

-- Tickets that may still wait for something: what a change of the rows is about.
-- name: sla_open_tickets :many
-- out: id i64, subject str, status str
SELECT id, subject, status FROM ticket WHERE (status = 'new' OR status = 'open' OR status = 'pending' OR status = 'on_hold')
UNION ALL
SELECT id, subject, status FROM ticket WHERE status = 'solved'
ORDER BY id;

-- Those of instances that can still change: of next responses and updates, from these on.
-- name: sla_clock_since :many
-- in: ticket_id i64, next i64, periodic i64
-- out: ticket_id i64, clock str, instance i64, rule_id i64?, start_us i64, target_s i64?, due_us i64?, remaining_s i64?, state str, outcome str, achieved_us i64?, breach_us i64?, any_us i64?, warn_us i64?, told i64
SELECT ticket_id, clock, instance, rule_id, start_us, target_s, due_us, remaining_s, state, outcome, achieved_us, breach_us, any_us, warn_us, told
FROM sla_clock
WHERE ticket_id = :ticket_id AND instance >= CASE clock WHEN 'next_response' THEN :next WHEN 'periodic_update' THEN :periodic ELSE 0 END
ORDER BY clock, instance;

-- name: sla_clock_each :each
-- out: ticket_id i64, clock str, instance i64, rule_id i64?, start_us i64, target_s i64?, due_us i64?, remaining_s i64?, state str, outcome str, achieved_us i64?, breach_us i64?, any_us i64?, warn_us i64?, told i64
SELECT ticket_id, clock, instance, rule_id, start_us, target_s, due_us, remaining_s, state, outcome, achieved_us, breach_us, any_us, warn_us, told
FROM sla_clock ORDER BY ticket_id, clock, instance;

-- name: sla_clock_put :exec
-- in: ticket_id i64, clock str, instance i64, rule_id i64?, start_us i64, target_s i64?, due_us i64?, remaining_s i64?, state str, outcome str, achieved_us i64?, breach_us i64?, any_us i64?, warn_us i64?, told i64
INSERT INTO sla_clock (ticket_id, clock, instance, rule_id, start_us, target_s, due_us, remaining_s, state, outcome, achieved_us, breach_us, any_us, warn_us, told)
VALUES (:ticket_id, :clock, :instance, :rule_id, :start_us, :target_s, :due_us, :remaining_s, :state, :outcome, :achieved_us, :breach_us, :any_us, :warn_us, :told)
ON CONFLICT (ticket_id, clock, instance) DO UPDATE
SET rule_id = excluded.rule_id, start_us = excluded.start_us, target_s = excluded.target_s, due_us = excluded.due_us, remaining_s = excluded.remaining_s,
  state = excluded.state, outcome = excluded.outcome, achieved_us = excluded.achieved_us, breach_us = excluded.breach_us, any_us = excluded.any_us,
  warn_us = excluded.warn_us, told = excluded.told;

-- name: sla_clock_drop :exec
-- in: ticket_id i64, clock str, instance i64
DELETE FROM sla_clock WHERE ticket_id = :ticket_id AND clock = :clock AND instance = :instance;

-- name: sla_case_of :opt
-- in: ticket_id i64
-- out: ticket_id i64, due_us i64?, due_clock str?, warn_us i64?, paused i64, breached i64, wake_us i64?, auto_us i64?, auto_to str?, aim_us i64?, aim_clock str?
SELECT ticket_id, due_us, due_clock, warn_us, paused, breached, wake_us, auto_us, auto_to, aim_us, aim_clock FROM sla_case WHERE ticket_id = :ticket_id;

-- name: sla_case_each :each
-- out: ticket_id i64, due_us i64?, due_clock str?, warn_us i64?, paused i64, breached i64, wake_us i64?, auto_us i64?, auto_to str?, aim_us i64?, aim_clock str?
SELECT ticket_id, due_us, due_clock, warn_us, paused, breached, wake_us, auto_us, auto_to, aim_us, aim_clock FROM sla_case ORDER BY ticket_id;

-- name: sla_case_put :exec
-- in: ticket_id i64, due_us i64?, due_clock str?, warn_us i64?, paused i64, breached i64, wake_us i64?, auto_us i64?, auto_to str?, aim_us i64?, aim_clock str?
INSERT INTO sla_case (ticket_id, due_us, due_clock, warn_us, paused, breached, wake_us, auto_us, auto_to, aim_us, aim_clock)
VALUES (:ticket_id, :due_us, :due_clock, :warn_us, :paused, :breached, :wake_us, :auto_us, :auto_to, :aim_us, :aim_clock)
ON CONFLICT (ticket_id) DO UPDATE
SET due_us = excluded.due_us, due_clock = excluded.due_clock, warn_us = excluded.warn_us, paused = excluded.paused, breached = excluded.breached,
  wake_us = excluded.wake_us, auto_us = excluded.auto_us, auto_to = excluded.auto_to,
  aim_us = excluded.aim_us, aim_clock = excluded.aim_clock;

-- name: sla_case_drop :exec
-- in: ticket_id i64
DELETE FROM sla_case WHERE ticket_id = :ticket_id;

-- name: sla_wake_first :opt
-- out: wake_us i64
SELECT wake_us FROM sla_case WHERE wake_us IS NOT NULL ORDER BY wake_us LIMIT 1;

-- name: sla_auto_first :opt
-- out: auto_us i64
SELECT auto_us FROM sla_case WHERE auto_us IS NOT NULL ORDER BY auto_us LIMIT 1;

-- name: sla_wake_due :many
-- in: now_us i64, max i64
-- out: ticket_id i64, wake_us i64
SELECT ticket_id, wake_us FROM sla_case WHERE wake_us IS NOT NULL AND wake_us <= :now_us ORDER BY wake_us LIMIT :max;

-- name: sla_auto_due :many
-- in: now_us i64, max i64
-- out: ticket_id i64, auto_us i64, auto_to str?
SELECT ticket_id, auto_us, auto_to FROM sla_case WHERE auto_us IS NOT NULL AND auto_us <= :now_us ORDER BY auto_us LIMIT :max;

-- name: sla_tag_about :opt
-- in: id i64
-- out: ticket_id i64, tag str
SELECT ticket_id, tag FROM ticket_tag WHERE id = :id;

-- name: sla_due_list :many
-- in: before_us i64, max i64
-- out: ticket_id i64, due_us i64?, due_clock str?, breached i64, status str, subject str
SELECT k.ticket_id, k.due_us, k.due_clock, k.breached, t.status, t.subject
FROM sla_case k JOIN ticket t ON t.id = k.ticket_id
WHERE k.due_us IS NOT NULL AND k.due_us < :before_us ORDER BY k.due_us, k.ticket_id LIMIT :max;

-- name: sla_log :each
-- out: seq i64, at_us i64, kind str, entity str, entity_id i64, ticket_id i64?, data str
SELECT seq, at_us, kind, entity, entity_id, ticket_id, data FROM event ORDER BY seq;

-- name: sla_ticket_ids :each
-- out: id i64
SELECT id FROM ticket ORDER BY id;

-- name: sla_ticket_most :one
-- out: id i64
SELECT CAST(coalesce(max(id), 0) AS BIGINT) AS id FROM ticket;

-- name: sla_fact_one :opt
-- in: ticket_id i64, at_us i64, seq i64, n i64
-- out: kind str, value str?, num i64?, message_id i64?
SELECT kind, value, num, message_id FROM sla_fact WHERE ticket_id = :ticket_id AND at_us = :at_us AND seq = :seq AND n = :n;

-- name: sla_fact_count :one
-- out: n i64, orgs i64
SELECT (SELECT count(*) FROM sla_fact) AS n, (SELECT count(*) FROM sla_org_fact) AS orgs;

-- name: sla_org_fact_one :opt
-- in: organisation_id i64, at_us i64, seq i64
-- out: stage str, tier str, plan str, deployment str
SELECT stage, tier, plan, deployment FROM sla_org_fact WHERE organisation_id = :organisation_id AND at_us = :at_us AND seq = :seq;

-- The kept state of a long case.
-- name: sla_state_of :opt
-- in: ticket_id i64
-- out: ticket_id i64, print i64, asof_us i64, last_us i64, last_seq i64, facts i64, state bytes
SELECT ticket_id, print, asof_us, last_us, last_seq, facts, state FROM sla_state WHERE ticket_id = :ticket_id;

-- name: sla_state_each :each
-- out: ticket_id i64, print i64, asof_us i64, last_us i64, last_seq i64, facts i64, state bytes
SELECT ticket_id, print, asof_us, last_us, last_seq, facts, state FROM sla_state ORDER BY ticket_id;

-- name: sla_state_put :exec
-- in: ticket_id i64, print i64, asof_us i64, last_us i64, last_seq i64, facts i64, state bytes
INSERT INTO sla_state (ticket_id, print, asof_us, last_us, last_seq, facts, state)
VALUES (:ticket_id, :print, :asof_us, :last_us, :last_seq, :facts, :state)
ON CONFLICT (ticket_id) DO UPDATE SET print = excluded.print, asof_us = excluded.asof_us, last_us = excluded.last_us, last_seq = excluded.last_seq,
  facts = excluded.facts, state = excluded.state;

-- name: sla_state_drop :exec
-- in: ticket_id i64
DELETE FROM sla_state WHERE ticket_id = :ticket_id;

-- A fact that came late: what was folded past it is worth nothing.
-- name: sla_state_drop_after :exec
-- in: ticket_id i64, at_us i64
DELETE FROM sla_state WHERE ticket_id = :ticket_id AND last_us > :at_us;

-- name: sla_state_drop_of_organisation :exec
-- in: organisation_id i64
DELETE FROM sla_state WHERE ticket_id IN (SELECT id FROM ticket WHERE organisation_id = :organisation_id);

-- name: sla_fact_since :many
-- in: ticket_id i64, from_us i64, after_seq i64
-- out: ticket_id i64, at_us i64, seq i64, n i64, kind str, value str?, num i64?, message_id i64?, gone_us i64?
SELECT ticket_id, at_us, seq, n, kind, value, num, message_id, gone_us FROM sla_fact
WHERE ticket_id = :ticket_id AND at_us >= :from_us AND seq > :after_seq ORDER BY at_us, seq, n;
