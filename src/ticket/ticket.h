/* ticket.h: the ticket: its people, messages, files, statuses, and the ways it comes in and goes on.
 *
 * Laws of this slice
 *   - One function moves a ticket's status (ticket_move), by one table of allowed transitions. Who holds the next action
 *     follows from the status.
 *   - Rows are never deleted. Tags, links and followers that were taken away have removed_us; messages that were taken
 *     back have state "undone". Every list here leaves those out; statements of other slices must too.
 *   - What leaves the house is read through the view public_message, which cannot return an internal note.
 *   - A merged ticket keeps its own messages. The target's thread shows them by reference: messages of a ticket T are
 *     those whose ticket_id is T or a ticket that was merged into T, at any depth (statement thread_page of
 *     ticket_list.sql). Undoing the merge moves nothing (docs/decisions/0003).
 *   - Tickets that are closed, merged, deleted or suspended take no writing but what leads out of that state; the
 *     refusal says what to do.
 *
 * Events: kind, entity, data. Where data has "set" it holds the new values of the entity's columns; "was" holds the old
 * values of those of its columns that changed, and is there whenever status or assignee_id changed (then it always has
 * both of these).
 *
 *   ticket.created             ticket   set = all columns
 *   ticket.replied             ticket   set, was?, message            a public reply of ours, still held
 *   ticket.noted               ticket   set, message                  an internal note
 *   ticket.customer_wrote      ticket   set, was?, message, reopened  a verified message of the customer
 *   ticket.unverified_wrote    ticket   set, message                  the sender is not proved: nothing reopens
 *   ticket.reply_undone        ticket   set, was?, message
 *   ticket.taken .released .assigned    ticket   set, was
 *   ticket.status_changed      ticket   set, was
 *   ticket.updated .promised .requester_changed  ticket   set, was
 *   ticket.merged .unmerged    ticket   set, was, into                the one that was merged
 *   ticket.absorbed            ticket   set, was?, merged             the target: another was merged into it
 *   ticket.gave_back           ticket   set, unmerged                 the target: that merge was undone
 *   ticket.split               ticket   set, message, to              where the message was
 *   ticket.received            ticket   set, message, from            where it is now
 *   ticket.suspended .unsuspended .deleted .restored  ticket   set, was
 *   ticket.tagged .untagged          ticket_tag        set
 *   ticket.linked .unlinked          ticket_link       set            event.ticket_id = from_id
 *   ticket.followed .unfollowed      ticket_follower   set
 *   ticket.cc_added .cc_changed      ticket_cc         set
 *   ticket.confirm_asked .confirmed  confirmation      set
 *   ticket.resolved                  resolution        set            before the ticket's own event; resolve.h
 *   ticket.closing_filled            closing           set            what is filled in at the close
 *   message.added              message      set = all but body        the place for full text: row and ticket are there
 *   message.sent .undone       message      set                       undone: no longer shown
 *   message.moved              message      set                       ticket_id changed
 *   message.marked             message      set                       what a reply of ours is was overturned
 *   attachment.added .moved    attachment   set
 *
 * Counts of tickets by (status, assignee): every event of entity "ticket" with set.status or set.assignee_id; the old
 * pair is in was (absent on ticket.created). Beware that "ticket.*" also matches kinds of other entities: look at
 * e->entity first. */
#ifndef TEND_TICKET_TICKET_H
#define TEND_TICKET_TICKET_H

#include "core/feature.h"
#include "ticket/resolve.h"
#include "ticket.sql.h"
#include "ticket_list.sql.h"
#include "ticket_message.sql.h"
#include "ticket_people.sql.h"

extern const struct feature ticket_feature;

/* ---- statuses ---- */

enum ticket_status {
	TICKET_NEW,
	TICKET_OPEN,
	TICKET_PENDING,
	TICKET_ON_HOLD,
	TICKET_SOLVED,
	TICKET_CLOSED,
	TICKET_SUSPENDED,
	TICKET_DELETED,
	TICKET_MERGED,
	TICKET_STATUS_COUNT
};
/* "on_hold"; as stored, in the API, and in CSS classes. */
const char *ticket_status_name(enum ticket_status s);
/* "On-hold": for people. */
const char *ticket_status_title(enum ticket_status s);
bool ticket_status_parse(struct str name, enum ticket_status *ret);
/* us, customer, other_team, nobody. */
const char *ticket_next_action(enum ticket_status s);
/* new, open, pending, on_hold, solved: what may be written to. */
bool ticket_status_writable(enum ticket_status s);
/* new, open, pending, on_hold. */
bool ticket_status_unsolved(enum ticket_status s);

/* By what a status changes. */
enum ticket_by {
	BY_TEAMMATE, /* said so */
	BY_REPLY,    /* along with a public reply */
	BY_TAKE,
	BY_CUSTOMER, /* a verified message */
	BY_CONFIRM,  /* the customer's answer to our question */
	BY_TIMER,
	BY_MERGE,
	BY_SUSPEND, /* spam: a person, or mail's rules at the door */
	BY_DELETE,
	BY_UNDO, /* back to where it was: send undone, unmerged, released, restored */
	BY_COUNT
};
const char *ticket_by_name(enum ticket_by by);

struct ticket_transition {
	enum ticket_status from, to;
	uint32_t by; /* bits: 1 << BY_… */
};
extern const struct ticket_transition ticket_transitions[];
extern const size_t ticket_n_transitions;
bool ticket_may_move(enum ticket_status from, enum ticket_status to, enum ticket_by by);
/* What a teammate may set now by that way, in the order of the menu: {"open","pending",…,NULL}. */
const char *const *ticket_status_choices(struct arena *a, enum ticket_status from, enum ticket_by by);

/* THE place where a status changes: checks the table, sets status, since, next action, solved and closed times in the
 * row (in memory: the caller saves it with ticket_save). The same status is OK and changes nothing. ERR_CONFLICT with a
 * sentence that says what to do instead. */
enum err ticket_move(struct ctx *c, struct ticket_get_row *t, enum ticket_status to, enum ticket_by by, utime at_us);

/* ---- reading ---- */

/* A ticket that the actor may see, or ERR_NOT_FOUND with a sentence. Teammates who may read see all; a contact sees
 * those they asked or are in copy of. (Statement ticket_get reads without asking who.) */
enum err ticket_load(struct ctx *c, int64_t id, struct ticket_get_row *ret);
bool ticket_visible(struct ctx *c, const struct ticket_get_row *t);
/* Where writing about this ticket belongs: itself, or the ticket it was merged into, at the end of the chain. Does not
 * ask who looks. */
enum err ticket_root(struct ctx *c, int64_t id, struct ticket_get_row *ret);

/* Statements for pages: thread_page, thread_attachments, ticket_page_… (ticket_list.sql); ticket_tags_of, ticket_links_of,
 * ticket_followers_of, ticket_ccs_of (ticket_people.sql); draft_find (ticket_message.sql); confirmation_of_ticket
 * (confirm.sql); attachment_get (ticket.sql). They ask nobody's permission: ticket_load does. */

/* What kind and priority can be, NULL-ended: "question", "defect" …; "p0" … "p3". */
extern const char *const ticket_kinds[];
extern const char *const ticket_priorities[];
/* The contract severities that there are on that day: 1 to 2 at first, 0 to 3 from 2022-08-11. */
void ticket_severity_range(struct arena *a, utime at, int *ret_low, int *ret_high);

/* Who gets a public reply: the requester and active copies, each once, without those who cannot get mail. */
struct ticket_recipient {
	int64_t contact_id;
	struct str name, email;
	bool requester;
	const char *skipped; /* NULL, or why no mail goes to them: "bouncing", "no address", "deleted" */
};
enum err ticket_recipients(struct ctx *c, int64_t ticket_id, struct ticket_recipient **ret, size_t *ret_n);

/* For the mail slice: a public message by the view that cannot return notes: statement public_message_get. Rows of the
 * outbox of kind "mail" that are written here, with their dedup:
 *
 *   reply:<message>:<contact>    {"kind":"reply","ticket":id,"message":id,"contact":id}
 *       one per recipient, held until undo is no longer possible
 *   confirm:<confirmation>       {"kind":"confirm","ticket":id,"message":0,"contact":id,"confirmation":id}
 *       the question; its link is made by ticket_confirm_token() */
#define TICKET_OUTBOX "mail"

/* ---- writing: rows with their events, for commands here and for import ---- */

/* What an event says besides the changed columns. Everything may be left 0. */
struct ticket_note_to_log {
	struct str more; /* JSON members: "\"message\":7" */
	struct str rule, reason;
	utime at_us; /* 0 = now */
	const struct resolve_cite *cite;   /* by which rule it becomes solved (resolve.h): nothing does without */
	bool back;                         /* ...unless this is a way back to where it was: undo, restored, unmerged */
};
/* Inserts t (id is set) and appends ticket.created. */
enum err ticket_insert(struct ctx *c, struct ticket_get_row *t, const struct ticket_note_to_log *log);
/* Writes what differs between before and after, with version_no and updated_us brought up, and appends `kind`; nothing
 * differs: nothing happens. What becomes solved by it cites a rule, or goes back; else ERR_BUG. */
enum err ticket_save(struct ctx *c, const char *kind, const struct ticket_get_row *before, struct ticket_get_row *after,
		     const struct ticket_note_to_log *log);
/* Inserts m (id and body_sha are set; m->body must be there) and appends message.added. Does not touch the ticket's
 * row. */
enum err message_insert(struct ctx *c, struct message_get_row *m, const struct ticket_note_to_log *log);
/* A file of a message that is already stored. The type is decided by the file's bytes; the name is cleaned. */
struct ticket_file {
	struct str filename, blob;
	int64_t bytes;
	struct str content_id; /* or STR_NULL */
};
enum err attachment_insert(struct ctx *c, int64_t ticket_id, int64_t message_id, const struct ticket_file *f,
			   utime at_us, int64_t *ret_id);
/* "area:search" → kind and tag, checked; ERR_INPUT at "tags". */
enum err ticket_tag_parse(struct ctx *c, struct str typed, struct str *ret_kind, struct str *ret_tag);
/* ERR_INPUT at `field` unless the teammate is active and may hold tickets. */
enum err ticket_check_assignee(struct ctx *c, struct str field, int64_t id);
/* Each finds the row or makes it (or brings it back); no event when nothing changed. at_us 0 = now. */
enum err ticket_tag_put(struct ctx *c, int64_t ticket_id, struct str kind, struct str tag, bool in_force, utime at_us);
enum err ticket_link_put(struct ctx *c, int64_t from_id, int64_t to_id, const char *kind, bool in_force, utime at_us);
enum err ticket_follower_put(struct ctx *c, int64_t ticket_id, int64_t teammate_id, bool in_force, utime at_us);
enum err ticket_cc_put(struct ctx *c, int64_t ticket_id, int64_t contact_id, const char *state, int64_t from_message_id,
		       utime at_us);

/* ---- what comes in (called by the mail slice inside its own command; not on any network) ---- */

struct ticket_incoming {
	int64_t ticket_id;  /* of an existing one; 0 for ticket_from_mail */
	int64_t contact_id; /* who wrote; 0 = only author_name is known (unverified) */
	struct str author_name;
	struct str subject;      /* ticket_from_mail only; "" becomes "(no subject)" */
	struct str text;         /* readable text, UTF-8 */
	struct opt_i64 quote_at; /* where the quoted part begins */
	struct str html_blob;    /* the rebuilt HTML as a blob, or STR_NULL */
	bool remote_images;
	const struct ticket_file *files;
	size_t n_files;
	struct str mail_id;             /* Message-ID without <>; or STR_NULL */
	int64_t inbox_id;               /* 0 = none */
	struct str recipients;          /* JSON array of {"name","email"}; or STR_NULL */
	struct str inbound;             /* the address of ours it came to; or STR_NULL */
	const char *via;                /* "mail", "web", … */
	const char *origin;             /* ticket_from_mail: "mail", "form", "api" … */
	utime at_us;                    /* when it was received; 0 = now */
	struct str suspend_reason;      /* ticket_from_mail: not NULL = it starts suspended, for this reason */
	struct id_list cc, cc_proposed; /* contacts to add as active / proposed copies */
	struct str rule, reason;        /* why it landed here, for the log; or STR_NULL */
	bool no_reopen;                 /* the reopen brake has gone off: the message is added, the status stays */
};

struct ticket_landed {
	int64_t ticket_id, message_id; /* the root of merges, or the follow-up */
	bool created, reopened;
	bool follow_up; /* it went to a follow-up of the one that was meant: a new one when created, too */
	enum ticket_status status;
};

/* A new ticket, assigned to the organisation's engineer where there is one (setting ticket.assign_by_organisation). */
enum err ticket_from_mail(struct ctx *c, const struct ticket_incoming *in, struct ticket_landed *ret);
/* The subject of a ticket whose first mail could not be read. */
#define TICKET_UNREADABLE "Unreadable message"
/* That mail, read at last (in->ticket_id is the ticket): its words join as the customer's own, its subject becomes the ticket's unless somebody gave it
 * another, and who wrote it the requester unless somebody set another. */
enum err ticket_read_at_last(struct ctx *c, const struct ticket_incoming *in, int64_t first_message_id, struct ticket_landed *ret);
/* A public comment whose sender is proved. Pending, On-hold and Solved become Open; New stays New; Suspended stays
 * suspended. To a Closed or Deleted one it makes a linked follow-up: same people, no tags, nobody's yet; who answers a
 * closed one again goes on with that. */
enum err ticket_add_customer_message(struct ctx *c, const struct ticket_incoming *in, struct ticket_landed *ret);
/* An internal note of kind "unverified": no reopen, the sender is not added, nothing is sent. To a Closed or Deleted
 * one it is kept there. */
enum err ticket_add_unverified_note(struct ctx *c, const struct ticket_incoming *in, struct ticket_landed *ret);
/* A line in the thread by the system itself ("The mail to x@y came back: mailbox full"). Internal. */
enum err ticket_add_system_note(struct ctx *c, int64_t ticket_id, struct str text, const char *rule);
/* The message-id under which a public message was sent, once, by the mail slice (quiet: its own event says it was
 * sent). */
enum err message_set_mail_id(struct ctx *c, int64_t message_id, struct str mail_id);

/* ---- what a reply of ours is ---- */

/* acknowledgement, substantive, progress, workaround, awaiting_confirmation; NULL-ended. */
extern const char *const ticket_marks[];
bool ticket_mark_known(struct str mark);
struct reply_reading {
	const char *mark; /* what the text looks like */
	bool tried, will, next, when; /* what was done; what will be; what happens next; by when */
};
/* Reads a text of ours as a person would who checks whether it is a real answer; what ticket.reply falls back to when
 * the writer does not say. */
void ticket_read_reply(struct arena *a, struct str body, utime at, struct reply_reading *ret);
/* Writes another mark on a message, with message.marked. from: "said", "proposed", "overturned". */
enum err ticket_set_mark(struct ctx *c, int64_t message_id, struct str mark, const char *from, struct str reason);

/* ---- attachments ---- */


/* Types and names of files are core/upload.h's business: upload_sniff, upload_inline_image, upload_clean_name.
 * attachment_insert asks them. */

/* ---- the customer's confirmation ---- */

/* The link's token of a confirmation ("12.k3j…", lower case letters, digits and a dot): made from the desk's key,
 * stored nowhere. */
struct str ticket_confirm_token(struct ctx *c, int64_t confirmation_id);
struct ticket_confirm_view {
	int64_t id, ticket_id, contact_id;
	struct str subject, contact_name;
	struct str answer; /* STR_NULL = not yet */
	bool expired;
	enum ticket_status status;
};
/* What the page behind the link shows; never changes anything (link scanners fetch it). ERR_NOT_FOUND for a token that
 * is none. */
enum err ticket_confirm_look(struct ctx *c, struct str token, struct ticket_confirm_view *ret);

/* ---- commands that other slices call as functions ---- */

struct ticket_create_in {
	struct opt_i64 requester; /* contact id; or name and email */
	struct str name, email;
	struct str subject, body;
	struct str body_as; /* customer (default with a requester), note, reply */
	struct str kind, priority, effort;
	struct opt_i64 severity;
	struct str_list tags; /* "area:search", "theme:executors", "plain" */
	struct str origin, origin_url;
	struct opt_i64 assignee, team;
	struct str deployment, version;
	struct opt_i64 follows; /* a closed ticket this one goes on from */
	struct id_list cc;
	struct file_list files;
	struct str external_id;
	bool secrets;           /* a reply or note that looks like it holds a secret, on purpose */
};
extern const struct command ticket_create_cmd;
enum err ticket_create(struct ctx *c, const struct ticket_create_in *in);

struct ticket_reply_in {
	int64_t ticket;
	struct str body;
	struct str status;      /* after sending; STR_NULL: open, but a solved one stays solved */
	struct opt_i64 seen;    /* newest message the writer had before her */
	bool anyway;            /* send although somebody answered meanwhile */
	bool secrets;           /* send although it looks like it holds a secret (guard.h) */
	struct opt_i64 promise; /* when they hear again */
	struct file_list files;
	struct id_list attach; /* attachments of this ticket to send (again) */
	struct str mark;       /* what it is; STR_NULL: read from the text */
	struct resolve_ask resolve;   /* with the status solved */
};
extern const struct command ticket_reply_cmd;
enum err ticket_reply(struct ctx *c, const struct ticket_reply_in *in);

struct ticket_note_in {
	int64_t ticket;
	struct str body;
	struct str status;             /* moves the ticket besides; STR_NULL = as it is */
	struct opt_i64 seen;           /* taken so that one form serves note and reply: a note is never stale */
	struct opt_i64 promise;        /* when the customer hears from us; unset = as it is */
	bool secrets;
	struct file_list files;
	struct str mark;               /* not looked at: one form serves note and reply */
	struct resolve_ask resolve;    /* with the status solved */
};
extern const struct command ticket_note_cmd;
enum err ticket_note(struct ctx *c, const struct ticket_note_in *in);

/* The other commands are reached by their names (feature_command): ticket.undo_send {message}, ticket.take {ticket,
 * anyway}, ticket.release {ticket}, ticket.assign {ticket, assignee, team, held_by, anyway}, ticket.status {ticket,
 * status, rule, because, reason},
 * ticket.update {ticket, version_no, subject, kind, severity, priority, effort, deployment, version, organisation,
 * origin_url, clear, anyway}, ticket.requester {ticket, contact | name, email, keep_cc}, ticket.tag / untag {ticket,
 * tags}, ticket.follow / unfollow {ticket, teammate}, ticket.cc_add {ticket, contact | name, email}, ticket.cc_remove /
 * cc_approve {ticket, contact}, ticket.link / unlink {ticket, other, kind}, ticket.merge {ticket, into, anyway},
 * ticket.unmerge {ticket}, ticket.split {message, into, subject}, ticket.task {ticket, subject, body, assignee},
 * ticket.suspend {ticket, reason}, ticket.unsuspend {ticket}, ticket.delete {ticket, reason}, ticket.restore {ticket},
 * ticket.promise {ticket, at}, ticket.confirm_ask {ticket}, ticket.confirm {token, answer, comment}, draft.save
 * {ticket, mode, body, seen}, draft.drop {ticket}; reads: ticket.list {view, organisation, requester, tag, status,
 * assignee, after, max}, ticket.show {ticket}, ticket.messages {ticket, after, max}, ticket.history {ticket, after,
 * max}, ticket.attachments {ticket}. */

#endif
