-- Long cases and case reviews.

-- name: review_question_rows :each
-- carries: review_question
-- out: id i64, question str, valid_from str, valid_to str?, source str
SELECT id, question, valid_from, valid_to, source FROM review_question ORDER BY id;

-- name: review_question_find :opt
-- in: question str, valid_from str
-- out: id i64, question str, valid_from str, valid_to str?, source str
SELECT id, question, valid_from, valid_to, source FROM review_question WHERE question = :question AND valid_from = :valid_from;

-- name: review_question_get :opt
-- in: id i64
-- out: id i64, question str, valid_from str, valid_to str?, source str
SELECT id, question, valid_from, valid_to, source FROM review_question WHERE id = :id;

-- name: review_question_add :one
-- in: question str, valid_from str, valid_to str?, source str
-- out: id i64
INSERT INTO review_question (question, valid_from, valid_to, source) VALUES (:question, :valid_from, :valid_to, :source) RETURNING id;

-- name: review_question_end :exec
-- in: id i64, valid_to str
UPDATE review_question SET valid_to = :valid_to WHERE id = :id;

-- name: review_questions_on :many
-- in: day str
-- out: id i64, question str
SELECT id, question FROM review_question WHERE valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) ORDER BY id LIMIT 40;

-- name: case_review_rows :each
-- out: id i64, ticket_id i64, kind str, reviewer_id i64, reviewed_id i64, period str, state str, made_us i64, due_us i64, ended_us i64?
SELECT id, ticket_id, kind, reviewer_id, reviewed_id, period, state, made_us, due_us, ended_us FROM case_review ORDER BY id;

-- name: case_review_get :opt
-- in: id i64
-- out: id i64, ticket_id i64, kind str, reviewer_id i64, reviewed_id i64, period str, state str, made_us i64, due_us i64, ended_us i64?
SELECT id, ticket_id, kind, reviewer_id, reviewed_id, period, state, made_us, due_us, ended_us FROM case_review WHERE id = :id;

-- name: case_review_add :one
-- in: ticket_id i64, kind str, reviewer_id i64, reviewed_id i64, period str, state str, made_us i64, due_us i64, ended_us i64?
-- out: id i64
INSERT INTO case_review (ticket_id, kind, reviewer_id, reviewed_id, period, state, made_us, due_us, ended_us)
VALUES (:ticket_id, :kind, :reviewer_id, :reviewed_id, :period, :state, :made_us, :due_us, :ended_us) RETURNING id;

-- name: case_review_put :exec
-- in: id i64, state str, ended_us i64?
UPDATE case_review SET state = :state, ended_us = :ended_us WHERE id = :id;

-- How many of a round somebody was given.
-- name: case_review_given :one
-- in: reviewer_id i64, kind str, period str
-- out: n i64
SELECT count(*) AS n FROM (SELECT 1 FROM case_review WHERE reviewer_id = :reviewer_id AND kind = :kind AND period = :period LIMIT 50) AS given;

-- Reviews of a person, by them and about them, newest first.
-- name: case_review_mine :many
-- in: me i64, before i64, max i64
-- out: id i64, ticket_id i64, subject str, kind str, reviewer_id i64, reviewer str, reviewed_id i64, reviewed str, state str, due_us i64
SELECT r.id AS id, r.ticket_id, t.subject, r.kind, r.reviewer_id, a.name AS reviewer, r.reviewed_id, b.name AS reviewed, r.state, r.due_us
FROM case_review r JOIN ticket t ON t.id = r.ticket_id JOIN teammate a ON a.id = r.reviewer_id JOIN teammate b ON b.id = r.reviewed_id
WHERE (r.reviewer_id = :me OR (r.reviewed_id = :me AND r.state = 'done')) AND r.state <> 'dropped' AND r.id < :before ORDER BY r.id DESC LIMIT :max;

-- name: review_answers_of :many
-- in: review_id i64, day str
-- out: question_id i64, question str, yes i64?
SELECT q.id AS question_id, q.question, a.yes FROM review_question q LEFT JOIN review_answer a ON a.question_id = q.id AND a.review_id = :review_id
WHERE q.valid_from <= :day AND (q.valid_to IS NULL OR q.valid_to > :day) ORDER BY q.id LIMIT 40;

-- name: review_answer_put :exec
-- in: review_id i64, question_id i64, yes bool
INSERT INTO review_answer (review_id, question_id, yes) VALUES (:review_id, :question_id, :yes)
ON CONFLICT (review_id, question_id) DO UPDATE SET yes = excluded.yes;

-- name: review_words_of :opt
-- in: review_id i64
-- out: review_id i64, good str, next str
SELECT review_id, good, next FROM review_words WHERE review_id = :review_id;

-- name: review_words_put :exec
-- in: review_id i64, good str, next str
INSERT INTO review_words (review_id, good, next) VALUES (:review_id, :good, :next) ON CONFLICT (review_id) DO UPDATE SET good = excluded.good, next = excluded.next;

-- Who solved cases since then, that still work here.
-- name: review_engineers :many
-- in: since_us i64
-- out: teammate_id i64
SELECT m.id AS teammate_id FROM teammate m WHERE m.state = 'active' AND (
  EXISTS (SELECT 1 FROM ticket t WHERE t.assignee_id = m.id AND t.status = 'solved' AND t.updated_us >= :since_us)
  OR EXISTS (SELECT 1 FROM ticket t WHERE t.assignee_id = m.id AND t.status = 'closed' AND t.updated_us >= :since_us))
ORDER BY m.id;

-- name: review_managers :many
-- out: teammate_id i64
SELECT id AS teammate_id FROM teammate WHERE state = 'active' AND access = 'lead' ORDER BY id;

-- The newest case that somebody solved since then and nobody looked at yet.
-- name: review_candidate :opt
-- in: teammate_id i64, since_us i64
-- out: ticket_id i64
SELECT t.id AS ticket_id FROM ticket t
WHERE t.assignee_id = :teammate_id AND t.status IN ('solved', 'closed') AND t.updated_us >= :since_us
  AND NOT EXISTS (SELECT 1 FROM case_review r WHERE r.ticket_id = t.id)
  AND EXISTS (SELECT 1 FROM resolution x WHERE x.ticket_id = t.id AND x.counted = 1)
ORDER BY t.id DESC LIMIT 1;

-- Of those due since then: how many there were, were done, and were done in time.
-- name: review_honour :one
-- in: since_us i64, now_us i64
-- out: due i64, done i64, in_time i64
SELECT count(*) AS due, CAST(coalesce(sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END), 0) AS BIGINT) AS done,
  CAST(coalesce(sum(CASE WHEN state = 'done' AND ended_us <= due_us THEN 1 ELSE 0 END), 0) AS BIGINT) AS in_time
FROM case_review WHERE due_us >= :since_us AND due_us < :now_us AND state <> 'dropped';

-- name: review_sums :many
-- in: least i64
-- out: question str, answers i64, yes i64
SELECT q.question, count(*) AS answers, CAST(sum(a.yes) AS BIGINT) AS yes FROM review_answer a JOIN review_question q ON q.id = a.question_id
GROUP BY q.id, q.question HAVING count(*) >= :least ORDER BY q.id LIMIT 40;

-- name: long_case_rows :each
-- carries: long_case
-- out: id i64, ticket_id i64, kind str, days i64, state str, found_us i64, by_name str?, ended_us i64?
SELECT id, ticket_id, kind, days, state, found_us, by_name, ended_us FROM long_case ORDER BY id;

-- name: long_case_get :opt
-- in: id i64
-- out: id i64, ticket_id i64, kind str, days i64, state str, found_us i64, by_name str?, ended_us i64?
SELECT id, ticket_id, kind, days, state, found_us, by_name, ended_us FROM long_case WHERE id = :id;

-- name: long_case_of :opt
-- in: ticket_id i64, kind str
-- out: id i64, ticket_id i64, kind str, days i64, state str, found_us i64, by_name str?, ended_us i64?
SELECT id, ticket_id, kind, days, state, found_us, by_name, ended_us FROM long_case WHERE ticket_id = :ticket_id AND kind = :kind;

-- What is open of a case: looking back goes before looking ahead.
-- name: long_case_open_of :opt
-- in: ticket_id i64
-- out: id i64, kind str, days i64
SELECT id, kind, days FROM long_case WHERE ticket_id = :ticket_id AND state = 'open' ORDER BY kind DESC LIMIT 1;

-- name: long_case_add :one
-- in: ticket_id i64, kind str, days i64, state str, found_us i64, by_name str?, ended_us i64?
-- out: id i64
INSERT INTO long_case (ticket_id, kind, days, state, found_us, by_name, ended_us) VALUES (:ticket_id, :kind, :days, :state, :found_us, :by_name, :ended_us) RETURNING id;

-- name: long_case_put :exec
-- in: id i64, state str, by_name str?, ended_us i64?
UPDATE long_case SET state = :state, by_name = :by_name, ended_us = :ended_us WHERE id = :id;

-- Open cases that are older than that and not listed yet.
-- name: long_case_due :many
-- in: before_us i64, max i64
-- out: ticket_id i64, created_us i64
SELECT t.id AS ticket_id, t.created_us FROM ticket t
WHERE (status = 'new' OR status = 'open' OR status = 'pending' OR status = 'on_hold') AND t.created_us < :before_us AND t.kind <> 'task'
  AND NOT EXISTS (SELECT 1 FROM long_case k WHERE k.ticket_id = t.id AND k.kind = 'premortem')
ORDER BY t.id LIMIT :max;

-- What is listed: pre-mortems of cases that are open still, retros of cases that are solved.
-- name: long_case_page :many
-- in: kind str, after i64, since_us i64, max i64
-- out: id i64, ticket_id i64, subject str, priority str?, assignee str?, organisation str?, days i64, created_us i64, solved_us i64?
SELECT k.id AS id, k.ticket_id, t.subject, t.priority, m.name AS assignee, o.name AS organisation, k.days, t.created_us, t.solved_us
FROM long_case k JOIN ticket t ON t.id = k.ticket_id LEFT JOIN teammate m ON m.id = t.assignee_id LEFT JOIN organisation o ON o.id = t.organisation_id
WHERE k.kind = :kind AND k.state = 'open' AND k.id > :after AND k.found_us >= :since_us
  AND ((k.kind = 'premortem' AND t.status IN ('new', 'open', 'pending', 'on_hold')) OR (k.kind = 'retro' AND t.status IN ('solved', 'closed')))
ORDER BY k.id LIMIT :max;
