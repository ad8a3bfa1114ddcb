-- The log, asked by who and by when: the audit page's lists. (By kind, by row and by ticket have their indexes since 0001.)

CREATE INDEX event_actor ON event (actor_id, seq) WHERE actor_kind = 'teammate';
CREATE INDEX event_at ON event (at_us, seq);
