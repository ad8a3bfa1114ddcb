-- Rows of plans and disputes: whole rows, for the log.

-- name: growth_plan_rows :each
-- out: id i64, teammate_id i64, start_date str, role str, level i64?, zone str, work_days i64, manager_id i64?, ramp_end str, ramp_why str, ramp_from_us i64, ramp_until_us i64, state str, ready_us i64?, told_us i64?, created_us i64, ended_us i64?
-- carries: growth_plan
SELECT id, teammate_id, start_date, role, level, zone, work_days, manager_id, ramp_end, ramp_why, ramp_from_us, ramp_until_us, state, ready_us, told_us,
       created_us, ended_us
FROM growth_plan ORDER BY id;

-- name: growth_plan_row :opt
-- in: id i64
-- out: id i64, teammate_id i64, start_date str, role str, level i64?, zone str, work_days i64, manager_id i64?, ramp_end str, ramp_why str, ramp_from_us i64, ramp_until_us i64, state str, ready_us i64?, told_us i64?, created_us i64, ended_us i64?
SELECT id, teammate_id, start_date, role, level, zone, work_days, manager_id, ramp_end, ramp_why, ramp_from_us, ramp_until_us, state, ready_us, told_us,
       created_us, ended_us
FROM growth_plan WHERE id = :id;

-- name: growth_plan_add :one
-- in: teammate_id i64, start_date str, role str, level i64?, zone str, work_days i64, manager_id i64?, ramp_end str, ramp_why str, ramp_from_us i64, ramp_until_us i64, state str, ready_us i64?, told_us i64?, created_us i64, ended_us i64?
-- out: id i64
INSERT INTO growth_plan (teammate_id, start_date, role, level, zone, work_days, manager_id, ramp_end, ramp_why, ramp_from_us, ramp_until_us, state, ready_us, told_us,
    created_us, ended_us)
VALUES (:teammate_id, :start_date, :role, :level, :zone, :work_days, :manager_id, :ramp_end, :ramp_why, :ramp_from_us, :ramp_until_us, :state, :ready_us,
    :told_us, :created_us, :ended_us)
RETURNING id;

-- name: growth_plan_put :exec
-- in: id i64, teammate_id i64, start_date str, role str, level i64?, zone str, work_days i64, manager_id i64?, ramp_end str, ramp_why str, ramp_from_us i64, ramp_until_us i64, state str, ready_us i64?, told_us i64?, created_us i64, ended_us i64?
UPDATE growth_plan
SET teammate_id = :teammate_id, start_date = :start_date, role = :role, level = :level, zone = :zone, work_days = :work_days, manager_id = :manager_id,
    ramp_end = :ramp_end, ramp_why = :ramp_why, ramp_from_us = :ramp_from_us, ramp_until_us = :ramp_until_us, state = :state, ready_us = :ready_us,
    told_us = :told_us, created_us = :created_us, ended_us = :ended_us
WHERE id = :id;

-- name: growth_part_rows :each
-- out: id i64, plan_id i64, programme_id i64, rev_id i64, why str, created_us i64, removed_us i64?
-- carries: growth_part
SELECT id, plan_id, programme_id, rev_id, why, created_us, removed_us
FROM growth_part ORDER BY id;

-- name: growth_part_add :one
-- in: plan_id i64, programme_id i64, rev_id i64, why str, created_us i64, removed_us i64?
-- out: id i64
INSERT INTO growth_part (plan_id, programme_id, rev_id, why, created_us, removed_us)
VALUES (:plan_id, :programme_id, :rev_id, :why, :created_us, :removed_us)
RETURNING id;

-- name: growth_part_put :exec
-- in: id i64, plan_id i64, programme_id i64, rev_id i64, why str, created_us i64, removed_us i64?
UPDATE growth_part
SET plan_id = :plan_id, programme_id = :programme_id, rev_id = :rev_id, why = :why, created_us = :created_us, removed_us = :removed_us
WHERE id = :id;

-- name: growth_outcome_rows :each
-- out: id i64, plan_id i64, programme_id i64, key str, outcome_id i64, due_date str, due_us i64, soft i64, state str, value i64?, self_us i64?, self_rating i64?, self_note str, other_by i64?, other_us i64?, other_note str, true_us i64?, first_true_us i64?, withdrawn_us i64?, also i64?
-- carries: growth_outcome
SELECT id, plan_id, programme_id, key, outcome_id, due_date, due_us, soft, state, value, self_us, self_rating, self_note, other_by, other_us, other_note,
       true_us, first_true_us, withdrawn_us, also
FROM growth_outcome ORDER BY id;

-- name: growth_outcome_row :opt
-- in: id i64
-- out: id i64, plan_id i64, programme_id i64, key str, outcome_id i64, due_date str, due_us i64, soft i64, state str, value i64?, self_us i64?, self_rating i64?, self_note str, other_by i64?, other_us i64?, other_note str, true_us i64?, first_true_us i64?, withdrawn_us i64?, also i64?
SELECT id, plan_id, programme_id, key, outcome_id, due_date, due_us, soft, state, value, self_us, self_rating, self_note, other_by, other_us, other_note,
       true_us, first_true_us, withdrawn_us, also
FROM growth_outcome WHERE id = :id;

-- name: growth_outcome_add :one
-- in: plan_id i64, programme_id i64, key str, outcome_id i64, due_date str, due_us i64, soft i64, state str, value i64?, self_us i64?, self_rating i64?, self_note str, other_by i64?, other_us i64?, other_note str, true_us i64?, first_true_us i64?, withdrawn_us i64?, also i64?
-- out: id i64
INSERT INTO growth_outcome (plan_id, programme_id, key, outcome_id, due_date, due_us, soft, state, value, self_us, self_rating, self_note, other_by, other_us, other_note,
    true_us, first_true_us, withdrawn_us, also)
VALUES (:plan_id, :programme_id, :key, :outcome_id, :due_date, :due_us, :soft, :state, :value, :self_us, :self_rating, :self_note, :other_by, :other_us,
    :other_note, :true_us, :first_true_us, :withdrawn_us, :also)
RETURNING id;

-- name: growth_outcome_put :exec
-- in: id i64, plan_id i64, programme_id i64, key str, outcome_id i64, due_date str, due_us i64, soft i64, state str, value i64?, self_us i64?, self_rating i64?, self_note str, other_by i64?, other_us i64?, other_note str, true_us i64?, first_true_us i64?, withdrawn_us i64?, also i64?
UPDATE growth_outcome
SET plan_id = :plan_id, programme_id = :programme_id, key = :key, outcome_id = :outcome_id, due_date = :due_date, due_us = :due_us, soft = :soft,
    state = :state, value = :value, self_us = :self_us, self_rating = :self_rating, self_note = :self_note, other_by = :other_by, other_us = :other_us,
    other_note = :other_note, true_us = :true_us, first_true_us = :first_true_us, withdrawn_us = :withdrawn_us, also = :also
WHERE id = :id;

-- name: outcome_dispute_rows :each
-- out: id i64, growth_outcome_id i64, programme_id i64, key str, said_by i64, text str, owner_id i64?, state str, resolution str, resolved_by i64?, rev_id i64?, opened_us i64, resolved_us i64?
-- carries: outcome_dispute
SELECT id, growth_outcome_id, programme_id, key, said_by, text, owner_id, state, resolution, resolved_by, rev_id, opened_us, resolved_us
FROM outcome_dispute ORDER BY id;

-- name: outcome_dispute_row :opt
-- in: id i64
-- out: id i64, growth_outcome_id i64, programme_id i64, key str, said_by i64, text str, owner_id i64?, state str, resolution str, resolved_by i64?, rev_id i64?, opened_us i64, resolved_us i64?
SELECT id, growth_outcome_id, programme_id, key, said_by, text, owner_id, state, resolution, resolved_by, rev_id, opened_us, resolved_us
FROM outcome_dispute WHERE id = :id;

-- name: outcome_dispute_add :one
-- in: growth_outcome_id i64, programme_id i64, key str, said_by i64, text str, owner_id i64?, state str, resolution str, resolved_by i64?, rev_id i64?, opened_us i64, resolved_us i64?
-- out: id i64
INSERT INTO outcome_dispute (growth_outcome_id, programme_id, key, said_by, text, owner_id, state, resolution, resolved_by, rev_id, opened_us, resolved_us)
VALUES (:growth_outcome_id, :programme_id, :key, :said_by, :text, :owner_id, :state, :resolution, :resolved_by, :rev_id, :opened_us, :resolved_us)
RETURNING id;

-- name: outcome_dispute_put :exec
-- in: id i64, growth_outcome_id i64, programme_id i64, key str, said_by i64, text str, owner_id i64?, state str, resolution str, resolved_by i64?, rev_id i64?, opened_us i64, resolved_us i64?
UPDATE outcome_dispute
SET growth_outcome_id = :growth_outcome_id, programme_id = :programme_id, key = :key, said_by = :said_by, text = :text, owner_id = :owner_id,
    state = :state, resolution = :resolution, resolved_by = :resolved_by, rev_id = :rev_id, opened_us = :opened_us, resolved_us = :resolved_us
WHERE id = :id;
