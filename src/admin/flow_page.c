/* flow_page.c: what came in and why it landed where it did, what waits for a second look, what goes out, what works in the background. */
#include "admin/admin_page.h"

#include "core/feature.h"

#include "flow.html.h"

#include <string.h>

#include "base/banned.h"

enum { TICKETS_SHOWN = 20, STEPS_MAX = 400 };

_Static_assert(sizeof(struct admin_inbox_state_row) == sizeof(struct admin_inbox_row), "admin.sql");
_Static_assert(sizeof(struct admin_outbox_state_row) == sizeof(struct admin_outbox_row), "admin.sql");

/* A state asked for in the address; unknown ones count as none. */
static struct str state_asked(struct web *w, const char *const *states, struct str otherwise)
{
	struct str s = web_query(w, "state");
	return s.n && flow_state_known(states, s) ? s : otherwise;
}

static struct str with_state(struct web *w, const char *path, struct str state, struct str key)
{
	return arena_fmt(w->c->arena, "%s?%s%.*s%s%.*s", path, state.n ? "state=" : "", STR_ARG(state), state.n ? "&after=" : "after=", STR_ARG(key));
}

/* ---- what came in ---- */

static const char *tone_of(struct str state)
{
	if (str_eq(state, S("parked")))
		return "late";
	return str_eq(state, S("suspended")) || str_eq(state, S("new")) ? "warn" : "";
}

static struct inbox_line inbox_line(const struct admin_inbox_row *r)
{
	struct inbox_line line = { .r = r, .state = r->state, .why = r->reason, .tone = tone_of(r->state) };
	if (str_eq(r->state, S("done")) && r->outcome.n)
		line.state = r->outcome;
	if (!line.why.n)
		line.why = str_eq(r->state, S("new")) ? S("It is being read.") : S("");
	return line;
}

static struct inbox_line *inbox_lines(struct web *w, const struct admin_inbox_row *rows, size_t n)
{
	struct inbox_line *v = arena_array(w->c->arena, struct inbox_line, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = inbox_line(&rows[i]);
	return v;
}

static enum err read_inbox(struct web *w, struct str state, int64_t before, struct admin_inbox_row **ret, size_t *ret_n)
{
	struct ctx *c = w->c;
	if (!state.n)
		return admin_inbox(c->db, c->arena, ret, ret_n, .before_id = before, .max = ADMIN_PAGE_ROWS + 1);
	void *rows;
	TRY(admin_inbox_state(c->db, c->arena, (struct admin_inbox_state_row **)&rows, ret_n, .state = state, .before_id = before, .max = ADMIN_PAGE_ROWS + 1));
	*ret = rows;
	return OK;
}

enum err inbox_page(struct web *w)
{
	struct admin_inbox_row *rows;
	int64_t before = web_query_i64(w, "after", INT64_MAX);
	struct inbox_view v = { .state = state_asked(w, flow_inbox_states, S("")) };
	TRY(read_inbox(w, v.state, before, &rows, &v.n));
	bool more = v.n > ADMIN_PAGE_ROWS;
	v.n -= more;
	v.rows = inbox_lines(w, rows, v.n);
	admin_tabs(w, "/admin/inbox", "All", flow_inbox_states, v.state, &v.tabs, &v.n_tabs);
	v.pages.first = before != INT64_MAX ? arena_fmt(w->c->arena, "/admin/inbox%s%.*s", v.state.n ? "?state=" : "", STR_ARG(v.state)) : S("");
	v.pages.next = more ? with_state(w, "/admin/inbox", v.state, arena_fmt(w->c->arena, "%lld", (long long)rows[v.n - 1].id)) : S("");
	v.layout = admin_layout(w, S("What came in"));
	inbox_html(&w->html, &v);
	return OK;
}

enum err inbox_one_page(struct web *w)
{
	struct ctx *c = w->c;
	struct admin_inbox_one_row r;
	bool found;
	TRY(admin_inbox_one(c->db, c->arena, &r, &found, .id = web_param_id(w, "id")));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "No incoming mail has this number.");
	struct inbox_one_view v = {
		.r = &r, .here = arena_fmt(c->arena, "/admin/inbox/%lld", (long long)r.id), .size = admin_size(c->arena, r.raw_bytes),
		.state = str_eq(r.state, S("done")) && r.outcome.n ? r.outcome : r.state, .tone = tone_of(r.state), .admin = c->actor.caps & CAN_ADMIN,
		.steps = arena_array(c->arena, struct str, STEPS_MAX),
	};
	struct str rest = r.trace, line;
	while (v.n_steps < STEPS_MAX && str_line(&rest, &line))
		if (line.n)
			v.steps[v.n_steps++] = line;
	bool parked = str_eq(r.state, S("parked")), suspended = str_eq(r.state, S("suspended")), discarded = str_eq(r.state, S("discarded"));
	v.can_retry = parked;
	v.can_release = parked || suspended || discarded;
	v.can_discard = parked || suspended;
	v.layout = admin_layout(w, arena_fmt(c->arena, "Incoming mail %lld", (long long)r.id));
	inbox_one_html(&w->html, &v);
	return OK;
}

/* ---- what waits for a second look ---- */

enum err quarantine_page(struct web *w)
{
	struct ctx *c = w->c;
	struct admin_inbox_row *parked, *suspended, *both;
	struct admin_suspended_tickets_row *tickets;
	size_t n_parked, n_suspended, n = 0, p = 0, s = 0;
	int64_t before = web_query_i64(w, "after", INT64_MAX);
	struct quarantine_view v = { .here = S("/admin/quarantine"), .pages = { S(""), S("") } };
	TRY(read_inbox(w, S("parked"), before, &parked, &n_parked));
	TRY(read_inbox(w, S("suspended"), before, &suspended, &n_suspended));
	both = arena_array(c->arena, struct admin_inbox_row, n_parked + n_suspended + 1);
	while (n < ADMIN_PAGE_ROWS && (p < n_parked || s < n_suspended)) {
		bool take_parked = s == n_suspended || (p < n_parked && parked[p].id > suspended[s].id);
		both[n++] = take_parked ? parked[p++] : suspended[s++];
	}
	v.rows = inbox_lines(w, both, n);
	v.n = n;
	if (p < n_parked || s < n_suspended)
		v.pages.next = arena_fmt(c->arena, "/admin/quarantine?after=%lld", (long long)both[n - 1].id);
	if (before != INT64_MAX)
		v.pages.first = v.here;
	TRY(admin_suspended_tickets(c->db, c->arena, &tickets, &v.n_tickets, .max = TICKETS_SHOWN + 1));
	v.more_tickets = v.n_tickets > TICKETS_SHOWN;
	v.n_tickets -= v.more_tickets;
	v.tickets = tickets;
	v.layout = admin_layout(w, S("Mail that waits"));
	quarantine_html(&w->html, &v);
	return OK;
}

/* ---- what goes out ---- */

static struct outbox_line outbox_line(struct web *w, const struct admin_outbox_row *r)
{
	bool waiting = str_eq(r->state, S("waiting")), failed = str_eq(r->state, S("failed")), unknown = str_eq(r->state, S("unknown"));
	return (struct outbox_line){
		.r = r, .when = waiting ? admin_until(w->c->arena, r->next_us, w->c->now_us) : S(""),
		.tone = failed ? "late" : unknown || (waiting && r->attempt > 0) ? "warn" : str_eq(r->state, S("sent")) ? "met" : "",
		.can_cancel = waiting, .can_resend = failed || unknown || str_eq(r->state, S("cancelled")) || str_eq(r->state, S("sent")),
	};
}

enum err outbox_page(struct web *w)
{
	struct ctx *c = w->c;
	struct admin_outbox_row *rows;
	void *by_state;
	int64_t us = INT64_MAX, id = INT64_MAX;
	struct str after = web_query(w, "after");
	struct outbox_view v = { .state = state_asked(w, flow_outbox_states, S("")), .pages = { S(""), S("") } };
	if (v.state.n) {
		if (after.n && !flow_place(after, &us, &id))
			us = id = INT64_MAX;
		TRY(admin_outbox_state(c->db, c->arena, (struct admin_outbox_state_row **)&by_state, &v.n, .state = v.state, .before_us = us, .before_id = id,
				       .max = ADMIN_PAGE_ROWS + 1));
		rows = by_state;
	} else {
		TRY(admin_outbox(c->db, c->arena, &rows, &v.n, .before_id = web_query_i64(w, "after", INT64_MAX), .max = ADMIN_PAGE_ROWS + 1));
	}
	bool more = v.n > ADMIN_PAGE_ROWS;
	v.n -= more;
	v.rows = arena_array(c->arena, struct outbox_line, v.n + 1);
	for (size_t i = 0; i < v.n; i++)
		v.rows[i] = outbox_line(w, &rows[i]);
	const struct admin_outbox_row *last = v.n ? &rows[v.n - 1] : NULL;
	v.here = arena_fmt(c->arena, "/admin/outbox%s%.*s", v.state.n ? "?state=" : "", STR_ARG(v.state));
	if (more)
		v.pages.next = with_state(w, "/admin/outbox", v.state, v.state.n ? arena_fmt(c->arena, "%lld.%lld", (long long)last->next_us, (long long)last->id)
										 : arena_fmt(c->arena, "%lld", (long long)last->id));
	if (after.n)
		v.pages.first = v.here;
	admin_tabs(w, "/admin/outbox", "All", flow_outbox_states, v.state, &v.tabs, &v.n_tabs);
	v.layout = admin_layout(w, S("What goes out"));
	outbox_html(&w->html, &v);
	return OK;
}

/* ---- jobs ---- */

static struct admin_field kind_field(struct web *w, struct str kind)
{
	struct arena *a = w->c->arena;
	struct admin_choice *v = arena_array(a, struct admin_choice, 200);
	size_t n = 0;
	v[n++] = (struct admin_choice){ S(""), S("every kind"), false };
	for (const struct feature *const *f = w->c->desk->features; *f; f++)
		for (const struct job_kind *k = (*f)->jobs; k && k->name && n < 200; k++)
			v[n++] = (struct admin_choice){ str_c(k->name), str_c(k->name), false };
	struct admin_field field = { .id = S("kind"), .name = S("kind"), .label = S("Kind"), .value = kind, .help = S(""), .error = S(""), .type = "text" };
	admin_choices(w, &field, v, n);
	return field;
}

enum err jobs_page(struct web *w)
{
	struct ctx *c = w->c;
	struct admin_jobs_row *rows;
	int64_t us = INT64_MIN, id = 0;
	struct str after = web_query(w, "after"), kind = web_query(w, "kind");
	struct jobs_view v = { .state = state_asked(w, flow_job_states, S("waiting")), .pages = { S(""), S("") } };
	if (after.n && !flow_place(after, &us, &id)) {
		us = INT64_MIN;
		id = 0;
	}
	TRY(admin_jobs(c->db, c->arena, &rows, &v.n, .state = v.state, .kind = kind.n ? kind : STR_NULL, .after_us = us, .after_id = id, .max = ADMIN_PAGE_ROWS + 1));
	bool more = v.n > ADMIN_PAGE_ROWS;
	v.n -= more;
	v.rows = arena_array(c->arena, struct job_line, v.n + 1);
	for (size_t i = 0; i < v.n; i++)
		v.rows[i] = (struct job_line){ &rows[i], str_eq(v.state, S("waiting")) ? admin_until(c->arena, rows[i].run_at_us, c->now_us) : S("") };
	v.kind = kind_field(w, kind.p ? kind : S(""));
	v.here = arena_fmt(c->arena, "/admin/jobs?state=%.*s&kind=%.*s", STR_ARG(v.state), STR_ARG(url_encode(c->arena, v.kind.value)));
	if (more)
		v.pages.next = arena_fmt(c->arena, "%.*s&after=%lld.%lld", STR_ARG(v.here), (long long)rows[v.n - 1].run_at_us, (long long)rows[v.n - 1].id);
	if (after.n)
		v.pages.first = v.here;
	admin_tabs(w, "/admin/jobs", NULL, flow_job_states, v.state, &v.tabs, &v.n_tabs);
	v.layout = admin_layout(w, S("Jobs"));
	jobs_html(&w->html, &v);
	return OK;
}
