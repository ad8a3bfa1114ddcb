/* ticket_int.h: what the files of this slice share and nobody else needs. */
#ifndef TEND_TICKET_TICKET_INT_H
#define TEND_TICKET_TICKET_INT_H

#include "account/account.h"
#include "ticket/ticket.h"
#include "ticket_people.sql.h"

/* A form that comes twice within this time with the same words is the same form. */
#define TICKET_DOUBLE_US (60 * UTIME_US_PER_SECOND)

enum ticket_status ticket_status_of(const struct ticket_get_row *t);
/* OK, or ERR_CONFLICT with what to do first: closed, suspended, deleted and merged tickets take no writing. */
enum err ticket_writable(struct ctx *c, const struct ticket_get_row *t);
/* ticket_load and ticket_writable. */
enum err ticket_load_writable(struct ctx *c, int64_t id, struct ticket_get_row *ret);
/* Out of suspended, deleted or merged: to before_status and before_assignee_id (when that teammate is still active). */
enum err ticket_move_back(struct ctx *c, struct ticket_get_row *t, utime at_us);

/* For commands by which a teammate may solve: checks the citation when `after` is solved and `before` was not. */
enum err ticket_cite(struct ctx *c, const struct ticket_get_row *before, const struct ticket_get_row *after,
		     const struct resolve_ask *ask, struct resolve_cite *ret, bool *ret_cited);
/* What a migration wants counted again: ticket_counts.c. */
enum err ticket_recount_all(struct ctx *c);
/* "ticket": id, for the answer. */
void ticket_answer(struct ctx *c, int64_t ticket_id);
/* "said": the sentence above the page after a form. */
void ticket_said(struct ctx *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "2022-10-26": the day of an instant, in UTC: what dated rows are looked up by. */
struct str ticket_date(struct arena *a, utime at);
/* Writes ticket_id and state of a message when they differ, with an event of that kind. */
enum err message_change(struct ctx *c, const char *kind, const struct message_get_row *before,
			const struct message_get_row *after);
/* "Mon 14:02" in the actor's zone. */
struct str ticket_when(struct ctx *c, utime at_us);
/* A teammate's name; "nobody" for an absent id. */
struct str ticket_teammate_name(struct ctx *c, struct opt_i64 id);
/* The contact a command names: by id, or by address (made when new). ERR_INPUT at the fields when neither is given. */
enum err ticket_named_contact(struct ctx *c, struct opt_i64 id, struct str name, struct str email, struct contact *ret);
/* The severity scale in force at `at`. ERR_INPUT at "severity" for a value it does not have. */
enum err ticket_check_severity(struct ctx *c, struct opt_i64 severity, utime at);
/* ERR_INPUT at "origin_url" for anything but http(s). */
enum err ticket_check_url(struct ctx *c, struct str url);
/* The teammate who acts, or 0. */
int64_t ticket_actor_id(const struct ctx *c);
/* author_kind, author_id, author_name, via of a message the actor writes. */
void message_author(struct ctx *c, struct message_get_row *m);
/* The files as attachments of a message. */
enum err message_files(struct ctx *c, const struct message_get_row *m, const struct ticket_file *files, size_t n_files);
const struct ticket_file *ticket_files(struct ctx *c, const struct file_list *l);
/* The message of a public reply to the recipients' outbox rows; the message must be public. *ret_sending counts the
 * mails. */
enum err ticket_send(struct ctx *c, const struct message_get_row *m, const struct ticket_recipient *to, size_t n_to,
		     utime not_before, int64_t *ret_sending);
struct str ticket_recipients_json(struct ctx *c, const struct ticket_recipient *to, size_t n_to);
/* Writes a public reply into a ticket's row (in memory) and the thread: what ticket.reply and ticket.create share. `t`
 * is saved by the caller. */
struct reply_draft {
	struct str body;
	const struct ticket_file *files;
	size_t n_files;
	enum ticket_status status;
	struct opt_i64 promise;
	struct str mark; /* STR_NULL: read from the text */
};
enum err ticket_write_reply(struct ctx *c, struct ticket_get_row *t, const struct reply_draft *d,
			    struct message_get_row *ret);
/* Hex SHA-256 of a text, as message.body_sha has it. */
struct str ticket_sha(struct ctx *c, struct str body);
/* Files of the ticket by number, to be sent again; ret has room for ids->n. */
enum err ticket_files_again(struct ctx *c, int64_t ticket_id, const struct id_list *ids, struct ticket_file *ret);
/* The files of a message go with it to another ticket. */
enum err attachments_move(struct ctx *c, int64_t message_id, int64_t to_ticket);
/* The actor's own draft of a ticket, quietly. */
enum err draft_delete(struct ctx *c, int64_t ticket_id);
/* A row of a new ticket: New, nobody's, made at that instant. */
void ticket_new_row(utime at, struct ticket_get_row *ret);
/* Sets the organisation's assigned engineer in the row, by the setting; *ret_backup is who is to follow, or 0. */
enum err ticket_by_organisation(struct ctx *c, struct ticket_get_row *t, int64_t *ret_backup);

extern const struct command ticket_update_cmd, ticket_take_cmd, ticket_release_cmd, ticket_assign_cmd,
	ticket_status_cmd, ticket_suspend_cmd, ticket_unsuspend_cmd, ticket_delete_cmd, ticket_restore_cmd,
	ticket_undo_send_cmd, ticket_follow_cmd, ticket_unfollow_cmd, ticket_requester_cmd, ticket_cc_add_cmd,
	ticket_cc_remove_cmd, ticket_cc_approve_cmd, ticket_tag_cmd, ticket_untag_cmd, ticket_link_cmd,
	ticket_unlink_cmd, ticket_merge_cmd, ticket_unmerge_cmd, ticket_split_cmd, ticket_task_cmd, ticket_promise_cmd,
	ticket_confirm_ask_cmd, ticket_confirm_cmd, ticket_list_cmd, ticket_show_cmd, ticket_messages_cmd,
	ticket_history_cmd, ticket_attachments_cmd, ticket_read_reply_cmd, draft_save_cmd, draft_drop_cmd;

enum err ticket_job_sent(struct ctx *c, const struct job *j);
enum err ticket_on_contact_merged(struct ctx *c, const struct event_new *e, int64_t seq);
enum err ticket_on_contact_unmerged(struct ctx *c, const struct event_new *e, int64_t seq);

#endif
