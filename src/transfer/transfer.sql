-- Reads of whole tables, page by page, for leaving and moving; and what the demo asks.

-- name: transfer_any_ticket :opt
-- out: id i64
SELECT id FROM ticket ORDER BY id LIMIT 1;

-- name: transfer_any_org :opt
-- out: id i64
SELECT id FROM organisation ORDER BY id LIMIT 1;

-- name: transfer_teams :many
-- in: after i64, max i64
-- out: id i64, slug str, name str, external_id str?
SELECT id, slug, name, external_id FROM team WHERE id > :after ORDER BY id LIMIT :max;

-- name: transfer_teammates :many
-- in: after i64, max i64
-- out: id i64, email str, name str, access str, role str, zone str, work_hours str, signature str, state str, external_id str?, hired_on str?, created_us i64
SELECT id, email, name, access, role, zone, work_hours, signature, state, external_id, hired_on, created_us
FROM teammate WHERE id > :after ORDER BY id LIMIT :max;

-- name: transfer_teams_of :many
-- in: teammate_id i64
-- out: slug str
SELECT t.slug FROM team_member m JOIN team t ON t.id = m.team_id WHERE m.teammate_id = :teammate_id ORDER BY t.slug;

-- name: transfer_org_ids :many
-- in: after i64, max i64
-- out: id i64
SELECT id FROM organisation WHERE id > :after ORDER BY id LIMIT :max;

-- name: transfer_org_people :many
-- in: organisation_id i64
-- out: email str, part str
SELECT t.email, p.part FROM org_person p JOIN teammate t ON t.id = p.teammate_id
WHERE p.organisation_id = :organisation_id AND p.removed_us IS NULL ORDER BY p.part, t.email;

-- name: transfer_org_exceptions :many
-- in: organisation_id i64
-- out: title str, reasoning str, until_date str?, created_by i64?, created_us i64, ended_us i64?
SELECT title, reasoning, until_date, created_by, created_us, ended_us FROM org_exception
WHERE organisation_id = :organisation_id ORDER BY id;

-- name: transfer_contact_ids :many
-- in: after i64, max i64
-- out: id i64
SELECT id FROM contact WHERE id > :after ORDER BY id LIMIT :max;

-- name: transfer_contact_addresses :many
-- in: contact_id i64
-- out: email str
SELECT email FROM contact_address WHERE contact_id = :contact_id ORDER BY email;

-- name: transfer_contact_merges :many
-- in: after i64, max i64
-- out: id i64, into_id i64
SELECT id, merged_into_id AS into_id FROM contact WHERE id > :after AND merged_into_id IS NOT NULL ORDER BY id LIMIT :max;

-- name: transfer_ticket_ids :many
-- in: after i64, max i64
-- out: id i64
SELECT id FROM ticket WHERE id > :after ORDER BY id LIMIT :max;

-- name: transfer_newest_ticket :opt
-- out: id i64
SELECT id FROM ticket ORDER BY id DESC LIMIT 1;

-- name: transfer_messages :many
-- in: ticket_id i64
-- out: id i64, kind str, author_kind str, author_id i64?, author_name str, via str, quote_at i64?, html_blob str?, remote_images bool, state str, to_list str?, external_id str?, created_us i64, at_us i64, mark str?, mark_from str?, mail_id str?, body str
SELECT id, kind, author_kind, author_id, author_name, via, quote_at, html_blob, remote_images, state, to_list, external_id, created_us, at_us,
  mark, mark_from, mail_id, body
FROM message WHERE ticket_id = :ticket_id ORDER BY created_us, id;

-- name: transfer_message_by_external :opt
-- in: external_id str
-- out: id i64
SELECT id FROM message WHERE external_id = :external_id;

-- name: transfer_ticket_events :many
-- in: ticket_id i64
-- out: seq i64, at_us i64, kind str, actor_kind str, actor_id i64?, actor_name str, rule str?, reason str?, data str
SELECT seq, at_us, kind, actor_kind, actor_id, actor_name, rule, reason, data FROM event
WHERE entity = 'ticket' AND entity_id = :ticket_id ORDER BY at_us, seq;

-- name: transfer_ticket_tags :many
-- in: ticket_id i64
-- out: kind str, tag str, created_us i64
SELECT kind, tag, created_us FROM ticket_tag WHERE ticket_id = :ticket_id AND removed_us IS NULL ORDER BY kind, tag;

-- name: transfer_ticket_followers :many
-- in: ticket_id i64
-- out: email str, created_us i64
SELECT t.email, f.created_us FROM ticket_follower f JOIN teammate t ON t.id = f.teammate_id
WHERE f.ticket_id = :ticket_id AND f.removed_us IS NULL ORDER BY t.email;

-- name: transfer_ticket_ccs :many
-- in: ticket_id i64
-- out: contact_id i64, state str
SELECT contact_id, state FROM ticket_cc WHERE ticket_id = :ticket_id AND state <> 'removed' ORDER BY id;

-- name: transfer_links :many
-- in: after i64, max i64
-- out: id i64, from_id i64, to_id i64, kind str, created_us i64
SELECT id, from_id, to_id, kind, created_us FROM ticket_link WHERE id > :after AND removed_us IS NULL ORDER BY id LIMIT :max;

-- name: transfer_kin :many
-- in: after i64, max i64
-- out: id i64, parent_id i64?, merged_into_id i64?
SELECT id, parent_id, merged_into_id FROM ticket WHERE id > :after AND (parent_id IS NOT NULL OR merged_into_id IS NOT NULL)
ORDER BY id LIMIT :max;

-- name: transfer_ext_org :opt
-- in: id i64
-- out: external_id str?
SELECT external_id FROM organisation WHERE id = :id;

-- name: transfer_ext_contact :opt
-- in: id i64
-- out: external_id str?
SELECT external_id FROM contact WHERE id = :id;

-- name: transfer_ext_ticket :opt
-- in: id i64
-- out: external_id str?
SELECT external_id FROM ticket WHERE id = :id;

-- name: transfer_ext_teammate :opt
-- in: id i64
-- out: email str
SELECT email FROM teammate WHERE id = :id;

-- name: transfer_ext_team :opt
-- in: id i64
-- out: slug str
SELECT slug FROM team WHERE id = :id;

-- name: transfer_team_by_slug :opt
-- in: slug str
-- out: id i64
SELECT id FROM team WHERE slug = :slug;

-- name: transfer_link_there :opt
-- in: from_id i64, to_id i64, kind str
-- out: id i64
SELECT id FROM ticket_link WHERE from_id = :from_id AND to_id = :to_id AND kind = :kind AND removed_us IS NULL;


-- name: carried_name_of :opt
-- in: type str, row_id i64
-- out: name str
SELECT name FROM carried_name WHERE type = :type AND row_id = :row_id;

-- name: carried_row_of :opt
-- in: type str, name str
-- out: row_id i64, finished bool
SELECT row_id, finished FROM carried_name WHERE type = :type AND name = :name;

-- name: carried_any :opt
-- in: type str
-- out: row_id i64
SELECT row_id FROM carried_name WHERE type = :type LIMIT 1;

-- name: carried_name_add :exec
-- in: type str, row_id i64, name str, finished bool
INSERT INTO carried_name (type, row_id, name, finished) VALUES (:type, :row_id, :name, :finished);

-- name: carried_name_finish :exec
-- in: type str, row_id i64
UPDATE carried_name SET finished = 1 WHERE type = :type AND row_id = :row_id;

-- A row by its number that never got a name from elsewhere.
-- name: transfer_own_row :opt
-- in: type str, id i64
-- out: created_us i64
SELECT created_us FROM organisation WHERE :type = 'organisation' AND id = :id AND external_id IS NULL
UNION ALL SELECT created_us FROM contact WHERE :type = 'contact' AND id = :id AND external_id IS NULL
UNION ALL SELECT created_us FROM ticket WHERE :type = 'ticket' AND id = :id AND external_id IS NULL;

-- name: transfer_own_message :opt
-- in: id i64
-- out: ticket_id i64
SELECT m.ticket_id FROM message m JOIN carried_name n ON n.type = 'ticket' AND n.row_id = m.ticket_id
WHERE m.id = :id AND m.external_id IS NULL AND n.name LIKE 'tend:ticket:%';

-- Which editions of the promises took an open case over, and how.
-- name: transfer_change_overs :many
-- in: ticket_id i64
-- out: at_us i64, mode str?, edition i64?
SELECT at_us, value AS mode, num AS edition FROM sla_fact WHERE ticket_id = :ticket_id AND kind = 'rules' AND gone_us IS NULL ORDER BY at_us, seq;

-- name: transfer_row_events :many
-- in: entity str, entity_id i64
-- out: at_us i64, kind str, ticket_id i64?, actor_kind str, actor_id i64?, actor_name str, rule str?, reason str?, data str
SELECT at_us, kind, ticket_id, actor_kind, actor_id, actor_name, rule, reason, data FROM event
WHERE entity = :entity AND entity_id = :entity_id ORDER BY seq;

-- name: transfer_ext_message :opt
-- in: id i64
-- out: external_id str?
SELECT external_id FROM message WHERE id = :id;

-- name: demo_outcome :opt
-- in: plan_id i64, key str
-- out: id i64
SELECT id FROM growth_outcome WHERE plan_id = :plan_id AND key = :key ORDER BY programme_id DESC LIMIT 1;

-- Cases of the invented desk that wait for their customer, newest first.
-- name: demo_held :many
-- in: max i64
-- out: id i64, assignee_id i64?
SELECT id, assignee_id FROM ticket WHERE status = 'pending' AND assignee_id IS NOT NULL AND first_reply_us IS NOT NULL ORDER BY updated_us DESC LIMIT :max;

-- The newest tickets that nobody has answered.
-- name: demo_newest_new :many
-- in: max i64
-- out: id i64
SELECT id FROM ticket WHERE status = 'new' AND first_reply_us IS NULL ORDER BY status, updated_us DESC, id DESC LIMIT :max;
