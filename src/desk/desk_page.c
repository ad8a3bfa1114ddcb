/* desk_page.c: the queue, search, and what stands around every page; see desk.h. */
#include "desk/desk_page.h"

#include "base/civil.h"
#include "desk/clocks.h"
#include "desk/list_view.h"
#include "desk/queue_view.h"
#include "web/layout.h"
#include "web/place.h"
#include "web/route.h"

#include "clocks.sql.h"
#include "desk_list.sql.h"
#include "queue.html.h"

#include <string.h>

#include "base/banned.h"

enum { PAGE = 50, FOUND = 30, TAGS_SHOWN = 4, SAVED_SHOWN = 8 };

#define row_t_ struct desk_list_unassigned_row   /* all list statements give the same row */
_Static_assert(sizeof(struct desk_list_mine_row) == sizeof(struct desk_list_unassigned_row), "desk_list.sql");
_Static_assert(sizeof(struct desk_list_unsolved_row) == sizeof(struct desk_list_unassigned_row), "desk_list.sql");
_Static_assert(sizeof(struct desk_list_status_row) == sizeof(struct desk_list_unassigned_row), "desk_list.sql");
_Static_assert(sizeof(struct desk_list_aims_row) == sizeof(struct desk_list_due_row), "desk_list.sql");
_Static_assert(sizeof(struct desk_list_solved_row) == sizeof(struct desk_list_unassigned_row), "desk_list.sql");

/* ---- the rail ---- */

static const struct view {
	const char *name, *title, *why, *empty_title, *empty_text;
	char order;        /* 'a' = by arrival (id), 's' = by solved time, else a status, last changed first */
	const char *status;
	const char *query; /* the same as a search; NULL = nothing in it can be changed */
} VIEWS[] = {
	{ "unassigned", "Unassigned", "nobody's yet, in order of arrival", "Nothing waits for an owner",
	  "New mail to your support address shows up here by itself, and so do tickets that were released.", 'a', NULL, "is:unassigned is:unsolved sort:oldest" },
	{ "mine", "Mine", "yours and unsolved, in order of arrival", "You hold nothing", "Take something from Unassigned: open it and press t.", 'a', NULL, "is:mine is:unsolved sort:oldest" },
	{ "due", "Due first", "whose promise runs out first, on top", "No promise runs", "Tickets with a promise that runs stand here, what is due first on top.", 'a', NULL, NULL },
	{ "unsolved", "All unsolved", "the whole team's, in order of arrival", "Everything is solved", "Enjoy it. What comes in next shows up here.", 'a', NULL, "is:unsolved sort:oldest" },
	{ "on_hold", "On hold", "waiting for another team or a third party", "Nothing is on hold",
	  "A ticket goes on hold when the next step is another team's.", 'u', "on_hold", "status:on_hold" },
	{ "solved", "Recently solved", "newest first", "Nothing was solved lately", "Solved tickets stand here until they close by themselves.", 's', NULL, "status:solved" },
	{ "suspended", "Suspended", "looks like spam, or nobody knows who sent it", "Nothing is suspended",
	  "Mail that looks like spam waits here for a second look; nothing is thrown away.", 'u', "suspended" },
	{ "deleted", "Deleted", "can be brought back", "Nothing was deleted", "Deleted tickets stay here and can be restored.", 'u', "deleted" },
	{ "closed", "Closed", "for good; an answer opens a new ticket", "Nothing is closed yet", "Solved tickets close after a while.", 'u', "closed" },
	{ "aims", "By our own aims", "whose soft ceiling of ours comes first, on top; nobody outside was told these", "No aim runs",
	  "Tickets with an aim of ours that runs stand here. Aims are rows of their own on the page of promises.", 'a', NULL, NULL },
};

static struct str view_count(struct arena *a, const struct desk_counts *n, size_t view)
{
	const int64_t of[] = { n->unassigned, n->mine, 0, n->unsolved, n->on_hold, 0 };
	return desk_count_text(a, of[view]);
}

enum err desk_layout(struct web *w, struct layout *l)
{
	struct ctx *c = w->c;
	struct desk_counts n;
	struct str here = str_starts(w->req->path, S("/queue/")) ? str_slice(w->req->path, 7, w->req->path.n) : STR_NULL;
	size_t shown = 6, n_saved, n_news;   /* those after them stand under “More”, suspended ones only while there are none */
	struct saved_view_seen_row *saved;
	struct view_notice_unread_row *news;
	TRY(desk_counts(c, c->actor.id, &n));
	TRY(saved_view_seen(c->db, c->arena, &saved, &n_saved, .me = c->actor.id, .max = SAVED_SHOWN));
	TRY(view_notice_unread(c->db, c->arena, &news, &n_news, .me = c->actor.id, .max = 100));
	struct layout_link *views = arena_array(c->arena, struct layout_link, shown + SAVED_SHOWN + 2);
	for (size_t i = 0; i < shown; i++)
		views[i] = (struct layout_link){
			.label = str_c(VIEWS[i].title), .url = arena_fmt(c->arena, "/queue/%s", VIEWS[i].name), .count = view_count(c->arena, &n, i),
			.here = str_eq(here, str_c(VIEWS[i].name)),
		};
	for (size_t i = 0; i < n_saved; i++) {
		struct str url = arena_fmt(c->arena, "/views/%lld", (long long)saved[i].id);
		views[shown++] = (struct layout_link){
			.label = saved[i].name, .url = url, .here = str_eq(w->req->path, url),
			.count = !saved[i].n.set ? S("") : saved[i].n.v >= 100 ? S("99+") : desk_count_text(c->arena, saved[i].n.v),
		};
	}
	/* what was found for them stands in the rail only while there is something */
	bool on_news = str_eq(w->req->path, S("/news"));
	if (n_news || on_news)
		views[shown++] = (struct layout_link){ .label = S("Found for you"), .url = S("/news"), .here = on_news,
						       .count = n_news >= 100 ? S("99+") : desk_count_text(c->arena, (int64_t)n_news) };
	web_places(w, l);
	TRY(web_cards(w, CARD_RAIL, 0, &l->rail_cards));
	if (n.suspended) {
		struct layout_link *rest = arena_array(c->arena, struct layout_link, l->n_more + 1);
		size_t kept = 0;
		for (size_t i = 0; i < l->n_more; i++)
			if (!str_eq(l->more[i].url, S("/queue/suspended")))
				rest[kept++] = l->more[i];
		if (kept < l->n_more) {   /* this person may see them */
			bool on = str_eq(here, S("suspended"));
			views[shown++] = (struct layout_link){ .label = S("Suspended"), .url = S("/queue/suspended"), .count = desk_count_text(c->arena, n.suspended), .here = on };
			l->more_here &= !on;
		}
		l->more = rest;
		l->n_more = kept;
	}
	l->views = views;
	l->n_views = shown;
	l->me_initials = desk_initials(c->arena, c->actor.name);
	l->search = str_eq(w->req->path, S("/search")) ? web_query(w, "q") : S("");
	if (!l->search.p)
		l->search = S("");
	return OK;
}

/* ---- rows ---- */

void queue_show_row(struct ctx *c, const void *row, struct queue_row *ret)
{
	const row_t_ *r = row;
	struct arena *a = c->arena;
	bool us = str_eq(r->next_action, S("us")), them = str_eq(r->next_action, S("customer")), other = str_eq(r->next_action, S("other_team"));
	*ret = (struct queue_row){
		.id = r->id, .assignee_id = r->assignee_id.v, .subject = r->subject, .status = r->status, .requester = r->requester_name,
		.organisation = r->organisation_name, .assignee = r->assignee_name,
		.hold_class = us ? S("us") : them ? S("them") : other ? S("other") : S("done"),
		.hold_words = us ? S("Our turn") : them ? S("The customer's turn") : other ? S("Another team's turn") : S("Done"),
		.priority = r->priority.p ? r->priority : S(""), .hands = r->hands.v, .due = S(""), .due_class = S(""),
		.since_us = us && r->customer_wrote_us.set ? r->customer_wrote_us.v : r->status_since_us,
	};
	ret->stage = str_eq(r->stage, S("pre_sales")) ? S("pre-sales") : S("");
	ret->who = r->assignee_id.set ? r->assignee_name : us || them || other ? S("unassigned") : S("");
	ret->turn = them ? S("customer’s turn, ") : other ? S("other team’s turn, ")
		: us && r->we_wrote_us.set && (!r->customer_wrote_us.set || r->we_wrote_us.v >= r->customer_wrote_us.v) ? S("answered, ") : S("");
	if (r->promised_us.set && !str_eq(r->next_action, S("nobody"))) {
		const struct zone *z = zone_find(c->actor.zone);
		bool late = r->promised_us.v < c->now_us;
		ret->promised_us = r->promised_us.v;
		ret->due = arena_fmt(a, late ? "was promised %.*s" : "promised %.*s", STR_ARG(civil_short(a, z ? z : zone_find(S("UTC")), r->promised_us.v, c->now_us)));
		ret->due_class = late ? S("late") : r->promised_us.v - c->now_us < UTIME_US_PER_HOUR ? S("warn") : S("");
	}
	struct str rest = r->tags, one;
	bool more = rest.n > 0;
	ret->tags = arena_array(a, struct str, TAGS_SHOWN);
	while (more && ret->n_tags < TAGS_SHOWN) {
		more = str_cut(rest, ' ', &one, &rest);
		ret->tags[ret->n_tags++] = one;
	}
}

/* "us.id" cursors of lists by time. */
static void cursor(struct str text, int64_t *ret_us, int64_t *ret_id)
{
	struct str us, id;
	*ret_us = *ret_id = INT64_MAX;
	if (text.n && (!str_cut(text, '.', &us, &id) || !str_i64(us, ret_us) || !str_i64(id, ret_id)))
		*ret_us = *ret_id = INT64_MAX;
}

_Static_assert(sizeof(struct desk_list_due_row) == sizeof(struct desk_list_unassigned_row), "clocks.sql: the list by due dates has the outputs of the others");

static enum err read_due(struct ctx *c, struct str after, bool aims, struct desk_list_due_row **ret, size_t *ret_n)
{
	struct str us, id;
	int64_t after_us = INT64_MIN, after_id = 0;
	if (!after.n || !str_cut(after, '.', &us, &id) || !str_i64(us, &after_us) || !str_i64(id, &after_id))
		after_us = INT64_MIN;
	if (aims)
		return desk_list_aims(c->db, c->arena, (struct desk_list_aims_row **)(void *)ret, ret_n, .after_us = after_us, .after_id = after_id, .max = PAGE + 1);
	return desk_list_due(c->db, c->arena, ret, ret_n, .after_us = after_us, .after_id = after_id, .max = PAGE + 1);
}

static bool by_date(const struct view *view)
{
	return strcmp(view->name, "due") == 0 || strcmp(view->name, "aims") == 0;
}

static enum err read_view(struct web *w, const struct view *view, row_t_ **ret, size_t *ret_n)
{
	struct ctx *c = w->c;
	int64_t after = web_query_i64(w, "after", 0), us, id;
	cursor(web_query(w, "before"), &us, &id);
	void *rows = NULL;
	enum err e;
	if (strcmp(view->name, "unassigned") == 0)
		e = desk_list_unassigned(c->db, c->arena, (struct desk_list_unassigned_row **)&rows, ret_n, .after = after, .max = PAGE + 1);
	else if (by_date(view))
		e = read_due(c, web_query(w, "after"), strcmp(view->name, "aims") == 0, (struct desk_list_due_row **)&rows, ret_n);
	else if (strcmp(view->name, "mine") == 0)
		e = desk_list_mine(c->db, c->arena, (struct desk_list_mine_row **)&rows, ret_n, .me = c->actor.id, .after = after, .max = PAGE + 1);
	else if (view->order == 'a')
		e = desk_list_unsolved(c->db, c->arena, (struct desk_list_unsolved_row **)&rows, ret_n, .after = after, .max = PAGE + 1);
	else if (view->order == 's')
		e = desk_list_solved(c->db, c->arena, (struct desk_list_solved_row **)&rows, ret_n, .before_us = us, .before_id = id, .max = PAGE + 1);
	else
		e = desk_list_status(c->db, c->arena, (struct desk_list_status_row **)&rows, ret_n, .status = str_c(view->status), .before_us = us,
				     .before_id = id, .max = PAGE + 1);
	*ret = rows;
	return e;
}

static enum err queue_page(struct web *w)
{
	struct ctx *c = w->c;
	const struct view *view = NULL;
	struct str name = web_param(w, "view");
	for (size_t i = 0; i < ARRAY_LEN(VIEWS); i++)
		if (str_eq(name, str_c(VIEWS[i].name)))
			view = &VIEWS[i];
	if (!view)
		return fail(c, ERR_NOT_FOUND, "There is no such list.");
	row_t_ *rows;
	size_t n;
	TRY(read_view(w, view, &rows, &n));
	bool more = n > PAGE, paged = w->req->query.n > 0;
	n -= more;
	struct queue_view v = {
		.layout = web_layout(w, str_c(view->title)), .view = name, .title = str_c(view->title), .why = str_c(view->why),
		.empty_title = str_c(view->empty_title), .empty_text = str_c(view->empty_text), .rows = arena_array(c->arena, struct queue_row, n + 1),
		.n = n, .next_url = S(""), .first_url = S(""), .can_reply = c->actor.caps & CAN_REPLY,
		.back = arena_fmt(c->arena, "/queue/%s", view->name),
	};
	for (size_t i = 0; i < n; i++)
		queue_show_row(c, &rows[i], &v.rows[i]);
	bool aims = strcmp(view->name, "aims") == 0;
	TRY((aims ? desk_aims_put : desk_clocks_put)(c, v.rows, n, sizeof(*v.rows)));
	if (more && by_date(view)) {
		struct desk_due_of_row last;
		bool found;
		TRY(desk_due_of(c->db, c->arena, &last, &found, .ticket_id = rows[n - 1].id));
		v.next_url = arena_fmt(c->arena, "/queue/%s?after=%lld.%lld", view->name,
				       (long long)(!found ? 0 : aims ? last.aim_us.v : last.due_us.v), (long long)rows[n - 1].id);
	} else if (more && view->order == 'a')
		v.next_url = arena_fmt(c->arena, "/queue/%s?after=%lld", view->name, (long long)rows[n - 1].id);
	else if (more)
		v.next_url = arena_fmt(c->arena, "/queue/%s?before=%lld.%lld", view->name,
				       (long long)(view->order == 's' ? rows[n - 1].solved_us.v : rows[n - 1].updated_us), (long long)rows[n - 1].id);
	if (paged)
		v.first_url = v.back;
	v.can_pick = v.can_reply && view->query;
	v.all_q = view->query ? str_c(view->query) : S("");
	TRY(hint_next(c, HINT_QUEUE, &v.hint));
	v.layout->live_url = S("/live");
	TRY(web_cards(w, CARD_LIST_TOP, 0, &v.cards));
	queue_html(&w->html, &v);
	return OK;
}

static enum err home(struct web *w)
{
	return web_redirect(w, S("/queue/unassigned"));
}

/* ---- search ---- */

/* While she types: one bounded look, the last word being a beginning, and no complaint of a quotation mark that she is about to close. */
static void as_typed(struct desk_query *q)
{
	q->typing = true;
	q->text = q->text_begun;
	if (q->open_quote)
		q->complaint = S("");
}

static enum err search_page(struct web *w)
{
	struct ctx *c = w->c;
	struct str typed = web_query(w, "q");
	struct search_view v = { .typed = typed.p ? typed : S(""), .complaint = S(""), .next_url = S(""), .note = S(""), .can_change = c->actor.caps & CAN_REPLY,
				 .typing = http_request_header(w->req, S("X-Tend-Part")).n > 0 };
	int64_t next = 0;
	v.asked = str_trim(v.typed).n > 0;
	if (v.asked) {
		struct desk_query q;
		TRY(desk_query_read(c, v.typed, &q));
		if (v.typing)
			as_typed(&q);
		v.complaint = q.complaint;
		v.note = q.note;
		if (!q.complaint.n)
			TRY(desk_search(c, &q, web_query_i64(w, "before", 0), FOUND, &v.hits, &v.n, &next));
	}
	if (next)
		v.next_url = arena_fmt(c->arena, "/search?q=%.*s&before=%lld", STR_ARG(url_encode(c->arena, v.typed)), (long long)next);
	if (v.typing) {
		search_found(&w->html, &v);
		return OK;
	}
	v.layout = web_layout(w, S("Search"));
	search_html(&w->html, &v);
	return OK;
}

/* For the palette. */
static enum err search_json(struct web *w)
{
	struct ctx *c = w->c;
	struct desk_query q;
	struct desk_hit *hits = NULL;
	size_t n = 0;
	int64_t next;
	struct json_out j;
	struct str typed = web_query(w, "q");
	if (typed.n) {
		TRY(desk_query_read(c, typed, &q));
		as_typed(&q);
		if (!q.complaint.n)
			TRY(desk_search(c, &q, 0, 8, &hits, &n, &next));
	}
	json_init(&j, c->arena, 64 << 10);
	json_obj(&j);
	json_key(&j, "items");
	json_arr(&j);
	for (size_t i = 0; i < n; i++) {
		json_obj(&j);
		json_kstr(&j, "title", hits[i].subject);
		json_kstr(&j, "meta", arena_fmt(c->arena, "#%lld · %.*s%s%.*s", (long long)hits[i].ticket_id, STR_ARG(hits[i].status),
						hits[i].organisation.n ? " · " : "", STR_ARG(hits[i].organisation)));
		json_kstr(&j, "url", arena_fmt(c->arena, "/tickets/%lld", (long long)hits[i].ticket_id));
		json_obj_end(&j);
	}
	json_arr_end(&j);
	json_obj_end(&j);
	return web_json(w, 200, json_done(&j));
}

const struct route desk_routes[] = {
	{ "GET", "/", ROUTE_TEAMMATE, CAN_READ, home, 0, "Goes to the queue" },
	{ "GET", "/queue/:view", ROUTE_TEAMMATE, CAN_READ, queue_page, 0, "A list of tickets" },
	{ "GET", "/search", ROUTE_TEAMMATE, CAN_READ, search_page, 0, "Search" },
	{ "GET", "/search.json", ROUTE_TEAMMATE, CAN_READ, search_json, 0, "Search, for the palette" },
	{ 0 },
};

static const struct command *const commands[] = { &desk_search_cmd, &desk_counts_cmd, &hint_read_cmd, NULL };

static const struct place places[] = {
	{ .label = "All views", .url = "/views" },
	{ .label = "Suspended", .url = "/queue/suspended", .need = CAN_REPLY },
	{ .label = "Deleted", .url = "/queue/deleted", .need = CAN_REPLY },
	{ .label = "Closed", .url = "/queue/closed" },
	{ 0 },
};

const struct feature desk_feature = {
	.name = "desk", .places = places, .commands = commands, .reactions = desk_reactions, .routes = desk_routes, .more_routes = case_routes,
	.verify = desk_verify,
};
