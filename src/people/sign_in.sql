-- How teammates sign in: passwords, second factors, sessions, API tokens, one-time links, wrong tries.

-- name: sign_in_teammate :opt
-- in: email str
-- out: id i64, name str, state str, password_hash str?, password_changed_us i64?, totp_secret str?, totp_last_step i64?
SELECT id, name, state, password_hash, password_changed_us, totp_secret, totp_last_step
FROM teammate WHERE email = :email;

-- name: sign_in_teammate_by_id :opt
-- in: id i64
-- out: id i64, email str, name str, access str, state str, password_hash str?, password_changed_us i64?, totp_secret str?, totp_pending str?, totp_last_step i64?
SELECT id, email, name, access, state, password_hash, password_changed_us, totp_secret, totp_pending, totp_last_step
FROM teammate WHERE id = :id;

-- name: password_put :exec
-- in: id i64, hash str, changed_us i64
UPDATE teammate SET password_hash = :hash, password_changed_us = :changed_us WHERE id = :id;

-- name: password_rehash :count
-- in: id i64, hash str, was str
-- The same password under today's parameters: password_changed_us stays.
UPDATE teammate SET password_hash = :hash WHERE id = :id AND password_hash = :was;

-- name: totp_put :exec
-- in: id i64, secret str?, pending str?
UPDATE teammate SET totp_secret = :secret, totp_pending = :pending WHERE id = :id;

-- name: totp_take_step :count
-- in: id i64, step i64
-- A code is taken once, and none older than the newest taken.
UPDATE teammate SET totp_last_step = :step
WHERE id = :id AND (totp_last_step IS NULL OR totp_last_step < :step);

-- name: recovery_add :exec
-- in: teammate_id i64, code_sha str
INSERT INTO recovery_code (teammate_id, code_sha) VALUES (:teammate_id, :code_sha);

-- name: recovery_drop :exec
-- in: teammate_id i64
DELETE FROM recovery_code WHERE teammate_id = :teammate_id;

-- name: recovery_find :opt
-- in: teammate_id i64, code_sha str
-- out: id i64
SELECT id FROM recovery_code WHERE teammate_id = :teammate_id AND code_sha = :code_sha AND used_us IS NULL;

-- name: recovery_use :count
-- in: id i64, now_us i64
UPDATE recovery_code SET used_us = :now_us WHERE id = :id AND used_us IS NULL;

-- name: recovery_left :one
-- in: teammate_id i64
-- out: n i64
SELECT count(*) FROM recovery_code WHERE teammate_id = :teammate_id AND used_us IS NULL;

-- name: session_rows :each
-- out: id i64, teammate_id i64, created_us i64, ends_us i64, address str, agent str, method str, revoked_us i64?
SELECT id, teammate_id, created_us, ends_us, address, agent, method, revoked_us FROM session ORDER BY id;

-- name: session_row :opt
-- in: id i64
-- out: id i64, teammate_id i64, created_us i64, ends_us i64, address str, agent str, method str, revoked_us i64?
SELECT id, teammate_id, created_us, ends_us, address, agent, method, revoked_us FROM session WHERE id = :id;

-- name: session_add :one
-- in: token_sha str, teammate_id i64, created_us i64, seen_us i64, fresh_us i64, ends_us i64, address str, agent str, method str
-- out: id i64
INSERT INTO session (token_sha, teammate_id, created_us, seen_us, fresh_us, ends_us, address, agent, method)
VALUES (:token_sha, :teammate_id, :created_us, :seen_us, :fresh_us, :ends_us, :address, :agent, :method)
RETURNING id;

-- name: session_who :opt
-- in: token_sha str
-- out: id i64, teammate_id i64, seen_us i64, fresh_us i64, ends_us i64, revoked_us i64?, name str, access str, zone str, state str
SELECT s.id, s.teammate_id, s.seen_us, s.fresh_us, s.ends_us, s.revoked_us, t.name, t.access, t.zone, t.state
FROM session s JOIN teammate t ON t.id = s.teammate_id
WHERE s.token_sha = :token_sha;

-- name: session_seen :exec
-- in: id i64, seen_us i64
UPDATE session SET seen_us = :seen_us WHERE id = :id AND seen_us < :seen_us;

-- name: session_fresh :count
-- in: id i64, token_sha str, fresh_us i64
UPDATE session SET token_sha = :token_sha, fresh_us = :fresh_us WHERE id = :id AND revoked_us IS NULL;

-- name: session_put_ended :count
-- in: id i64, now_us i64
UPDATE session SET revoked_us = :now_us WHERE id = :id AND revoked_us IS NULL;

-- name: session_live :many
-- in: teammate_id i64, now_us i64, seen_since_us i64, before_id i64?, max i64
-- out: id i64, created_us i64, seen_us i64, ends_us i64, address str, agent str, method str
SELECT id, created_us, seen_us, ends_us, address, agent, method
FROM session
WHERE teammate_id = :teammate_id AND revoked_us IS NULL AND ends_us > :now_us AND seen_us > :seen_since_us
  AND (:before_id IS NULL OR id < :before_id)
ORDER BY id DESC
LIMIT :max;

-- name: session_open_ids :many
-- in: teammate_id i64, except_id i64, now_us i64
-- out: id i64
SELECT id FROM session
WHERE teammate_id = :teammate_id AND revoked_us IS NULL AND ends_us > :now_us AND id <> :except_id
ORDER BY id;

-- name: api_token_rows :each
-- out: id i64, hint str, teammate_id i64, name str, scope str, created_us i64, expires_us i64?, revoked_us i64?
SELECT id, hint, teammate_id, name, scope, created_us, expires_us, revoked_us FROM api_token ORDER BY id;

-- name: api_token_row :opt
-- in: id i64
-- out: id i64, hint str, teammate_id i64, name str, scope str, created_us i64, expires_us i64?, revoked_us i64?
SELECT id, hint, teammate_id, name, scope, created_us, expires_us, revoked_us FROM api_token WHERE id = :id;

-- name: api_token_add :one
-- in: token_sha str, hint str, teammate_id i64, name str, scope str, created_us i64, expires_us i64?
-- out: id i64
INSERT INTO api_token (token_sha, hint, teammate_id, name, scope, created_us, expires_us)
VALUES (:token_sha, :hint, :teammate_id, :name, :scope, :created_us, :expires_us)
RETURNING id;

-- name: api_token_who :opt
-- in: token_sha str
-- out: id i64, teammate_id i64, scope str, expires_us i64?, used_us i64?, revoked_us i64?, name str, access str, zone str, state str
SELECT k.id, k.teammate_id, k.scope, k.expires_us, k.used_us, k.revoked_us, t.name, t.access, t.zone, t.state
FROM api_token k JOIN teammate t ON t.id = k.teammate_id
WHERE k.token_sha = :token_sha;

-- name: api_token_used :exec
-- in: id i64, used_us i64
UPDATE api_token SET used_us = :used_us WHERE id = :id AND (used_us IS NULL OR used_us < :used_us);

-- name: api_token_end :count
-- in: id i64, now_us i64
UPDATE api_token SET revoked_us = :now_us WHERE id = :id AND revoked_us IS NULL;

-- name: api_token_open_ids :many
-- in: teammate_id i64
-- out: id i64
SELECT id FROM api_token WHERE teammate_id = :teammate_id AND revoked_us IS NULL ORDER BY id;

-- name: api_token_page :many
-- in: after i64?, teammate_id i64?, max i64
-- out: id i64, hint str, teammate_id i64, owner str, name str, scope str, created_us i64, expires_us i64?, used_us i64?, revoked_us i64?
SELECT k.id, k.hint, k.teammate_id, t.name AS owner, k.name, k.scope, k.created_us, k.expires_us, k.used_us, k.revoked_us
FROM api_token k JOIN teammate t ON t.id = k.teammate_id
WHERE (:after IS NULL OR k.id < :after)
  AND (:teammate_id IS NULL OR k.teammate_id = :teammate_id)
ORDER BY k.id DESC
LIMIT :max;

-- name: one_time_add :one
-- in: token_sha str, kind str, teammate_id i64?, detail str?, created_us i64, expires_us i64
-- out: id i64
INSERT INTO one_time_token (token_sha, kind, teammate_id, detail, tries, created_us, expires_us)
VALUES (:token_sha, :kind, :teammate_id, :detail, 0, :created_us, :expires_us)
RETURNING id;

-- name: one_time_find :opt
-- in: token_sha str, kind str, now_us i64
-- out: id i64, teammate_id i64?, detail str?, tries i64, expires_us i64
SELECT id, teammate_id, detail, tries, expires_us
FROM one_time_token
WHERE token_sha = :token_sha AND kind = :kind AND used_us IS NULL AND expires_us > :now_us;

-- name: one_time_use :count
-- in: id i64, now_us i64
UPDATE one_time_token SET used_us = :now_us WHERE id = :id AND used_us IS NULL AND expires_us > :now_us;

-- name: one_time_wrong :exec
-- in: id i64
UPDATE one_time_token SET tries = tries + 1 WHERE id = :id;

-- name: one_time_drop :exec
-- in: teammate_id i64, kind str?, now_us i64
-- A new link makes the older ones of its kind dead; a new password or address all of them.
UPDATE one_time_token SET used_us = :now_us
WHERE teammate_id = :teammate_id AND used_us IS NULL AND (:kind IS NULL OR kind = :kind);

-- name: one_time_drop_setup :exec
-- in: now_us i64
UPDATE one_time_token SET used_us = :now_us WHERE kind = 'setup' AND used_us IS NULL;

-- name: one_time_count :one
-- in: teammate_id i64, kind str, since_us i64
-- out: n i64
SELECT count(*) FROM one_time_token
WHERE teammate_id = :teammate_id AND kind = :kind AND created_us > :since_us;

-- name: one_time_tidy :count
-- in: before_us i64
DELETE FROM one_time_token WHERE expires_us < :before_us;

-- name: sign_in_try_add :one
-- in: kind str, account str, network str, at_us i64
-- out: id i64
INSERT INTO sign_in_try (kind, account, network, at_us) VALUES (:kind, :account, :network, :at_us) RETURNING id;

-- name: sign_in_try_count :one
-- in: kind str, account str, network str, since_us i64
-- out: n i64
SELECT count(*) FROM sign_in_try
WHERE kind = :kind AND account = :account AND network = :network AND at_us > :since_us;

-- name: sign_in_try_count_account :one
-- in: kind str, account str, since_us i64
-- out: n i64
SELECT count(*) FROM sign_in_try WHERE kind = :kind AND account = :account AND at_us > :since_us;

-- name: sign_in_try_count_network :one
-- in: kind str, network str, since_us i64
-- out: n i64, oldest_us i64?
SELECT count(*), min(at_us) FROM sign_in_try WHERE kind = :kind AND network = :network AND at_us > :since_us;

-- name: sign_in_try_forget :exec
-- in: kind str, account str, network str
-- The right password clears what was mistyped before it.
DELETE FROM sign_in_try WHERE kind = :kind AND account = :account AND network = :network;

-- name: sign_in_try_tidy :count
-- in: before_us i64
DELETE FROM sign_in_try WHERE at_us < :before_us;
