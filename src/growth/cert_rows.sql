-- cert_rows.sql: the tables of certification as rows: all of them, one, add, put. Each is written with its event by cert_rows.c.

-- name: cert_programme_rows :each
-- out: id i64, slug str, name str, roles str, call_kinds str, created_us i64
-- carries: cert_programme
SELECT id, slug, name, roles, call_kinds, created_us
FROM cert_programme ORDER BY id;

-- name: cert_programme_by_id :opt
-- in: id i64
-- out: id i64, slug str, name str, roles str, call_kinds str, created_us i64
SELECT id, slug, name, roles, call_kinds, created_us
FROM cert_programme WHERE id = :id;

-- name: cert_programme_add :one
-- in: slug str, name str, roles str, call_kinds str, created_us i64
-- out: id i64
INSERT INTO cert_programme (slug, name, roles, call_kinds, created_us)
VALUES (:slug, :name, :roles, :call_kinds, :created_us)
RETURNING id;

-- name: cert_programme_put :exec
-- in: id i64, slug str, name str, roles str, call_kinds str, created_us i64
UPDATE cert_programme SET slug = :slug, name = :name, roles = :roles, call_kinds = :call_kinds, created_us = :created_us
WHERE id = :id;

-- name: cert_edition_rows :each
-- out: id i64, programme_id i64, valid_from str, name str, max_score i64, labels str, competencies str, scorers str, from_recording str, clearance str, lead_rule str, sessions str, pass str, min_led i64, recertify i64, neutral i64, notes str, source str, published_us i64?, created_by i64?, created_us i64
-- carries: cert_edition
SELECT id, programme_id, valid_from, name, max_score, labels, competencies, scorers, from_recording, clearance, lead_rule, sessions, pass, min_led,
  recertify, neutral, notes, source, published_us, created_by, created_us
FROM cert_edition ORDER BY id;

-- name: cert_edition_by_id :opt
-- in: id i64
-- out: id i64, programme_id i64, valid_from str, name str, max_score i64, labels str, competencies str, scorers str, from_recording str, clearance str, lead_rule str, sessions str, pass str, min_led i64, recertify i64, neutral i64, notes str, source str, published_us i64?, created_by i64?, created_us i64
SELECT id, programme_id, valid_from, name, max_score, labels, competencies, scorers, from_recording, clearance, lead_rule, sessions, pass, min_led,
  recertify, neutral, notes, source, published_us, created_by, created_us
FROM cert_edition WHERE id = :id;

-- name: cert_edition_add :one
-- in: programme_id i64, valid_from str, name str, max_score i64, labels str, competencies str, scorers str, from_recording str, clearance str, lead_rule str, sessions str, pass str, min_led i64, recertify i64, neutral i64, notes str, source str, published_us i64?, created_by i64?, created_us i64
-- out: id i64
INSERT INTO cert_edition (programme_id, valid_from, name, max_score, labels, competencies, scorers, from_recording, clearance, lead_rule, sessions,
  pass, min_led, recertify, neutral, notes, source, published_us, created_by, created_us)
VALUES (:programme_id, :valid_from, :name, :max_score, :labels, :competencies, :scorers, :from_recording, :clearance, :lead_rule, :sessions, :pass,
  :min_led, :recertify, :neutral, :notes, :source, :published_us, :created_by, :created_us)
RETURNING id;

-- name: cert_edition_put :exec
-- in: id i64, programme_id i64, valid_from str, name str, max_score i64, labels str, competencies str, scorers str, from_recording str, clearance str, lead_rule str, sessions str, pass str, min_led i64, recertify i64, neutral i64, notes str, source str, published_us i64?, created_by i64?, created_us i64
UPDATE cert_edition SET programme_id = :programme_id, valid_from = :valid_from, name = :name, max_score = :max_score, labels = :labels, competencies
  = :competencies, scorers = :scorers, from_recording = :from_recording, clearance = :clearance, lead_rule = :lead_rule, sessions = :sessions, pass
  = :pass, min_led = :min_led, recertify = :recertify, neutral = :neutral, notes = :notes, source = :source, published_us = :published_us,
  created_by = :created_by, created_us = :created_us
WHERE id = :id;

-- name: certification_rows :each
-- out: id i64, programme_id i64, edition_id i64, teammate_id i64, mentor_id i64?, manager_id i64?, state str, certified_us i64?, focus str, started_us i64
-- carries: certification
SELECT id, programme_id, edition_id, teammate_id, mentor_id, manager_id, state, certified_us, focus, started_us
FROM certification ORDER BY id;

-- name: certification_by_id :opt
-- in: id i64
-- out: id i64, programme_id i64, edition_id i64, teammate_id i64, mentor_id i64?, manager_id i64?, state str, certified_us i64?, focus str, started_us i64
SELECT id, programme_id, edition_id, teammate_id, mentor_id, manager_id, state, certified_us, focus, started_us
FROM certification WHERE id = :id;

-- name: certification_add :one
-- in: programme_id i64, edition_id i64, teammate_id i64, mentor_id i64?, manager_id i64?, state str, certified_us i64?, focus str, started_us i64
-- out: id i64
INSERT INTO certification (programme_id, edition_id, teammate_id, mentor_id, manager_id, state, certified_us, focus, started_us)
VALUES (:programme_id, :edition_id, :teammate_id, :mentor_id, :manager_id, :state, :certified_us, :focus, :started_us)
RETURNING id;

-- name: certification_put :exec
-- in: id i64, programme_id i64, edition_id i64, teammate_id i64, mentor_id i64?, manager_id i64?, state str, certified_us i64?, focus str, started_us i64
UPDATE certification SET programme_id = :programme_id, edition_id = :edition_id, teammate_id = :teammate_id, mentor_id = :mentor_id, manager_id =
  :manager_id, state = :state, certified_us = :certified_us, focus = :focus, started_us = :started_us
WHERE id = :id;

-- name: cert_entry_rows :each
-- out: id i64, certification_id i64, edition_id i64, at_us i64, kind str, session_id i64?, call_id i64?, title str, lead i64, shadow i64, scorer str, scores str, recording str, note str, by_id i64?, created_us i64
-- carries: cert_entry
SELECT id, certification_id, edition_id, at_us, kind, session_id, call_id, title, lead, shadow, scorer, scores, recording, note, by_id, created_us
FROM cert_entry ORDER BY id;

-- name: cert_entry_by_id :opt
-- in: id i64
-- out: id i64, certification_id i64, edition_id i64, at_us i64, kind str, session_id i64?, call_id i64?, title str, lead i64, shadow i64, scorer str, scores str, recording str, note str, by_id i64?, created_us i64
SELECT id, certification_id, edition_id, at_us, kind, session_id, call_id, title, lead, shadow, scorer, scores, recording, note, by_id, created_us
FROM cert_entry WHERE id = :id;

-- name: cert_entry_add :one
-- in: certification_id i64, edition_id i64, at_us i64, kind str, session_id i64?, call_id i64?, title str, lead i64, shadow i64, scorer str, scores str, recording str, note str, by_id i64?, created_us i64
-- out: id i64
INSERT INTO cert_entry (certification_id, edition_id, at_us, kind, session_id, call_id, title, lead, shadow, scorer, scores, recording, note, by_id,
  created_us)
VALUES (:certification_id, :edition_id, :at_us, :kind, :session_id, :call_id, :title, :lead, :shadow, :scorer, :scores, :recording, :note, :by_id,
  :created_us)
RETURNING id;

-- name: cert_entry_put :exec
-- in: id i64, certification_id i64, edition_id i64, at_us i64, kind str, session_id i64?, call_id i64?, title str, lead i64, shadow i64, scorer str, scores str, recording str, note str, by_id i64?, created_us i64
UPDATE cert_entry SET certification_id = :certification_id, edition_id = :edition_id, at_us = :at_us, kind = :kind, session_id = :session_id,
  call_id = :call_id, title = :title, lead = :lead, shadow = :shadow, scorer = :scorer, scores = :scores, recording = :recording, note = :note,
  by_id = :by_id, created_us = :created_us
WHERE id = :id;
