/* resolve_page.c: solving a case: which rule fits and why, which gates are shut and what opens them, and what is filled in; what stands to be filled in when
 * a case ended without its engineer. Reads only. */
#include "desk/resolve_view.h"

#include "account/account.h"
#include "base/civil.h"
#include "desk/desk_page.h"
#include "web/place.h"
#include "web/route.h"

#include "case.sql.h"
#include "resolve.html.h"

#include <string.h>

#include "base/banned.h"

enum { PAGE = 50 };

static struct str or_empty(struct str s)
{
	return s.p ? s : S("");
}

static const char *command_of(const struct resolve_view *v)
{
	return v->over ? "ticket.closing" : "ticket.resolve";
}

static void field(struct web *w, const struct resolve_view *v, struct resolve_field *f, const char *name, struct str label, struct str value)
{
	*f = (struct resolve_field){ .name = name, .label = label, .value = web_typed(w, command_of(v), name, or_empty(value)),
				     .error = web_field_error(w, command_of(v), name) };
}

/* ---- the rules ---- */

static struct str fit_words(struct arena *a, const struct resolve_look_rule *r)
{
	if (!r->missing)
		return r->n_gates ? S("fits") : S("nothing is checked");
	return arena_fmt(a, "%d %s missing", r->missing, r->missing == 1 ? "thing" : "things");
}

static void rules(struct web *w, const struct resolve_look *look, struct resolve_view *v)
{
	struct ctx *c = w->c;
	struct str asked = web_query(w, "rule");
	v->rows = arena_array(c->arena, struct resolve_row, look->n_rules + 1);
	for (size_t i = 0; i < look->n_rules; i++) {
		const struct resolve_look_rule *r = &look->rules[i];
		bool digit = r->code.n == 2 && r->code.p[0] == 'R' && r->code.p[1] >= '0' && r->code.p[1] <= '9';
		v->rows[v->n_rows++] = (struct resolve_row){
			.rule = r, .url = arena_fmt(c->arena, "/tickets/%lld/resolve?rule=%.*s#solve", (long long)v->t.id, STR_ARG(url_encode(c->arena, r->code))),
			.fit = fit_words(c->arena, r), .key = digit ? str_slice(r->code, 1, 2) : S(""),
		};
		if (!v->rule || (asked.n && str_eq(asked, r->code)))
			v->rule = r;
	}
	for (size_t i = 0; i < v->n_rows; i++)
		v->rows[i].here = v->rows[i].rule == v->rule;
	for (size_t i = 0; v->rule && i < v->rule->n_gates; i++) {
		const struct resolve_gate *g = &v->rule->gate[i];
		bool alone = true;
		for (size_t k = 0; k < i; k++)      /* one box a kind, whatever it is asked of */
			alone &= v->rule->gate[k].kind != g->kind;
		if (g->state == GATE_MISSING && alone)
			field(w, v, &v->gate[i], gate_name(g->kind), S(""), S(""));
	}
}

/* ---- the fields ---- */

static void fields(struct web *w, const struct resolve_look *look, struct resolve_view *v)
{
	const struct closing_of_row *k = &look->closing;
	for (size_t i = 0; i < look->n_facts; i++) {
		const struct resolve_fact *f = &look->facts[i];
		if (str_eq(f->field, S("lifecycle"))) {
			v->asks_lifecycle = true;
			field(w, v, &v->lifecycle, "lifecycle", f->words, f->value);
		} else if (str_eq(f->field, S("kind"))) {
			v->asks_kind = true;
			field(w, v, &v->kind, "kind", f->words, f->value);
		} else if (str_eq(f->field, S("priority"))) {
			v->asks_priority = true;
			field(w, v, &v->priority, "priority", f->words, f->value);
		} else if (str_eq(f->field, S("engineering"))) {
			v->asks_engineering = true;
			field(w, v, &v->engineering, "engineering", f->words, f->value);
		} else if (str_eq(f->field, S("docs"))) {
			v->asks_docs = true;
			field(w, v, &v->docs, "docs", f->words, f->value);
			field(w, v, &v->docs_url, "docs_url", S("Page or change of the docs"), k->docs_url);
		} else if (str_eq(f->field, S("sentiment"))) {
			v->asks_sentiment = true;
			field(w, v, &v->sentiment, "sentiment", f->words, f->value);
			field(w, v, &v->sentiment_note, "sentiment_note", S("Why, for colleagues"), k->sentiment_note);
		} else if (str_eq(f->field, S("summary"))) {
			v->asks_summary = true;
			v->has_summary = !f->missing;
			field(w, v, &v->symptom, "symptom", S("What they saw or wanted"), S(""));
			field(w, v, &v->action, "action", S("What helped"), S(""));
			if (web_field_error(w, command_of(v), "summary").n)
				v->symptom.error = web_field_error(w, command_of(v), "summary");
		}
	}
}

/* Whoever has chosen a rule goes on typing at once; before that the digits choose. */
static void focus(struct web *w, struct resolve_view *v)
{
	struct resolve_field *all[] = { &v->kind, &v->priority, &v->lifecycle, &v->engineering, &v->docs, &v->sentiment, &v->symptom, &v->action };
	if (!web_query(w, "rule").n || w->failed)
		return;
	for (size_t i = 0; v->rule && i < v->rule->n_gates; i++)
		if (v->gate[i].name && !v->rule->gate[i].soft && v->rule->missing) {
			v->gate[i].first = true;
			return;
		}
	for (size_t i = 0; v->rule && v->rule->fields && i < ARRAY_LEN(all); i++)
		if (all[i]->name && !all[i]->value.n && !(v->has_summary && (all[i] == &v->symptom || all[i] == &v->action))) {
			all[i]->first = true;
			return;
		}
}

/* ---- the page ---- */

static enum err people(struct ctx *c, struct resolve_view *v)
{
	struct contact k;
	struct case_asked_row row;
	bool found;
	v->asked = v->first_name = S("");
	if (v->t.requester_id.set) {
		TRY(contact_get(c, v->t.requester_id.v, &k));
		struct str rest;
		str_cut(k.name, ' ', &v->first_name, &rest);
		v->can_ask = k.email.n && !k.bouncing && !k.deleted && !str_eq(v->t.status, S("new"));
	}
	TRY(case_asked(c->db, c->arena, &row, &found, .ticket_id = v->t.id));
	if (found && !row.answer.p) {
		v->asked = arena_fmt(c->arena, "%.*s was asked whether it is solved, %.*s ago.", STR_ARG(v->first_name.n ? v->first_name : S("The customer")),
				     STR_ARG(civil_span(c->arena, c->now_us - row.asked_us)));
		v->can_ask &= c->now_us - row.asked_us >= UTIME_US_PER_DAY;
	}
	return OK;
}

static enum err resolve_page(struct web *w)
{
	struct ctx *c = w->c;
	static const struct resolve_ask NOTHING;
	struct resolve_view *v = arena_new(c->arena, struct resolve_view);
	struct resolve_look look;
	struct resolution_of_row r;
	struct message_newest_id_row newest = { 0 };
	enum ticket_status s;
	bool found;
	TRY(ticket_load(c, web_param_id(w, "id"), &v->t));
	v->over = str_eq(v->t.status, S("solved")) || str_eq(v->t.status, S("closed"));
	if (!v->over && (!ticket_status_parse(v->t.status, &s) || !ticket_status_writable(s)))
		return fail(c, ERR_CONFLICT, "Ticket %lld is %.*s: nothing can be solved there.", (long long)v->t.id, STR_ARG(v->t.status));
	v->layout = web_layout(w, arena_fmt(c->arena, v->over ? "Fill in #%lld" : "Resolve #%lld", (long long)v->t.id));
	TRY(resolve_look_at(c, &v->t, &NOTHING, &look));
	TRY(people(c, v));
	TRY(message_newest_id(c->db, c->arena, &newest, &found, .ticket_id = v->t.id));
	v->seen = newest.id;
	if (!v->over)
		rules(w, &look, v);
	fields(w, &look, v);
	focus(w, v);
	v->here = v->rule ? arena_fmt(c->arena, "/tickets/%lld/resolve?rule=%.*s", (long long)v->t.id, STR_ARG(url_encode(c->arena, v->rule->code)))
			  : arena_fmt(c->arena, "/tickets/%lld/resolve", (long long)v->t.id);
	v->error = web_form_error(w, command_of(v));
	v->newer = str_find(v->error, S("wrote meanwhile")) >= 0;
	if (!v->error.n && w->failed)
		v->error = w->failed_fault->n_fields ? str_c(w->failed_fault->fields[0].message) : str_c(w->failed_fault->message);
	TRY(resolve_of(c, v->t.id, &r, &found));
	v->solved_by = v->over && found ? resolve_words(c, &r) : S("");
	v->gates_then = v->over && found ? r.gates : S("");
	resolve_html(&w->html, v);
	return OK;
}

/* ---- what stands to be filled in ---- */

static enum err to_fill_page(struct web *w)
{
	struct ctx *c = w->c;
	struct to_fill_view v = { .layout = web_layout(w, S("To fill in")), .all = web_query_i64(w, "all", 0) == 1, .next_url = S("") };
	int64_t before = web_query_i64(w, "before", 0);
	TRY(resolve_to_fill_read(c, v.all ? 0 : c->actor.id, before, PAGE + 1, &v.rows, &v.n));
	bool more = v.n > PAGE;
	v.n -= more;
	if (more)
		v.next_url = arena_fmt(c->arena, "/to-fill?%sbefore=%lld", v.all ? "all=1&" : "", (long long)v.rows[v.n - 1].id);
	to_fill_html(&w->html, &v);
	return OK;
}

/* ---- lines on other pages ---- */

static enum err resolved_card(struct web *w, int64_t id, struct html *h)
{
	struct ctx *c = w->c;
	struct case_resolution_row row;
	struct resolution_of_row r;
	bool found;
	TRY(case_resolution(c->db, c->arena, &row, &found, .ticket_id = id));
	if (!found)
		return OK;
	_Static_assert(sizeof(row) == sizeof(r), "case.sql");
	memcpy(&r, &row, sizeof(r));
	struct resolved_card v = { .ticket = id, .words = resolve_words(c, &r), .to_fill = r.filled_us.set ? S("") : or_empty(r.to_fill),
				   .can_fill = c->actor.caps & CAN_REPLY, .confirmed = r.confirmation_id.set };
	resolved_card_html(h, &v);
	return OK;
}

static enum err fill_line(struct web *w, int64_t id, struct html *h)
{
	struct ctx *c = w->c;
	struct resolution_to_fill_count_row few;
	(void)id;
	if (c->actor.kind != ACTOR_TEAMMATE || !(c->actor.caps & CAN_REPLY))
		return OK;
	TRY(resolution_to_fill_count(c->db, c->arena, &few, .holder = c->actor.id, .max = 100));
	if (few.n)
		fill_line_html(h, (size_t)few.n);
	return OK;
}

static const struct route routes[] = {
	{ "GET", "/tickets/:id/resolve", ROUTE_TEAMMATE, CAN_REPLY, resolve_page, 0, "Solve a case by a rule" },
	{ "GET", "/to-fill", ROUTE_TEAMMATE, CAN_READ, to_fill_page, 0, "Cases that ended without their engineer and want to be filled in" },
	{ 0 },
};
static const struct place places[] = {
	{ .label = "To fill in", .url = "/to-fill", .need = CAN_REPLY },
	{ 0 },
};
static const struct card cards[] = {
	{ .show = resolved_card, .at = CARD_TICKET_SIDE },
	{ .show = fill_line, .at = CARD_LIST_TOP },
	{ 0 },
};

static const struct event_words words[] = {
	{ "ticket.resolved", "cited the rule by which it is solved", false },
	{ "ticket.closing_filled", "filled in what is asked for at the close", true },
	{ "resolution.confirmed", "confirmed that it is solved", false },
	{ "resolution.filled", "filled in all that was missing", false },
	{ 0 },
};

const struct feature resolve_feature = { .name = "desk", .routes = routes, .words = words, .places = places, .cards = cards };
