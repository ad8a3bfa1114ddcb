-- Tickets.
CREATE TABLE ticket (id PRIMARY_ID, at_us I64) STRICT;
