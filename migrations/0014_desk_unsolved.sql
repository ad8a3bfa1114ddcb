-- The lists of what is unsolved, with their condition written out: for each IN of more than two values SQLite makes a table of them, each time a row is
-- written, for each index, twice. A statement is answered from these indexes when it writes the condition the same way.
DROP INDEX ticket_unsolved;
DROP INDEX ticket_unassigned;
DROP INDEX ticket_mine;
DROP INDEX ticket_org_unsolved;
CREATE INDEX ticket_unsolved ON ticket (id) WHERE (status = 'new' OR status = 'open' OR status = 'pending' OR status = 'on_hold');
CREATE INDEX ticket_unassigned ON ticket (id) WHERE assignee_id IS NULL AND (status = 'new' OR status = 'open' OR status = 'pending' OR status = 'on_hold');
CREATE INDEX ticket_mine ON ticket (assignee_id, id) WHERE (status = 'new' OR status = 'open' OR status = 'pending' OR status = 'on_hold');
CREATE INDEX ticket_org_unsolved ON ticket (organisation_id, id) WHERE (status = 'new' OR status = 'open' OR status = 'pending' OR status = 'on_hold');
