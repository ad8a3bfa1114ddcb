/* view_page.c: saved views: the list of a view, all views, the form of one, and what was found for you. Reads only. */
#include "desk/clocks.h"
#include "desk/list_view.h"

#include "base/civil.h"
#include "desk/desk_page.h"
#include "desk/find.h"
#include "people/people.h"
#include "web/place.h"
#include "web/route.h"

#include "case.sql.h"
#include "desk_list.sql.h"
#include "find.sql.h"
#include "list.html.h"

#include <string.h>

#include "base/banned.h"

enum { PAGE = 50, LISTED = 200, TEAMS = 100 };
_Static_assert(offsetof(struct find_rows_row, version) == sizeof(struct desk_list_unassigned_row), "find_rows begins as the lists do");

const char *list_column_title(struct str column)
{
	static const struct { const char *name, *title; } TITLES[] = {
		{ "status", "Status" }, { "holder", "Held by" }, { "team", "Team" }, { "customer", "Customer" }, { "requester", "Requester" },
		{ "priority", "Priority" }, { "severity", "Severity" }, { "kind", "Kind" }, { "version", "Version" }, { "deployment", "Deployment" },
		{ "tags", "Tags" }, { "messages", "Messages" }, { "hands", "Hand-offs" }, { "waiting", "Waiting since" }, { "promised", "Promised" }, { "created", "Came" }, { "updated", "Changed" },
	};
	for (size_t i = 0; i < ARRAY_LEN(TITLES); i++)
		if (str_eq(column, str_c(TITLES[i].name)))
			return TITLES[i].title;
	return "";
}

/* ---- one view ---- */

static struct list_cell cell(struct ctx *c, const struct find_rows_row *r, struct str column)
{
	struct str n = column;
	if (str_eq(n, S("status")))
		return (struct list_cell){ .text = r->status };
	if (str_eq(n, S("holder")))
		return (struct list_cell){ .text = r->assignee_name.n ? r->assignee_name : S("nobody") };
	if (str_eq(n, S("team")))
		return (struct list_cell){ .text = r->team_name };
	if (str_eq(n, S("customer")))
		return (struct list_cell){ .text = r->organisation_name };
	if (str_eq(n, S("requester")))
		return (struct list_cell){ .text = r->requester_name };
	if (str_eq(n, S("priority")))
		return (struct list_cell){ .text = r->priority };
	if (str_eq(n, S("severity")))
		return (struct list_cell){ .text = r->severity.set ? arena_fmt(c->arena, "%lld", (long long)r->severity.v) : S("") };
	if (str_eq(n, S("kind")))
		return (struct list_cell){ .text = r->kind };
	if (str_eq(n, S("version")))
		return (struct list_cell){ .text = r->version };
	if (str_eq(n, S("deployment")))
		return (struct list_cell){ .text = r->deployment };
	if (str_eq(n, S("tags")))
		return (struct list_cell){ .text = r->tags };
	if (str_eq(n, S("messages")))
		return (struct list_cell){ .text = arena_fmt(c->arena, "%lld", (long long)r->messages) };
	if (str_eq(n, S("hands")))
		return (struct list_cell){ .text = r->hands.v ? arena_fmt(c->arena, "%lld", (long long)r->hands.v) : S("") };
	if (str_eq(n, S("waiting")))
		return (struct list_cell){ .text = S(""), .at_us = r->customer_wrote_us.set ? r->customer_wrote_us.v : r->status_since_us };
	if (str_eq(n, S("promised")))
		return (struct list_cell){ .text = S(""), .at_us = r->promised_us.v };
	if (str_eq(n, S("created")))
		return (struct list_cell){ .text = S(""), .at_us = r->created_us };
	return (struct list_cell){ .text = S(""), .at_us = r->updated_us };
}

/* The rows of hits [from, to), in their order. */
static enum err rows_of(struct ctx *c, const struct find_list *list, size_t from, size_t to, struct list_view *v)
{
	struct find_rows_row *rows;
	struct json_out ids;
	size_t n;
	json_init(&ids, c->arena, 64 << 10);
	json_arr(&ids);
	for (size_t i = from; i < to; i++)
		json_i64(&ids, list->v[i].id);
	json_arr_end(&ids);
	v->rows = arena_array(c->arena, struct list_row, to - from + 1);
	TRY(find_rows(c->db, c->arena, &rows, &n, .ids = json_done(&ids)));
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < n; k++) {
			if (rows[k].id != list->v[i].id)
				continue;
			struct list_row *r = &v->rows[v->n++];
			queue_show_row(c, &rows[k], &r->row);
			r->cells = arena_array(c->arena, struct list_cell, v->n_columns + 1);
			for (size_t j = 0; j < v->n_columns; j++)
				r->cells[j] = cell(c, &rows[k], v->columns[j]);
		}
	return desk_clocks_put(c, &v->rows[0].row, v->n, sizeof(v->rows[0]));
}

static void columns_of(struct str columns, struct list_view *v)
{
	struct str rest = columns, one;
	bool more = rest.n > 0;
	while (more && v->n_columns < ARRAY_LEN(v->columns)) {
		more = str_cut(rest, ' ', &one, &rest);
		v->columns[v->n_columns++] = one;
	}
}

static enum err watched(struct ctx *c, struct list_view *v)
{
	struct view_watch_find_row w;
	bool found;
	TRY(view_watch_find(c->db, c->arena, &w, &found, .view_id = v->v.id, .teammate_id = c->actor.id));
	v->watched = found && !w.ended_us.set;
	return OK;
}

static enum err view_one(struct web *w)
{
	struct ctx *c = w->c;
	struct desk_query q;
	struct find_list list = { 0 };
	struct list_view v = { .note = S(""), .cards = S(""), .next_url = S(""), .first_url = S(""), .count = S("") };
	TRY(saved_view_read(c, web_param_id(w, "id"), &v.v));
	if (v.v.removed_us.set)
		return fail(c, ERR_NOT_FOUND, "This view was removed.");
	v.here = arena_fmt(c->arena, "/views/%lld", (long long)v.v.id);
	v.layout = web_layout(w, v.v.name);
	v.layout->live_url = S("/live");
	v.may_change = saved_view_may_change(c, &v.v);
	v.can_change_tickets = c->actor.caps & CAN_REPLY;
	TRY(watched(c, &v));
	TRY(desk_query_read(c, v.v.query, &q));
	v.broken = q.complaint.n > 0;
	v.note = v.broken ? arena_fmt(c->arena, "This view can't be read any more: %.*s Change its conditions.", STR_ARG(q.complaint)) : q.note;
	if (!q.sort.p)
		q.sort = v.v.sort;
	v.order = str_c(desk_sort_words(q.sort));
	columns_of(v.v.columns, &v);
	if (!v.broken)
		TRY(desk_find(c, &q, FIND_MAX, &list));
	v.capped = list.capped;
	v.bounded = list.bounded;
	v.count = list.capped ? arena_fmt(c->arena, "%d+", FIND_MAX) : arena_fmt(c->arena, "%zu", list.n);
	int64_t after = web_query_i64(w, "after", 0);
	size_t from = 0;
	while (after && from < list.n && list.v[from].id != after)
		from++;
	if (after)
		from = from < list.n ? from + 1 : 0;   /* the last row of the page before left the view: from the start */
	size_t to = from + PAGE < list.n ? from + PAGE : list.n;
	TRY(rows_of(c, &list, from, to, &v));
	if (to < list.n)
		v.next_url = arena_fmt(c->arena, "/views/%lld?after=%lld", (long long)v.v.id, (long long)list.v[to - 1].id);
	if (from)
		v.first_url = v.here;
	v.all_q = v.v.query;
	if (!from)   /* who lives in a view is asked and told here, as above the lists of the rail */
		TRY(web_cards(w, CARD_LIST_TOP, 0, &v.cards));
	list_html(&w->html, &v);
	return OK;
}

/* ---- all views ---- */

static enum err view_all(struct web *w)
{
	struct ctx *c = w->c;
	struct views_view v = { .layout = web_layout(w, S("Views")), .can_note = c->actor.caps & CAN_NOTE };
	TRY(saved_view_seen(c->db, c->arena, &v.rows, &v.n, .me = c->actor.id, .max = LISTED));
	views_html(&w->html, &v);
	return OK;
}

static void typed(struct web *w, struct view_form_view *v)
{
	struct { const char *name; struct str *at; } ALL[] = { { "name", &v->name }, { "query", &v->query }, { "share", &v->share }, { "sort", &v->sort }, { "team", &v->team } };
	for (size_t i = 0; i < ARRAY_LEN(ALL); i++)
		*ALL[i].at = web_typed(w, v->command, ALL[i].name, ALL[i].at->p ? *ALL[i].at : S(""));
	v->error = web_form_error(w, v->command);
	v->name_error = web_field_error(w, v->command, "name");
	v->query_error = web_field_error(w, v->command, "query");
	v->team_error = web_field_error(w, v->command, "team");
	v->share_error = web_field_error(w, v->command, "share");
}

static enum err view_new(struct web *w)
{
	struct ctx *c = w->c;
	struct str q = web_query(w, "q");
	struct view_form_view v = { .layout = web_layout(w, S("New view")), .command = "view.create", .here = S("/views/new"), .title = S("New view"),
				    .query = q.p ? q : S(""), .share = S("me"), .sort = S("newest"), .columns = S("") };
	TRY(case_teams(c->db, c->arena, &v.teams, &v.n_teams, .max = TEAMS));
	typed(w, &v);
	view_form_html(&w->html, &v);
	return OK;
}

static enum err view_edit(struct web *w)
{
	struct ctx *c = w->c;
	struct saved_view_get_row s;
	TRY(saved_view_read(c, web_param_id(w, "id"), &s));
	if (!saved_view_may_change(c, &s))
		return fail(c, ERR_FORBIDDEN, "This view belongs to somebody else. Save one of your own from it.");
	struct view_form_view v = { .layout = web_layout(w, s.name), .id = s.id, .command = "view.update", .title = s.name, .name = s.name, .query = s.query,
				    .share = s.share, .sort = s.sort, .columns = s.columns, .here = arena_fmt(c->arena, "/views/%lld/edit", (long long)s.id),
				    .team = s.team_id.set ? arena_fmt(c->arena, "%lld", (long long)s.team_id.v) : S("") };
	TRY(case_teams(c->db, c->arena, &v.teams, &v.n_teams, .max = TEAMS));
	typed(w, &v);
	view_form_html(&w->html, &v);
	return OK;
}

/* ---- found for you ---- */

static enum err news(struct web *w)
{
	struct ctx *c = w->c;
	struct news_view v = { .layout = web_layout(w, S("Found for you")), .next_url = S("") };
	int64_t before = web_query_i64(w, "before", 0);
	TRY(view_notice_page(c->db, c->arena, &v.rows, &v.n, .me = c->actor.id, .before = before > 0 ? before : INT64_MAX, .max = PAGE + 1));
	bool more = v.n > PAGE;
	v.n -= more;
	if (more)
		v.next_url = arena_fmt(c->arena, "/news?before=%lld", (long long)v.rows[v.n - 1].id);
	for (size_t i = 0; i < v.n; i++)
		v.unread += !v.rows[i].read_us.set;
	news_html(&w->html, &v);
	return OK;
}

const struct route view_routes[] = {
	{ "GET", "/views", ROUTE_TEAMMATE, CAN_READ, view_all, 0, "Saved views" },
	{ "GET", "/views/new", ROUTE_TEAMMATE, CAN_NOTE, view_new, 0, "A new view" },
	{ "GET", "/views/:id", ROUTE_TEAMMATE, CAN_READ, view_one, 0, "The tickets of a view" },
	{ "GET", "/views/:id/edit", ROUTE_TEAMMATE, CAN_NOTE, view_edit, 0, "A view's conditions, columns and order" },
	{ "GET", "/news", ROUTE_TEAMMATE, CAN_READ, news, 0, "What watched views found" },
	{ 0 },
};
