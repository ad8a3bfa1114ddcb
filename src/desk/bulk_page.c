/* bulk_page.c: changing many tickets: choose, look, apply; and the edits there were. Reads only: /do/bulk.apply writes. */
#include "desk/list_view.h"

#include "desk/desk_page.h"
#include "desk/find.h"
#include "people/people.h"
#include "web/route.h"

#include "case.sql.h"
#include "write.sql.h"
#include "list.html.h"

#include <string.h>

#include "base/banned.h"

enum { PAGE = 50, TEAMS = 100 };

static const struct command *const commands[] = {
	&view_create_cmd, &view_update_cmd, &view_remove_cmd, &view_restore_cmd, &view_list_cmd, &view_show_cmd, &view_watch_cmd, &view_unwatch_cmd,
	&view_news_cmd, &view_read_cmd, &bulk_apply_cmd, &bulk_undo_cmd, &bulk_preview_cmd, &bulk_show_cmd, NULL,
};

/* ---- what is chosen ---- */

/* "12,7,9" of the boxes that were ticked: ?ticket=12&ticket=7 or ?tickets=12,7,9. */
static struct str chosen(struct web *w)
{
	struct buf b;
	int64_t id;
	buf_init(&b, w->c->arena, 64 << 10);
	for (size_t i = 0; i < w->query.n_pairs; i++)
		if (str_eq(w->query.pairs[i].name, S("ticket")) && str_i64(w->query.pairs[i].value, &id) && id > 0)
			buf_fmt(&b, "%s%lld", b.n ? "," : "", (long long)id);
	struct str list = web_query(w, "tickets");
	return b.n ? buf_str(&b) : list.p ? list : S("");
}

static struct str asked(struct web *w, const char *name)
{
	struct str s = web_query(w, name);
	return s.p ? s : S("");
}

/* The query parameters as the command's input: the same decoding as everywhere. */
static enum err decode(struct web *w, struct str ids, struct str q, struct bulk_in *ret, bool *ret_any)
{
	static const char *const NAMES[] = { "status", "assignee", "unassign", "team", "priority", "kind", "tag", "untag", "rule", "reason" };
	struct raw_value v[ARRAY_LEN(NAMES) + 2];
	size_t n = 0;
	*ret_any = false;
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
		struct str s = str_trim(asked(w, NAMES[i]));
		bool nobody = str_eq(s, S("0")) && strcmp(NAMES[i], "assignee") == 0;
		if (!s.n)
			continue;
		*ret_any = true;
		v[n++] = (struct raw_value){ .name = nobody ? S("unassign") : str_c(NAMES[i]), .type = RAW_TEXT, .text = nobody ? S("1") : s };
	}
	if (ids.n)
		v[n++] = (struct raw_value){ .name = S("tickets"), .type = RAW_TEXT, .text = ids };
	else
		v[n++] = (struct raw_value){ .name = S("q"), .type = RAW_TEXT, .text = q };
	return fields_decode(w->c, &bulk_preview_cmd, v, n, ret);
}

/* A fault becomes a sentence on the page. */
static struct str sentence(struct ctx *c)
{
	struct str s = c->fault.n_fields ? arena_fmt(c->arena, "%s", c->fault.fields[0].message) : arena_fmt(c->arena, "%s", c->fault.message);
	fault_clear(&c->fault);
	return s;
}

static enum err count(struct web *w, struct bulk_page_view *v)
{
	struct ctx *c = w->c;
	struct desk_query q;
	struct find_list list;
	if (!v->q.n) {
		for (size_t i = 0; i < v->ids.n; i++)
			v->n += v->ids.p[i] == ',';
		v->n += v->ids.n > 0;
		v->what = arena_fmt(c->arena, "%zu chosen %s", v->n, v->n == 1 ? "ticket" : "tickets");
		return OK;
	}
	TRY(desk_query_read(c, v->q, &q));
	if (q.complaint.n) {
		v->error = q.complaint;
		return OK;
	}
	TRY(desk_find(c, &q, FIND_MAX, &list));
	v->n = list.n;
	/* the numbers of now: what is applied is what was looked at, whatever comes in between */
	struct buf b;
	buf_init(&b, c->arena, 64 << 10);
	for (size_t i = 0; i < list.n; i++)
		buf_fmt(&b, "%s%lld", i ? "," : "", (long long)list.v[i].id);
	v->ids = buf_str(&b);
	v->what = arena_fmt(c->arena, "all %zu tickets of “%.*s”", list.n, STR_ARG(v->q));
	if (list.capped)
		v->error = arena_fmt(c->arena, "More than %d tickets match. Narrow it down, or go in steps.", FIND_MAX);
	return OK;
}

static enum err bulk_form(struct web *w)
{
	struct ctx *c = w->c;
	struct bulk_page_view v = { .layout = web_layout(w, S("Change many")), .error = S(""), .q = asked(w, "q"), .what = S("") };
	v.ids = v.q.n ? S("") : chosen(w);
	v.back = asked(w, "back");
	if (!str_starts(v.back, S("/")) || str_starts(v.back, S("//")))
		v.back = S("/queue/unsolved");
	v.status = asked(w, "status");
	v.assignee = asked(w, "assignee");
	v.team = asked(w, "team");
	v.priority = asked(w, "priority");
	v.kind = asked(w, "kind");
	v.tag = asked(w, "tag");
	v.untag = asked(w, "untag");
	v.rule = asked(w, "rule");
	v.reason = asked(w, "reason");
	TRY(write_rules(c->db, c->arena, &v.rules, &v.n_rules, .day = people_date(c->arena, c->now_us)));
	TRY(people_active(c, &v.people, &v.n_people));
	TRY(case_teams(c->db, c->arena, &v.teams, &v.n_teams, .max = TEAMS));
	TRY(count(w, &v));
	struct bulk_in *in = arena_new(c->arena, struct bulk_in);
	bool any = false;
	enum err e = v.error.n || !v.n ? OK : decode(w, v.ids, S(""), in, &any);
	if (e == OK && any && !v.error.n)
		e = bulk_look(c, in, &v.effects, &v.n_effects, &v.changing);
	if (e == ERR_INPUT || e == ERR_NOT_FOUND)
		v.error = sentence(c);
	else
		TRY(e);
	v.looked = v.n_effects > 0;
	if (w->failed)
		v.error = w->failed_fault->n_fields ? str_c(w->failed_fault->fields[0].message) : str_c(w->failed_fault->message);
	v.here = w->req->query.n ? arena_fmt(c->arena, "/bulk?%.*s", STR_ARG(w->req->query)) : S("/bulk");
	bulk_html(&w->html, &v);
	return OK;
}

/* ---- edits that were ---- */

static enum err bulk_one(struct web *w)
{
	struct ctx *c = w->c;
	struct bulk_one_view v = { .layout = web_layout(w, S("Bulk edit")) };
	bool found;
	TRY(bulk_get(c->db, c->arena, &v.b, &found, .id = web_param_id(w, "id")));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no such bulk edit.");
	TRY(bulk_items(c->db, c->arena, &v.items, &v.n, .bulk_id = v.b.id, .after = 0, .max = BULK_MAX));
	v.can_undo = !v.b.undone_us.set && (c->actor.caps & CAN_REPLY);
	bulk_one_html(&w->html, &v);
	return OK;
}

static enum err bulk_all(struct web *w)
{
	struct ctx *c = w->c;
	struct bulks_view v = { .layout = web_layout(w, S("Bulk edits")), .next_url = S("") };
	int64_t before = web_query_i64(w, "before", 0);
	TRY(bulk_list(c->db, c->arena, &v.rows, &v.n, .before = before > 0 ? before : INT64_MAX, .max = PAGE + 1));
	bool more = v.n > PAGE;
	v.n -= more;
	if (more)
		v.next_url = arena_fmt(c->arena, "/bulks?before=%lld", (long long)v.rows[v.n - 1].id);
	bulks_html(&w->html, &v);
	return OK;
}

static const struct route bulk_routes[] = {
	{ "GET", "/bulk", ROUTE_TEAMMATE, CAN_REPLY, bulk_form, 0, "Change many tickets: choose and look" },
	{ "GET", "/bulks", ROUTE_TEAMMATE, CAN_READ, bulk_all, 0, "Bulk edits" },
	{ "GET", "/bulks/:id", ROUTE_TEAMMATE, CAN_READ, bulk_one, 0, "A bulk edit, ticket by ticket" },
	{ 0 },
};

static const struct fold folds[] = {
	{ "saved_view", &saved_view_rows_stmt }, { "view_watch", &view_watch_rows_stmt }, { "bulk", &bulk_rows_stmt }, { 0 },
};
static const struct carry carries[] = {
	{ "saved_view", &saved_view_rows_stmt, .refs = "owner_id teammate, team_id team", .words = "share me|team|all" },
	{ "view_watch", &view_watch_rows_stmt, .refs = "view_id saved_view, teammate_id teammate" }, { 0 },
};

const struct feature list_feature = {
	.name = "desk", .commands = commands, .routes = view_routes, .more_routes = bulk_routes, .jobs = saved_view_jobs, .folds = folds, .carries = carries,
};
