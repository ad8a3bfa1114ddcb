-- What account people add to a case; facts of a customer; the cases of somebody's customers.

-- name: case_context_rows :each
-- out: id i64, ticket_id i64, kind str, author_id i64?, author_name str, part str, summary str, issue_url str, consequence str, time_limit str, other str, created_us i64, removed_us i64?
-- carries: case_context
SELECT id, ticket_id, kind, author_id, author_name, part, summary, issue_url, consequence, time_limit, other, created_us, removed_us FROM case_context ORDER BY id;

-- name: case_context_of :many
-- in: ticket_id i64, max i64
-- out: id i64, ticket_id i64, kind str, author_id i64?, author_name str, part str, summary str, issue_url str, consequence str, time_limit str, other str, created_us i64, removed_us i64?
SELECT id, ticket_id, kind, author_id, author_name, part, summary, issue_url, consequence, time_limit, other, created_us, removed_us FROM case_context
WHERE ticket_id = :ticket_id AND removed_us IS NULL ORDER BY id LIMIT :max;

-- name: context_part_of :many
-- in: organisation_id i64, teammate_id i64
-- out: part str
SELECT part FROM org_person WHERE organisation_id = :organisation_id AND teammate_id = :teammate_id AND removed_us IS NULL ORDER BY part;

-- name: context_look_rows :each
-- out: id i64, ticket_id i64, teammate_id i64, steps str, at_us i64
-- carries: context_look
SELECT id, ticket_id, teammate_id, steps, at_us FROM context_look ORDER BY id;

-- name: context_look_find :opt
-- in: ticket_id i64, teammate_id i64
-- out: id i64, ticket_id i64, teammate_id i64, steps str, at_us i64
SELECT id, ticket_id, teammate_id, steps, at_us FROM context_look WHERE ticket_id = :ticket_id AND teammate_id = :teammate_id;

-- What the card beside a ticket says of it, of its customer, and of what the reader looked at.
-- name: context_card :opt
-- in: ticket_id i64, me i64
-- out: state str?, reason str?, outcome str?, why str?, decided_by str?, decided_us i64?, warned_us i64?, organisation_id i64?, tier str?, segment str?, telemetry str?, notes str?, looked str?
SELECT k.state, k.reason, k.outcome, k.why, k.decided_by, k.decided_us, k.warned_us, t.organisation_id, o.tier, o.segment, o.telemetry, o.notes, l.steps AS looked
FROM ticket t LEFT JOIN triage_case k ON k.ticket_id = t.id LEFT JOIN organisation o ON o.id = t.organisation_id
LEFT JOIN context_look l ON l.ticket_id = t.id AND l.teammate_id = :me
WHERE t.id = :ticket_id;

-- What stands below that card, in one read: what account people say of the case, what is known of its customer, the customer's newest cases (solved ones only where
-- the open ones stand beside it already). Each kind is in its order; nothing is said of the order among the three.
-- name: context_beside :many
-- in: ticket_id i64, organisation_id i64?, open bool, notes i64, facts i64, recent i64
-- out: what str, id i64, kind str, words str, url str, value str, until str, other str, author_id i64?, author_name str, part str, at_us i64
SELECT 'note' AS what, n.id, n.kind, n.summary AS words, n.issue_url AS url, n.consequence AS value, n.time_limit AS until, n.other, n.author_id, n.author_name, n.part,
  n.created_us AS at_us
FROM (SELECT id, kind, summary, issue_url, consequence, time_limit, other, author_id, author_name, part, created_us FROM case_context
  WHERE ticket_id = :ticket_id AND removed_us IS NULL ORDER BY id LIMIT :notes) n
UNION ALL
SELECT 'fact', f.id, f.kind, f.title, f.url, f.value, f.noted_on, '', f.author_id, f.author_name, '', 0
FROM (SELECT id, kind, title, url, value, noted_on, author_id, author_name FROM account_fact WHERE organisation_id = :organisation_id AND removed_us IS NULL ORDER BY kind, id LIMIT :facts) f
UNION ALL
SELECT 'recent', r.id, r.status, r.subject, '', '', '', '', NULL, '', '', 0
FROM (SELECT id, status, subject FROM ticket WHERE organisation_id = :organisation_id AND id <> :ticket_id AND (:open = 1 OR status IN ('solved', 'closed'))
  ORDER BY id DESC LIMIT :recent) r
UNION ALL
SELECT 'forward', f.id, CASE WHEN f.undone_us IS NOT NULL THEN 'cancelled' ELSE coalesce(f.state, 'unknown') END, f.place, f.dest, coalesce(f.last_error, ''), '', f.words, NULL,
  f.author_name, '', f.created_us
FROM (SELECT c.id, c.undone_us, c.place, c.dest, c.words, c.author_name, c.created_us, o.state, o.last_error FROM case_forward c LEFT JOIN outbox o ON o.id = c.outbox_id
  WHERE c.ticket_id = :ticket_id ORDER BY c.id DESC LIMIT 5) f
UNION ALL
SELECT 'escalation', e.id, e.state, e.who, '', coalesce(e.words, ''), coalesce(e.name, ''), e.reason, NULL, e.by_name, coalesce(e.outcome, ''), e.created_us
FROM (SELECT x.id, x.state, x.who, x.words, p.name, x.reason, x.by_name, x.outcome, x.created_us FROM case_escalation x LEFT JOIN teammate p ON p.id = x.to_id
  WHERE x.ticket_id = :ticket_id ORDER BY x.id DESC LIMIT 3) e;

-- ---- facts of a customer ----

-- name: account_fact_rows :each
-- out: id i64, organisation_id i64, kind str, title str, value str, url str, noted_on str, author_name str, created_us i64, removed_us i64?, author_id i64?
-- carries: account_fact
SELECT id, organisation_id, kind, title, value, url, noted_on, author_name, created_us, removed_us, author_id FROM account_fact ORDER BY id;

-- name: account_facts_of :many
-- in: organisation_id i64, max i64
-- out: id i64, organisation_id i64, kind str, title str, value str, url str, noted_on str, author_name str, created_us i64, removed_us i64?, author_id i64?
SELECT id, organisation_id, kind, title, value, url, noted_on, author_name, created_us, removed_us, author_id FROM account_fact
WHERE organisation_id = :organisation_id AND removed_us IS NULL ORDER BY kind, id LIMIT :max;

-- name: context_org_found :opt
-- in: id i64
-- out: id i64, name str, deleted_us i64?
SELECT id, name, deleted_us FROM organisation WHERE id = :id;

-- ---- the customers of one of us ----

-- name: account_mine :many
-- in: teammate_id i64, max i64
-- out: id i64, name str, stage str, part str
SELECT o.id, o.name, o.stage, p.part FROM org_person p JOIN organisation o ON o.id = p.organisation_id
WHERE p.teammate_id = :teammate_id AND p.removed_us IS NULL AND o.deleted_us IS NULL
UNION
SELECT o.id, o.name, o.stage, 'assigned' AS part FROM organisation o WHERE o.assigned_id = :teammate_id AND o.deleted_us IS NULL
UNION
SELECT o.id, o.name, o.stage, 'backup' AS part FROM organisation o WHERE o.backup_id = :teammate_id AND o.deleted_us IS NULL
ORDER BY name, id, part LIMIT :max;

-- Unsolved cases of those customers, newest first.
-- name: account_mine_cases :many
-- in: teammate_id i64, before i64, max i64
-- out: id i64, subject str, status str, next_action str, organisation_id i64?, organisation str, requester str?, assignee str?, priority str?, promised_us i64?, status_since_us i64, we_wrote_us i64?, owner str?, reason str?
SELECT t.id, t.subject, t.status, t.next_action, t.organisation_id, o.name AS organisation, c.name AS requester, a.name AS assignee, t.priority, t.promised_us, t.status_since_us,
  t.we_wrote_us, k.owner, k.reason
FROM (SELECT p.organisation_id AS id FROM org_person p WHERE p.teammate_id = :teammate_id AND p.removed_us IS NULL
  UNION SELECT x.id FROM organisation x WHERE x.assigned_id = :teammate_id UNION SELECT y.id FROM organisation y WHERE y.backup_id = :teammate_id) mine
JOIN organisation o ON o.id = mine.id JOIN ticket t ON t.organisation_id = o.id AND (t.status = 'new' OR t.status = 'open' OR t.status = 'pending' OR t.status = 'on_hold')
LEFT JOIN contact c ON c.id = t.requester_id LEFT JOIN teammate a ON a.id = t.assignee_id LEFT JOIN triage_case k ON k.ticket_id = t.id
WHERE t.id < :before ORDER BY t.id DESC LIMIT :max;

-- Those that wait for the customer, longest first, with what we wrote last.
-- name: account_mine_waiting :many
-- in: teammate_id i64, after_us i64, after_id i64, max i64
-- out: id i64, subject str, organisation_id i64?, organisation str, requester str?, assignee str?, status_since_us i64, asked str?, asked_us i64?
SELECT t.id, t.subject, t.organisation_id, o.name AS organisation, c.name AS requester, a.name AS assignee, t.status_since_us,
  (SELECT m.body FROM message m WHERE m.ticket_id = t.id AND m.kind = 'public' AND m.state IN ('held', 'sent') ORDER BY m.at_us DESC, m.id DESC LIMIT 1) AS asked,
  t.we_wrote_us AS asked_us
FROM (SELECT p.organisation_id AS id FROM org_person p WHERE p.teammate_id = :teammate_id AND p.removed_us IS NULL
  UNION SELECT x.id FROM organisation x WHERE x.assigned_id = :teammate_id UNION SELECT y.id FROM organisation y WHERE y.backup_id = :teammate_id) mine
JOIN organisation o ON o.id = mine.id JOIN ticket t ON t.organisation_id = o.id AND (t.status = 'new' OR t.status = 'open' OR t.status = 'pending' OR t.status = 'on_hold')
LEFT JOIN contact c ON c.id = t.requester_id LEFT JOIN teammate a ON a.id = t.assignee_id
WHERE t.status = 'pending' AND (t.status_since_us, t.id) > (:after_us, :after_id) ORDER BY t.status_since_us, t.id LIMIT :max;
