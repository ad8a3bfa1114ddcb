/* rows_page.c: the ownership table, its question "whose would it have been?", and the words that suggest. Reads only. */
#include "triage/triage_view.h"

#include "rows.html.h"

#include <string.h>

#include "base/banned.h"

enum { AIMS = 50, OWN_WORDS = 500 };
static const char *const STAGES[] = { "pre_sales", "post_sales", "none", NULL };

static struct str query(struct web *w, const char *name)
{
	struct str s = web_query(w, name);
	return s.p ? s : S("");
}

static bool is_date(struct str s)
{
	return s.n == 10 && s.p[4] == '-' && s.p[7] == '-';
}

/* "How to …; Feature …" of "how_to, feature_request". */
static struct str asks_words(struct arena *a, struct str asks)
{
	struct str rest = asks, one;
	struct buf b;
	buf_init(&b, a, 2000);
	while (rest.n) {
		str_cut(rest, ',', &one, &rest);
		buf_fmt(&b, "%s%s", b.n ? "; " : "", triage_ask_title(str_trim(one)));
	}
	return b.n ? buf_str(&b) : S("anything");
}

enum err triage_rows_page(struct web *w)
{
	struct ctx *c = w->c;
	struct rows_view v = { .layout = web_layout(w, S("Whose is it?")), .w = w, .on = query(w, "on"), .ask = query(w, "ask"), .stage = query(w, "stage"),
			       .strategic = query(w, "strategic"), .ce = query(w, "ce"), .ta = query(w, "ta"), .reason = S(""), .route = S(""),
			       .can_admin = c->actor.caps & CAN_ADMIN };
	struct owner_rule_rows_row *all;
	size_t n;
	if (!is_date(v.on))
		v.on = query(w, "all").n ? S("") : people_date(c->arena, c->now_us);
	TRY(owner_load(c, &all, &n));
	v.rows = arena_array(c->arena, struct owner_rule_rows_row, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!v.on.n || (str_cmp(all[i].valid_from, v.on) <= 0 && (!all[i].valid_to.p || str_cmp(all[i].valid_to, v.on) > 0)))
			v.rows[v.n++] = all[i];
	v.asks = arena_array(c->arena, struct str, v.n + 1);
	for (size_t i = 0; i < v.n; i++)
		v.asks[i] = asks_words(c->arena, v.rows[i].asks);
	v.asked = v.ask.n > 0;
	if (v.asked) {
		struct owner_facts f = { .ask = v.ask, .stage = v.stage.n ? v.stage : S("none"), .strategic = str_eq(v.strategic, S("yes")), .ce = str_eq(v.ce, S("yes")),
					 .ta = str_eq(v.ta, S("yes")), .date = v.on.n ? v.on : people_date(c->arena, c->now_us) };
		const struct owner_rule_rows_row *r = owner_pick(all, n, &f);
		v.reason = owner_reason(c->arena, r, &f);
		v.route = r ? r->route : S("");
	}
	TRY(triage_aim_all(c->db, c->arena, &v.aims, &v.n_aims, .max = AIMS));
	owner_rows_html(&w->html, &v);
	return OK;
}

/* ---- one row ---- */

static struct form_field *checks(struct form_view *f, const char *name, const char *label, const char *const *values, struct str now)
{
	struct web *w = f->web;
	struct form_field *x = form_add(f, INPUT_CHECKS, name, label, now);
	size_t n = 0;
	while (values[n])
		n++;
	x->options = arena_array(w->c->arena, struct form_option, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct str value = str_c(values[i]), rest = now, one;
		bool on = false;
		if (w->failed) {
			for (size_t k = 0; k < w->form.n_pairs; k++)
				on |= str_eq(w->form.pairs[k].name, str_c(name)) && str_eq(w->form.pairs[k].value, value);
		} else {
			while (rest.n) {
				str_cut(rest, ',', &one, &rest);
				on |= str_eq(str_trim(one), value);
			}
		}
		const char *title = triage_ask_title(value);
		x->options[x->n_options++] = (struct form_option){ value, str_c(title == triage_ask_title(STR_NULL) ? account_words(value) : title), on };
	}
	return x;
}

static void choice(struct form_view *f, const char *name, const char *label, const char *const *values, struct str now, const char *none, const char *(*words)(struct str))
{
	struct form_field *x = form_choice(f, name, label, values, now, none);
	for (size_t i = none ? 1 : 0; words && i < x->n_options; i++)
		x->options[i].label = str_c(words(x->options[i].value));
}

enum err triage_rule_page(struct web *w)
{
	struct ctx *c = w->c;
	struct rule_form_view v = { .layout = web_layout(w, S("A row of the ownership table")), .old = { .asks = S(""), .stage = S(""), .strategic = S(""), .ce = S(""),
				    .ta = S(""), .owner = S("support"), .action = S("here"), .route = S(""), .dest = S(""), .macro = S(""), .code = S(""), .position = 500,
				    .valid_from = S(""), .reading = S(""), .source = S("") } };
	int64_t follows = web_query_i64(w, "follows", 0);
	if (follows)
		TRY(owner_rule_get(c->db, c->arena, &v.old, &v.follows, .id = follows));
	if (follows && !v.follows)
		return fail(c, ERR_NOT_FOUND, "There is no such row.");
	struct str here = v.follows ? arena_fmt(c->arena, "/triage/rows/new?follows=%lld", (long long)follows) : S("/triage/rows/new");
	struct form_view *f = &v.form;
	form_begin(f, w, "owner_rule.add", v.follows ? "Let it follow" : "Add the row", here, S("/triage/rows"));
	f->back_url = S("/triage/rows");
	if (v.follows)
		form_hidden(f, "follows", arena_fmt(c->arena, "%lld", (long long)follows));
	else
		form_add(f, INPUT_LINE, "code", "Short name", S(""))->help = "such as howto-7";
	form_add(f, INPUT_DATE, "valid_from", "From", S(""));
	checks(f, "asks", "What it asks (none ticked: anything)", triage_asks, v.old.asks);
	checks(f, "stage", "Stage of the sale (none ticked: any)", STAGES, v.old.stage);
	choice(f, "strategic", "Strategic customer", owner_yes_no, v.old.strategic, "either", NULL);
	choice(f, "ce", "A customer engineer is named", owner_yes_no, v.old.ce, "either", NULL);
	choice(f, "ta", "A technical advisor is named", owner_yes_no, v.old.ta, "either", NULL);
	choice(f, "owner", "Whose it is", owner_owners, v.old.owner, NULL, owner_words);
	choice(f, "action", "What is done", owner_actions, v.old.action, NULL, owner_action_words);
	form_add(f, INPUT_LINE, "route", "Where it goes, in words", v.old.route);
	form_add(f, INPUT_LINE, "dest", "Address or link", v.old.dest);
	form_add(f, INPUT_LINE, "macro", "Macro for the customer", v.old.macro);
	form_add(f, INPUT_LINE, "position", "Order", arena_fmt(c->arena, "%lld", (long long)v.old.position));
	form_add(f, INPUT_LINE, "reading", "Why", S(""));
	form_begin(&v.end, w, "owner_rule.end", "End it", here, S("/triage/rows"));
	form_hidden(&v.end, "rule", arena_fmt(c->arena, "%lld", (long long)follows));
	form_add(&v.end, INPUT_DATE, "valid_to", "No longer so from", S(""));
	form_add(&v.end, INPUT_LINE, "reason", "Why", S(""));
	owner_rule_html(&w->html, &v);
	return OK;
}

/* ---- words ---- */

enum err triage_words_page(struct web *w)
{
	struct ctx *c = w->c;
	struct words_view v = { .layout = web_layout(w, S("Words that suggest")), .text = query(w, "text"), .can_lead = c->actor.caps & CAN_LEAD };
	TRY(triage_cue_all(c->db, c->arena, &v.own, &v.n_own, .max = OWN_WORDS));
	v.tried = v.text.n > 0;
	if (v.tried)
		TRY(cue_read(c, v.text, S(""), people_date(c->arena, c->now_us), &v.found));
	form_begin(&v.form, w, "triage_cue.add", "Add", S("/triage/words"), S("/triage/words"));
	choice(&v.form, "kind", "They suggest", cue_kinds, S("area"), NULL, NULL);
	form_add(&v.form, INPUT_LINE, "words", "Words", S(""));
	form_add(&v.form, INPUT_LINE, "value", "What", S(""));
	triage_words_html(&w->html, &v);
	return OK;
}
