-- Rules: rows, what waits, what ran.

-- name: rule_rows :each
-- out: id i64, slug str, version i64, position i64, state str, title str, when_text str, if_text str, then_text str, valid_from str, valid_to str?, why str, source str, author_name str, since_us i64, until_us i64?
-- carries: rule_row
SELECT id, slug, version, position, state, title, when_text, if_text, then_text, valid_from, valid_to, why, source, author_name, since_us, until_us FROM rule_row ORDER BY id;

-- name: rule_now :many
-- out: id i64, slug str, version i64, position i64, state str, title str, when_text str, if_text str, then_text str, valid_from str, valid_to str?, why str, source str, author_name str, since_us i64, until_us i64?
SELECT id, slug, version, position, state, title, when_text, if_text, then_text, valid_from, valid_to, why, source, author_name, since_us, until_us
FROM rule_row WHERE until_us IS NULL ORDER BY position, id;

-- name: rule_at :many
-- in: at_us i64
-- out: id i64, slug str, version i64, position i64, state str, title str, when_text str, if_text str, then_text str, valid_from str, valid_to str?, why str, source str, author_name str, since_us i64, until_us i64?
SELECT id, slug, version, position, state, title, when_text, if_text, then_text, valid_from, valid_to, why, source, author_name, since_us, until_us
FROM rule_row WHERE since_us <= :at_us AND (until_us IS NULL OR until_us > :at_us) ORDER BY position, id;

-- name: rule_by_slug :opt
-- in: slug str
-- out: id i64, slug str, version i64, position i64, state str, title str, when_text str, if_text str, then_text str, valid_from str, valid_to str?, why str, source str, author_name str, since_us i64, until_us i64?
SELECT id, slug, version, position, state, title, when_text, if_text, then_text, valid_from, valid_to, why, source, author_name, since_us, until_us
FROM rule_row WHERE slug = :slug AND until_us IS NULL;

-- name: rule_by_id :opt
-- in: id i64
-- out: id i64, slug str, version i64, position i64, state str, title str, when_text str, if_text str, then_text str, valid_from str, valid_to str?, why str, source str, author_name str, since_us i64, until_us i64?
SELECT id, slug, version, position, state, title, when_text, if_text, then_text, valid_from, valid_to, why, source, author_name, since_us, until_us
FROM rule_row WHERE id = :id;

-- Its rows, newest first.
-- name: rule_history :many
-- in: slug str, max i64
-- out: id i64, slug str, version i64, position i64, state str, title str, when_text str, if_text str, then_text str, valid_from str, valid_to str?, why str, source str, author_name str, since_us i64, until_us i64?
SELECT id, slug, version, position, state, title, when_text, if_text, then_text, valid_from, valid_to, why, source, author_name, since_us, until_us
FROM rule_row WHERE slug = :slug ORDER BY id DESC LIMIT :max;

-- name: rule_row_add :one
-- in: slug str, version i64, position i64, state str, title str, when_text str, if_text str, then_text str, valid_from str, valid_to str?, why str, source str, author_name str, since_us i64
-- out: id i64
INSERT INTO rule_row (slug, version, position, state, title, when_text, if_text, then_text, valid_from, valid_to, why, source, author_name, since_us)
VALUES (:slug, :version, :position, :state, :title, :when_text, :if_text, :then_text, :valid_from, :valid_to, :why, :source, :author_name, :since_us) RETURNING id;

-- name: rule_row_end :exec
-- in: id i64, until_us i64
UPDATE rule_row SET until_us = :until_us WHERE id = :id;

-- name: rule_stamp_get :opt
-- out: stamp i64
SELECT stamp FROM rule_stamp WHERE id = 1;

-- name: rule_stamp_put :exec
-- in: stamp i64
INSERT INTO rule_stamp (id, stamp) VALUES (1, :stamp) ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp;

-- ---- names ----

-- name: rule_teammate_named :opt
-- in: name str
-- out: id i64, name str, state str, access str
SELECT id, name, state, access FROM teammate WHERE email = :name OR name = :name ORDER BY CASE WHEN email = :name THEN 0 ELSE 1 END, id LIMIT 1;

-- name: rule_team_named :opt
-- in: name str
-- out: id i64, name str
SELECT id, name FROM team WHERE slug = :name OR lower(name) = lower(:name) ORDER BY CASE WHEN slug = :name THEN 0 ELSE 1 END, id LIMIT 1;

-- name: rule_org_named :opt
-- in: name str
-- out: id i64, name str, deleted_us i64?
SELECT id, name, deleted_us FROM organisation WHERE slug = :name OR name = :name ORDER BY CASE WHEN slug = :name THEN 0 ELSE 1 END, id LIMIT 1;

-- name: rule_macro_named :opt
-- in: slug str, day str
-- out: id i64, name str, mode str, body str, status str?, kind str?, priority str?, tags str?
SELECT id, name, mode, body, status, kind, priority, tags FROM macro
WHERE slug = :slug AND owner_id IS NULL AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) ORDER BY valid_from DESC LIMIT 1;

-- name: rule_macro_by_id :opt
-- in: id i64
-- out: id i64, name str, mode str, body str, status str?, kind str?, priority str?, tags str?, valid_to str?
SELECT id, name, mode, body, status, kind, priority, tags, valid_to FROM macro WHERE id = :id;

-- name: rule_macros :many
-- in: day str
-- out: slug str, name str, mode str
SELECT slug, name, mode FROM macro WHERE owner_id IS NULL AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) ORDER BY mode, name LIMIT 300;

-- ---- a case ----

-- name: rule_tags_of :many
-- in: ticket_id i64
-- out: id i64, kind str, tag str
SELECT id, kind, tag FROM ticket_tag WHERE ticket_id = :ticket_id AND removed_us IS NULL ORDER BY id;

-- name: rule_tag_by_id :opt
-- in: id i64
-- out: id i64, kind str, tag str
SELECT id, kind, tag FROM ticket_tag WHERE id = :id;

-- name: rule_contact :opt
-- in: id i64
-- out: email str?, kind str
SELECT email, kind FROM contact WHERE id = :id;

-- Texts of a case, newest first.
-- name: rule_texts :many
-- in: ticket_id i64, at_us i64, max i64
-- out: id i64, body str
SELECT id, body FROM message WHERE ticket_id = :ticket_id AND at_us <= :at_us AND state <> 'undone' ORDER BY at_us DESC, id DESC LIMIT :max;

-- name: rule_text_of :opt
-- in: id i64
-- out: id i64, body str
SELECT id, body FROM message WHERE id = :id;

-- The life of an organisation, as the log has it.
-- name: rule_org_life :many
-- in: id i64
-- out: seq i64, data str
SELECT seq, data FROM event WHERE entity = 'organisation' AND entity_id = :id ORDER BY seq LIMIT 2000;

-- ---- what waits ----

-- name: rule_queue_add :exec
-- in: seq i64
INSERT INTO rule_queue (seq) VALUES (:seq);

-- name: rule_queue_page :many
-- in: max i64
-- out: seq i64
SELECT seq FROM rule_queue ORDER BY seq LIMIT :max;

-- name: rule_queue_done :exec
-- in: seq i64
DELETE FROM rule_queue WHERE seq <= :seq;

-- name: rule_followers_of :many
-- in: ticket_id i64
-- out: teammate_id i64
SELECT w.teammate_id FROM ticket_follower w JOIN teammate m ON m.id = w.teammate_id
WHERE w.ticket_id = :ticket_id AND w.removed_us IS NULL AND m.state = 'active' ORDER BY w.teammate_id LIMIT 100;

-- name: rule_admins :many
-- out: teammate_id i64
SELECT id AS teammate_id FROM teammate WHERE access = 'admin' AND state = 'active' ORDER BY id LIMIT 100;

-- name: rule_members_of :many
-- in: team_id i64
-- out: teammate_id i64
SELECT w.teammate_id FROM team_member w JOIN teammate m ON m.id = w.teammate_id WHERE w.team_id = :team_id AND m.state = 'active' ORDER BY w.teammate_id LIMIT 200;

-- ---- what ran ----

-- name: rule_run_rows :each
-- out: id i64, slug str, rule_id i64, version i64, title str, ticket_id i64, seq i64, entered_us i64, parent_id i64?, depth i64, outcome str, why str, did str, error str?, late_s i64?, mailed_id i64?, attempt i64, at_us i64
SELECT id, slug, rule_id, version, title, ticket_id, seq, entered_us, parent_id, depth, outcome, why, did, error, late_s, mailed_id, attempt, at_us FROM rule_run ORDER BY id;

-- name: rule_run_get :opt
-- in: id i64
-- out: id i64, slug str, rule_id i64, version i64, title str, ticket_id i64, seq i64, entered_us i64, parent_id i64?, depth i64, outcome str, why str, did str, error str?, late_s i64?, mailed_id i64?, attempt i64, at_us i64
SELECT id, slug, rule_id, version, title, ticket_id, seq, entered_us, parent_id, depth, outcome, why, did, error, late_s, mailed_id, attempt, at_us FROM rule_run WHERE id = :id;

-- name: rule_run_find :opt
-- in: slug str, ticket_id i64, seq i64, entered_us i64
-- out: id i64, slug str, rule_id i64, version i64, title str, ticket_id i64, seq i64, entered_us i64, parent_id i64?, depth i64, outcome str, why str, did str, error str?, late_s i64?, mailed_id i64?, attempt i64, at_us i64
SELECT id, slug, rule_id, version, title, ticket_id, seq, entered_us, parent_id, depth, outcome, why, did, error, late_s, mailed_id, attempt, at_us FROM rule_run
WHERE slug = :slug AND ticket_id = :ticket_id AND seq = :seq AND entered_us = :entered_us;

-- name: rule_run_add :one
-- in: slug str, rule_id i64, version i64, title str, ticket_id i64, seq i64, entered_us i64, parent_id i64?, depth i64, outcome str, why str, did str, error str?, late_s i64?, mailed_id i64?, attempt i64, at_us i64
-- out: id i64
INSERT INTO rule_run (slug, rule_id, version, title, ticket_id, seq, entered_us, parent_id, depth, outcome, why, did, error, late_s, mailed_id, attempt, at_us)
VALUES (:slug, :rule_id, :version, :title, :ticket_id, :seq, :entered_us, :parent_id, :depth, :outcome, :why, :did, :error, :late_s, :mailed_id, :attempt, :at_us) RETURNING id;

-- name: rule_run_put :exec
-- in: id i64, rule_id i64, version i64, title str, outcome str, why str, did str, error str?, late_s i64?, mailed_id i64?, attempt i64, at_us i64
UPDATE rule_run SET rule_id = :rule_id, version = :version, title = :title, outcome = :outcome, why = :why, did = :did, error = :error, late_s = :late_s,
  mailed_id = :mailed_id, attempt = :attempt, at_us = :at_us WHERE id = :id;

-- name: rule_runs_of_ticket :many
-- in: ticket_id i64, before i64, max i64
-- out: id i64, slug str, rule_id i64, version i64, title str, ticket_id i64, seq i64, entered_us i64, parent_id i64?, depth i64, outcome str, why str, did str, error str?, late_s i64?, mailed_id i64?, attempt i64, at_us i64
SELECT id, slug, rule_id, version, title, ticket_id, seq, entered_us, parent_id, depth, outcome, why, did, error, late_s, mailed_id, attempt, at_us FROM rule_run
WHERE ticket_id = :ticket_id AND id < :before ORDER BY id DESC LIMIT :max;

-- name: rule_runs_open :many
-- in: outcome str, before i64, max i64
-- out: id i64, slug str, rule_id i64, version i64, title str, ticket_id i64, seq i64, entered_us i64, parent_id i64?, depth i64, outcome str, why str, did str, error str?, late_s i64?, mailed_id i64?, attempt i64, at_us i64
SELECT id, slug, rule_id, version, title, ticket_id, seq, entered_us, parent_id, depth, outcome, why, did, error, late_s, mailed_id, attempt, at_us FROM rule_run
WHERE outcome IN ('failed', 'held') AND outcome = :outcome AND id < :before ORDER BY id DESC LIMIT :max;

-- name: rule_runs_held :many
-- in: after i64, max i64
-- out: id i64, slug str, rule_id i64, version i64, title str, ticket_id i64, seq i64, entered_us i64, parent_id i64?, depth i64, outcome str, why str, did str, error str?, late_s i64?, mailed_id i64?, attempt i64, at_us i64
SELECT id, slug, rule_id, version, title, ticket_id, seq, entered_us, parent_id, depth, outcome, why, did, error, late_s, mailed_id, attempt, at_us FROM rule_run
WHERE outcome IN ('failed', 'held') AND outcome = 'held' AND id > :after ORDER BY id LIMIT :max;

-- name: rule_runs_newest :many
-- in: before i64, max i64
-- out: id i64, slug str, rule_id i64, version i64, title str, ticket_id i64, seq i64, entered_us i64, parent_id i64?, depth i64, outcome str, why str, did str, error str?, late_s i64?, mailed_id i64?, attempt i64, at_us i64
SELECT id, slug, rule_id, version, title, ticket_id, seq, entered_us, parent_id, depth, outcome, why, did, error, late_s, mailed_id, attempt, at_us FROM rule_run
WHERE id < :before ORDER BY id DESC LIMIT :max;

-- name: rule_runs_of_rule :many
-- in: slug str, before_us i64, max i64
-- out: id i64, slug str, rule_id i64, version i64, title str, ticket_id i64, seq i64, entered_us i64, parent_id i64?, depth i64, outcome str, why str, did str, error str?, late_s i64?, mailed_id i64?, attempt i64, at_us i64
SELECT id, slug, rule_id, version, title, ticket_id, seq, entered_us, parent_id, depth, outcome, why, did, error, late_s, mailed_id, attempt, at_us FROM rule_run
WHERE slug = :slug AND at_us < :before_us ORDER BY at_us DESC, id DESC LIMIT :max;

-- The newest outcomes of a rule.
-- name: rule_run_outcomes :many
-- in: slug str, since_us i64, max i64
-- out: outcome str
SELECT outcome FROM rule_run WHERE slug = :slug AND at_us >= :since_us ORDER BY at_us DESC, id DESC LIMIT :max;

-- name: rule_run_count :one
-- in: slug str, since_us i64, max i64
-- out: n i64
SELECT count(*) AS n FROM (SELECT 1 AS one FROM rule_run WHERE slug = :slug AND at_us > :since_us AND outcome IN ('did', 'nothing') LIMIT :max) x;

-- name: rule_mail_count :one
-- in: contact_id i64, since_us i64, max i64
-- out: n i64
SELECT count(*) AS n FROM (SELECT 1 AS one FROM rule_run WHERE mailed_id = :contact_id AND at_us > :since_us LIMIT :max) x;

-- name: rule_mails_all :one
-- in: since_us i64, max i64
-- out: n i64
SELECT count(*) AS n FROM (SELECT 1 AS one FROM rule_run WHERE mailed_id IS NOT NULL AND mailed_id > 0 AND at_us > :since_us LIMIT :max) x;

-- ---- timers ----

-- name: rule_timers_of :many
-- in: ticket_id i64
-- out: id i64, slug str, ticket_id i64, entered_us i64, due_us i64, state str, parent_id i64?
SELECT id, slug, ticket_id, entered_us, due_us, state, parent_id FROM rule_timer WHERE ticket_id = :ticket_id AND state IN ('waiting', 'looked');

-- name: rule_timer_add :exec
-- in: slug str, ticket_id i64, entered_us i64, due_us i64, state str, parent_id i64?
INSERT INTO rule_timer (slug, ticket_id, entered_us, due_us, state, parent_id) VALUES (:slug, :ticket_id, :entered_us, :due_us, :state, :parent_id)
ON CONFLICT (slug, ticket_id, entered_us) DO UPDATE SET due_us = excluded.due_us, state = CASE WHEN rule_timer.state = 'done' THEN 'done' ELSE excluded.state END;

-- name: rule_timer_put :exec
-- in: id i64, due_us i64, state str
UPDATE rule_timer SET due_us = :due_us, state = :state WHERE id = :id;

-- name: rule_timers_due :many
-- in: now_us i64, max i64
-- out: id i64, slug str, ticket_id i64, entered_us i64, due_us i64, state str, parent_id i64?
SELECT id, slug, ticket_id, entered_us, due_us, state, parent_id FROM rule_timer WHERE state = 'waiting' AND due_us <= :now_us ORDER BY due_us LIMIT :max;

-- name: rule_timer_first :opt
-- out: due_us i64
SELECT due_us FROM rule_timer WHERE state = 'waiting' ORDER BY due_us LIMIT 1;

-- name: rule_timer_all :each
-- out: id i64, slug str, ticket_id i64, entered_us i64, due_us i64, state str, parent_id i64?
SELECT id, slug, ticket_id, entered_us, due_us, state, parent_id FROM rule_timer WHERE state = 'waiting' ORDER BY due_us;

-- name: rule_arm_get :opt
-- in: rule_id i64
-- out: status str, before_us i64, before_id i64
SELECT status, before_us, before_id FROM rule_arm WHERE rule_id = :rule_id;

-- name: rule_arm_put :exec
-- in: rule_id i64, status str, before_us i64, before_id i64
INSERT INTO rule_arm (rule_id, status, before_us, before_id) VALUES (:rule_id, :status, :before_us, :before_id)
ON CONFLICT (rule_id) DO UPDATE SET status = excluded.status, before_us = excluded.before_us, before_id = excluded.before_id;

-- name: rule_arm_page :many
-- in: status str, before_us i64, before_id i64, max i64
-- out: id i64, updated_us i64
SELECT id, updated_us FROM ticket WHERE status = :status AND (updated_us, id) < (:before_us, :before_id) ORDER BY updated_us DESC, id DESC LIMIT :max;

-- ---- notices ----

-- name: rule_notice_add :exec
-- in: teammate_id i64, ticket_id i64?, slug str, body str, at_us i64
INSERT INTO rule_notice (teammate_id, ticket_id, slug, body, at_us) VALUES (:teammate_id, :ticket_id, :slug, :body, :at_us);

-- name: rule_notice_page :many
-- in: me i64, before i64, max i64
-- out: id i64, ticket_id i64?, slug str, body str, at_us i64, read_us i64?, subject str?
SELECT n.id, n.ticket_id, n.slug, n.body, n.at_us, n.read_us, t.subject FROM rule_notice n LEFT JOIN ticket t ON t.id = n.ticket_id
WHERE n.teammate_id = :me AND n.id < :before ORDER BY n.id DESC LIMIT :max;

-- name: rule_notice_read :count
-- in: me i64, notice i64?, now_us i64
UPDATE rule_notice SET read_us = :now_us WHERE teammate_id = :me AND read_us IS NULL AND (:notice IS NULL OR id = :notice);

-- name: rule_notice_unread :one
-- in: me i64, max i64
-- out: n i64
SELECT count(*) AS n FROM (SELECT 1 AS one FROM rule_notice WHERE teammate_id = :me AND read_us IS NULL LIMIT :max) x;

-- ---- history ----

-- Tickets that may have events in a span, newest first.
-- name: rule_ticket_walk :many
-- in: before i64, from_us i64, to_us i64, max i64
-- out: id i64, subject str, created_us i64, updated_us i64
SELECT id, subject, created_us, updated_us FROM (SELECT id, subject, created_us, updated_us FROM ticket WHERE id < :before ORDER BY id DESC LIMIT :max) t
WHERE t.updated_us >= :from_us AND t.created_us < :to_us ORDER BY id DESC;

-- name: rule_ticket_step :opt
-- in: before i64, max i64
-- out: id i64
SELECT min(id) AS id FROM (SELECT id FROM ticket WHERE id < :before ORDER BY id DESC LIMIT :max) t HAVING count(*) > 0;

-- name: rule_ticket_newest :opt
-- out: id i64
SELECT id FROM ticket ORDER BY id DESC LIMIT 1;
