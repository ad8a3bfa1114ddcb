/* rule_form_page.c: one rule: its form, what it says in words, what it would have done. Trying is a POST that writes nothing: it carries a text that is saved
 * nowhere. */
#include "rules/rule_view.h"

#include "people/people.h"
#include "sla/calendar.h"
#include "web/route.h"

#include "rule_form.html.h"

#include <string.h>

#include "base/banned.h"

enum { HISTORY = 50 };

const struct rule_example rule_examples[] = {
	{ "reply-on-pending", "An enterprise customer answers: tell the holder", "customer reply", "was:pending tier:enterprise -assignee:nobody",
	  "tag answered; notify assignee \"They answered.\"", "Whoever holds the case hears of it at once, and the tag makes a list of such cases easy." },
	{ "out-of-memory", "“Out of memory” goes to the area of executors", "created", "(\"out of memory\" or \"oom killed\") -tag:area:executors", "tag area:executors; kind defect",
	  "Words in the subject or text of a new case put it where it belongs." },
	{ "p1-waits", "A p1 waits for two hours: tell the admins", "2h since customer reply", "priority:p0,p1 hours:open", "notify admins \"Case {{ticket.id}} waits for our answer.\"",
	  "Time passes without an answer, by the desk’s open hours." },
};
const size_t rule_n_examples = ARRAY_LEN(rule_examples);

static void from_row(struct rule_one_view *v, const struct rule_rows_row *row)
{
	v->slug = row->slug;
	v->title = v->heading = row->title;
	v->when = row->when_text;
	v->cond = row->if_text;
	v->then = row->then_text;
	v->from = row->valid_from;
	v->to = row->valid_to.n ? row->valid_to : S("");
	v->state = row->state;
	v->why = row->why;
	v->source = row->source;
	v->seen = row->id;
	v->version = row->version;
}

static void from_example(struct web *w, struct rule_one_view *v)
{
	struct str name = web_query(w, "example");
	for (size_t i = 0; i < rule_n_examples; i++)
		if (str_eq(name, str_c(rule_examples[i].name))) {
			v->title = str_c(rule_examples[i].title);
			v->when = str_c(rule_examples[i].when);
			v->cond = str_c(rule_examples[i].cond);
			v->then = str_c(rule_examples[i].then);
		}
}

/* What was typed into a form that failed, or that is only to be tried. */
static void from_form(struct web *w, struct rule_one_view *v, bool trying)
{
	struct { const char *name; struct str *at; } FIELDS_OF[] = {
		{ "title", &v->title }, { "when", &v->when }, { "if", &v->cond }, { "then", &v->then }, { "from", &v->from }, { "to", &v->to }, { "reason", &v->reason },
		{ "_dry_from", &v->dry_from }, { "_dry_to", &v->dry_to }, { "_dry_ticket", &v->dry_ticket },
	};
	for (size_t i = 0; i < ARRAY_LEN(FIELDS_OF); i++) {
		struct str typed = trying ? form_value(&w->form, str_c(FIELDS_OF[i].name), NULL) : web_typed(w, "rule.put", FIELDS_OF[i].name, STR_NULL);
		if (typed.p)
			*FIELDS_OF[i].at = typed;
	}
	struct str state = trying ? form_value(&w->form, S("state"), NULL) : web_typed(w, "rule.put", "state", STR_NULL);
	struct str seen = trying ? form_value(&w->form, S("seen"), NULL) : STR_NULL;
	if (state.n && !str_eq(v->state, S("paused")))
		v->state = state;
	if (seen.n)
		str_i64(seen, &v->seen);
	if (v->is_new) {
		struct str slug = trying ? form_value(&w->form, S("rule"), NULL) : web_typed(w, "rule.put", "rule", STR_NULL);
		v->slug = slug.p ? slug : v->slug;
	}
}

static void complaints(struct web *w, struct rule_one_view *v)
{
	v->error = web_form_error(w, "rule.put");
	if (!v->error.n)
		v->error = web_form_error(w, "rule.switch");
	if (!v->error.n)
		v->error = web_form_error(w, "rule.restore");
	v->wrong_rule = web_field_error(w, "rule.put", "rule");
	v->wrong_title = web_field_error(w, "rule.put", "title");
	v->wrong_when = web_field_error(w, "rule.put", "when");
	v->wrong_if = web_field_error(w, "rule.put", "if");
	v->wrong_then = web_field_error(w, "rule.put", "then");
	v->wrong_from = web_field_error(w, "rule.put", "from");
	v->wrong_to = web_field_error(w, "rule.put", "to");
}

/* The rule as its texts stand in the view; its complaints go to the fields. */
static enum err compile(struct web *w, struct rule_one_view *v, struct rule *r, bool *ret_good)
{
	struct ctx *c = w->c;
	struct rule_rows_row row = { .slug = v->slug.n ? v->slug : S("draft"), .state = S("on"), .title = v->title.n ? v->title : S("Draft"), .when_text = v->when, .if_text = v->cond,
				     .then_text = v->then, .valid_from = S("2000-01-01"), .why = S(""), .source = S("") };
	const char *part;
	struct str wrong;
	TRY(rule_compile(c, c->arena, &row, r, &part, &wrong));
	*ret_good = !part;
	if (part && v->tried) {
		v->error = S("Mend this first; then it can be tried.");
		*(strcmp(part, "when") == 0 ? &v->wrong_when : strcmp(part, "if") == 0 ? &v->wrong_if : &v->wrong_then) = wrong;
	} else if (part) {
		v->broken = wrong;
	}
	return OK;
}

static bool day(struct str s, utime otherwise, utime *ret)
{
	int64_t d;
	*ret = otherwise;
	if (!str_trim(s).n)
		return true;
	if (!cal_parse_date(str_trim(s), &d))
		return false;
	*ret = d * UTIME_US_PER_DAY;
	return true;
}

static enum err try_it(struct web *w, struct rule_one_view *v, const struct rule *r)
{
	struct ctx *c = w->c;
	struct rule_dry d = { .before = INT64_MAX };
	struct ticket_get_row t;
	struct str before = form_value(&w->form, S("_dry_before"), NULL);
	v->tried = false;
	if (!day(v->dry_from, c->now_us - 30 * UTIME_US_PER_DAY, &d.from_us) || !day(v->dry_to, INT64_MAX, &d.to_us)) {
		v->error = S("A date is written 2026-11-24.");
		return OK;
	}
	if (d.from_us >= d.to_us) {
		v->error = S("The end lies before the beginning.");
		return OK;
	}
	if (str_trim(v->dry_ticket).n && (!str_i64(str_trim(v->dry_ticket), &d.ticket_id) || d.ticket_id <= 0 || ticket_load(c, d.ticket_id, &t) != OK)) {
		fault_clear(&c->fault);
		v->error = S("There is no case of that number.");
		return OK;
	}
	if (before.n)
		str_i64(before, &d.before);
	TRY(rule_dry_run(c, r, &d));
	v->dry = d;
	v->tried = true;
	v->percent = d.newest && d.next ? (d.newest - d.next) * 100 / d.newest : 100;
	return OK;
}

static enum err show(struct web *w, struct rule_one_view *v)
{
	struct ctx *c = w->c;
	struct rule r, *all;
	bool good = false;
	size_t n;
	if (v->when.n && v->then.n)
		TRY(compile(w, v, &r, &good));
	if (good) {
		v->words = rule_words(c->arena, &r);
		TRY(rules_all(c, &all, &n));
		v->warning = rule_cycles(c, &r, all, n);
		if (v->tried)
			TRY(try_it(w, v, &r));
	}
	v->tried &= good;
	TRY(rule_macros(c->db, c->arena, &v->macros, &v->n_macros, .day = people_date(c->arena, c->now_us)));
	if (!v->is_new)
		TRY(rule_history(c->db, c->arena, &v->history, &v->n_history, .slug = v->slug, .max = HISTORY));
	rule_one_html(&w->html, v);
	return OK;
}

static struct rule_one_view empty(struct web *w)
{
	return (struct rule_one_view){
		.slug = S(""), .title = S(""), .heading = S("New rule"), .when = S(""), .cond = S(""), .then = S(""), .from = S(""), .to = S(""), .reason = S(""), .state = S("off"),
		.source = S(""), .why = S(""), .words = S(""), .warning = S(""), .error = S(""), .wrong_rule = S(""), .wrong_title = S(""), .wrong_when = S(""), .wrong_if = S(""),
		.wrong_then = S(""), .wrong_from = S(""), .wrong_to = S(""), .dry_from = S(""), .dry_to = S(""), .dry_ticket = S(""), .broken = S(""),
		.can_edit = w->c->actor.caps & CAN_ADMIN, .is_new = true,
	};
}

static enum err new_page(struct web *w)
{
	struct rule_one_view v = empty(w);
	v.layout = web_layout(w, S("New rule"));
	from_example(w, &v);
	from_form(w, &v, false);
	complaints(w, &v);
	return show(w, &v);
}

static enum err begin(struct web *w, struct str slug, struct rule_one_view *v)
{
	struct rule_rows_row row;
	TRY(rule_row_read(w->c, slug, &row));
	*v = empty(w);
	v->is_new = false;
	from_row(v, &row);
	v->layout = web_layout(w, row.title);
	return OK;
}

static enum err one_page(struct web *w)
{
	struct rule_one_view v;
	TRY(begin(w, web_param(w, "slug"), &v));
	from_form(w, &v, false);
	complaints(w, &v);
	return show(w, &v);
}

static enum err try_page(struct web *w)
{
	struct rule_one_view v;
	struct str slug = form_value(&w->form, S("rule"), NULL);
	struct rule_by_slug_row row;
	bool found = false;
	if (slug.n)
		TRY(rule_by_slug(w->c->db, w->c->arena, &row, &found, .slug = slug));
	if (found) {
		TRY(begin(w, slug, &v));
	} else {
		v = empty(w);
		v.layout = web_layout(w, S("New rule"));
	}
	v.tried = true;
	from_form(w, &v, true);
	return show(w, &v);
}

const struct route rule_form_routes[] = {
	{ "GET", "/rules/new", ROUTE_TEAMMATE, CAN_ADMIN, new_page, 0, "A new rule" },
	{ "GET", "/rules/rule/:slug", ROUTE_TEAMMATE, CAN_READ, one_page, 0, "A rule, its versions, and what it would have done" },
	{ "POST", "/rules/try", ROUTE_TEAMMATE, CAN_READ, try_page, 64 << 10, "What a rule says in words, and what it would have done" },
	{ 0 },
};
