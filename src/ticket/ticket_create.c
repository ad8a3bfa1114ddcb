/* ticket_create.c: a new ticket by a teammate, a form or the API; follow-ups; tasks beside a ticket. */
#include "ticket/guard.h"
#include "ticket/ticket_int.h"

#include "base/utf8.h"
#include "ticket_message.sql.h"

#include <string.h>

#include "base/banned.h"

const char *const ticket_kinds[] = { "question", "defect", "improvement", "help", "task", "unset", NULL };
const char *const ticket_priorities[] = { "p0", "p1", "p2", "p3", NULL };
static const char *const BODY_AS[] = { "customer", "note", "reply", NULL };

void ticket_new_row(utime at, struct ticket_get_row *ret)
{
	*ret = (struct ticket_get_row) {
		.status = str_c(ticket_status_name(TICKET_NEW)),
		.status_since_us = at,
		.kind = S("unset"),
		.origin = S("internal"),
		.next_action = str_c(ticket_next_action(TICKET_NEW)),
		.version_no = 1,
		.created_us = at,
		.updated_us = at,
	};
}

/* The organisation's assigned engineer takes it, the backup follows (DOMAIN 2.2, step 3). Whoever is away or at capacity is given nothing. */
enum err ticket_by_organisation(struct ctx *c, struct ticket_get_row *t, int64_t *ret_backup)
{
	*ret_backup = 0;
	if (!t->organisation_id.set || !setting_i64(c, "ticket.assign_by_organisation"))
		return OK;
	struct ticket_organisation_row o;
	bool found;
	TRY(ticket_organisation(c->db, c->arena, &o, &found, .id = t->organisation_id.v));
	if (!found)
		return OK;
	struct ticket_teammate_row m;
	struct ticket_free_row free;
	bool assigned = false, backup = false;
	if (o.assigned_id.set)
		TRY(ticket_free(c->db, c->arena, &free, &assigned, .id = o.assigned_id.v, .now_us = c->now_us));
	if (o.backup_id.set)
		TRY(ticket_free(c->db, c->arena, &free, &backup, .id = o.backup_id.v, .now_us = c->now_us));
	if (o.backup_id.set) {
		TRY(ticket_teammate(c->db, c->arena, &m, &found, .id = o.backup_id.v));
		if (found && str_eq(m.state, S("active")))
			*ret_backup = o.backup_id.v;
	}
	if (t->assignee_id.set)
		return OK;
	if (assigned)
		t->assignee_id = o.assigned_id;
	else if (backup && o.assigned_id.set) {
		/* away, or at capacity: the backup holds it, and the engineer reads along if they still work here */
		t->assignee_id = o.backup_id;
		TRY(ticket_teammate(c->db, c->arena, &m, &found, .id = o.assigned_id.v));
		*ret_backup = found && str_eq(m.state, S("active")) ? o.assigned_id.v : 0;
	}
	return OK;
}

static enum err double_ticket(struct ctx *c, const struct ticket_get_row *t, bool *ret_answered)
{
	*ret_answered = false;
	if (c->door != DOOR_FORM || !t->requester_id.set)
		return OK;
	struct ticket_double_row row;
	bool found;
	TRY(ticket_double(c->db, c->arena, &row, &found, .requester_id = t->requester_id.v, .subject = t->subject,
			  .after_us = c->now_us - TICKET_DOUBLE_US));
	if (!found)
		return OK;
	ticket_answer(c, row.id);
	json_kbool(c->out, "again", true);
	ticket_said(c, "This ticket was made already.");
	*ret_answered = true;
	return OK;
}

/* The closed ticket a new one goes on from: its people, its place, not its tags. */
static enum err follow_up(struct ctx *c, const struct ticket_create_in *in, struct ticket_get_row *t)
{
	struct ticket_get_row old;
	TRY(ticket_load(c, in->follows.v, &old));
	if (ticket_status_of(&old) != TICKET_CLOSED)
		return fail_field(c, S("follows"), "Ticket %lld is not closed: write there instead.",
				  (long long)old.id);
	t->parent_id = SOME(old.id);
	if (!in->requester.set && !in->email.n) {
		t->requester_id = old.requester_id;
		t->organisation_id = old.organisation_id;
	}
	t->deployment = t->deployment.n ? t->deployment : old.deployment;
	t->version = t->version.n ? t->version : old.version;
	return OK;
}

static enum err check_tags(struct ctx *c, const struct str_list *tags)
{
	struct str kind, tag;
	for (size_t i = 0; i < tags->n; i++)
		TRY(ticket_tag_parse(c, tags->v[i], &kind, &tag));
	return OK;
}

static enum err put_people(struct ctx *c, const struct ticket_create_in *in, const struct ticket_get_row *t,
			   int64_t backup)
{
	struct str kind, tag;
	for (size_t i = 0; i < in->tags.n; i++) {
		TRY(ticket_tag_parse(c, in->tags.v[i], &kind, &tag));
		TRY(ticket_tag_put(c, t->id, kind, tag, true, 0));
	}
	for (size_t i = 0; i < in->cc.n; i++) {
		struct contact k;
		TRY(contact_get(c, in->cc.v[i], &k));
		if (!t->requester_id.set || k.id != t->requester_id.v)
			TRY(ticket_cc_put(c, t->id, k.id, "active", 0, 0));
	}
	if (backup)
		TRY(ticket_follower_put(c, t->id, backup, true, 0));
	if (in->follows.set)
		TRY(ticket_link_put(c, t->id, in->follows.v, "follows", true, 0));
	return OK;
}

/* What may be wrong with the input beyond each field by itself. */
static enum err check_create(struct ctx *c, const struct ticket_create_in *in)
{
	if (in->assignee.set)
		ticket_check_assignee(c, S("assignee"), in->assignee.v);
	if (in->team.set) {
		struct ticket_team_row team;
		bool found;
		TRY(ticket_team(c->db, c->arena, &team, &found, .id = in->team.v));
		if (!found)
			fail_field(c, S("team"), "There is no team %lld.", (long long)in->team.v);
	}
	ticket_check_severity(c, in->severity, c->now_us);
	ticket_check_url(c, in->origin_url);
	check_tags(c, &in->tags);
	uint32_t caps = c->actor.caps;
	if (in->priority.n && !(caps & CAN_REPLY))
		fail_field(c, S("priority"), "The support engineer sets the priority.");
	if (in->assignee.set && !(caps & CAN_REPLY))
		fail_field(c, S("assignee"), "An engineer gives tickets to teammates: leave it to triage.");
	if (in->body_as.p && str_eq(in->body_as, S("reply")) && !(caps & CAN_REPLY))
		fail_field(c, S("body_as"),
			   "Answering customers wants the access of an engineer: leave a note instead.");
	if (!in->subject.n)
		fail_field(c, S("subject"), "Say in one line what it is about.");
	if (!in->body.n && in->body_as.p && str_eq(in->body_as, S("reply")))
		fail_field(c, S("body"), "A reply needs words.");
	return fields_ok(c);
}

static enum err write_first(struct ctx *c, const struct ticket_create_in *in, struct ticket_get_row *t, struct str as,
			    const struct contact *k)
{
	if (!in->body.n && !in->files.n)
		return OK;
	const struct ticket_file *files = ticket_files(c, &in->files);
	struct ticket_get_row before = *t;
	struct message_get_row m = {
		.ticket_id = t->id, .body = in->body.p ? in->body : S(""), .created_us = c->now_us, .at_us = c->now_us
	};
	if (!in->secrets && !str_eq(as, S("customer")))
		TRY(guard_refuse(c, "body", m.body));
	if (str_eq(as, S("reply"))) {
		struct reply_draft d = {
			.body = m.body, .files = files, .n_files = in->files.n, .status = TICKET_OPEN
		};
		TRY(ticket_write_reply(c, t, &d, &m));
		return ticket_save(c, "ticket.replied", &before, t,
				   &(struct ticket_note_to_log) {
					   .more = arena_fmt(c->arena, "\"message\":%lld", (long long)m.id) });
	}
	message_author(c, &m);
	m.kind = as;
	m.state = str_eq(as, S("note")) ? S("sent") : S("received");
	if (str_eq(as, S("customer")) && k->id) {
		m.author_kind = S("contact");
		m.author_id = SOME(k->id);
		m.author_name = k->name;
	}
	TRY(message_insert(c, &m, NULL));
	TRY(message_files(c, &m, files, in->files.n));
	json_ki64(c->out, "message", m.id);
	return OK;
}

static enum err fill_row(struct ctx *c, const struct ticket_create_in *in, struct ticket_get_row *t, struct contact *k)
{
	static const char *const DOORS[] = { [DOOR_FORM] = "form",
					     [DOOR_API] = "api",
					     [DOOR_CLI] = "cli",
					     [DOOR_JOB] = "internal",
					     [DOOR_MAIL] = "mail" };
	ticket_new_row(c->now_us, t);
	t->subject = in->subject;
	t->kind = in->kind.n ? in->kind : S("unset");
	t->severity = in->severity;
	t->priority = in->priority.n ? in->priority : STR_NULL;
	t->effort = in->effort.n ? in->effort : STR_NULL;
	t->deployment = in->deployment.n ? in->deployment : STR_NULL;
	t->version = in->version.n ? in->version : STR_NULL;
	t->origin_url = in->origin_url.n ? in->origin_url : STR_NULL;
	t->external_id = in->external_id.n ? in->external_id : STR_NULL;
	t->assignee_id = in->assignee;
	t->team_id = in->team;
	if (in->follows.set)
		TRY(follow_up(c, in, t));
	if (in->requester.set || in->email.n) {
		TRY(ticket_named_contact(c, in->requester, in->name, in->email, k));
		t->requester_id = SOME(k->id);
		t->organisation_id = k->organisation_id;
	} else if (t->requester_id.set) {
		TRY(contact_get(c, t->requester_id.v, k));
	}
	t->origin = in->origin.n ? in->origin : t->requester_id.set ? str_c(DOORS[c->door]) : S("internal");
	return OK;
}

enum err ticket_create(struct ctx *c, const struct ticket_create_in *in)
{
	TRY(check_create(c, in));
	struct ticket_get_row t;
	struct contact k = { 0 };
	TRY(fill_row(c, in, &t, &k));
	struct str as = in->body_as.n ? in->body_as : t.requester_id.set ? S("customer") : S("note");
	if (!t.requester_id.set && !str_eq(as, S("note")))
		return fail_field(c, S("email"),
				  "Say who asks: the number of a contact, or a name and an e-mail address. "
				  "Without, the ticket is internal and its text a note.");
	if (t.external_id.p) {
		struct ticket_by_external_row other;
		bool found;
		TRY(ticket_by_external(c->db, c->arena, &other, &found, .external_id = t.external_id));
		if (found)
			return fail_field(c, S("external_id"), "Ticket %lld has this external id already.",
					  (long long)other.id);
	}
	bool answered;
	TRY(double_ticket(c, &t, &answered));
	if (answered)
		return OK;
	int64_t backup;
	TRY(ticket_by_organisation(c, &t, &backup));
	bool written = in->body.n || in->files.n, reply = str_eq(as, S("reply"));
	if (written && !reply) {
		t.messages = 1;
		t.attachments = (int64_t)in->files.n;
		if (str_eq(as, S("customer")))
			t.customer_wrote_us = SOME(c->now_us);
	}
	TRY(ticket_insert(c, &t, NULL));
	ticket_answer(c, t.id);
	TRY(put_people(c, in, &t, backup));
	TRY(write_first(c, in, &t, as, &k));
	if (!reply)
		ticket_said(c, "Ticket %lld is made.", (long long)t.id);
	return OK;
}

COMMAND_RUN(ticket_create)
static const struct field create_fields[] = {
	FIELD(struct ticket_create_in, subject, FIELD_STR, .required = true, .max = 500,
	      .help = "what it is about, in one line"),
	FIELD(struct ticket_create_in, body, FIELD_TEXT, .help = "the first message"),
	FIELD(struct ticket_create_in, body_as, FIELD_ENUM, .choices = BODY_AS,
	      .help = "whose words the body is: the customer's (usual with a requester), a note of ours, or a reply "
		      "that is mailed"),
	FIELD(struct ticket_create_in, requester, FIELD_ID, .help = "number of the contact who asks"),
	FIELD(struct ticket_create_in, name, FIELD_STR, .help = "name of who asks, with email"),
	FIELD(struct ticket_create_in, email, FIELD_EMAIL,
	      .help = "address of who asks; the contact is made when it is new", .example = "ines@northwind.example"),
	FIELD(struct ticket_create_in, kind, FIELD_ENUM, .choices = ticket_kinds,
	      .help = "question, defect, improvement, help or task"),
	FIELD(struct ticket_create_in, severity, FIELD_INT, .min = 0, .max = 9,
	      .help = "contract severity, of the scale in force"),
	FIELD(struct ticket_create_in, priority, FIELD_ENUM, .choices = ticket_priorities,
	      .help = "work priority, set by the engineer"),
	FIELD(struct ticket_create_in, effort, FIELD_STR, .max = 40, .help = "level of effort"),
	FIELD(struct ticket_create_in, tags, FIELD_STRS, .max = 50,
	      .help = "tags; area:… and theme:… name product area and theme", .example = "area:search"),
	FIELD(struct ticket_create_in, origin, FIELD_STR, .max = 40,
	      .help = "where it came from; by the door unless said"),
	FIELD(struct ticket_create_in, origin_url, FIELD_STR, .max = 2000, .help = "address of the thread elsewhere"),
	FIELD(struct ticket_create_in, assignee, FIELD_ID, .help = "number of the teammate who holds it"),
	FIELD(struct ticket_create_in, team, FIELD_ID, .help = "number of the team"),
	FIELD(struct ticket_create_in, deployment, FIELD_STR, .max = 60, .help = "how they run the product"),
	FIELD(struct ticket_create_in, version, FIELD_STR, .max = 60, .help = "the product's version they run"),
	FIELD(struct ticket_create_in, follows, FIELD_ID, .help = "a closed ticket that this one goes on from"),
	FIELD(struct ticket_create_in, cc, FIELD_IDS, .max = 50, .help = "contacts in copy, by number"),
	FIELD(struct ticket_create_in, files, FIELD_FILES, .max = 50, .help = "files of the first message"),
	FIELD(struct ticket_create_in, secrets, FIELD_BOOL, .help = "keep a reply or note although it looks like it holds a secret"),
	FIELD(struct ticket_create_in, external_id, FIELD_STR, .max = 200,
	      .help = "its id in another system; only once"),
};
const struct command ticket_create_cmd = {
	.name = "ticket.create",
	.help = "Make a ticket for a customer, or an internal one",
	FIELDS(create_fields, struct ticket_create_in),
	.need = CAN_NOTE,
	.run = RUN(ticket_create),
};

/* ---- a task beside a ticket ---- */

struct ticket_task_in {
	int64_t ticket;
	struct str subject, body;
	struct opt_i64 assignee;
};

/* Its own ticket, with its own holder and status: whatever becomes of it, the customer's ticket goes on. */
static enum err ticket_task(struct ctx *c, const struct ticket_task_in *in)
{
	struct ticket_get_row parent, t;
	TRY(ticket_load(c, in->ticket, &parent));
	if (!in->subject.n)
		return fail_field(c, S("subject"), "Say in one line what is to be done.");
	if (in->assignee.set)
		TRY(ticket_check_assignee(c, S("assignee"), in->assignee.v));
	ticket_new_row(c->now_us, &t);
	t.subject = in->subject;
	t.kind = S("task");
	t.organisation_id = parent.organisation_id;
	t.deployment = parent.deployment;
	t.version = parent.version;
	t.parent_id = SOME(parent.id);
	t.assignee_id = in->assignee;
	t.messages = in->body.n ? 1 : 0;
	TRY(ticket_insert(c, &t, NULL));
	ticket_answer(c, t.id);
	if (in->body.n) {
		struct message_get_row m = {
			.ticket_id = t.id,
			.kind = S("note"),
			.state = S("sent"),
			.body = in->body,
			.created_us = c->now_us,
			.at_us = c->now_us,
		};
		message_author(c, &m);
		TRY(message_insert(c, &m, NULL));
	}
	ticket_said(c, "Task %lld is made.", (long long)t.id);
	return ticket_link_put(c, t.id, parent.id, "task_of", true, 0);
}

COMMAND_RUN(ticket_task)
static const struct field task_fields[] = {
	FIELD(struct ticket_task_in, ticket, FIELD_ID, .required = true, .positional = true,
	      .help = "number of the ticket it belongs to", .example = "42"),
	FIELD(struct ticket_task_in, subject, FIELD_STR, .required = true, .max = 500,
	      .help = "what is to be done, in one line"),
	FIELD(struct ticket_task_in, body, FIELD_TEXT, .help = "more about it"),
	FIELD(struct ticket_task_in, assignee, FIELD_ID, .help = "number of the teammate who does it"),
};
const struct command ticket_task_cmd = {
	.name = "ticket.task",
	.help = "Make a task beside a ticket, which never holds the ticket up",
	FIELDS(task_fields, struct ticket_task_in),
	.need = CAN_NOTE,
	.run = RUN(ticket_task),
};
