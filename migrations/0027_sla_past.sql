-- cases that were a customer's once: what changes in that customer's past changes their clocks too.
CREATE INDEX sla_fact_org ON sla_fact (num, ticket_id) WHERE kind = 'org';

-- A case to which nothing was promised counted as one whose clock rests: the timers look at each once more.
UPDATE sla_case SET wake_us = 0 WHERE paused > 0;
