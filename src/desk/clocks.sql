-- The promises that run for tickets: what lists show (the list by what is due first stands in desk_list.sql).

-- name: desk_clocks :many
-- in: ids str
-- out: ticket_id i64, due_us i64?, due_clock str?, warn_us i64?, paused i64, breached i64, aim_us i64?, aim_clock str?
SELECT ticket_id, due_us, due_clock, warn_us, paused, breached, aim_us, aim_clock FROM sla_case WHERE ticket_id IN (SELECT value FROM json_each(:ids));
-- pg:
SELECT ticket_id, due_us, due_clock, warn_us, paused, breached, aim_us, aim_clock FROM sla_case
WHERE ticket_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:ids AS json)));

-- Where the list goes on.
-- name: desk_due_of :opt
-- in: ticket_id i64
-- out: due_us i64?, aim_us i64?
SELECT due_us, aim_us FROM sla_case WHERE ticket_id = :ticket_id;
