-- Rows of programmes: whole rows, for the log.

-- name: programme_rows :each
-- out: id i64, slug str, name str, scope str, team_id i64?, role str, level_from i64?, level_to i64?, created_us i64, retired_us i64?
-- carries: programme
SELECT id, slug, name, scope, team_id, role, level_from, level_to, created_us, retired_us
FROM programme ORDER BY id;

-- name: programme_row :opt
-- in: id i64
-- out: id i64, slug str, name str, scope str, team_id i64?, role str, level_from i64?, level_to i64?, created_us i64, retired_us i64?
SELECT id, slug, name, scope, team_id, role, level_from, level_to, created_us, retired_us
FROM programme WHERE id = :id;

-- name: programme_add :one
-- in: slug str, name str, scope str, team_id i64?, role str, level_from i64?, level_to i64?, created_us i64, retired_us i64?
-- out: id i64
INSERT INTO programme (slug, name, scope, team_id, role, level_from, level_to, created_us, retired_us)
VALUES (:slug, :name, :scope, :team_id, :role, :level_from, :level_to, :created_us, :retired_us)
RETURNING id;

-- name: programme_put :exec
-- in: id i64, slug str, name str, scope str, team_id i64?, role str, level_from i64?, level_to i64?, created_us i64, retired_us i64?
UPDATE programme
SET slug = :slug, name = :name, scope = :scope, team_id = :team_id, role = :role, level_from = :level_from, level_to = :level_to,
    created_us = :created_us, retired_us = :retired_us
WHERE id = :id;

-- name: programme_rev_rows :each
-- out: id i64, programme_id i64, number i64, state str, valid_from str, valid_to str?, ramp_unit str, ramp_n i64, soft_days i64, calendar str?, note str, source str, dispute_id i64?, created_by i64?, created_us i64, published_us i64?
-- carries: programme_rev
SELECT id, programme_id, number, state, valid_from, valid_to, ramp_unit, ramp_n, soft_days, calendar, note, source, dispute_id, created_by, created_us, published_us
FROM programme_rev ORDER BY id;

-- name: programme_rev_row :opt
-- in: id i64
-- out: id i64, programme_id i64, number i64, state str, valid_from str, valid_to str?, ramp_unit str, ramp_n i64, soft_days i64, calendar str?, note str, source str, dispute_id i64?, created_by i64?, created_us i64, published_us i64?
SELECT id, programme_id, number, state, valid_from, valid_to, ramp_unit, ramp_n, soft_days, calendar, note, source, dispute_id, created_by, created_us, published_us
FROM programme_rev WHERE id = :id;

-- name: programme_rev_add :one
-- in: programme_id i64, number i64, state str, valid_from str, valid_to str?, ramp_unit str, ramp_n i64, soft_days i64, calendar str?, note str, source str, dispute_id i64?, created_by i64?, created_us i64, published_us i64?
-- out: id i64
INSERT INTO programme_rev (programme_id, number, state, valid_from, valid_to, ramp_unit, ramp_n, soft_days, calendar, note, source, dispute_id, created_by, created_us, published_us)
VALUES (:programme_id, :number, :state, :valid_from, :valid_to, :ramp_unit, :ramp_n, :soft_days, :calendar, :note, :source, :dispute_id, :created_by, :created_us,
    :published_us)
RETURNING id;

-- name: programme_rev_put :exec
-- in: id i64, programme_id i64, number i64, state str, valid_from str, valid_to str?, ramp_unit str, ramp_n i64, soft_days i64, calendar str?, note str, source str, dispute_id i64?, created_by i64?, created_us i64, published_us i64?
UPDATE programme_rev
SET programme_id = :programme_id, number = :number, state = :state, valid_from = :valid_from, valid_to = :valid_to, ramp_unit = :ramp_unit,
    ramp_n = :ramp_n, soft_days = :soft_days, calendar = :calendar, note = :note, source = :source, dispute_id = :dispute_id, created_by = :created_by,
    created_us = :created_us, published_us = :published_us
WHERE id = :id;

-- name: programme_outcome_rows :each
-- out: id i64, rev_id i64, key str, position i64, title str, help str, due_unit str, due_n i64, proof str, ack_by str, evidence str, need i64, since_months i64, level_from i64?, level_to i64?, role str, mended_by i64?
-- carries: programme_outcome
SELECT id, rev_id, key, position, title, help, due_unit, due_n, proof, ack_by, evidence, need, since_months, level_from, level_to, role, mended_by
FROM programme_outcome ORDER BY id;

-- name: programme_outcome_row :opt
-- in: id i64
-- out: id i64, rev_id i64, key str, position i64, title str, help str, due_unit str, due_n i64, proof str, ack_by str, evidence str, need i64, since_months i64, level_from i64?, level_to i64?, role str, mended_by i64?
SELECT id, rev_id, key, position, title, help, due_unit, due_n, proof, ack_by, evidence, need, since_months, level_from, level_to, role, mended_by
FROM programme_outcome WHERE id = :id;

-- name: programme_outcome_add :one
-- in: rev_id i64, key str, position i64, title str, help str, due_unit str, due_n i64, proof str, ack_by str, evidence str, need i64, since_months i64, level_from i64?, level_to i64?, role str, mended_by i64?
-- out: id i64
INSERT INTO programme_outcome (rev_id, key, position, title, help, due_unit, due_n, proof, ack_by, evidence, need, since_months, level_from, level_to, role, mended_by)
VALUES (:rev_id, :key, :position, :title, :help, :due_unit, :due_n, :proof, :ack_by, :evidence, :need, :since_months, :level_from, :level_to, :role,
    :mended_by)
RETURNING id;

-- name: programme_outcome_put :exec
-- in: id i64, rev_id i64, key str, position i64, title str, help str, due_unit str, due_n i64, proof str, ack_by str, evidence str, need i64, since_months i64, level_from i64?, level_to i64?, role str, mended_by i64?
UPDATE programme_outcome
SET rev_id = :rev_id, key = :key, position = :position, title = :title, help = :help, due_unit = :due_unit, due_n = :due_n, proof = :proof,
    ack_by = :ack_by, evidence = :evidence, need = :need, since_months = :since_months, level_from = :level_from, level_to = :level_to, role = :role,
    mended_by = :mended_by
WHERE id = :id;

-- name: programme_outcome_del :exec
-- in: id i64
DELETE FROM programme_outcome WHERE id = :id;

-- name: programme_task_rows :each
-- out: id i64, rev_id i64, outcome_key str, playbook str, task str
-- carries: programme_task
SELECT id, rev_id, outcome_key, playbook, task
FROM programme_task ORDER BY id;

-- name: programme_task_add :one
-- in: rev_id i64, outcome_key str, playbook str, task str
-- out: id i64
INSERT INTO programme_task (rev_id, outcome_key, playbook, task)
VALUES (:rev_id, :outcome_key, :playbook, :task)
RETURNING id;

-- name: programme_task_del :exec
-- in: id i64
DELETE FROM programme_task WHERE id = :id;
