/* saved_view.c: views kept and shared; see saved_view.h. */
#include "desk/saved_view.h"

#include "desk/find.h"
#include "ticket/ticket.h"

#include "find.sql.h"

#include <string.h>

#include "base/banned.h"

enum { QUERY_BYTES = 4000, LISTED = 200 };
_Static_assert(sizeof(struct saved_view_get_row) == sizeof(struct saved_view_rows_row), "saved_view.sql");

const char *const view_columns[] = { "status", "holder", "team", "customer", "requester", "priority", "severity", "kind", "version", "deployment", "tags",
				     "messages", "hands", "waiting", "promised", "created", "updated", NULL };

/* ---- who may ---- */

enum err saved_view_read(struct ctx *c, int64_t id, struct saved_view_get_row *ret)
{
	bool found;
	struct saved_view_member_row member;
	TRY(saved_view_get(c->db, c->arena, ret, &found, .id = id));
	bool seen = found && (str_eq(ret->share, S("all")) || (c->actor.kind == ACTOR_TEAMMATE && ret->owner_id == c->actor.id) || (c->actor.caps & CAN_OPERATE));
	if (found && !seen && str_eq(ret->share, S("team")) && ret->team_id.set && c->actor.kind == ACTOR_TEAMMATE)
		TRY(saved_view_member(c->db, c->arena, &member, &seen, .team_id = ret->team_id.v, .me = c->actor.id));
	return seen ? OK : fail(c, ERR_NOT_FOUND, "There is no view %lld, or it is somebody else's.", (long long)id);
}

bool saved_view_may_change(struct ctx *c, const struct saved_view_get_row *v)
{
	return (c->actor.kind == ACTOR_TEAMMATE && v->owner_id == c->actor.id) || (!str_eq(v->share, S("me")) && (c->actor.caps & CAN_LEAD));
}

static enum err for_change(struct ctx *c, int64_t id, struct saved_view_get_row *ret)
{
	TRY(saved_view_read(c, id, ret));
	return saved_view_may_change(c, ret) ? OK : fail(c, ERR_FORBIDDEN, "This view belongs to somebody else. Save one of your own from it.");
}

/* ---- writing ---- */

struct view_in {
	int64_t view;
	struct str name, query, share, sort;
	struct opt_i64 team;
	struct str_list columns;
};

static enum err check_query(struct ctx *c, struct str query)
{
	struct desk_query q;
	TRY(desk_query_read(c, query, &q));
	return q.complaint.n ? fail_field(c, S("query"), "%.*s", STR_ARG(q.complaint)) : OK;
}

static enum err columns_text(struct ctx *c, const struct str_list *l, struct str *ret)
{
	struct buf b;
	buf_init(&b, c->arena, 1000);
	for (size_t i = 0; i < l->n; i++)
		buf_fmt(&b, "%s%.*s", i ? " " : "", STR_ARG(l->v[i]));
	*ret = buf_str(&b);
	return OK;
}

static enum err check_share(struct ctx *c, struct str share, struct opt_i64 team, struct opt_i64 *ret_team)
{
	*ret_team = str_eq(share, S("team")) ? team : NONE;
	if (str_eq(share, S("team")) && !team.set)
		return fail_field(c, S("team"), "Say which team sees it.");
	if (!str_eq(share, S("me")) && !(c->actor.caps & CAN_REPLY))
		return fail_field(c, S("share"), "Sharing views wants the access of an engineer. Keep it for yourself.");
	return OK;
}

static enum err view_create(struct ctx *c, const struct view_in *in)
{
	struct saved_view_insert_row id;
	if (c->actor.kind != ACTOR_TEAMMATE)
		return fail(c, ERR_INPUT, "A view belongs to a teammate. Say who you are (--as).");
	struct saved_view_rows_row v = {
		.name = in->name, .owner_id = c->actor.id, .share = in->share.n ? in->share : S("me"), .query = in->query, .sort = in->sort.n ? in->sort : S("newest"),
		.created_us = c->now_us,
	};
	TRY(check_query(c, v.query));
	TRY(check_share(c, v.share, in->team, &v.team_id));
	TRY(columns_text(c, &in->columns, &v.columns));
	TRY(saved_view_insert(c->db, c->arena, &id, .name = v.name, .owner_id = v.owner_id, .share = v.share, .team_id = v.team_id, .query = v.query,
			      .columns = v.columns, .sort = v.sort, .created_us = v.created_us));
	v.id = id.id;
	json_ki64(c->out, "view", v.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "“%.*s” stands in your list of views.", STR_ARG(v.name)));
	return event_append(c, &(struct event_new){ .kind = "view.created", .entity = "saved_view", .entity_id = v.id,
						    .data = fold_set_all(c->arena, &saved_view_rows_stmt, &v) }, NULL);
}

static enum err save(struct ctx *c, const struct saved_view_get_row *before, const struct saved_view_get_row *v, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &saved_view_rows_stmt, before, v);
	json_ki64(c->out, "view", v->id);
	if (!diff.p)
		return OK;
	TRY(saved_view_put(c->db, .id = v->id, .name = v->name, .share = v->share, .team_id = v->team_id, .query = v->query, .columns = v->columns,
			   .sort = v->sort, .removed_us = v->removed_us));
	TRY(view_count_drop(c->db, .view_id = v->id));   /* of another query; the job counts again */
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "saved_view", .entity_id = v->id, .data = diff }, NULL);
}

static enum err view_update(struct ctx *c, const struct view_in *in)
{
	struct saved_view_get_row before, v;
	TRY(for_change(c, in->view, &before));
	v = before;
	v.name = in->name.n ? in->name : v.name;
	v.sort = in->sort.n ? in->sort : v.sort;
	if (in->query.n) {
		TRY(check_query(c, in->query));
		v.query = in->query;
	}
	if (in->share.n) {
		v.share = in->share;
		TRY(check_share(c, v.share, in->team, &v.team_id));
	}
	if (in->columns.n || c->door == DOOR_FORM)   /* the form shows them all */
		TRY(columns_text(c, &in->columns, &v.columns));
	json_kstr(c->out, "said", S("The view is changed."));
	return save(c, &before, &v, "view.changed");
}

struct view_only_in {
	int64_t view;
};

static enum err view_remove(struct ctx *c, const struct view_only_in *in)
{
	struct saved_view_get_row before, v;
	TRY(for_change(c, in->view, &before));
	v = before;
	if (!v.removed_us.set)
		v.removed_us = SOME(c->now_us);
	json_kstr(c->out, "said", arena_fmt(c->arena, "“%.*s” is gone from the lists.", STR_ARG(v.name)));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/view.restore?view=%lld", (long long)v.id));
	return save(c, &before, &v, "view.removed");
}

static enum err view_restore(struct ctx *c, const struct view_only_in *in)
{
	struct saved_view_get_row before, v;
	TRY(for_change(c, in->view, &before));
	v = before;
	v.removed_us = NONE;
	json_kstr(c->out, "said", S("The view is back."));
	return save(c, &before, &v, "view.restored");
}

/* ---- reading ---- */

static enum err view_list(struct ctx *c, const void *in)
{
	(void)in;
	struct saved_view_seen_row *rows;
	size_t n;
	TRY(saved_view_seen(c->db, c->arena, &rows, &n, .me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : -1, .max = LISTED));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "view", rows[i].id);
		json_kstr(c->out, "name", rows[i].name);
		json_kstr(c->out, "owner", rows[i].owner_name);
		json_kstr(c->out, "share", rows[i].share);
		json_kstr(c->out, "team", rows[i].team_name);
		json_kstr(c->out, "query", rows[i].query);
		json_kstr(c->out, "columns", rows[i].columns);
		json_kstr(c->out, "sort", rows[i].sort);
		json_kopt(c->out, "count", rows[i].n);
		json_kbool(c->out, "watched", rows[i].watched);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}

struct view_show_in {
	int64_t view;
	struct opt_i64 after, max;
};

static enum err view_show(struct ctx *c, const struct view_show_in *in)
{
	struct saved_view_get_row v;
	struct desk_query q;
	struct find_list list;
	TRY(saved_view_read(c, in->view, &v));
	TRY(desk_query_read(c, v.query, &q));
	if (q.complaint.n)
		return fail(c, ERR_CONFLICT, "This view can't be read any more: %.*s Change its query.", STR_ARG(q.complaint));
	if (!q.sort.p)
		q.sort = v.sort;
	TRY(desk_find(c, &q, FIND_MAX, &list));
	size_t from = 0, max = in->max.set ? (size_t)in->max.v : 50;
	while (in->after.set && from < list.n && list.v[from].id != in->after.v)
		from++;
	from += in->after.set && from < list.n;
	size_t to = from + max < list.n ? from + max : list.n;
	json_list(c->out);
	for (size_t i = from; i < to; i++)
		json_i64(c->out, list.v[i].id);
	json_arr_end(c->out);
	json_ki64(c->out, "count", (int64_t)list.n);
	json_kbool(c->out, "more_match", list.capped);
	json_kstr(c->out, "note", q.note);
	json_kopt(c->out, "next", to < list.n && to > from ? SOME(list.v[to - 1].id) : NONE);
	json_obj_end(c->out);
	return OK;
}

COMMAND_RUN(view_create)
COMMAND_RUN(view_update)
COMMAND_RUN(view_remove)
COMMAND_RUN(view_restore)
COMMAND_RUN(view_show)
static const char *const SHARES[] = { "me", "team", "all", NULL };
#define SHARED(wanted)                                                                                                                               \
	FIELD(struct view_in, name, FIELD_STR, .required = wanted, .max = 60, .help = "what it is called"),                                         \
	FIELD(struct view_in, query, FIELD_STR, .required = wanted, .max = QUERY_BYTES, .help = "the conditions, as in the search box",              \
	      .example = "status:open,pending tag:search older:7d"),                                                                                \
	FIELD(struct view_in, share, FIELD_ENUM, .choices = SHARES, .help = "who sees it; only you unless said"),                                   \
	FIELD(struct view_in, team, FIELD_ID, .help = "the team, when it is a team's"),                                                             \
	FIELD(struct view_in, columns, FIELD_STRS, .choices = view_columns, .max = 16, .help = "columns of a table; none: the usual rows"),          \
	FIELD(struct view_in, sort, FIELD_ENUM, .choices = desk_sorts, .help = "the order; newest unless said")
static const struct field create_fields[] = { SHARED(true) };
#define VIEW(T) FIELD(T, view, FIELD_ID, .required = true, .positional = true, .help = "number of the view")
static const struct field update_fields[] = { VIEW(struct view_in), SHARED(false) };
static const struct field only_fields[] = { VIEW(struct view_only_in) };
static const struct field show_fields[] = {
	VIEW(struct view_show_in),
	FIELD(struct view_show_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct view_show_in, max, FIELD_INT, .min = 1, .max = 2000, .help = "how many at most (50)"),
};
const struct command view_create_cmd = {
	.name = "view.create", .help = "Keep a list by conditions, for yourself, a team or everybody", FIELDS(create_fields, struct view_in), .need = CAN_NOTE,
	.run = RUN(view_create),
};
const struct command view_update_cmd = {
	.name = "view.update", .help = "Change a view", FIELDS(update_fields, struct view_in), .need = CAN_NOTE, .run = RUN(view_update),
};
const struct command view_remove_cmd = {
	.name = "view.remove", .help = "Take a view out of the lists", FIELDS(only_fields, struct view_only_in), .need = CAN_NOTE, .run = RUN(view_remove),
};
const struct command view_restore_cmd = {
	.name = "view.restore", .help = "Bring a view back", FIELDS(only_fields, struct view_only_in), .need = CAN_NOTE, .run = RUN(view_restore),
};
const struct command view_list_cmd = {
	.name = "view.list", .help = "The views you see", NO_FIELDS, .need = CAN_READ, .reads = true, .run = view_list,
};
const struct command view_show_cmd = {
	.name = "view.show", .help = "The tickets of a view, by number and in its order", FIELDS(show_fields, struct view_show_in), .need = CAN_READ,
	.reads = true, .run = RUN(view_show),
};
