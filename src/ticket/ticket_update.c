/* ticket_update.c: the fields of a ticket. A stale edit is refused only where somebody else changed the same field
 * meanwhile; the log knows. */
#include "ticket/ticket_int.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

struct ticket_update_in {
	int64_t ticket;
	struct opt_i64 version_no;
	struct str subject, kind;
	struct opt_i64 severity;
	struct str priority, effort, deployment, version;
	struct opt_i64 organisation;
	struct str origin_url;
	struct str_list clear;
	bool anyway;
};

static const char *const CLEARABLE[] = {
	"severity", "priority", "effort", "deployment", "version", "organisation", "origin_url", NULL,
};

static bool cleared(const struct ticket_update_in *in, const char *name)
{
	for (size_t i = 0; i < in->clear.n; i++)
		if (str_eq(in->clear.v[i], str_c(name)))
			return true;
	return false;
}

/* Sets a text when it was given, NULL when it is cleared; ERR_INPUT for both. */
static void set_text(struct ctx *c, const struct ticket_update_in *in, const char *name, struct str value,
		     struct str *ret)
{
	if (value.n && cleared(in, name))
		fail_field(c, str_c(name), "Either set it or clear it.");
	else if (value.n)
		*ret = value;
	else if (cleared(in, name))
		*ret = STR_NULL;
}

static void set_number(struct ctx *c, const struct ticket_update_in *in, const char *name, struct opt_i64 value,
		       struct opt_i64 *ret)
{
	if (value.set && cleared(in, name))
		fail_field(c, str_c(name), "Either set it or clear it.");
	else if (value.set)
		*ret = value;
	else if (cleared(in, name))
		*ret = NONE;
}

static enum err apply(struct ctx *c, const struct ticket_update_in *in, struct ticket_get_row *t)
{
	if (in->subject.n)
		t->subject = in->subject;
	if (in->kind.n)
		t->kind = in->kind;
	set_number(c, in, "severity", in->severity, &t->severity);
	ticket_check_severity(c, in->severity, c->now_us);
	set_text(c, in, "priority", in->priority, &t->priority);
	set_text(c, in, "effort", in->effort, &t->effort);
	set_text(c, in, "deployment", in->deployment, &t->deployment);
	set_text(c, in, "version", in->version, &t->version);
	set_text(c, in, "origin_url", in->origin_url, &t->origin_url);
	ticket_check_url(c, in->origin_url);
	set_number(c, in, "organisation", in->organisation, &t->organisation_id);
	if (in->organisation.set) {
		struct ticket_organisation_row o;
		bool found;
		TRY(ticket_organisation(c->db, c->arena, &o, &found, .id = in->organisation.v));
		if (!found || o.deleted_us.set)
			fail_field(c, S("organisation"), "There is no organisation %lld.",
				   (long long)in->organisation.v);
	}
	return fields_ok(c);
}

/* The first column that both we and somebody since `version` set; NULL when there is none. */
static const char *clash(json_t *ours, json_t *theirs)
{
	const char *key;
	json_t *v;
	json_object_foreach(theirs, key, v)
	{
		json_t *mine = json_object_get(ours, key);
		if (mine && !json_equal(mine, v) && strcmp(key, "version_no") && strcmp(key, "updated_us"))
			return key;
	}
	return NULL;
}

static enum err refuse_stale(struct ctx *c, const struct ticket_events_newest_row *e, const char *column,
			     json_t *theirs)
{
	char *value = json_dumps(json_object_get(theirs, column), JSON_COMPACT | JSON_ENCODE_ANY);
	fail(c, ERR_CONFLICT,
	     "%.*s changed %s to %.80s at %.*s, after you opened the ticket. Look at it and decide; “anyway” sets "
	     "yours.",
	     STR_ARG(e->actor_name), column, value ? value : "?", STR_ARG(ticket_when(c, e->at_us)));
	free(value);
	return ERR_CONFLICT;
}

static enum err check_stale(struct ctx *c, const struct ticket_update_in *in, const struct ticket_get_row *before,
			    const struct ticket_get_row *after)
{
	struct str set = fold_set_diff(c->arena, &ticket_rows_stmt, before, after);
	if (!in->version_no.set || in->anyway || !set.p || in->version_no.v >= before->version_no)
		return OK;
	int64_t behind = before->version_no - in->version_no.v;
	struct ticket_events_newest_row *rows;
	size_t n;
	TRY(ticket_events_newest(c->db, c->arena, &rows, &n, .ticket_id = before->id,
				 .max = behind < 500 ? behind : 500));
	json_t *mine = json_loadb(set.p, set.n, 0, NULL);
	enum err e = OK;
	for (size_t i = 0; e == OK && i < n; i++) {
		json_t *data = json_loadb(rows[i].data.p, rows[i].data.n, 0, NULL);
		json_t *theirs = json_object_get(data, "set");
		const char *column = NULL;
		if (json_integer_value(json_object_get(theirs, "version_no")) > in->version_no.v)
			column = clash(json_object_get(mine, "set"), theirs);
		if (column)
			e = refuse_stale(c, &rows[i], column, theirs);
		json_decref(data);
	}
	json_decref(mine);
	return e;
}

static enum err ticket_update(struct ctx *c, const struct ticket_update_in *in)
{
	struct ticket_get_row t;
	TRY(ticket_load_writable(c, in->ticket, &t));
	struct ticket_get_row before = t;
	TRY(apply(c, in, &t));
	TRY(check_stale(c, in, &before, &t));
	ticket_answer(c, t.id);
	TRY(ticket_save(c, "ticket.updated", &before, &t, NULL));
	json_ki64(c->out, "version_no", t.version_no);
	return OK;
}

COMMAND_RUN(ticket_update)
static const struct field update_fields[] = {
	FIELD(struct ticket_update_in, ticket, FIELD_ID, .required = true, .positional = true,
	      .help = "number of the ticket", .example = "42"),
	FIELD(struct ticket_update_in, version_no, FIELD_INT, .min = 0, .max = INT64_MAX,
	      .help = "the version you looked at: refused when somebody changed the same field since"),
	FIELD(struct ticket_update_in, subject, FIELD_STR, .max = 500, .help = "what it is about, in one line"),
	FIELD(struct ticket_update_in, kind, FIELD_ENUM, .choices = ticket_kinds,
	      .help = "question, defect, improvement, help or task"),
	FIELD(struct ticket_update_in, severity, FIELD_INT, .min = 0, .max = 9,
	      .help = "contract severity, of the scale in force"),
	FIELD(struct ticket_update_in, priority, FIELD_ENUM, .choices = ticket_priorities, .help = "work priority"),
	FIELD(struct ticket_update_in, effort, FIELD_STR, .max = 40, .help = "level of effort"),
	FIELD(struct ticket_update_in, deployment, FIELD_STR, .max = 60, .help = "how they run the product"),
	FIELD(struct ticket_update_in, version, FIELD_STR, .max = 60, .help = "the product's version they run"),
	FIELD(struct ticket_update_in, organisation, FIELD_ID, .help = "number of the organisation"),
	FIELD(struct ticket_update_in, origin_url, FIELD_STR, .max = 2000, .help = "address of the thread elsewhere"),
	FIELD(struct ticket_update_in, clear, FIELD_STRS, .choices = CLEARABLE, .max = 10, .help = "fields to empty"),
	FIELD(struct ticket_update_in, anyway, FIELD_BOOL, .help = "set it although somebody changed it meanwhile"),
};
const struct command ticket_update_cmd = {
	.name = "ticket.update",
	.help = "Change a ticket's fields",
	FIELDS(update_fields, struct ticket_update_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_update),
};
