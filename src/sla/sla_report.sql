-- Reports: promises against what was done, and clocks that were stopped late. What was no action of support's (the tag no_action: R0) is not counted,
-- nor, unless asked for (ramp = 1), what somebody holds who was in their ramp when it was due.

-- name: sla_report_rules :many
-- in: clock str, from_us i64, to_us i64, ramp i64
-- out: rule_id i64?, n i64, met i64, late i64, running i64, any_met i64
SELECT rule_id, count(*) AS n, sum(CASE WHEN outcome = 'met' THEN 1 ELSE 0 END) AS met, sum(CASE WHEN outcome = 'breached' THEN 1 ELSE 0 END) AS late,
  sum(CASE WHEN outcome = 'running' THEN 1 ELSE 0 END) AS running, sum(CASE WHEN any_us IS NOT NULL AND any_us <= due_us THEN 1 ELSE 0 END) AS any_met
FROM sla_clock k WHERE clock = :clock AND due_us >= :from_us AND due_us < :to_us
  AND NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = k.ticket_id AND g.kind = 'plain' AND g.tag = 'no_action' AND g.removed_us IS NULL)
  AND (:ramp = 1 OR NOT EXISTS (SELECT 1 FROM ticket h JOIN growth_plan p ON p.teammate_id = h.assignee_id
       WHERE h.id = k.ticket_id AND p.ramp_from_us <= k.due_us AND p.ramp_until_us > k.due_us))
GROUP BY rule_id ORDER BY rule_id;

-- First responses that people in their ramp owed: few plans, so few tickets.
-- name: sla_report_ramp :one
-- in: clock str, from_us i64, to_us i64
-- out: n i64
SELECT count(DISTINCT k.ticket_id) AS n FROM growth_plan p JOIN ticket h ON h.assignee_id = p.teammate_id JOIN sla_clock k ON k.ticket_id = h.id
WHERE p.ramp_until_us > :from_us AND p.ramp_from_us < :to_us AND k.clock = :clock AND k.due_us >= :from_us AND k.due_us < :to_us
  AND p.ramp_from_us <= k.due_us AND p.ramp_until_us > k.due_us;

-- What was done, for percentiles.
-- name: sla_report_done :many
-- in: clock str, rule_id i64, from_us i64, to_us i64, ramp i64, max i64
-- out: start_us i64, achieved_us i64?
SELECT start_us, achieved_us FROM sla_clock k
WHERE clock = :clock AND due_us >= :from_us AND due_us < :to_us AND rule_id = :rule_id AND achieved_us IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = k.ticket_id AND g.kind = 'plain' AND g.tag = 'no_action' AND g.removed_us IS NULL)
  AND (:ramp = 1 OR NOT EXISTS (SELECT 1 FROM ticket h JOIN growth_plan p ON p.teammate_id = h.assignee_id
       WHERE h.id = k.ticket_id AND p.ramp_from_us <= k.due_us AND p.ramp_until_us > k.due_us))
ORDER BY due_us DESC LIMIT :max;

-- name: sla_report_rule :opt
-- in: id i64
-- out: code str, title str, calendar str, targets str
SELECT code, title, calendar, targets FROM sla_rule WHERE id = :id;

-- name: sla_report_late :many
-- in: clock str, from_us i64, to_us i64, ramp i64, rule_id i64?, after_due_us i64?, after_ticket_id i64, max i64
-- out: ticket_id i64, subject str, instance i64, due_us i64, breach_us i64?, achieved_us i64?, outcome str, assignee str?, organisation str?, first_holder i64?, solved_us i64?
SELECT k.ticket_id, t.subject, k.instance, k.due_us, k.breach_us, k.achieved_us, k.outcome, m.name AS assignee, o.name AS organisation, t.assignee_id AS first_holder,
  t.solved_us
FROM sla_clock k JOIN ticket t ON t.id = k.ticket_id LEFT JOIN teammate m ON m.id = t.assignee_id LEFT JOIN organisation o ON o.id = t.organisation_id
WHERE k.clock = :clock AND k.due_us >= :from_us AND k.due_us < :to_us AND k.outcome = 'breached' AND (:rule_id IS NULL OR k.rule_id = :rule_id)
  AND NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = k.ticket_id AND g.kind = 'plain' AND g.tag = 'no_action' AND g.removed_us IS NULL)
  AND (:ramp = 1 OR NOT EXISTS (SELECT 1 FROM ticket h JOIN growth_plan p ON p.teammate_id = h.assignee_id
       WHERE h.id = k.ticket_id AND p.ramp_from_us <= k.due_us AND p.ramp_until_us > k.due_us))
  AND (:after_due_us IS NULL OR k.due_us < :after_due_us OR (k.due_us = :after_due_us AND k.ticket_id < :after_ticket_id))
ORDER BY k.due_us DESC, k.ticket_id DESC LIMIT :max;

-- Clocks that stand still: how much was left, and whether the customer was asked anything. Walks the pending tickets, longest first.
-- name: sla_report_paused :many
-- in: after_us i64, after_id i64, max i64
-- out: id i64, subject str, since_us i64, clock str, remaining_s i64?, target_s i64?, assignee str?, asked str?, mark str?
SELECT t.id, t.subject, t.status_since_us AS since_us, k.clock, k.remaining_s, k.target_s, m.name AS assignee,
  (SELECT p.body FROM message p WHERE p.ticket_id = t.id AND p.kind = 'public' AND p.author_kind = 'teammate' AND p.state IN ('held', 'sent')
   ORDER BY p.at_us DESC, p.id DESC LIMIT 1) AS asked,
  (SELECT p.mark FROM message p WHERE p.ticket_id = t.id AND p.kind = 'public' AND p.author_kind = 'teammate' AND p.state IN ('held', 'sent')
   ORDER BY p.at_us DESC, p.id DESC LIMIT 1) AS mark
FROM ticket t JOIN sla_clock k ON k.ticket_id = t.id LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE t.status = 'pending' AND (t.status_since_us, t.id) > (:after_us, :after_id) AND k.state = 'paused' AND k.outcome = 'running'
ORDER BY t.status_since_us, t.id LIMIT :max;

-- One customer's open tickets with what is promised, what is due first on top; those without a promise last.
-- name: sla_customer_open :many
-- in: organisation_id i64, max i64
-- out: id i64, subject str, status str, assignee str?, due_us i64?, due_clock str?, warn_us i64?, paused i64, breached i64
SELECT t.id, t.subject, t.status, m.name AS assignee, s.due_us, s.due_clock, s.warn_us, coalesce(s.paused, 0) AS paused, coalesce(s.breached, 0) AS breached
FROM ticket t LEFT JOIN sla_case s ON s.ticket_id = t.id LEFT JOIN teammate m ON m.id = t.assignee_id
WHERE t.organisation_id = :organisation_id AND (t.status = 'new' OR t.status = 'open' OR t.status = 'pending' OR t.status = 'on_hold')
ORDER BY coalesce(s.due_us, 9000000000000000000), t.id LIMIT :max;

-- How its promises of the newest tickets ended.
-- name: sla_customer_kept :many
-- in: organisation_id i64, tickets i64
-- out: clock str, met i64, late i64
SELECT k.clock, sum(CASE WHEN k.outcome = 'met' THEN 1 ELSE 0 END) AS met, sum(CASE WHEN k.outcome = 'breached' THEN 1 ELSE 0 END) AS late
FROM (SELECT id FROM ticket WHERE organisation_id = :organisation_id ORDER BY id DESC LIMIT :tickets) t JOIN sla_clock k ON k.ticket_id = t.id
GROUP BY k.clock ORDER BY k.clock;

-- name: sla_customer_name :opt
-- in: id i64
-- out: name str
SELECT name FROM organisation WHERE id = :id;
