-- What lists show and count without looking it up: how often a case changed hands, and whose list a case stands in that ended without its engineer.
ALTER TABLE ticket ADD COLUMN hands I64;              -- hand-offs so far; NULL = none
ALTER TABLE resolution ADD COLUMN holder_id I64;      -- who is to fill in what is missing: whoever holds the case while it is solved
CREATE INDEX resolution_to_fill_of ON resolution (holder_id, id) WHERE holder_id IS NOT NULL AND filled_us IS NULL;

-- Cases whose kept figures the next start counts again, with an event each (ticket_counts.c). Migrations put them here; it is empty otherwise.
CREATE TABLE ticket_recount (
  ticket_id I64 PRIMARY KEY
) STRICT;
INSERT INTO ticket_recount (ticket_id)
SELECT ticket_id FROM ticket_held WHERE hand_off = 1
UNION
SELECT ticket_id FROM resolution WHERE to_fill IS NOT NULL AND filled_us IS NULL;

-- Watched views whose conditions come true by time alone are looked at each minute: when last.
ALTER TABLE view_cursor ADD COLUMN timed_us I64;
