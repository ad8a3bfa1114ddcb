-- cert.sql: what is asked of certifications beyond their rows.

-- name: cert_programme_by_slug :opt
-- in: slug str
-- out: id i64, slug str, name str, roles str, call_kinds str, created_us i64
SELECT id, slug, name, roles, call_kinds, created_us FROM cert_programme WHERE slug = :slug;

-- name: cert_programmes_all :many
-- in: max i64
-- out: id i64, slug str, name str, roles str, call_kinds str, created_us i64
SELECT id, slug, name, roles, call_kinds, created_us FROM cert_programme ORDER BY id LIMIT :max;

-- name: cert_edition_in_force :opt
-- in: programme_id i64, date str
-- out: id i64
SELECT id FROM cert_edition WHERE programme_id = :programme_id AND valid_from <= :date AND published_us IS NOT NULL ORDER BY valid_from DESC LIMIT 1;

-- name: cert_edition_of_date :opt
-- in: programme_id i64, valid_from str
-- out: id i64
SELECT id FROM cert_edition WHERE programme_id = :programme_id AND valid_from = :valid_from;

-- name: cert_editions_of :many
-- in: programme_id i64
-- out: id i64, valid_from str, name str, published_us i64?, neutral i64, people i64
SELECT e.id, e.valid_from, e.name, e.published_us, e.neutral, (SELECT count(*) FROM certification c WHERE c.edition_id = e.id) AS people
FROM cert_edition e WHERE e.programme_id = :programme_id ORDER BY e.valid_from DESC;

-- name: certification_of :opt
-- in: programme_id i64, teammate_id i64
-- out: id i64
SELECT id FROM certification WHERE programme_id = :programme_id AND teammate_id = :teammate_id;

-- name: certification_newest_of :opt
-- in: teammate_id i64
-- out: id i64
SELECT id FROM certification WHERE teammate_id = :teammate_id ORDER BY id DESC LIMIT 1;

-- name: certifications_in :many
-- in: programme_id i64
-- out: id i64, state str
SELECT id, state FROM certification WHERE programme_id = :programme_id ORDER BY id;

-- name: certification_page :many
-- in: before_id i64, teammate_id i64?, max i64
-- out: id i64, teammate_id i64, name str, programme str, edition str, mentor str?, manager str?, state str, certified_us i64?, started_us i64
SELECT c.id, c.teammate_id, t.name, p.name AS programme, e.name AS edition, m.name AS mentor, g.name AS manager, c.state, c.certified_us, c.started_us
FROM certification c JOIN teammate t ON t.id = c.teammate_id JOIN cert_programme p ON p.id = c.programme_id JOIN cert_edition e ON e.id = c.edition_id
LEFT JOIN teammate m ON m.id = c.mentor_id LEFT JOIN teammate g ON g.id = c.manager_id
WHERE c.id < :before_id AND (:teammate_id IS NULL OR c.teammate_id = :teammate_id) ORDER BY c.id DESC LIMIT :max;

-- name: cert_entries_of :many
-- in: certification_id i64
-- out: id i64, certification_id i64, edition_id i64, at_us i64, kind str, session_id i64?, call_id i64?, title str, lead i64, shadow i64, scorer str, scores str, recording str, note str, by_id i64?, created_us i64
SELECT id, certification_id, edition_id, at_us, kind, session_id, call_id, title, lead, shadow, scorer, scores, recording, note, by_id, created_us
FROM cert_entry WHERE certification_id = :certification_id ORDER BY at_us, id;

-- name: cert_entry_names :many
-- in: certification_id i64
-- out: id i64, by_name str?, recording_url str?, recording_minutes i64?, recording_consent str?
SELECT e.id, t.name AS by_name, k.recording_url, k.recording_minutes, k.recording_consent
FROM cert_entry e LEFT JOIN teammate t ON t.id = e.by_id LEFT JOIN customer_call k ON k.id = e.call_id
WHERE e.certification_id = :certification_id ORDER BY e.at_us, e.id;

-- name: cert_call_shadows :many
-- in: call_id i64
-- out: teammate_id i64
SELECT teammate_id FROM call_place WHERE call_id = :call_id AND part = 'shadow' AND removed_us IS NULL AND did <> 'missed' ORDER BY id;

-- name: cert_person :opt
-- in: id i64
-- out: id i64, name str, role str, state str
SELECT id, name, role, state FROM teammate WHERE id = :id;

-- name: cert_to_score :many
-- in: me i64, max i64
-- out: id i64, certification_id i64, at_us i64, title str, name str, scorer str
SELECT e.id, e.certification_id, e.at_us, e.title, t.name, CASE WHEN c.manager_id = :me THEN 'manager' ELSE 'mentor' END AS scorer
FROM certification c JOIN cert_edition d ON d.id = c.edition_id JOIN teammate t ON t.id = c.teammate_id
JOIN cert_entry e ON e.certification_id = c.id AND e.kind = 'session'
WHERE c.state = 'cleared' AND (c.mentor_id = :me OR c.manager_id = :me)
  AND NOT EXISTS (SELECT 1 FROM cert_entry s WHERE s.session_id = e.id AND s.kind = 'score'
    AND s.scorer = CASE WHEN c.manager_id = :me THEN 'manager' ELSE 'mentor' END)
  AND NOT EXISTS (SELECT 1 FROM cert_entry r WHERE r.certification_id = c.id AND r.kind IN ('revoked', 'recognised') AND r.at_us >= e.at_us)
  AND ',' || d.scorers || ',' LIKE '%,' || CASE WHEN c.manager_id = :me THEN 'manager' ELSE 'mentor' END || ',%'
ORDER BY e.at_us, e.id LIMIT :max;
