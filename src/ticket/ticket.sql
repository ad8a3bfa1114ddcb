-- name: ticket_get :one
-- in: id i64
-- out: id i64, subject str, status str, status_since_us i64, kind str, severity i64?, priority str?, effort str?, requester_id i64?, organisation_id i64?, assignee_id i64?, team_id i64?, origin str, origin_url str?, inbound str?, deployment str?, version str?, parent_id i64?, merged_into_id i64?, before_status str?, before_since_us i64?, before_assignee_id i64?, suspend_reason str?, next_action str, customer_wrote_us i64?, we_wrote_us i64?, first_reply_us i64?, solved_us i64?, closed_us i64?, promised_us i64?, messages i64, attachments i64, version_no i64, external_id str?, created_us i64, updated_us i64, hands i64?
SELECT id, subject, status, status_since_us, kind, severity, priority, effort, requester_id, organisation_id, assignee_id, team_id, origin,
  origin_url, inbound, deployment, version, parent_id, merged_into_id, before_status, before_since_us, before_assignee_id,
  suspend_reason, next_action, customer_wrote_us, we_wrote_us, first_reply_us, solved_us, closed_us, promised_us, messages, attachments,
  version_no, external_id, created_us, updated_us, hands
FROM ticket WHERE id = :id;

-- name: ticket_find :opt
-- in: id i64
-- out: id i64, subject str, status str, status_since_us i64, kind str, severity i64?, priority str?, effort str?, requester_id i64?, organisation_id i64?, assignee_id i64?, team_id i64?, origin str, origin_url str?, inbound str?, deployment str?, version str?, parent_id i64?, merged_into_id i64?, before_status str?, before_since_us i64?, before_assignee_id i64?, suspend_reason str?, next_action str, customer_wrote_us i64?, we_wrote_us i64?, first_reply_us i64?, solved_us i64?, closed_us i64?, promised_us i64?, messages i64, attachments i64, version_no i64, external_id str?, created_us i64, updated_us i64, hands i64?
SELECT id, subject, status, status_since_us, kind, severity, priority, effort, requester_id, organisation_id, assignee_id, team_id, origin,
  origin_url, inbound, deployment, version, parent_id, merged_into_id, before_status, before_since_us, before_assignee_id,
  suspend_reason, next_action, customer_wrote_us, we_wrote_us, first_reply_us, solved_us, closed_us, promised_us, messages, attachments,
  version_no, external_id, created_us, updated_us, hands
FROM ticket WHERE id = :id;

-- name: ticket_rows :each
-- out: id i64, subject str, status str, status_since_us i64, kind str, severity i64?, priority str?, effort str?, requester_id i64?, organisation_id i64?, assignee_id i64?, team_id i64?, origin str, origin_url str?, inbound str?, deployment str?, version str?, parent_id i64?, merged_into_id i64?, before_status str?, before_since_us i64?, before_assignee_id i64?, suspend_reason str?, next_action str, customer_wrote_us i64?, we_wrote_us i64?, first_reply_us i64?, solved_us i64?, closed_us i64?, promised_us i64?, messages i64, attachments i64, version_no i64, external_id str?, created_us i64, updated_us i64, hands i64?
SELECT id, subject, status, status_since_us, kind, severity, priority, effort, requester_id, organisation_id, assignee_id, team_id, origin,
  origin_url, inbound, deployment, version, parent_id, merged_into_id, before_status, before_since_us, before_assignee_id,
  suspend_reason, next_action, customer_wrote_us, we_wrote_us, first_reply_us, solved_us, closed_us, promised_us, messages, attachments,
  version_no, external_id, created_us, updated_us, hands
FROM ticket ORDER BY id;

-- name: ticket_by_external :opt
-- in: external_id str
-- out: id i64
SELECT id FROM ticket WHERE external_id = :external_id;

-- name: ticket_row_add :one
-- in: subject str, status str, status_since_us i64, kind str, severity i64?, priority str?, effort str?, requester_id i64?, organisation_id i64?, assignee_id i64?, team_id i64?, origin str, origin_url str?, inbound str?, deployment str?, version str?, parent_id i64?, merged_into_id i64?, before_status str?, before_since_us i64?, before_assignee_id i64?, suspend_reason str?, next_action str, customer_wrote_us i64?, we_wrote_us i64?, first_reply_us i64?, solved_us i64?, closed_us i64?, promised_us i64?, messages i64, attachments i64, version_no i64, external_id str?, created_us i64, updated_us i64, hands i64?
-- out: id i64
INSERT INTO ticket (subject, status, status_since_us, kind, severity, priority, effort, requester_id, organisation_id, assignee_id, team_id, origin,
  origin_url, inbound, deployment, version, parent_id, merged_into_id, before_status, before_since_us, before_assignee_id,
  suspend_reason, next_action, customer_wrote_us, we_wrote_us, first_reply_us, solved_us, closed_us, promised_us, messages, attachments,
  version_no, external_id, created_us, updated_us, hands)
VALUES (:subject, :status, :status_since_us, :kind, :severity, :priority, :effort, :requester_id, :organisation_id, :assignee_id, :team_id,
  :origin, :origin_url, :inbound, :deployment, :version, :parent_id, :merged_into_id, :before_status, :before_since_us,
  :before_assignee_id, :suspend_reason, :next_action, :customer_wrote_us, :we_wrote_us, :first_reply_us, :solved_us, :closed_us,
  :promised_us, :messages, :attachments, :version_no, :external_id, :created_us, :updated_us, :hands)
RETURNING id;

-- name: ticket_row_put :exec
-- in: id i64, subject str, status str, status_since_us i64, kind str, severity i64?, priority str?, effort str?, requester_id i64?, organisation_id i64?, assignee_id i64?, team_id i64?, origin str, origin_url str?, inbound str?, deployment str?, version str?, parent_id i64?, merged_into_id i64?, before_status str?, before_since_us i64?, before_assignee_id i64?, suspend_reason str?, next_action str, customer_wrote_us i64?, we_wrote_us i64?, first_reply_us i64?, solved_us i64?, closed_us i64?, promised_us i64?, messages i64, attachments i64, version_no i64, external_id str?, created_us i64, updated_us i64, hands i64?
UPDATE ticket SET subject = :subject, status = :status, status_since_us = :status_since_us, kind = :kind, severity = :severity, priority = :priority,
  effort = :effort, requester_id = :requester_id, organisation_id = :organisation_id, assignee_id = :assignee_id, team_id = :team_id,
  origin = :origin, origin_url = :origin_url, inbound = :inbound, deployment = :deployment, version = :version, parent_id = :parent_id,
  merged_into_id = :merged_into_id, before_status = :before_status, before_since_us = :before_since_us,
  before_assignee_id = :before_assignee_id, suspend_reason = :suspend_reason, next_action = :next_action,
  customer_wrote_us = :customer_wrote_us, we_wrote_us = :we_wrote_us, first_reply_us = :first_reply_us, solved_us = :solved_us,
  closed_us = :closed_us, promised_us = :promised_us, messages = :messages, attachments = :attachments, version_no = :version_no,
  external_id = :external_id, created_us = :created_us, updated_us = :updated_us, hands = :hands
WHERE id = :id;

-- What changes with nearly every message and status: none of it is a foreign key or unique, so the other indexes are left alone.
-- name: ticket_row_touch :exec
-- in: id i64, status str, status_since_us i64, next_action str, customer_wrote_us i64?, we_wrote_us i64?, first_reply_us i64?, solved_us i64?, closed_us i64?, promised_us i64?, messages i64, attachments i64, version_no i64, updated_us i64
UPDATE ticket SET status = :status, status_since_us = :status_since_us, next_action = :next_action, customer_wrote_us = :customer_wrote_us,
  we_wrote_us = :we_wrote_us, first_reply_us = :first_reply_us, solved_us = :solved_us, closed_us = :closed_us, promised_us = :promised_us,
  messages = :messages, attachments = :attachments, version_no = :version_no, updated_us = :updated_us
WHERE id = :id;

-- name: ticket_put_hands :exec
-- in: id i64, hands i64?
UPDATE ticket SET hands = :hands WHERE id = :id;

-- Cases whose kept figures are to be counted again: ticket_counts.c.
-- name: ticket_to_recount :many
-- in: max i64
-- out: ticket_id i64
SELECT ticket_id FROM ticket_recount ORDER BY ticket_id LIMIT :max;

-- name: ticket_recounted :exec
-- in: ticket_id i64
DELETE FROM ticket_recount WHERE ticket_id = :ticket_id;

-- name: message_get :one
-- in: id i64
-- out: id i64, ticket_id i64, kind str, author_kind str, author_id i64?, author_name str, via str, body_sha str, quote_at i64?, html_blob str?, remote_images bool, state str, inbox_id i64?, to_list str?, external_id str?, before_status str?, before_since_us i64?, before_assignee_id i64?, before_promised_us i64?, after_status str?, created_us i64, at_us i64, mark str?, mark_from str?, mail_id str?, body str
SELECT id, ticket_id, kind, author_kind, author_id, author_name, via, body_sha, quote_at, html_blob, remote_images, state, inbox_id, to_list,
  external_id, before_status, before_since_us, before_assignee_id, before_promised_us, after_status, created_us, at_us, mark, mark_from,
  mail_id, body
FROM message WHERE id = :id;

-- name: message_find :opt
-- in: id i64
-- out: id i64, ticket_id i64, kind str, author_kind str, author_id i64?, author_name str, via str, body_sha str, quote_at i64?, html_blob str?, remote_images bool, state str, inbox_id i64?, to_list str?, external_id str?, before_status str?, before_since_us i64?, before_assignee_id i64?, before_promised_us i64?, after_status str?, created_us i64, at_us i64, mark str?, mark_from str?, mail_id str?, body str
SELECT id, ticket_id, kind, author_kind, author_id, author_name, via, body_sha, quote_at, html_blob, remote_images, state, inbox_id, to_list,
  external_id, before_status, before_since_us, before_assignee_id, before_promised_us, after_status, created_us, at_us, mark, mark_from,
  mail_id, body
FROM message WHERE id = :id;

-- name: message_rows :each
-- out: id i64, ticket_id i64, kind str, author_kind str, author_id i64?, author_name str, via str, body_sha str, quote_at i64?, html_blob str?, remote_images bool, state str, inbox_id i64?, to_list str?, external_id str?, before_status str?, before_since_us i64?, before_assignee_id i64?, before_promised_us i64?, after_status str?, created_us i64, at_us i64, mark str?, mark_from str?
SELECT id, ticket_id, kind, author_kind, author_id, author_name, via, body_sha, quote_at, html_blob, remote_images, state, inbox_id, to_list,
  external_id, before_status, before_since_us, before_assignee_id, before_promised_us, after_status, created_us, at_us, mark, mark_from
FROM message ORDER BY id;

-- name: message_row_add :one
-- in: ticket_id i64, kind str, author_kind str, author_id i64?, author_name str, via str, body_sha str, quote_at i64?, html_blob str?, remote_images bool, state str, inbox_id i64?, to_list str?, external_id str?, before_status str?, before_since_us i64?, before_assignee_id i64?, before_promised_us i64?, after_status str?, created_us i64, at_us i64, mark str?, mark_from str?, mail_id str?, body str
-- out: id i64
INSERT INTO message (ticket_id, kind, author_kind, author_id, author_name, via, body_sha, quote_at, html_blob, remote_images, state, inbox_id, to_list,
  external_id, before_status, before_since_us, before_assignee_id, before_promised_us, after_status, created_us, at_us, mark, mark_from,
  mail_id, body)
VALUES (:ticket_id, :kind, :author_kind, :author_id, :author_name, :via, :body_sha, :quote_at, :html_blob, :remote_images, :state, :inbox_id,
  :to_list, :external_id, :before_status, :before_since_us, :before_assignee_id, :before_promised_us, :after_status, :created_us,
  :at_us, :mark, :mark_from, :mail_id, :body)
RETURNING id;

-- name: message_row_put :exec
-- in: id i64, ticket_id i64, state str
UPDATE message SET ticket_id = :ticket_id, state = :state WHERE id = :id;

-- name: message_put_mark :exec
-- in: id i64, mark str?, mark_from str?
UPDATE message SET mark = :mark, mark_from = :mark_from WHERE id = :id;

-- name: message_put_mail_id :exec
-- in: id i64, mail_id str
UPDATE message SET mail_id = :mail_id WHERE id = :id;

-- name: public_message_get :opt
-- in: id i64
-- out: id i64, ticket_id i64, author_kind str, author_id i64?, author_name str, via str, body str, state str, mail_id str?, to_list str?, created_us i64, at_us i64
SELECT id, ticket_id, author_kind, author_id, author_name, via, body, state, mail_id, to_list, created_us, at_us
FROM public_message WHERE id = :id;

-- name: attachment_get :opt
-- in: id i64
-- out: id i64, ticket_id i64, message_id i64, filename str, content_type str, blob str, bytes i64, content_id str?, created_us i64
SELECT id, ticket_id, message_id, filename, content_type, blob, bytes, content_id, created_us
FROM attachment WHERE id = :id;

-- name: attachment_rows :each
-- out: id i64, ticket_id i64, message_id i64, filename str, content_type str, blob str, bytes i64, content_id str?, created_us i64
SELECT id, ticket_id, message_id, filename, content_type, blob, bytes, content_id, created_us
FROM attachment ORDER BY id;

-- name: attachment_by_message :many
-- in: message_id i64
-- out: id i64, ticket_id i64, message_id i64, filename str, content_type str, blob str, bytes i64, content_id str?, created_us i64
SELECT id, ticket_id, message_id, filename, content_type, blob, bytes, content_id, created_us
FROM attachment WHERE message_id = :message_id ORDER BY id;

-- name: attachment_row_add :one
-- in: ticket_id i64, message_id i64, filename str, content_type str, blob str, bytes i64, content_id str?, created_us i64
-- out: id i64
INSERT INTO attachment (ticket_id, message_id, filename, content_type, blob, bytes, content_id, created_us)
VALUES (:ticket_id, :message_id, :filename, :content_type, :blob, :bytes, :content_id, :created_us)
RETURNING id;

-- name: attachment_row_move :exec
-- in: id i64, ticket_id i64
UPDATE attachment SET ticket_id = :ticket_id WHERE id = :id;
