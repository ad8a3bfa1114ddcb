/* dated_page.c: dated rows by form: what happens by itself (Pending becomes Solved, Solved becomes Closed) and what share of a figure is aimed at. A form writes
 * the lines of docs/config.md; what they would change is shown before it is made so. */
#include "sla/promise_view.h"

#include "base/civil.h"
#include "core/access.h"
#include "sla/sla_int.h"
#include "web/layout.h"
#include "web/web.h"
#include "dated.html.h"

#include "base/banned.h"

/* Figures that are aimed at, in words; others are shown by their name. */
static const struct {
	const char *name, *words;
} FIGURES[] = {
	{ "first_response", "First response in time" },
	{ "next_response", "Answers to their messages in time" },
	{ "resolution", "Solutions and workarounds in time" },
	{ "work_p2_in_a_week", "P2 cases solved within a week" },
};

static struct str figure_words(struct arena *a, struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(FIGURES); i++)
		if (str_eq(name, str_c(FIGURES[i].name)))
			return str_c(FIGURES[i].words);
	char *copy = arena_alloc(a, name.n + 1);
	for (size_t i = 0; i < name.n; i++)
		copy[i] = name.p[i] == '_' ? ' ' : name.p[i];
	return (struct str){ copy, name.n };
}

static struct str pair(const struct conf_section *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->pairs[i].name, str_c(name)))
			return s->pairs[i].value;
	return S("");
}

/* "first_response 2023-05-24" is a figure and its date; "2022-10-26" a date alone. */
static struct str date_of(struct str key, bool targets)
{
	struct str figure, date = key;
	if (targets && !str_cut(key, ' ', &figure, &date))
		return S("");
	return date;
}

static bool in_force(struct opt_i64 from, struct opt_i64 to, utime now)
{
	return (!from.set || from.v <= now) && (!to.set || now < to.v);
}

static enum err load(struct ctx *c, bool targets, struct dated_view *v)
{
	struct sla_rows rows;
	struct conf k;
	int64_t latest = -1;
	TRY(sla_rows_now(c, &rows));
	TRY(conf_of_rows(c, &rows, &k));
	v->targets = targets;
	v->path = targets ? S("/promises/targets") : S("/promises/timers");
	v->rows = arena_array(c->arena, struct dated_row, k.n + 1);
	for (size_t i = 0; i < k.n; i++) {
		const struct conf_section *s = &k.v[i];
		if (s->type != (targets ? CONF_TARGET : CONF_AUTOMATION))
			continue;
		struct dated_row *r = &v->rows[v->n++];
		*r = (struct dated_row){ .key = s->key, .from = date_of(s->key, targets), .to = pair(s, "to"), .title = pair(s, "title"), .source = pair(s, "source"),
					 .reading = pair(s, "reading") };
		if (targets) {
			const struct sla_target_all_row *x = &rows.targets[s->index];
			r->what = figure_words(c->arena, x->metric);
			r->value[0] = pair(s, "percent");
			r->now = in_force(x->from_us, x->to_us, c->now_us);
			continue;
		}
		const struct sla_automation_all_row *x = &rows.automations[s->index];
		r->value[0] = pair(s, "pending_to_solved");
		r->value[1] = pair(s, "solved_to_closed");
		/* the one with the latest date that has come */
		if (in_force(x->from_us, NONE, c->now_us) && (latest < 0 || !rows.automations[latest].from_us.set ||
							       (x->from_us.set && x->from_us.v > rows.automations[latest].from_us.v)))
			latest = (int64_t)s->index;
	}
	for (size_t i = 0, at = 0; i < k.n && !targets; i++)
		if (k.v[i].type == CONF_AUTOMATION)
			v->rows[at++].now = (int64_t)k.v[i].index == latest;
	return OK;
}

static struct dated_row *row_of(struct dated_view *v, struct str key)
{
	for (size_t i = 0; i < v->n; i++)
		if (key.p && str_eq(v->rows[i].key, key))
			return &v->rows[i];
	return NULL;
}

static enum err show(struct web *w, struct dated_view *v, struct str mode)
{
	struct arena *a = w->c->arena;
	struct dated_figure *figures = arena_array(a, struct dated_figure, ARRAY_LEN(FIGURES));
	for (size_t i = 0; i < ARRAY_LEN(FIGURES); i++)
		figures[i] = (struct dated_figure){ str_c(FIGURES[i].name), str_c(FIGURES[i].words), str_eq(v->metric, str_c(FIGURES[i].name)) };
	v->w = w;
	v->figures = figures;
	v->n_figures = ARRAY_LEN(FIGURES);
	v->modes = promise_modes(w, mode, &v->n_modes);
	v->may_change = w->c->actor.caps & CAN_ADMIN;
	v->layout = web_layout(w, v->targets ? S("What we aim at") : S("What happens by itself"));
	dated_html(&w->html, v);
	return OK;
}

static enum err page(struct web *w, bool targets)
{
	struct dated_view v = { .metric = S(""), .error = S("") };
	struct str key = web_query(w, "row"), rest;
	TRY(load(w->c, targets, &v));
	const struct dated_row *r = key.p ? row_of(&v, key) : NULL;
	if (r) {
		v.key = key;
		v.from = r->from;
		v.to = r->to;
		v.title = r->title;
		v.source = r->source;
		v.reading = r->reading;
		v.percent = v.pending_to_solved = r->value[0];
		v.solved_to_closed = r->value[1];
		v.metric = key;
		if (targets)
			str_cut(key, ' ', &v.metric, &rest);
	}
	return show(w, &v, targets ? S("new") : S("start"));
}

enum err timers_page(struct web *w)
{
	return page(w, false);
}

enum err targets_page(struct web *w)
{
	return page(w, true);
}

/* ---- a change ---- */

/* One line, whatever was pasted. */
static struct str typed(struct web *w, const char *name)
{
	struct str s = form_value(&w->form, str_c(name), NULL);
	if (!s.p)
		return S("");
	char *copy = arena_alloc(w->c->arena, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		copy[i] = (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i];
	return str_trim((struct str){ copy, s.n });
}

static void line(struct buf *b, const char *name, struct str value)
{
	if (value.n)
		buf_fmt(b, "%s = %.*s\n", name, STR_ARG(value));
}

static bool date_or_instant(struct str s)
{
	int64_t day;
	utime at;
	return !s.n || cal_parse_date(s, &day) || civil_parse_rfc3339(s, &at);
}

/* What is wrong with the form itself; what its values mean is the text's business. */
static struct str wrong(const struct dated_view *v)
{
	if (!date_or_instant(v->from))
		return S("From: write the date like 2027-01-01, or an instant like 2027-01-01T08:00:00Z.");
	if (v->targets && !date_or_instant(v->to))
		return S("To: write the date like 2027-01-01, or an instant like 2027-01-01T08:00:00Z.");
	if (v->targets && !v->metric.n)
		return S("Figure: choose one.");
	if (!v->targets && !v->pending_to_solved.n && !v->solved_to_closed.n)
		return S("Say at least one of the two: after how long Pending becomes Solved, or Solved becomes Closed. To end a row, use its button.");
	return S("");
}

static struct str text_of(struct web *w, const struct dated_view *v, struct str old_key, bool ends)
{
	struct buf b;
	const char *type = v->targets ? "target" : "automation";
	struct str key = !v->targets ? v->from : v->from.n ? arena_fmt(w->c->arena, "%.*s %.*s", STR_ARG(v->metric), STR_ARG(v->from)) : v->metric;
	buf_init(&b, w->c->arena, 20000);
	/* another date is another row: the one of before ends */
	if (old_key.p && (ends || !str_eq(old_key, key)))
		buf_fmt(&b, old_key.n ? "[%s %.*s]\n\n" : "[%s%.*s]\n\n", type, STR_ARG(old_key));
	if (ends)
		return buf_str(&b);
	buf_fmt(&b, key.n ? "[%s %.*s]\n" : "[%s%.*s]\n", type, STR_ARG(key));
	if (v->targets) {
		line(&b, "title", v->title);
		line(&b, "percent", v->percent);
		line(&b, "to", v->to);
	} else {
		line(&b, "pending_to_solved", v->pending_to_solved);
		line(&b, "solved_to_closed", v->solved_to_closed);
		line(&b, "reading", v->reading);
	}
	line(&b, "source", v->source);
	return buf_str(&b);
}

static enum err post(struct web *w, bool targets)
{
	struct dated_view v = { .metric = typed(w, "metric"), .from = typed(w, "from"), .to = typed(w, "to"), .percent = typed(w, "percent"), .title = typed(w, "title"),
				.source = typed(w, "source"), .reading = typed(w, "reading"), .pending_to_solved = typed(w, "pending_to_solved"),
				.solved_to_closed = typed(w, "solved_to_closed") };
	struct str mode = typed(w, "open"), old = form_value(&w->form, S("row"), NULL);
	bool ends = str_eq(form_value(&w->form, S("ends"), NULL), S("yes"));
	TRY(load(w->c, targets, &v));
	if (old.p && !row_of(&v, old))
		return fail(w->c, ERR_CONFLICT, "The row that this form was about is not there any more. Look at the list again.");
	v.key = old;
	v.error = ends ? S("") : wrong(&v);
	if (v.error.n) {
		w->res->status = 422;
		return show(w, &v, mode);
	}
	struct promise_edit_view e = { .key = S(""), .back = v.path, .back_words = targets ? S("What we aim at") : S("What happens by itself"), .mode = mode, .reason = S(""),
				       .text = text_of(w, &v, old, ends), .title = ends ? S("A row ends") : S("A row changes") };
	return promise_show_change(w, &e);
}

enum err timers_post(struct web *w)
{
	return post(w, false);
}

enum err targets_post(struct web *w)
{
	return post(w, true);
}
