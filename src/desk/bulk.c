/* bulk.c: many tickets at once; see bulk.h. */
#include "desk/bulk.h"

#include "desk/find.h"
#include "people/people.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

enum { TAGS_MAX = 10, SAID = 5, ITEMS_PAGE = 500 };
_Static_assert(sizeof(struct bulk_get_row) == sizeof(struct bulk_rows_row), "bulk.sql");

struct tag {
	struct str kind, name;
};
struct change {
	const struct bulk_in *in;
	bool has_status;
	enum ticket_status status;
	struct tag add[TAGS_MAX], off[TAGS_MAX];
	size_t n_add, n_off;
	struct str assignee_name;
};

/* ---- what is wanted ---- */

static enum err read_tags(struct ctx *c, const struct str_list *l, struct tag *ret, size_t *ret_n)
{
	for (size_t i = 0; i < l->n && i < TAGS_MAX; i++)
		TRY(ticket_tag_parse(c, l->v[i], &ret[i].kind, &ret[i].name));
	*ret_n = l->n < TAGS_MAX ? l->n : TAGS_MAX;
	return OK;
}

static enum err read_change(struct ctx *c, const struct bulk_in *in, struct change *ret)
{
	*ret = (struct change){ .in = in };
	if (!in->status.n && !in->priority.n && !in->kind.n && !in->severity.set && !in->assignee.set && !in->team.set && !in->unassign && !in->tag.n && !in->untag.n)
		return fail(c, ERR_INPUT, "Say what is to change: a status, a holder, a field or a tag.");
	if (in->unassign && in->assignee.set)
		return fail_field(c, S("unassign"), "Either somebody holds them or nobody does.");
	if (in->status.n)
		ret->has_status = ticket_status_parse(in->status, &ret->status);
	if (in->assignee.set) {
		struct teammate t;
		TRY(ticket_check_assignee(c, S("assignee"), in->assignee.v));
		TRY(people_get(c, in->assignee.v, &t));
		ret->assignee_name = t.name;
	}
	int low, high;
	ticket_severity_range(c->arena, c->now_us, &low, &high);
	if (in->severity.set && (in->severity.v < low || in->severity.v > high))
		return fail_field(c, S("severity"), "The scale in force goes from %d to %d.", low, high);
	TRY(read_tags(c, &in->tag, ret->add, &ret->n_add));
	return read_tags(c, &in->untag, ret->off, &ret->n_off);
}

struct str bulk_words(struct ctx *c, const struct bulk_in *in)
{
	struct buf b;
	buf_init(&b, c->arena, 4000);
#define PART(...) (buf_add(&b, b.n ? S(", ") : S("")), buf_fmt(&b, __VA_ARGS__))
	if (in->status.n)
		PART("status %.*s", STR_ARG(in->status));
	if (in->status.n && in->resolve.rule.n)
		PART("rule %.*s", STR_ARG(in->resolve.rule));
	if (in->assignee.set) {
		struct teammate t;
		bool known = people_get(c, in->assignee.v, &t) == OK;
		PART("held by %.*s", STR_ARG(known ? t.name : S("somebody")));
	}
	if (in->unassign)
		PART("held by nobody");
	if (in->team.set)
		PART("team %lld", (long long)in->team.v);
	if (in->priority.n)
		PART("priority %.*s", STR_ARG(in->priority));
	if (in->kind.n)
		PART("kind %.*s", STR_ARG(in->kind));
	if (in->severity.set)
		PART("severity %lld", (long long)in->severity.v);
	for (size_t i = 0; i < in->tag.n; i++)
		PART("tag %.*s", STR_ARG(in->tag.v[i]));
	for (size_t i = 0; i < in->untag.n; i++)
		PART("no tag %.*s", STR_ARG(in->untag.v[i]));
#undef PART
	return buf_err(&b) == OK ? buf_str(&b) : S("many changes");
}

static enum err ids_of(struct ctx *c, const struct bulk_in *in, const int64_t **ret, size_t *ret_n)
{
	size_t max = c->actor.caps & CAN_LEAD ? BULK_MAX : BULK_AGENT_MAX;
	if (in->q.n && !in->tickets.n) {
		struct desk_query q;
		struct find_list list;
		TRY(desk_query_read(c, in->q, &q));
		if (q.complaint.n)
			return fail_field(c, S("q"), "%.*s", STR_ARG(q.complaint));
		TRY(desk_find(c, &q, BULK_MAX, &list));
		if (list.capped)
			return fail_field(c, S("q"), "More than %d tickets match. Narrow it down, or go in steps.", BULK_MAX);
		int64_t *ids = arena_array(c->arena, int64_t, list.n + 1);
		for (size_t i = 0; i < list.n; i++)
			ids[i] = list.v[i].id;
		*ret = ids;
		*ret_n = list.n;
	} else {
		*ret = in->tickets.v;
		*ret_n = in->tickets.n;
	}
	if (!*ret_n)
		return fail_field(c, S("tickets"), "Choose at least one ticket.");
	if (*ret_n > max)
		return fail_field(c, S("tickets"), "These are %zu tickets; %zu at once are the most with your access.", *ret_n, max);
	return OK;
}

/* ---- one ticket ---- */

struct one {
	struct ticket_get_row before, after;
	struct tag add[TAGS_MAX], off[TAGS_MAX];   /* those that change something here */
	size_t n_add, n_off;
	struct str refused;
	bool changes, cited;
	struct resolve_cite cite;
};

static enum err tag_there(struct ctx *c, int64_t ticket, const struct tag *t, bool *ret)
{
	struct bulk_tag_in_force_row row;
	return bulk_tag_in_force(c->db, c->arena, &row, ret, .ticket_id = ticket, .kind = t->kind, .tag = t->name);
}

/* A ticket that the rule does not fit is left out, with what is missing; a rule that there is not is everybody's error. */
static enum err cite(struct ctx *c, const struct bulk_in *in, struct one *o)
{
	struct resolve_ask ask = in->resolve;
	enum ticket_status before;
	ask.reason = in->reason;
	if (!str_eq(o->after.status, S("solved")) || !ticket_status_parse(o->before.status, &before) || !ticket_status_unsolved(before))
		return OK;
	enum err e = resolve_check(c, &o->after, &ask, &o->cite);
	o->cited = e == OK;
	if (e != ERR_INPUT || (c->fault.n_fields && (strcmp(c->fault.fields[0].field, "rule") == 0 || strcmp(c->fault.fields[0].field, "because") == 0)))
		return e;
	struct buf b;
	buf_init(&b, c->arena, 4000);
	for (unsigned i = 0; i < c->fault.n_fields; i++)
		buf_fmt(&b, "%s%s", i ? ", " : "", c->fault.fields[i].field);
	o->refused = arena_fmt(c->arena, "%.*s wants: %.*s", STR_ARG(ask.rule), STR_ARG(buf_str(&b)));
	fault_clear(&c->fault);
	return OK;
}

static enum err plan(struct ctx *c, const struct change *k, int64_t id, struct one *o)
{
	const struct bulk_in *in = k->in;
	enum ticket_status now;
	*o = (struct one){ .refused = S("") };
	TRY(ticket_load(c, id, &o->before));
	o->after = o->before;
	if (!ticket_status_parse(o->before.status, &now) || !ticket_status_writable(now)) {
		o->refused = arena_fmt(c->arena, "it is %.*s", STR_ARG(o->before.status));
		return OK;
	}
	if (k->has_status && k->status != now && !ticket_may_move(now, k->status, BY_TEAMMATE)) {
		o->refused = arena_fmt(c->arena, "%s does not go to %s", ticket_status_title(now), ticket_status_title(k->status));
		return OK;
	}
	if (in->assignee.set)
		o->after.assignee_id = in->assignee;
	if (in->unassign)
		o->after.assignee_id = NONE;
	if (in->team.set)
		o->after.team_id = in->team;
	if (in->priority.n)
		o->after.priority = in->priority;
	if (in->kind.n)
		o->after.kind = in->kind;
	if (in->severity.set)
		o->after.severity = in->severity;
	if (k->has_status) {
		TRY(ticket_move(c, &o->after, k->status, BY_TEAMMATE, c->now_us));
		TRY(cite(c, in, o));
		if (o->refused.n)
			return OK;
	}
	o->changes = fold_differs(&ticket_rows_stmt, &o->before, &o->after);
	for (size_t i = 0; i < k->n_add + k->n_off; i++) {
		const struct tag *t = i < k->n_add ? &k->add[i] : &k->off[i - k->n_add];
		bool there;
		TRY(tag_there(c, id, t, &there));
		if (i < k->n_add && !there)
			o->add[o->n_add++] = *t;
		else if (i >= k->n_add && there)
			o->off[o->n_off++] = *t;
	}
	o->changes |= o->n_add || o->n_off;
	return OK;
}

static void put(struct buf *b, const char *name, struct str before, struct str after)
{
	if (!str_eq(before, after))
		buf_fmt(b, "%s%s %.*s → %.*s", b->n ? ", " : "", name, STR_ARG(before.n ? before : S("none")), STR_ARG(after.n ? after : S("none")));
}

static struct str number(struct arena *a, struct opt_i64 v)
{
	return v.set ? arena_fmt(a, "%lld", (long long)v.v) : S("");
}

static struct str effect_words(struct ctx *c, const struct change *k, const struct one *o)
{
	struct buf b;
	buf_init(&b, c->arena, 4000);
	put(&b, "status", o->before.status, o->after.status);
	put(&b, "priority", o->before.priority, o->after.priority);
	put(&b, "kind", o->before.kind, o->after.kind);
	put(&b, "severity", number(c->arena, o->before.severity), number(c->arena, o->after.severity));
	put(&b, "team", number(c->arena, o->before.team_id), number(c->arena, o->after.team_id));
	if (o->before.assignee_id.set != o->after.assignee_id.set || o->before.assignee_id.v != o->after.assignee_id.v)
		buf_fmt(&b, "%sheld by %.*s", b.n ? ", " : "", STR_ARG(o->after.assignee_id.set ? k->assignee_name : S("nobody")));
	for (size_t i = 0; i < o->n_add; i++)
		buf_fmt(&b, "%s+ %.*s", b.n ? ", " : "", STR_ARG(o->add[i].name));
	for (size_t i = 0; i < o->n_off; i++)
		buf_fmt(&b, "%s− %.*s", b.n ? ", " : "", STR_ARG(o->off[i].name));
	return buf_str(&b);
}

enum err bulk_look(struct ctx *c, const struct bulk_in *in, struct bulk_effect **ret, size_t *ret_n, size_t *ret_changing)
{
	struct change *k = arena_new(c->arena, struct change);
	struct one *o = arena_new(c->arena, struct one);
	const int64_t *ids = NULL;
	size_t n = 0;
	TRY(ids_of(c, in, &ids, &n));
	TRY(read_change(c, in, k));
	*ret = arena_array(c->arena, struct bulk_effect, n);
	*ret_n = n;
	*ret_changing = 0;
	for (size_t i = 0; i < n; i++) {
		TRY(plan(c, k, ids[i], o));
		(*ret)[i] = (struct bulk_effect){ .ticket = ids[i], .subject = o->before.subject, .status = o->before.status, .refused = o->refused,
						  .changes = o->changes && !o->refused.n ? effect_words(c, k, o) : S("") };
		*ret_changing += o->changes && !o->refused.n;
	}
	return OK;
}

/* ---- applying ---- */

/* {"status":"open","priority":null,…}: the columns that the edit changed, with these values. */
static const char *const COLUMNS[] = { "status", "assignee_id", "team_id", "priority", "kind", "severity", "status_since_us", "solved_us", NULL };

static void column(struct json_out *j, const struct ticket_get_row *t, const char *name)
{
	if (strcmp(name, "status") == 0)
		json_kstr(j, name, t->status);
	else if (strcmp(name, "priority") == 0)
		json_kstr(j, name, t->priority);
	else if (strcmp(name, "kind") == 0)
		json_kstr(j, name, t->kind);
	else
		json_kopt(j, name, strcmp(name, "assignee_id") == 0 ? t->assignee_id : strcmp(name, "team_id") == 0 ? t->team_id :
				   strcmp(name, "severity") == 0 ? t->severity : strcmp(name, "solved_us") == 0 ? t->solved_us : SOME(t->status_since_us));
}

static bool differs(const struct ticket_get_row *a, const struct ticket_get_row *b, const char *name)
{
	struct opt_i64 x, y;
	if (strcmp(name, "status") == 0 || strcmp(name, "status_since_us") == 0 || strcmp(name, "solved_us") == 0)
		return !str_eq(a->status, b->status);
	if (strcmp(name, "priority") == 0)
		return !str_eq(a->priority, b->priority);
	if (strcmp(name, "kind") == 0)
		return !str_eq(a->kind, b->kind);
	x = strcmp(name, "assignee_id") == 0 ? a->assignee_id : strcmp(name, "team_id") == 0 ? a->team_id : a->severity;
	y = strcmp(name, "assignee_id") == 0 ? b->assignee_id : strcmp(name, "team_id") == 0 ? b->team_id : b->severity;
	return x.set != y.set || x.v != y.v;
}

static void put_tags(struct json_out *j, const char *key, const struct tag *v, size_t n)
{
	json_key(j, key);
	json_arr(j);
	for (size_t i = 0; i < n; i++)
		json_str(j, arena_fmt(j->buf.arena, "%.*s:%.*s", STR_ARG(v[i].kind), STR_ARG(v[i].name)));
	json_arr_end(j);
}

static struct str columns_json(struct ctx *c, const struct one *o, const struct ticket_get_row *t, bool tags)
{
	struct json_out j;
	json_init(&j, c->arena, 16 << 10);
	json_obj(&j);
	for (size_t i = 0; COLUMNS[i]; i++)
		if (differs(&o->before, &o->after, COLUMNS[i]))
			column(&j, t, COLUMNS[i]);
	if (tags) {
		put_tags(&j, "tagged", o->add, o->n_add);
		put_tags(&j, "untagged", o->off, o->n_off);
	}
	json_obj_end(&j);
	return json_done(&j);
}

static const char *kind_of(const struct one *o)
{
	if (!str_eq(o->before.status, o->after.status))
		return "ticket.status_changed";
	return differs(&o->before, &o->after, "assignee_id") || differs(&o->before, &o->after, "team_id") ? "ticket.assigned" : "ticket.updated";
}

static enum err apply_one(struct ctx *c, int64_t bulk, struct str reason, struct one *o)
{
	struct ticket_note_to_log log = { .rule = S("bulk edit"), .reason = reason, .cite = o->cited ? &o->cite : NULL };
	TRY(ticket_save(c, kind_of(o), &o->before, &o->after, &log));
	for (size_t i = 0; i < o->n_add; i++)
		TRY(ticket_tag_put(c, o->before.id, o->add[i].kind, o->add[i].name, true, 0));
	for (size_t i = 0; i < o->n_off; i++)
		TRY(ticket_tag_put(c, o->before.id, o->off[i].kind, o->off[i].name, false, 0));
	return bulk_item_insert(c->db, .bulk_id = bulk, .ticket_id = o->before.id, .was = columns_json(c, o, &o->before, false),
				.made = columns_json(c, o, &o->after, true));
}

static void name_some(struct ctx *c, struct buf *b, size_t n, int64_t ticket, struct str why)
{
	(void)c;
	if (n < SAID)
		buf_fmt(b, "%s#%lld (%.*s)", n ? ", " : "", (long long)ticket, STR_ARG(why));
}

static enum err bulk_apply(struct ctx *c, const struct bulk_in *in)
{
	struct change *k = arena_new(c->arena, struct change);
	struct one *o = arena_new(c->arena, struct one);
	struct bulk_insert_row made;
	const int64_t *ids = NULL;
	struct buf left;
	size_t n = 0, changed = 0, refused = 0;
	TRY(ids_of(c, in, &ids, &n));
	TRY(read_change(c, in, k));
	struct bulk_rows_row row = { .actor_name = c->actor.name.n ? c->actor.name : S("the operator"), .changes = bulk_words(c, in), .at_us = c->now_us };
	TRY(bulk_insert(c->db, c->arena, &made, .actor_name = row.actor_name, .changes = row.changes, .n = 0, .at_us = row.at_us));
	row.id = made.id;
	struct str reason = arena_fmt(c->arena, "bulk edit %lld: %.*s", (long long)row.id, STR_ARG(row.changes));
	buf_init(&left, c->arena, 4000);
	for (size_t i = 0; i < n; i++) {
		TRY(plan(c, k, ids[i], o));
		if (o->refused.n) {
			name_some(c, &left, refused++, ids[i], o->refused);
		} else if (o->changes) {
			TRY(apply_one(c, row.id, reason, o));
			changed++;
		}
	}
	row.n = (int64_t)changed;
	if (!changed)
		return fail(c, ERR_CONFLICT, refused ? "None of these tickets can be changed so: %.*s." : "All of these tickets are like that already%.*s.",
			    STR_ARG(buf_str(&left)));
	TRY(bulk_put(c->db, .id = row.id, .n = row.n));
	json_ki64(c->out, "bulk", row.id);
	json_ki64(c->out, "changed", row.n);
	json_ki64(c->out, "left_out", (int64_t)refused);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%lld %s changed: %.*s.%s%.*s%s", (long long)row.n, row.n == 1 ? "ticket is" : "tickets are", STR_ARG(row.changes),
					    refused ? " Left out: " : "", STR_ARG(buf_str(&left)), refused > SAID ? " and more." : refused ? "." : ""));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/bulk.undo?bulk=%lld", (long long)row.id));
	return event_append(c, &(struct event_new){ .kind = "bulk.applied", .entity = "bulk", .entity_id = row.id,
						    .data = fold_set_all(c->arena, &bulk_rows_stmt, &row) }, NULL);
}

/* ---- undoing ---- */

static struct opt_i64 json_opt(json_t *v)
{
	return json_is_integer(v) ? SOME(json_integer_value(v)) : NONE;
}

static struct str json_text(struct arena *a, json_t *v)
{
	return json_is_string(v) ? arena_str(a, str_c(json_string_value(v))) : STR_NULL;
}

/* Sets one column from its kept value. */
static void set_column(struct arena *a, struct ticket_get_row *t, const char *name, json_t *v)
{
	if (strcmp(name, "priority") == 0)
		t->priority = json_text(a, v);
	else if (strcmp(name, "kind") == 0)
		t->kind = json_text(a, v);
	else if (strcmp(name, "severity") == 0)
		t->severity = json_opt(v);
	else if (strcmp(name, "assignee_id") == 0)
		t->assignee_id = json_opt(v);
	else if (strcmp(name, "team_id") == 0)
		t->team_id = json_opt(v);
}

/* The column that somebody changed after the edit; NULL = none. */
static const char *changed_since(struct arena *a, const struct ticket_get_row *now, json_t *made)
{
	for (size_t i = 0; COLUMNS[i]; i++) {
		json_t *v = json_object_get(made, COLUMNS[i]);
		if (!v || strcmp(COLUMNS[i], "solved_us") == 0)
			continue;
		if (strcmp(COLUMNS[i], "status") == 0) {
			if (!str_eq(now->status, json_text(a, v)))
				return "status";
		} else if (strcmp(COLUMNS[i], "status_since_us") == 0) {
			if (now->status_since_us != json_integer_value(v))
				return "status";
		} else {
			struct ticket_get_row then = *now;
			set_column(a, &then, COLUMNS[i], v);
			if (differs(now, &then, COLUMNS[i]))
				return COLUMNS[i];
		}
	}
	return NULL;
}

static enum err tags_since(struct ctx *c, int64_t ticket, json_t *list, bool want, const char **ret)
{
	size_t i;
	json_t *v;
	json_array_foreach(list, i, v) {
		struct tag t;
		bool there;
		if (!str_cut(json_text(c->arena, v), ':', &t.kind, &t.name))
			continue;
		TRY(tag_there(c, ticket, &t, &there));
		if (there != want)
			*ret = "tags";
	}
	return OK;
}

static enum err tags_back(struct ctx *c, int64_t ticket, json_t *list, bool in_force)
{
	size_t i;
	json_t *v;
	json_array_foreach(list, i, v) {
		struct str kind, name;
		if (str_cut(json_text(c->arena, v), ':', &kind, &name))
			TRY(ticket_tag_put(c, ticket, kind, name, in_force, 0));
	}
	return OK;
}

static enum err status_back(struct ctx *c, struct ticket_get_row *t, json_t *was)
{
	enum ticket_status to;
	json_t *status = json_object_get(was, "status");
	if (!status || !ticket_status_parse(json_text(c->arena, status), &to))
		return OK;
	TRY(ticket_move(c, t, to, BY_UNDO, c->now_us));
	t->status_since_us = json_integer_value(json_object_get(was, "status_since_us"));
	t->solved_us = json_opt(json_object_get(was, "solved_us"));
	return OK;
}

/* *ret_left: why it stays as it is; "" = it was put back. */
static enum err undo_one(struct ctx *c, const struct bulk_items_row *item, json_t *was, json_t *made, struct str reason, struct str *ret_left)
{
	struct one o = { .refused = S("") };
	const char *since;
	TRY(ticket_load(c, item->ticket_id, &o.before));
	since = changed_since(c->arena, &o.before, made);
	if (!since)
		TRY(tags_since(c, item->ticket_id, json_object_get(made, "tagged"), true, &since));
	if (!since)
		TRY(tags_since(c, item->ticket_id, json_object_get(made, "untagged"), false, &since));
	enum ticket_status now, to;
	json_t *status = json_object_get(was, "status");
	*ret_left = S("");
	if (since)
		*ret_left = arena_fmt(c->arena, "its %s changed since", strcmp(since, "assignee_id") == 0 ? "holder" : strcmp(since, "team_id") == 0 ? "team" : since);
	else if (!ticket_status_parse(o.before.status, &now) || !ticket_status_writable(now))
		*ret_left = arena_fmt(c->arena, "it is %.*s now", STR_ARG(o.before.status));
	else if (status && (!ticket_status_parse(json_text(c->arena, status), &to) || !ticket_may_move(now, to, BY_UNDO)))
		*ret_left = arena_fmt(c->arena, "%s does not go back", ticket_status_title(now));
	if (ret_left->n)
		return bulk_item_left(c->db, .id = item->id, .left_because = *ret_left);
	o.after = o.before;
	for (size_t i = 0; COLUMNS[i]; i++)
		if (json_object_get(was, COLUMNS[i]))
			set_column(c->arena, &o.after, COLUMNS[i], json_object_get(was, COLUMNS[i]));
	TRY(status_back(c, &o.after, was));
	TRY(ticket_save(c, kind_of(&o), &o.before, &o.after, &(struct ticket_note_to_log){ .rule = S(BULK_UNDO_RULE), .reason = reason, .back = true }));
	TRY(tags_back(c, item->ticket_id, json_object_get(made, "tagged"), false));
	return tags_back(c, item->ticket_id, json_object_get(made, "untagged"), true);
}

struct bulk_only_in {
	int64_t bulk;
};

static enum err bulk_read(struct ctx *c, int64_t id, struct bulk_get_row *ret)
{
	bool found;
	TRY(bulk_get(c->db, c->arena, ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no bulk edit %lld.", (long long)id);
}

static enum err bulk_undo(struct ctx *c, const struct bulk_only_in *in)
{
	struct bulk_get_row before, row;
	struct bulk_items_row *items;
	struct buf left;
	size_t n, back = 0, kept = 0;
	TRY(bulk_read(c, in->bulk, &before));
	if (before.undone_us.set)
		return fail(c, ERR_CONFLICT, "This bulk edit was undone already.");
	if (before.n > BULK_AGENT_MAX && !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "Undoing a change of %lld tickets wants the access of a lead.", (long long)before.n);
	struct str reason = arena_fmt(c->arena, "bulk edit %lld undone", (long long)before.id);
	c->rule = S(BULK_UNDO_RULE);   /* tags have no rule of their own */
	buf_init(&left, c->arena, 4000);
	TRY(bulk_items(c->db, c->arena, &items, &n, .bulk_id = before.id, .after = 0, .max = BULK_MAX));
	json_key(c->out, "left");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_t *was = json_loadb(items[i].was.p, items[i].was.n, 0, NULL), *made = json_loadb(items[i].made.p, items[i].made.n, 0, NULL);
		struct str why;
		enum err e = undo_one(c, &items[i], was, made, reason, &why);
		json_decref(was);
		json_decref(made);
		TRY(e);
		back += !why.n;
		if (!why.n)
			continue;
		name_some(c, &left, kept++, items[i].ticket_id, why);
		json_obj(c->out);
		json_ki64(c->out, "ticket", items[i].ticket_id);
		json_kstr(c->out, "because", why);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	row = before;
	row.undone_us = SOME(c->now_us);
	TRY(bulk_put(c->db, .id = row.id, .n = row.n, .undone_us = row.undone_us));
	json_ki64(c->out, "bulk", row.id);
	json_ki64(c->out, "undone", (int64_t)back);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%zu of %zu tickets are as they were.%s%.*s%s", back, n, kept ? " Left as they are: " : "",
					    STR_ARG(buf_str(&left)), kept > SAID ? " and more." : kept ? "." : ""));
	return event_append(c, &(struct event_new){ .kind = "bulk.undone", .entity = "bulk", .entity_id = row.id,
						    .data = fold_set_diff(c->arena, &bulk_rows_stmt, &before, &row) }, NULL);
}

/* ---- reading ---- */

static enum err bulk_preview(struct ctx *c, const struct bulk_in *in)
{
	struct bulk_effect *v;
	size_t n, changing;
	TRY(bulk_look(c, in, &v, &n, &changing));
	json_obj(c->out);
	json_ki64(c->out, "tickets", (int64_t)n);
	json_ki64(c->out, "changing", (int64_t)changing);
	json_items(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "ticket", v[i].ticket);
		json_kstr(c->out, "subject", v[i].subject);
		json_kstr(c->out, "changes", v[i].changes);
		json_kstr(c->out, "left_out", v[i].refused);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}

static enum err bulk_show(struct ctx *c, const struct bulk_only_in *in)
{
	struct bulk_get_row row;
	struct bulk_items_row *items;
	size_t n;
	TRY(bulk_read(c, in->bulk, &row));
	TRY(bulk_items(c->db, c->arena, &items, &n, .bulk_id = row.id, .after = 0, .max = BULK_MAX));
	json_obj(c->out);
	json_ki64(c->out, "bulk", row.id);
	json_kstr(c->out, "by", row.actor_name);
	json_kstr(c->out, "changes", row.changes);
	json_ktime(c->out, "at", row.at_us);
	json_kopt_time(c->out, "undone", row.undone_us);
	json_items(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "ticket", items[i].ticket_id);
		json_key(c->out, "was");
		json_raw(c->out, items[i].was);
		json_key(c->out, "made");
		json_raw(c->out, items[i].made);
		json_kstr(c->out, "left_because", items[i].left_because);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}

COMMAND_RUN(bulk_apply)
COMMAND_RUN(bulk_undo)
COMMAND_RUN(bulk_preview)
COMMAND_RUN(bulk_show)
static const char *const STATUSES[] = { "open", "pending", "on_hold", "solved", NULL };
static const struct field edit_fields[] = {
	FIELD(struct bulk_in, tickets, FIELD_IDS, .max = BULK_MAX, .help = "numbers of the tickets"),
	FIELD(struct bulk_in, q, FIELD_STR, .max = 4000, .help = "instead: all that this search finds", .example = "status:pending org:acme"),
	FIELD(struct bulk_in, status, FIELD_ENUM, .choices = STATUSES, .help = "the status they get"),
	FIELD(struct bulk_in, assignee, FIELD_ID, .help = "number of the teammate who is to hold them"),
	FIELD(struct bulk_in, unassign, FIELD_BOOL, .help = "nobody is to hold them"),
	FIELD(struct bulk_in, team, FIELD_ID, .help = "number of the team"),
	FIELD(struct bulk_in, priority, FIELD_ENUM, .choices = ticket_priorities, .help = "the priority they get"),
	FIELD(struct bulk_in, kind, FIELD_ENUM, .choices = ticket_kinds, .help = "the kind they get"),
	FIELD(struct bulk_in, severity, FIELD_INT, .min = 0, .max = 9, .help = "the contract severity they get"),
	FIELD(struct bulk_in, tag, FIELD_STRS, .max = TAGS_MAX, .help = "tags they get"),
	FIELD(struct bulk_in, untag, FIELD_STRS, .max = TAGS_MAX, .help = "tags they lose"),
	FIELD(struct bulk_in, reason, FIELD_STR, .max = 500, .help = "why they are solved; wanted by rule R0"),
	RESOLVE_FIELDS(struct bulk_in, resolve),
};
static const struct field only_fields[] = {
	FIELD(struct bulk_only_in, bulk, FIELD_ID, .required = true, .positional = true, .help = "number of the bulk edit"),
};
const struct command bulk_apply_cmd = {
	.name = "bulk.apply", .help = "Change many tickets at once; it can be undone", FIELDS(edit_fields, struct bulk_in), .need = CAN_REPLY,
	.run = RUN(bulk_apply),
};
const struct command bulk_undo_cmd = {
	.name = "bulk.undo", .help = "Put back what a bulk edit changed, where nobody changed it since", FIELDS(only_fields, struct bulk_only_in),
	.need = CAN_REPLY, .run = RUN(bulk_undo),
};
const struct command bulk_preview_cmd = {
	.name = "bulk.preview", .help = "What a change would do to each of many tickets", FIELDS(edit_fields, struct bulk_in), .need = CAN_REPLY, .reads = true,
	.run = RUN(bulk_preview),
};
const struct command bulk_show_cmd = {
	.name = "bulk.show", .help = "What a bulk edit changed, ticket by ticket", FIELDS(only_fields, struct bulk_only_in), .need = CAN_READ, .reads = true,
	.run = RUN(bulk_show),
};
