-- Tickets.
CREATE TABLE ticket (id PRIMARY_ID) STRICT;
