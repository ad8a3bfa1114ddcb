-- Teammates, teams and the titles of roles.

-- name: teammate_rows :each
-- out: id i64, email str, name str, access str, role str, zone str, work_hours str, signature str, state str, external_id str?, keymap str?, hired_on str?, created_us i64
SELECT id, email, name, access, role, zone, work_hours, signature, state, external_id, keymap, hired_on, created_us
FROM teammate ORDER BY id;

-- name: teammate_row :opt
-- in: id i64
-- out: id i64, email str, name str, access str, role str, zone str, work_hours str, signature str, state str, external_id str?, keymap str?, hired_on str?, created_us i64
SELECT id, email, name, access, role, zone, work_hours, signature, state, external_id, keymap, hired_on, created_us
FROM teammate WHERE id = :id;

-- name: teammate_id_by_email :opt
-- in: email str
-- out: id i64
SELECT id FROM teammate WHERE email = :email;

-- name: teammate_id_by_external :opt
-- in: external_id str
-- out: id i64
SELECT id FROM teammate WHERE external_id = :external_id;

-- name: teammate_add :one
-- in: email str, name str, access str, role str, zone str, work_hours str, signature str, state str, external_id str?, hired_on str?, created_us i64
-- out: id i64
INSERT INTO teammate (email, name, access, role, zone, work_hours, signature, state, external_id, hired_on, created_us)
VALUES (:email, :name, :access, :role, :zone, :work_hours, :signature, :state, :external_id, :hired_on, :created_us)
RETURNING id;

-- name: teammate_put :exec
-- in: id i64, email str, name str, access str, role str, zone str, work_hours str, signature str, state str, external_id str?, keymap str?, hired_on str?
UPDATE teammate
SET email = :email, name = :name, access = :access, role = :role, zone = :zone, work_hours = :work_hours,
    signature = :signature, state = :state, external_id = :external_id, keymap = :keymap, hired_on = :hired_on
WHERE id = :id;

-- name: teammate_page :many
-- in: after i64?, state str?, access str?, today str, max i64
-- out: id i64, email str, name str, access str, role str, title str?, zone str, work_hours str, state str, totp bool, password bool, created_us i64
SELECT t.id, t.email, t.name, t.access, t.role,
       (SELECT r.title FROM role_title r
        WHERE r.role = t.role AND r.valid_from <= :today AND (r.valid_to IS NULL OR r.valid_to > :today)
        ORDER BY r.valid_from DESC LIMIT 1),
       t.zone, t.work_hours, t.state,
       CASE WHEN t.totp_secret IS NULL THEN 0 ELSE 1 END, CASE WHEN t.password_hash IS NULL THEN 0 ELSE 1 END,
       t.created_us
FROM teammate t
WHERE (:after IS NULL OR (t.name, t.id) > (SELECT a.name, a.id FROM teammate a WHERE a.id = :after))
  AND (:state IS NULL OR t.state = :state)
  AND (:access IS NULL OR t.access = :access)
ORDER BY t.name, t.id
LIMIT :max;

-- Many pages offer people to choose from: only what they show.
-- name: teammate_active :many
-- in: max i64
-- out: id i64, email str, name str, access str, role str, zone str, work_hours str, created_us i64
SELECT id, email, name, access, role, zone, work_hours, created_us FROM teammate WHERE state = 'active' ORDER BY name, id LIMIT :max;

-- name: teammate_admins :many
-- out: id i64
-- Those who keep a desk from being locked shut.
SELECT id FROM teammate WHERE access = 'admin' AND state = 'active' ORDER BY id;

-- name: teammate_any_admin :opt
-- out: id i64
-- An admin in any state: once there was one, set-up is over.
SELECT id FROM teammate WHERE access = 'admin' ORDER BY id LIMIT 1;

-- name: team_rows :each
-- out: id i64, slug str, name str, external_id str?, created_us i64
SELECT id, slug, name, external_id, created_us FROM team ORDER BY id;

-- name: team_row :opt
-- in: id i64
-- out: id i64, slug str, name str, external_id str?, created_us i64
SELECT id, slug, name, external_id, created_us FROM team WHERE id = :id;

-- name: team_id_by_slug :opt
-- in: slug str
-- out: id i64
SELECT id FROM team WHERE slug = :slug;

-- name: team_id_by_external :opt
-- in: external_id str
-- out: id i64
SELECT id FROM team WHERE external_id = :external_id;

-- name: team_add :one
-- in: slug str, name str, external_id str?, created_us i64
-- out: id i64
INSERT INTO team (slug, name, external_id, created_us) VALUES (:slug, :name, :external_id, :created_us) RETURNING id;

-- name: team_put :exec
-- in: id i64, name str
UPDATE team SET name = :name WHERE id = :id;

-- name: team_page :many
-- in: after i64?, max i64
-- out: id i64, slug str, name str, members i64
SELECT t.id, t.slug, t.name, (SELECT count(*) FROM team_member m WHERE m.team_id = t.id)
FROM team t
WHERE (:after IS NULL OR t.id > :after)
ORDER BY t.id
LIMIT :max;

-- name: team_member_add :count
-- in: team_id i64, teammate_id i64
INSERT INTO team_member (team_id, teammate_id) VALUES (:team_id, :teammate_id) ON CONFLICT DO NOTHING;

-- name: team_member_remove :count
-- in: team_id i64, teammate_id i64
DELETE FROM team_member WHERE team_id = :team_id AND teammate_id = :teammate_id;

-- name: team_members :many
-- in: team_id i64
-- out: id i64, name str, email str, state str
SELECT t.id, t.name, t.email, t.state
FROM team_member m JOIN teammate t ON t.id = m.teammate_id
WHERE m.team_id = :team_id
ORDER BY t.name, t.id;

-- name: team_of_teammate :many
-- in: teammate_id i64
-- out: id i64, slug str, name str
SELECT t.id, t.slug, t.name
FROM team_member m JOIN team t ON t.id = m.team_id
WHERE m.teammate_id = :teammate_id
ORDER BY t.name, t.id;

-- name: role_title_rows :each
-- out: id i64, role str, title str, abbreviation str, valid_from str, valid_to str?, source str
-- carries: role_title
SELECT id, role, title, abbreviation, valid_from, valid_to, source FROM role_title ORDER BY id;

-- name: role_title_row :opt
-- in: role str, valid_from str
-- out: id i64, role str, title str, abbreviation str, valid_from str, valid_to str?, source str
SELECT id, role, title, abbreviation, valid_from, valid_to, source FROM role_title
WHERE role = :role AND valid_from = :valid_from;

-- name: role_title_add :one
-- in: role str, title str, abbreviation str, valid_from str, valid_to str?, source str
-- out: id i64
INSERT INTO role_title (role, title, abbreviation, valid_from, valid_to, source)
VALUES (:role, :title, :abbreviation, :valid_from, :valid_to, :source)
RETURNING id;

-- name: role_title_put :exec
-- in: id i64, title str, abbreviation str, valid_to str?, source str
UPDATE role_title SET title = :title, abbreviation = :abbreviation, valid_to = :valid_to, source = :source WHERE id = :id;

-- name: role_title_on :opt
-- in: role str, date str
-- out: title str, abbreviation str
SELECT title, abbreviation FROM role_title
WHERE role = :role AND valid_from <= :date AND (valid_to IS NULL OR valid_to > :date)
ORDER BY valid_from DESC LIMIT 1;

-- name: role_title_any :opt
-- in: role str
-- out: id i64
SELECT id FROM role_title WHERE role = :role ORDER BY id LIMIT 1;

-- name: role_title_all :many
-- out: id i64, role str, title str, abbreviation str, valid_from str, valid_to str?, source str
SELECT id, role, title, abbreviation, valid_from, valid_to, source FROM role_title ORDER BY role, valid_from;
