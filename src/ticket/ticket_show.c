/* ticket_show.c: one ticket for the API and the command line: itself, its people, thread, files and history. */
#include "ticket/ticket_int.h"

#include "confirm.sql.h"
#include "ticket_list.sql.h"

#include "base/banned.h"

#define TICKET_FIELD(T) \
	FIELD(T, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", \
	      .example = "42")

struct ticket_show_in {
	int64_t ticket;
};

static void write_contact(struct json_out *j, const char *key, const struct contact *k)
{
	json_key(j, key);
	json_obj(j);
	json_ki64(j, "contact", k->id);
	json_kstr(j, "name", k->name);
	json_kstr(j, "email", k->email);
	json_obj_end(j);
}

static enum err write_people(struct ctx *c, const struct ticket_get_row *t)
{
	struct json_out *j = c->out;
	if (t->requester_id.set) {
		struct contact k;
		TRY(contact_get(c, t->requester_id.v, &k));
		write_contact(j, "requester", &k);
	}
	if (t->organisation_id.set) {
		struct ticket_organisation_row o;
		bool found;
		TRY(ticket_organisation(c->db, c->arena, &o, &found, .id = t->organisation_id.v));
		json_ki64(j, "organisation", t->organisation_id.v);
		json_kstr(j, "organisation_name", found ? o.name : STR_NULL);
	}
	json_kopt(j, "assignee", t->assignee_id);
	if (t->assignee_id.set)
		json_kstr(j, "assignee_name", ticket_teammate_name(c, t->assignee_id));
	json_kopt(j, "team", t->team_id);
	struct ticket_followers_of_row *followers;
	struct ticket_ccs_of_row *ccs;
	size_t n;
	TRY(ticket_followers_of(c->db, c->arena, &followers, &n, .ticket_id = t->id));
	json_key(j, "followers");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		json_obj(j);
		json_ki64(j, "teammate", followers[i].teammate_id);
		json_kstr(j, "name", followers[i].name);
		json_obj_end(j);
	}
	json_arr_end(j);
	TRY(ticket_ccs_of(c->db, c->arena, &ccs, &n, .ticket_id = t->id));
	json_key(j, "cc");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		json_obj(j);
		json_ki64(j, "contact", ccs[i].contact_id);
		json_kstr(j, "name", ccs[i].name);
		json_kstr(j, "email", ccs[i].email);
		json_kstr(j, "state", ccs[i].state);
		json_obj_end(j);
	}
	json_arr_end(j);
	return OK;
}

static enum err write_tags_and_links(struct ctx *c, const struct ticket_get_row *t)
{
	struct json_out *j = c->out;
	struct ticket_tags_of_row *tags;
	struct ticket_links_of_row *links;
	size_t n;
	TRY(ticket_tags_of(c->db, c->arena, &tags, &n, .ticket_id = t->id));
	json_key(j, "tags");
	json_arr(j);
	for (size_t i = 0; i < n; i++)
		json_str(j, str_eq(tags[i].kind, S("plain"))
				    ? tags[i].tag
				    : arena_fmt(c->arena, "%.*s:%.*s", STR_ARG(tags[i].kind), STR_ARG(tags[i].tag)));
	json_arr_end(j);
	TRY(ticket_links_of(c->db, c->arena, &links, &n, .ticket_id = t->id));
	json_key(j, "links");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		json_obj(j);
		json_kstr(j, "kind", links[i].kind);
		json_kbool(j, "outward", links[i].outward);
		json_ki64(j, "ticket", links[i].other_id);
		json_kstr(j, "subject", links[i].subject);
		json_kstr(j, "status", links[i].status);
		json_obj_end(j);
	}
	json_arr_end(j);
	return OK;
}

static void write_fields(struct json_out *j, const struct ticket_get_row *t)
{
	json_ki64(j, "ticket", t->id);
	json_kstr(j, "subject", t->subject);
	json_kstr(j, "status", t->status);
	json_ktime(j, "status_since", t->status_since_us);
	json_kstr(j, "next_action", t->next_action);
	json_kstr(j, "kind", t->kind);
	json_kopt(j, "severity", t->severity);
	json_kstr(j, "priority", t->priority);
	json_kstr(j, "effort", t->effort);
	json_kstr(j, "deployment", t->deployment);
	json_kstr(j, "version", t->version);
	json_kstr(j, "origin", t->origin);
	json_kstr(j, "origin_url", t->origin_url);
	json_kstr(j, "inbound", t->inbound);
	json_kopt(j, "parent", t->parent_id);
	json_kopt(j, "merged_into", t->merged_into_id);
	json_kstr(j, "suspend_reason", t->suspend_reason);
	json_kopt_time(j, "customer_wrote", t->customer_wrote_us);
	json_kopt_time(j, "we_wrote", t->we_wrote_us);
	json_kopt_time(j, "first_reply", t->first_reply_us);
	json_kopt_time(j, "solved", t->solved_us);
	json_kopt_time(j, "closed", t->closed_us);
	json_kopt_time(j, "promised", t->promised_us);
	json_ki64(j, "version_no", t->version_no);
	json_kstr(j, "external_id", t->external_id);
	json_ktime(j, "created", t->created_us);
	json_ktime(j, "updated", t->updated_us);
}

static void write_attachment(struct json_out *j, const struct thread_attachments_row *a)
{
	json_obj(j);
	json_ki64(j, "attachment", a->id);
	json_ki64(j, "message", a->message_id);
	json_kstr(j, "filename", a->filename);
	json_kstr(j, "content_type", a->content_type);
	json_ki64(j, "bytes", a->bytes);
	json_obj_end(j);
}

static void write_message(struct json_out *j, const struct thread_page_row *m,
			  const struct thread_attachments_row *files, size_t n_files)
{
	json_obj(j);
	json_ki64(j, "message", m->id);
	json_ki64(j, "ticket", m->ticket_id);
	json_kstr(j, "kind", m->kind);
	json_kstr(j, "state", m->state);
	json_kstr(j, "author_kind", m->author_kind);
	json_kopt(j, "author", m->author_id);
	json_kstr(j, "author_name", m->author_name);
	json_kstr(j, "via", m->via);
	json_kstr(j, "body", m->body);
	json_kopt(j, "quote_at", m->quote_at);
	json_ktime(j, "at", m->at_us);
	if (m->mark.p)
		json_kstr(j, "mark", m->mark);
	json_key(j, "attachments");
	json_arr(j);
	for (size_t i = 0; i < n_files; i++)
		if (files[i].message_id == m->id)
			write_attachment(j, &files[i]);
	json_arr_end(j);
	json_obj_end(j);
}

/* "items" and "next" of the thread after a cursor. */
static enum err write_thread(struct ctx *c, int64_t ticket_id, int64_t after_us, int64_t after_id, int64_t max)
{
	struct json_out *j = c->out;
	struct thread_page_row *rows;
	struct thread_attachments_row *files;
	size_t n, n_files;
	TRY(thread_page(c->db, c->arena, &rows, &n, .ticket_id = ticket_id, .after_us = after_us, .after_id = after_id,
			.max = max + 1));
	TRY(thread_attachments(c->db, c->arena, &files, &n_files, .ticket_id = ticket_id));
	bool more = n > (size_t)max;
	if (more)
		n = (size_t)max;
	json_key(j, "items");
	json_arr(j);
	for (size_t i = 0; i < n; i++)
		write_message(j, &rows[i], files, n_files);
	json_arr_end(j);
	json_kstr(j, "next",
		  more ? arena_fmt(c->arena, "%lld.%lld", (long long)rows[n - 1].at_us, (long long)rows[n - 1].id)
		       : STR_NULL);
	return OK;
}

static enum err write_confirmation(struct ctx *c, int64_t ticket_id)
{
	struct confirmation_of_ticket_row k;
	bool found;
	TRY(confirmation_of_ticket(c->db, c->arena, &k, &found, .ticket_id = ticket_id));
	json_key(c->out, "confirmation");
	if (!found) {
		json_nil(c->out);
		return OK;
	}
	json_obj(c->out);
	json_ktime(c->out, "asked", k.asked_us);
	json_kstr(c->out, "answer", k.answer);
	json_kopt_time(c->out, "answered", k.answered_us);
	json_obj_end(c->out);
	return OK;
}

static enum err ticket_show(struct ctx *c, const struct ticket_show_in *in)
{
	struct ticket_get_row t;
	TRY(ticket_load(c, in->ticket, &t));
	json_obj(c->out);
	write_fields(c->out, &t);
	TRY(write_people(c, &t));
	TRY(write_tags_and_links(c, &t));
	TRY(write_confirmation(c, t.id));
	json_key(c->out, "messages");
	json_obj(c->out);
	TRY(write_thread(c, t.id, INT64_MIN, 0, 100));
	json_obj_end(c->out);
	json_obj_end(c->out);
	return OK;
}

COMMAND_RUN(ticket_show)
static const struct field show_fields[] = { TICKET_FIELD(struct ticket_show_in) };
const struct command ticket_show_cmd = {
	.name = "ticket.show",
	.help = "Show a ticket with its people, thread, tags and links",
	FIELDS(show_fields, struct ticket_show_in),
	.need = CAN_READ,
	.reads = true,
	.run = RUN(ticket_show),
};

struct ticket_messages_in {
	int64_t ticket;
	struct str after;
	struct opt_i64 max;
};

static enum err ticket_messages(struct ctx *c, const struct ticket_messages_in *in)
{
	struct ticket_get_row t;
	struct str us, id;
	int64_t after_us = INT64_MIN, after_id = 0;
	TRY(ticket_load(c, in->ticket, &t));
	if (in->after.n && !(str_cut(in->after, '.', &us, &id) && str_i64(us, &after_us) && str_i64(id, &after_id)))
		return fail_field(c, S("after"), "This is no cursor: give back what the last page called “next”.");
	json_obj(c->out);
	TRY(write_thread(c, t.id, after_us, after_id, in->max.set ? in->max.v : 50));
	json_obj_end(c->out);
	return OK;
}

COMMAND_RUN(ticket_messages)
static const struct field messages_fields[] = {
	TICKET_FIELD(struct ticket_messages_in),
	FIELD(struct ticket_messages_in, after, FIELD_STR, .help = "the “next” of the page before"),
	FIELD(struct ticket_messages_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many; 50 unless said"),
};
const struct command ticket_messages_cmd = {
	.name = "ticket.messages",
	.help = "Read a ticket's thread, oldest first",
	FIELDS(messages_fields, struct ticket_messages_in),
	.need = CAN_READ,
	.reads = true,
	.run = RUN(ticket_messages),
};

struct ticket_history_in {
	int64_t ticket;
	struct opt_i64 after, max;
};

static enum err ticket_history(struct ctx *c, const struct ticket_history_in *in)
{
	struct ticket_get_row t;
	struct event *rows;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 100;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(event_by_ticket(c, t.id, in->after.set ? in->after.v : 0, max + 1, &rows, &n));
	bool more = n > (size_t)max;
	if (more)
		n = (size_t)max;
	struct json_out *j = c->out;
	json_obj(j);
	json_key(j, "items");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		json_obj(j);
		json_ki64(j, "event", rows[i].seq);
		json_ktime(j, "at", rows[i].at_us);
		json_kstr(j, "kind", rows[i].kind);
		json_kstr(j, "entity", rows[i].entity);
		json_ki64(j, "entity_id", rows[i].entity_id);
		json_kstr(j, "actor_kind", rows[i].actor_kind);
		json_kopt(j, "actor", rows[i].actor_id);
		json_kstr(j, "actor_name", rows[i].actor_name);
		json_kstr(j, "door", rows[i].door);
		json_kstr(j, "rule", rows[i].rule);
		json_kstr(j, "reason", rows[i].reason);
		json_key(j, "data");
		json_raw(j, rows[i].data);
		json_obj_end(j);
	}
	json_arr_end(j);
	json_key(j, "next");
	if (more)
		json_i64(j, rows[n - 1].seq);
	else
		json_nil(j);
	json_obj_end(j);
	return OK;
}

COMMAND_RUN(ticket_history)
static const struct field history_fields[] = {
	TICKET_FIELD(struct ticket_history_in),
	FIELD(struct ticket_history_in, after, FIELD_INT, .min = 0, .max = INT64_MAX,
	      .help = "the “next” of the page before"),
	FIELD(struct ticket_history_in, max, FIELD_INT, .min = 1, .max = 500, .help = "how many; 100 unless said"),
};
const struct command ticket_history_cmd = {
	.name = "ticket.history",
	.help = "Show what happened to a ticket, event by event",
	FIELDS(history_fields, struct ticket_history_in),
	.need = CAN_READ,
	.reads = true,
	.run = RUN(ticket_history),
};

static enum err ticket_attachments(struct ctx *c, const struct ticket_show_in *in)
{
	struct ticket_get_row t;
	struct thread_attachments_row *rows;
	size_t n;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(thread_attachments(c->db, c->arena, &rows, &n, .ticket_id = t.id));
	json_list(c->out);
	for (size_t i = 0; i < n; i++)
		write_attachment(c->out, &rows[i]);
	json_list_end(c->out, NONE);
	return OK;
}

COMMAND_RUN(ticket_attachments)
const struct command ticket_attachments_cmd = {
	.name = "ticket.attachments",
	.help = "List a ticket's files",
	FIELDS(show_fields, struct ticket_show_in),
	.need = CAN_READ,
	.reads = true,
	.run = RUN(ticket_attachments),
};
