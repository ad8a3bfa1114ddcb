/* promise_page.c: what is promised: the rows in force, one row and its editor with a preview of what a change would do, and what would have been
 * promised on a day. The editor writes the text form of docs/config.md: the same words in the page, in git and on the command line. */
#include "sla/promise_view.h"

#include "base/civil.h"
#include "core/access.h"
#include "sla/why_view.h"
#include "sla/sla_int.h"
#include "web/layout.h"
#include "web/web.h"
#include "promise.html.h"
#include "promise_edit.html.h"

#include "base/banned.h"

enum { EDITIONS_SHOWN = 20, TEXT_MAX_BYTES = 400000 };

/* ---- words of a row ---- */

static void add_part(struct buf *b, struct str before, struct str value)
{
	if (value.n)
		buf_fmt(b, "%s%.*s%.*s", buf_str(b).n ? ", " : "", STR_ARG(before), STR_ARG(value));
}

static struct str plain(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		copy[i] = s.p[i] == '_' ? ' ' : s.p[i];
	return (struct str){ copy, s.n };
}

static struct str whom_of(struct arena *a, const struct sla_rule_line *r)
{
	struct buf b;
	buf_init(&b, a, 4000);
	add_part(&b, S(""), r->organisation);
	add_part(&b, S(""), plain(a, r->stage));
	add_part(&b, S(""), r->tier);
	add_part(&b, S("plan "), r->plan);
	add_part(&b, S(""), plain(a, r->deployment));
	add_part(&b, S("with "), r->entitlement);
	add_part(&b, S("severity "), r->severity);
	add_part(&b, S("by "), r->channel);
	add_part(&b, S("tagged "), r->tag);
	return buf_str(&b).n ? buf_str(&b) : S("every ticket");
}

/* The instant as a date when it is a midnight of the rows' zone, which the text form decides: here the reader's day is enough. */
static struct str day_of(struct web *w, utime t)
{
	struct civil d;
	civil_local(w->html.zone ? w->html.zone : zone_find(S("UTC")), t, &d);
	return arena_fmt(w->c->arena, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static struct str dates_of(struct web *w, const struct sla_rule_line *r)
{
	struct arena *a = w->c->arena;
	if (r->from_us.set && r->to_us.set)
		return arena_fmt(a, "%.*s to %.*s", STR_ARG(day_of(w, r->from_us.v)), STR_ARG(day_of(w, r->to_us.v)));
	if (r->from_us.set)
		return arena_fmt(a, "from %.*s", STR_ARG(day_of(w, r->from_us.v)));
	return r->to_us.set ? arena_fmt(a, "until %.*s", STR_ARG(day_of(w, r->to_us.v))) : S("");
}

/* "2h" as "2 business hours"; false: no such word, the text stays as it is written. */
static bool span_words(struct arena *a, struct str text, const char *of, struct str *ret)
{
	int64_t n;
	if (text.n < 2 || !str_i64(str_slice(text, 0, text.n - 1), &n))
		return false;
	const char *unit = text.p[text.n - 1] == 'h' ? "hour" : text.p[text.n - 1] == 'm' ? "minute" : text.p[text.n - 1] == 'd' ? "day" : NULL;
	if (unit)
		*ret = arena_fmt(a, "%lld %s%s%s", (long long)n, of, unit, n == 1 ? "" : "s");
	return unit;
}

/* The end of a list of words: what a key of the text says, up to the next key. */
static struct str key_words(struct str text, struct str key)
{
	static const char *const KEYS[] = { " warn ", " pause ", " calendar " };
	ptrdiff_t at = str_find(text, key);
	if (at < 0)
		return S("");
	struct str rest = str_slice(text, (size_t)at + key.n, text.n);
	for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
		ptrdiff_t end = str_find(rest, str_c(KEYS[i]));
		if (end >= 0)
			rest = str_slice(rest, 0, (size_t)end);
	}
	return str_trim(rest);
}

struct str promise_target_words(struct arena *a, struct str text, bool ours)
{
	struct str first, rest, kind, span, before;
	if (!str_cut(text, ' ', &first, &rest))
		return text;
	if (!str_cut(rest, ' ', &kind, &rest))
		kind = rest;
	bool business = str_eq(kind, S("business"));
	if ((!business && !str_eq(kind, S("wall"))) || !span_words(a, first, business ? "business " : "", &span))
		return text;
	struct str warn = key_words(text, S(" warn ")), pause = key_words(text, S(" pause ")), calendar = key_words(text, S(" calendar "));
	struct buf b;
	buf_init(&b, a, 600);
	buf_fmt(&b, "%.*s%s", STR_ARG(span), business ? "" : ", day and night");
	if (ours && warn.n && span_words(a, warn, "", &before))
		buf_fmt(&b, "; we are warned %.*s before", STR_ARG(before));
	else if (ours && warn.n)
		buf_fmt(&b, "; we are warned %.*s before", STR_ARG(warn));
	if (pause.n)
		buf_fmt(&b, "; stands still while %.*s", STR_ARG(plain(a, pause)));
	if (calendar.n)
		buf_fmt(&b, "; by the calendar %.*s", STR_ARG(calendar));
	return buf_str(&b);
}

void promise_targets(struct arena *a, struct promise_line *l, bool ours)
{
	struct str rest = l->r->targets, one, name, value;
	l->n_targets = 0;
	while (l->n_targets < ARRAY_LEN(l->targets) && str_line(&rest, &one))
		if (str_cut(one, '=', &name, &value))
			l->targets[l->n_targets++] = arena_fmt(a, "%.*s: %.*s", STR_ARG(promise_clock_title(str_trim(name))),
							       STR_ARG(promise_target_words(a, str_trim(value), ours)));
}

static void words_of(struct web *w, const struct sla_rule_line *r, struct promise_line *ret)
{
	struct arena *a = w->c->arena;
	*ret = (struct promise_line){ .r = r, .whom = whom_of(a, r), .dates = dates_of(w, r) };
	promise_targets(a, ret, true);
}

enum err promise_lines(struct web *w, int64_t edition, struct promise_line **ret, size_t *ret_n)
{
	struct sla_rule_line *rows;
	size_t n;
	TRY(sla_rules_of(w->c, edition, &rows, &n));
	struct promise_line *lines = arena_array(w->c->arena, struct promise_line, n + 1);
	for (size_t i = 0; i < n; i++)
		words_of(w, &rows[i], &lines[i]);
	*ret = lines;
	*ret_n = n;
	return OK;
}

/* ---- the list ---- */

static bool may_change(const struct web *w)
{
	return w->c->actor.caps & CAN_ADMIN;
}

static enum err fill_editions(struct web *w, struct promises_view *v)
{
	struct sla_edition_all_row *rows;
	size_t n;
	TRY(sla_edition_all(w->c->db, w->c->arena, &rows, &n));
	v->editions = arena_array(w->c->arena, struct promise_edition, EDITIONS_SHOWN);
	for (size_t i = n; i-- > 0 && v->n_editions < EDITIONS_SHOWN;)
		v->editions[v->n_editions++] = (struct promise_edition){ .id = rows[i].id, .at_us = rows[i].created_us, .by = rows[i].actor_name,
									 .summary = rows[i].summary, .mode = rows[i].mode };
	return OK;
}

enum err promises_page(struct web *w)
{
	struct promises_view v = { .w = w, .may_change = may_change(w) };
	struct promise_line *lines;
	size_t n;
	TRY(promise_lines(w, 0, &lines, &n));
	v.now = arena_array(w->c->arena, struct promise_line, n + 1);
	v.aims = arena_array(w->c->arena, struct promise_line, n + 1);
	v.other = arena_array(w->c->arena, struct promise_line, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (!lines[i].r->in_force)
			v.other[v.n_other++] = lines[i];
		else if (str_eq(lines[i].r->track, S("aim")))
			v.aims[v.n_aims++] = lines[i];
		else
			v.now[v.n_now++] = lines[i];
	}
	TRY(fill_editions(w, &v));
	v.layout = web_layout(w, S("What we promise"));
	promises_html(&w->html, &v);
	return OK;
}

/* ---- the editor ---- */

static const struct {
	const char *value, *label;
} MODES[] = {
	{ "new", "New tickets only: open ones keep what they were promised" },
	{ "now", "Open tickets too, counted from now" },
	{ "start", "Open tickets too, from their start, as if it had always been so" },
};

const struct promise_choice *promise_modes(struct web *w, struct str chosen, size_t *ret_n)
{
	struct promise_choice *modes = arena_array(w->c->arena, struct promise_choice, ARRAY_LEN(MODES));
	for (size_t i = 0; i < ARRAY_LEN(MODES); i++)
		modes[i] = (struct promise_choice){ str_c(MODES[i].value), str_c(MODES[i].label), str_eq(chosen, str_c(MODES[i].value)) };
	*ret_n = ARRAY_LEN(MODES);
	return modes;
}

static enum err edit_page(struct web *w, struct promise_edit_view *v)
{
	v->w = w;
	v->modes = promise_modes(w, v->mode, &v->n_modes);
	v->back_words = v->back_words.p ? v->back_words : S("What we promise");
	v->may_change = may_change(w);
	v->layout = web_layout(w, v->title);
	promise_edit_html(&w->html, v);
	return OK;
}

static struct str row_title(struct arena *a, struct str code)
{
	return arena_fmt(a, "Row %.*s", STR_ARG(code));
}

/* What was typed comes back after a refusal. */
static void typed(struct web *w, struct promise_edit_view *v)
{
	v->text = web_typed(w, "config.put", "text", v->text);
	v->reason = web_typed(w, "config.put", "reason", S(""));
	v->mode = web_typed(w, "config.put", "open", S("new"));
	v->error = web_field_error(w, "config.put", "text");
	if (!v->error.n)
		v->error = web_form_error(w, "config.put");
}

enum err promise_row_page(struct web *w)
{
	struct arena *a = w->c->arena;
	struct promise_edit_view v = { .key = web_param(w, "code"), .back = S("/promises") };
	struct promise_line *lines;
	size_t n;
	TRY(promise_lines(w, 0, &lines, &n));
	for (size_t i = 0; i < n && !v.line; i++)
		if (str_eq(lines[i].r->code, v.key))
			v.line = &lines[i];
	v.fresh = !v.line;
	if (v.fresh && !str_eq(v.key, S("new")))
		return fail(w->c, ERR_NOT_FOUND, "There is no row of that name now. The list of rows shows those of other times too.");
	if (v.fresh)
		v.text = S("[rule NAME]\ntitle = \nstage = post_sales\nseverity = 1\ncalendar = pacific-9-5\nfirst_response = 8h business warn 2h\nshown = yes\nsource = \n");
	else
		TRY(sla_section_text(w->c, "rule", v.key, &v.text));
	v.title = v.fresh ? S("A new row") : row_title(a, v.key);
	typed(w, &v);
	return edit_page(w, &v);
}

enum err promise_whole_page(struct web *w)
{
	struct promise_edit_view v = { .key = S(""), .back = S("/promises"), .whole = true, .title = S("All rows as text") };
	TRY(sla_config_text(w->c, web_query_i64(w, "edition", 0), &v.text));
	typed(w, &v);
	return edit_page(w, &v);
}

enum err promise_show_change(struct web *w, struct promise_edit_view *v)
{
	struct ctx *c = w->c;
	const char *mode = MODES[0].value;
	struct sla_preview *p = arena_new(c->arena, struct sla_preview);
	if (v->text.n > TEXT_MAX_BYTES)
		return fail(c, ERR_LIMIT, "The text is longer than %d bytes. Use the command line: tend config diff.", TEXT_MAX_BYTES);
	for (size_t i = 0; i < ARRAY_LEN(MODES); i++)
		if (str_eq(v->mode, str_c(MODES[i].value)))
			mode = MODES[i].value;
	v->mode = str_c(mode);
	v->error = v->error.p ? v->error : S("");
	enum err e = sla_preview_text(c, v->text, !v->whole, mode, p);
	if (e != OK && e != ERR_INPUT)
		return e;
	if (e == OK) {
		v->preview = p;
	} else {
		v->error = c->fault.n_fields ? arena_str(c->arena, str_c(c->fault.fields[0].message)) : arena_str(c->arena, str_c(c->fault.message));
		fault_clear(&c->fault);
		w->res->status = 422;
	}
	return edit_page(w, v);
}

enum err promise_preview_post(struct web *w)
{
	struct str text = form_value(&w->form, S("text"), NULL), back = form_value(&w->form, S("back"), NULL);
	struct promise_edit_view v = { .key = form_value(&w->form, S("key"), NULL), .back = S("/promises"), .text = text.p ? text : S(""),
				       .mode = form_value(&w->form, S("open"), NULL), .reason = form_value(&w->form, S("reason"), NULL) };
	/* where a form of ours led here */
	if (str_starts(back, S("/promises/")) && str_find(back, S("//")) < 0) {
		v.back = back;
		v.back_words = S("Back to the form");
	}
	v.whole = str_eq(form_value(&w->form, S("whole"), NULL), S("yes"));
	v.title = v.whole ? S("All rows as text") : v.key.n ? row_title(w->c->arena, v.key) : S("A change");
	return promise_show_change(w, &v);
}

/* ---- what would have been promised ---- */

static struct str asked(struct web *w, const char *name)
{
	struct str s = web_query(w, name);
	return s.p ? str_trim(s) : S("");
}

static void put_words(struct ctx *c, const struct sla_answer *a, struct str words[SLA_CLOCKS])
{
	for (size_t i = 0; i < a->n_targets; i++)
		words[i] = arena_fmt(c->arena, "%.*s", STR_ARG(promise_clock_title(a->targets[i].clock)));
}

enum err promised_page(struct web *w)
{
	struct ctx *c = w->c;
	struct promised_view v = { .on = asked(w, "on"), .organisation = asked(w, "organisation"), .stage = asked(w, "stage"), .tier = asked(w, "tier"),
				   .plan = asked(w, "plan"), .deployment = asked(w, "deployment"), .channel = asked(w, "channel"),
				   .entitlement = asked(w, "entitlement"), .tag = asked(w, "tag"), .severity = asked(w, "severity"), .error = S("") };
	int64_t number;
	struct sla_question q = { .at_us = c->now_us, .stage = v.stage, .tier = v.tier, .plan = v.plan, .deployment = v.deployment, .channel = v.channel,
				  .entitlement = v.entitlement, .tag = v.tag };
	v.asked = v.on.n > 0;
	if (v.asked && !civil_parse_rfc3339(arena_fmt(c->arena, "%.*s%sZ", STR_ARG(v.on), v.on.n == 10 ? "T12:00:00" : v.on.n == 16 ? ":00" : ""), &q.at_us))
		v.error = S("This is no day that can be read. Write it like 2021-06-14, or 2021-06-14T09:30 in UTC.");
	else if (v.severity.n && !str_eq(v.severity, S("untriaged"))) {
		if (str_i64(v.severity, &number) && number >= 0 && number <= SLA_SEVERITY_MOST)
			q.severity = SOME(number);
		else
			v.error = S("A severity is a number, or the word untriaged.");
	}
	if (v.organisation.n && !v.error.n) {
		if (str_i64(v.organisation, &number) && number > 0)
			q.organisation = SOME(number);
		else
			v.error = S("An organisation is named by its number here: it stands on its page.");
	}
	v.at_us = q.at_us;
	if (v.asked && !v.error.n) {
		TRY(sla_promised(c, &q, SLA_PROMISE, &v.promise));
		TRY(sla_promised(c, &q, SLA_AIM, &v.aim));
		put_words(c, &v.promise, v.words[0]);
		put_words(c, &v.aim, v.words[1]);
	}
	if (v.error.n)
		w->res->status = 422;
	v.layout = web_layout(w, S("What would we have promised?"));
	promised_html(&w->html, &v);
	return OK;
}
