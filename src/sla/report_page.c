/* report_page.c: what was promised against what was done, month by month and row by row; what came late and why; clocks that were stopped just
 * before they were due. Numbers are of due dates that fell into the month; each leads to its tickets. */
#include "sla/report_view.h"

#include "base/civil.h"
#include "core/setting.h"
#include "sla/sla_int.h"
#include "sla/why_view.h"
#include "sla_report.sql.h"
#include "web/layout.h"
#include "web/web.h"
#include "report.html.h"

#include <stdlib.h>

#include "base/banned.h"

enum { CUSTOMER_OPEN = 200, CUSTOMER_TICKETS = 500, DONE_MOST = 5000, LATE_SHOWN = 50, PAUSED_LOOKED_AT = 500 };

/* ---- months ---- */

struct month {
	int32_t year;
	int month;
	utime from_us, to_us;
	bool ramp;                /* what people hold who are in their ramp is counted too: ?ramp=1 */
};

static utime month_starts(int32_t year, int month)
{
	struct civil d = { .year = year, .month = (int8_t)month, .day = 1 };
	utime first, last;
	civil_instant(zone_find(S("UTC")), &d, &first, &last);
	return first;
}

/* "2026-11"; the month of now when it can't be read. */
static struct month read_month(struct web *w, struct str typed)
{
	struct civil now;
	int64_t year, month;
	civil_from_utc(w->c->now_us, &now);
	struct month m = { .year = now.year, .month = now.month };
	if (typed.n == 7 && typed.p[4] == '-' && str_i64(str_slice(typed, 0, 4), &year) && str_i64(str_slice(typed, 5, 7), &month) && year >= 1971 &&
	    year <= 9998 && month >= 1 && month <= 12) {
		m.year = (int32_t)year;
		m.month = (int)month;
	}
	m.ramp = web_query_i64(w, "ramp", 0) == 1;
	m.from_us = month_starts(m.year, m.month);
	m.to_us = m.month == 12 ? month_starts(m.year + 1, 1) : month_starts(m.year, m.month + 1);
	return m;
}

static struct str month_text(struct arena *a, int32_t year, int month)
{
	return month < 1 ? arena_fmt(a, "%04d-12", year - 1) : month > 12 ? arena_fmt(a, "%04d-01", year + 1) : arena_fmt(a, "%04d-%02d", year, month);
}

/* ---- shares and percentiles ---- */

static struct str share(struct arena *a, int64_t part, int64_t of)
{
	if (!of)
		return S("");
	int64_t x10 = (part * 2000 + of) / (2 * of);
	return arena_fmt(a, "%lld.%lld %%", (long long)(x10 / 10), (long long)(x10 % 10));
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static const struct calendar *calendar_named(const struct sla_calendar_line *cals, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(cals[i].name, name))
			return cals[i].cal;
	return NULL;
}

/* How long it took, in the row's own hours: the middle one, and what 95 of 100 stayed under: what could honestly be promised. */
static enum err fill_done(struct web *w, const struct month *m, const struct calendar *cal, struct report_line *l)
{
	struct ctx *c = w->c;
	struct sla_report_done_row *rows;
	size_t n;
	TRY(sla_report_done(c->db, c->arena, &rows, &n, .clock = l->clock, .rule_id = l->rule_id.v, .from_us = m->from_us, .to_us = m->to_us, .ramp = m->ramp, .max = DONE_MOST));
	int64_t *took = arena_array(c->arena, int64_t, n + 1);
	for (size_t i = 0; i < n; i++) {
		int64_t from = cal_seconds(rows[i].start_us), to = cal_seconds(rows[i].achieved_us.v);
		took[i] = to <= from ? 0 : cal ? calendar_between(cal, from, to) : to - from;
	}
	if (!n)
		return OK;
	qsort(took, n, sizeof(*took), by_size);
	l->median = sla_amount(c->arena, took[(n - 1) / 2]);
	l->p95 = sla_amount(c->arena, took[(n * 95 + 99) / 100 - 1]);
	return OK;
}

static struct str target_of(struct arena *a, struct str targets, struct str clock)
{
	struct str rest = targets, one, name, value;
	while (str_line(&rest, &one))
		if (str_cut(one, '=', &name, &value) && str_eq(str_trim(name), clock))
			return arena_str(a, str_trim(value));

	return S("");
}

static enum err fill_clock(struct web *w, const struct month *m, struct str clock, const struct sla_calendar_line *cals, size_t n_cals, struct report_view *v)
{
	struct ctx *c = w->c;
	struct sla_report_rules_row *rows;
	size_t n;
	struct opt_i64 target;
	TRY(sla_target_at(c, clock, m->to_us - 1, &target, NULL));
	TRY(sla_report_rules(c->db, c->arena, &rows, &n, .clock = clock, .from_us = m->from_us, .to_us = m->to_us, .ramp = m->ramp));
	v->lines = arena_grow(c->arena, v->lines, v->n * sizeof(*v->lines), (v->n + n + 1) * sizeof(*v->lines));
	for (size_t i = 0; i < n; i++) {
		struct report_line *l = &v->lines[v->n++];
		struct sla_report_rule_row rule = { .code = S(""), .title = S(""), .calendar = S(""), .targets = S("") };
		bool found = false;
		if (rows[i].rule_id.set)
			TRY(sla_report_rule(c->db, c->arena, &rule, &found, .id = rows[i].rule_id.v));
		*l = (struct report_line){ .clock = clock, .clock_title = promise_clock_title(clock), .rule_id = rows[i].rule_id, .code = rule.code, .title = rule.title,
					   .target = promise_target_words(c->arena, target_of(c->arena, rule.targets, clock), false), .n = rows[i].n, .met = rows[i].met, .late = rows[i].late,
					   .running = rows[i].running, .any_met = rows[i].any_met };
		int64_t decided = l->met + l->late;
		l->kept = share(c->arena, l->met, decided);
		l->any_kept = str_eq(clock, S("first_response")) ? share(c->arena, l->any_met, decided) : S("");
		l->below = target.set && decided && l->met * 10000 < target.v * decided;
		if (found)
			TRY(fill_done(w, m, calendar_named(cals, n_cals, rule.calendar), l));
	}
	return OK;
}

enum err report_page(struct web *w)
{
	struct ctx *c = w->c;
	struct arena *a = c->arena;
	struct month m = read_month(w, web_query(w, "month"));
	struct report_view v = { .month = month_text(a, m.year, m.month), .earlier = month_text(a, m.year, m.month - 1), .later = S(""), .target = S("") };
	struct sla_calendar_line *cals;
	struct sla_kept *hold;
	size_t n_cals;
	struct opt_i64 target;
	enum err e = OK;
	int64_t any = 0;
	if (m.to_us <= c->now_us)
		v.later = month_text(a, m.year, m.month + 1);
	TRY(sla_calendars_of(c, &cals, &n_cals, &hold));
	for (int k = 0; k < SLA_CLOCKS && e == OK; k++)
		e = fill_clock(w, &m, sla_clock_name((enum sla_clock)k), cals, n_cals, &v);
	sla_book_put(hold);
	TRY(e);
	TRY(sla_target_at(c, S("first_response"), m.to_us - 1, &target, &v.target_words));
	if (target.set)
		v.target = arena_fmt(a, "%lld %%", (long long)(target.v / 100));
	for (size_t i = 0; i < v.n; i++)
		if (str_eq(v.lines[i].clock, S("first_response"))) {
			v.all_met += v.lines[i].met;
			v.all_late += v.lines[i].late;
			any += v.lines[i].any_met;
		}
	struct sla_report_ramp_row held;
	TRY(sla_report_ramp(c->db, a, &held, .clock = S("first_response"), .from_us = m.from_us, .to_us = m.to_us));
	v.ramp_held = held.n;
	v.ramp = m.ramp;
	v.all_kept = share(a, v.all_met, v.all_met + v.all_late);
	v.all_any_kept = share(a, any, v.all_met + v.all_late);
	v.layout = web_layout(w, S("Promises kept"));
	report_html(&w->html, &v);
	return OK;
}

/* ---- what came late ---- */

static struct str cause_of(struct arena *a, const struct sla_report_late_row *r)
{
	struct str who = r->assignee.n ? r->assignee : S("nobody");
	if (r->breach_us.set && r->breach_us.v > r->due_us)
		return arena_fmt(a, "a change made it late: it was due before that. It is %.*s's", STR_ARG(who));
	if (r->achieved_us.set)
		return arena_fmt(a, "answered late; it is %.*s's", STR_ARG(who));
	if (r->solved_us.set)
		return S("solved without that answer");
	return r->assignee.n ? arena_fmt(a, "still waits for %.*s", STR_ARG(who)) : S("still waits, and nobody has taken it");
}

enum err late_page(struct web *w)
{
	struct ctx *c = w->c;
	struct arena *a = c->arena;
	struct month m = read_month(w, web_query(w, "month"));
	struct str clock = web_query(w, "clock"), after = web_query(w, "after"), due, id;
	struct late_view v = { .month = month_text(a, m.year, m.month), .clock = clock.n ? clock : S("first_response"), .code = S(""), .next = S("") };
	int64_t rule = web_query_i64(w, "row", 0), after_ticket = 0;
	struct opt_i64 after_due = { 0 };
	struct sla_report_late_row *rows;
	struct sla_report_rule_row r = { 0 };
	size_t n;
	bool found = false;
	if (after.n && str_cut(after, '.', &due, &id) && str_i64(due, &after_due.v) && str_i64(id, &after_ticket))
		after_due.set = true;
	TRY(sla_report_late(c->db, a, &rows, &n, .clock = v.clock, .from_us = m.from_us, .to_us = m.to_us, .ramp = m.ramp, .rule_id = rule > 0 ? SOME(rule) : NONE,
			    .after_due_us = after_due, .after_ticket_id = after_ticket, .max = LATE_SHOWN + 1));
	if (rule > 0)
		TRY(sla_report_rule(c->db, a, &r, &found, .id = rule));
	if (found)
		v.code = r.code;
	v.clock_title = promise_clock_title(v.clock);
	v.n = n > LATE_SHOWN ? LATE_SHOWN : n;
	v.lines = arena_array(a, struct late_line, v.n + 1);
	for (size_t i = 0; i < v.n; i++) {
		utime until = rows[i].achieved_us.set ? rows[i].achieved_us.v : rows[i].solved_us.set ? rows[i].solved_us.v : c->now_us;
		v.lines[i] = (struct late_line){ .ticket_id = rows[i].ticket_id, .subject = rows[i].subject, .organisation = rows[i].organisation,
						 .cause = cause_of(a, &rows[i]), .due_us = rows[i].due_us, .waits = !rows[i].achieved_us.set && !rows[i].solved_us.set,
						 .late_by = until > rows[i].due_us ? civil_span(a, until - rows[i].due_us) : S("") };
	}
	if (n > LATE_SHOWN)
		v.next = arena_fmt(a, "/reports/promises/late?month=%.*s%s&clock=%.*s&row=%lld&after=%lld.%lld", STR_ARG(v.month), m.ramp ? "&ramp=1" : "", STR_ARG(v.clock), (long long)rule,
				   (long long)rows[LATE_SHOWN - 1].due_us, (long long)rows[LATE_SHOWN - 1].ticket_id);
	v.layout = web_layout(w, S("What came late"));
	late_html(&w->html, &v);
	return OK;
}

/* ---- stopped clocks ---- */

enum err pauses_page(struct web *w)
{
	struct ctx *c = w->c;
	struct arena *a = c->arena;
	int64_t within = setting_i64(c, "sla.pause_close_s");
	struct sla_report_paused_row *rows;
	size_t n;
	struct pause_view v = { .within = sla_amount(a, within), .next = S("") };
	struct str after = web_query(w, "after"), us, id;
	int64_t after_us = -1, after_id = 0;
	if (after.n && (!str_cut(after, '.', &us, &id) || !str_i64(us, &after_us) || !str_i64(id, &after_id)))
		after_us = -1;
	TRY(sla_report_paused(c->db, a, &rows, &n, .after_us = after_us, .after_id = after_id, .max = PAUSED_LOOKED_AT));
	bool more = n == PAUSED_LOOKED_AT;
	/* a ticket has up to two such clocks: the last one is looked at with the next page, whole */
	for (int64_t last = more ? rows[n - 1].id : 0; more && n && rows[n - 1].id == last;)
		n--;
	v.lines = arena_array(a, struct pause_line, n + 1);
	v.looked_at = (int64_t)n;
	for (size_t i = 0; i < n; i++) {
		bool close = rows[i].remaining_s.set && rows[i].remaining_s.v <= within;
		bool unasked = str_find(rows[i].asked, S("?")) < 0 && !str_eq(rows[i].mark, S("awaiting_confirmation"));
		if (close || unasked)
			v.lines[v.n++] = (struct pause_line){ .ticket_id = rows[i].id, .subject = rows[i].subject, .clock_title = promise_clock_title(rows[i].clock),
							      .left = rows[i].remaining_s.set ? sla_amount(a, rows[i].remaining_s.v) : S(""),
							      .assignee = rows[i].assignee, .since_us = rows[i].since_us, .close = close, .unasked = unasked };
	}
	if (more && n)
		v.next = arena_fmt(a, "/reports/promises/pauses?after=%lld.%lld", (long long)rows[n - 1].since_us, (long long)rows[n - 1].id);
	v.layout = web_layout(w, S("Stopped clocks"));
	pauses_html(&w->html, &v);
	return OK;
}

/* ---- one customer ---- */

static void customer_line(struct ctx *c, const struct zone *z, const struct sla_customer_open_row *r, struct customer_line *ret)
{
	bool late = r->due_us.set && r->due_us.v < c->now_us;
	*ret = (struct customer_line){ .ticket_id = r->id, .subject = r->subject, .assignee = r->assignee, .css = "due", .due = S("nothing runs"),
				       .ours = str_eq(r->status, S("new")) || str_eq(r->status, S("open")) };
	if (r->due_us.set) {
		ret->due = arena_fmt(c->arena, late ? "%.*s was due %.*s" : "%.*s %.*s", STR_ARG(promise_clock_title(r->due_clock)),
				     STR_ARG(civil_short(c->arena, z, r->due_us.v, c->now_us)));
		ret->css = late ? "due late" : r->warn_us.set && r->warn_us.v <= c->now_us ? "due warn" : "due";
	} else if (r->paused) {
		ret->due = S("stands still");
	}
}

enum err customer_promises_page(struct web *w)
{
	struct ctx *c = w->c;
	struct customer_view v = { .id = web_param_id(w, "id"), .looked_at = CUSTOMER_TICKETS };
	struct sla_customer_name_row name;
	struct sla_customer_open_row *rows;
	struct sla_customer_kept_row *kept;
	const struct zone *z = w->html.zone ? w->html.zone : zone_find(S("UTC"));
	bool found;
	TRY(sla_customer_name(c->db, c->arena, &name, &found, .id = v.id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no such customer.");
	v.name = name.name;
	TRY(sla_customer_open(c->db, c->arena, &rows, &v.n, .organisation_id = v.id, .max = CUSTOMER_OPEN));
	TRY(sla_customer_kept(c->db, c->arena, &kept, &v.n_kept, .organisation_id = v.id, .tickets = CUSTOMER_TICKETS));
	v.lines = arena_array(c->arena, struct customer_line, v.n + 1);
	v.kept = arena_array(c->arena, struct customer_kept, v.n_kept + 1);
	for (size_t i = 0; i < v.n; i++)
		customer_line(c, z, &rows[i], &v.lines[i]);
	for (size_t i = 0; i < v.n_kept; i++)
		v.kept[i] = (struct customer_kept){ .clock_title = promise_clock_title(kept[i].clock), .met = kept[i].met, .late = kept[i].late,
						    .kept = share(c->arena, kept[i].met, kept[i].met + kept[i].late) };
	v.layout = web_layout(w, arena_fmt(c->arena, "Promises to %.*s", STR_ARG(v.name)));
	customer_promises_html(&w->html, &v);
	return OK;
}
