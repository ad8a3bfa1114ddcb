/* triage_page.c: triage as one screen: the next case, all that is proposed for it, one form; and the lists around it. Reads only. */
#include "triage/triage_view.h"

#include "base/civil.h"
#include "base/utf8.h"
#include "desk/macro.h"

#include "triage.html.h"

#include <string.h>

static const struct {
	int64_t value;
	const char *stage, *words, *examples, *from, *to;
} SEVERITIES[] = {
#define SEVERITY_MEANING(value, stage, words, examples, from, to, source) { value, stage, words, examples, from, to },
#include "handbook/severity_meanings.def"
#undef SEVERITY_MEANING
};
static const struct {
	const char *value, *words, *from, *to;
} PRIORITIES[] = {
#define PRIORITY_MEANING(value, words, from, to, source) { value, words, from, to },
#include "handbook/severity_meanings.def"
#undef PRIORITY_MEANING
};

#include "base/banned.h"

enum { PAGE = 50, TEXTS = 6, TEXT_BYTES = 2400, COUNT_MOST = 1000 };

/* ---- what was typed: of a form that failed, or of one that asks to look again ---- */

static bool from_form(const struct web *w)
{
	return w->failed ? strcmp(w->failed->name, "triage.decide") == 0 : str_eq(w->req->method, S("POST"));
}

static struct str typed(struct web *w, const char *name, struct str otherwise)
{
	struct str s = from_form(w) ? form_value(&w->form, str_c(name), NULL) : STR_NULL;
	return s.p ? s : otherwise.p ? otherwise : S("");
}

static bool ticked(struct web *w, const char *name)
{
	return from_form(w) && form_value(&w->form, str_c(name), NULL).n > 0;
}

/* Was this value among those sent under that name? */
static bool sent(struct web *w, const char *name, struct str value)
{
	for (size_t i = 0; i < w->form.n_pairs; i++)
		if (str_eq(w->form.pairs[i].name, str_c(name)) && str_eq(w->form.pairs[i].value, value))
			return true;
	return false;
}

static struct str number(struct ctx *c, int64_t v)
{
	return arena_fmt(c->arena, "%lld", (long long)v);
}

static struct triage_choice *choices(struct ctx *c, size_t most)
{
	return arena_array(c->arena, struct triage_choice, most + 1);
}

/* ---- the parts of the form ---- */

static void same(struct web *w, struct triage_one_view *v)
{
	static const char *const KEYS[] = { "m", NULL, NULL, NULL };
	struct ctx *c = w->c;
	struct str chosen = typed(w, "same_as", S(""));
	v->same = choices(c, SUGGEST_SAME);
	for (size_t i = 0; i < v->s->n_same; i++) {
		const struct suggest_same *k = &v->s->same[i];
		struct str id = number(c, k->ticket);
		v->same[v->n_same++] = (struct triage_choice){
			.value = id, .on = str_eq(id, chosen), .key = KEYS[i], .label = k->subject,
			.why = arena_fmt(c->arena, "%s #%lld, %.*s%s%.*s%s%.*s; %.*s", k->link ? "link with" : "merge into", (long long)k->ticket, STR_ARG(k->status),
					 k->assignee.n ? ", held by " : "", STR_ARG(k->assignee), k->organisation.n ? ", " : "", STR_ARG(k->organisation), STR_ARG(k->why)),
		};
	}
}

static void people(struct web *w, struct triage_one_view *v)
{
	struct ctx *c = w->c;
	struct str chosen = typed(w, "requester", v->s->n_people ? number(c, v->s->people[0].contact) : S(""));
	v->people = choices(c, SUGGEST_PEOPLE);
	for (size_t i = 0; i < v->s->n_people; i++) {
		const struct suggest_person *p = &v->s->people[i];
		struct str id = number(c, p->contact);
		v->people[v->n_people++] = (struct triage_choice){ .value = id, .label = p->name, .on = str_eq(id, chosen), .key = i == 1 ? "r" : NULL,
								   .why = arena_fmt(c->arena, "%.*s%s%.*s", STR_ARG(p->email), p->email.n ? ", " : "", STR_ARG(p->why)) };
	}
	v->orgs = choices(c, SUGGEST_ORGS);
	chosen = typed(w, "organisation", v->s->n_orgs ? number(c, v->s->orgs[0].organisation) : S(""));
	for (size_t i = 0; i < v->s->n_orgs; i++) {
		struct str id = number(c, v->s->orgs[i].organisation);
		v->orgs[v->n_orgs++] = (struct triage_choice){ .value = id, .label = v->s->orgs[i].name, .why = v->s->orgs[i].why, .on = str_eq(id, chosen), .key = i == 1 ? "c" : NULL };
	}
}

/* The most telling one is ticked; those that the ticket has besides are on it already. */
static void tags(struct web *w, const char *name, const struct cue_hit *v, size_t n, struct triage_choice **ret, size_t *ret_n)
{
	*ret = choices(w->c, CUE_HITS);
	for (size_t i = 0; i < n; i++)
		(*ret)[(*ret_n)++] = (struct triage_choice){ .value = v[i].value, .label = v[i].value, .why = arena_fmt(w->c->arena, "“%.*s”", STR_ARG(v[i].words)),
							     .on = from_form(w) ? sent(w, name, v[i].value) : i == 0 || v[i].n > 1 };
}

static bool means(const char *from, const char *to, struct str date)
{
	return str_cmp(str_c(from), date) <= 0 && (!to || str_cmp(str_c(to), date) > 0);
}

/* The words for that stage go before those for any. */
static void severities(struct web *w, struct triage_one_view *v, struct str stage)
{
	static const char *const KEYS[] = { "0", "1", "2", "3" };
	struct ctx *c = w->c;
	struct str date = people_date(c->arena, c->now_us), chosen = typed(w, "severity", v->s->severity.set ? number(c, v->s->severity.v) : S(""));
	int low, high;
	ticket_severity_range(c->arena, c->now_us, &low, &high);
	v->severities = choices(c, 10);
	for (int64_t value = low; value <= high; value++) {
		const char *any = "", *own = NULL, *examples = "";
		for (size_t i = 0; i < ARRAY_LEN(SEVERITIES); i++) {
			if (SEVERITIES[i].value != value || !means(SEVERITIES[i].from, SEVERITIES[i].to, date))
				continue;
			if (!*SEVERITIES[i].stage) {
				any = SEVERITIES[i].words;
				examples = SEVERITIES[i].examples;
			} else if (str_eq(stage, str_c(SEVERITIES[i].stage))) {
				own = SEVERITIES[i].words;
			}
		}
		struct str id = number(c, value);
		v->severities[v->n_severities++] = (struct triage_choice){
			.value = id, .label = id, .on = str_eq(id, chosen), .key = value >= 0 && value < 4 ? KEYS[value] : NULL,
			.why = own ? arena_fmt(c->arena, "before the sale: %s", own) : *examples ? arena_fmt(c->arena, "%s. %s", any, examples) : str_c(any) };
	}
}

/* Nothing is proposed: the engineer sets it, alone. */
static void priorities(struct web *w, struct triage_one_view *v)
{
	static const char *const KEYS[] = { "4", "5", "6", "7" };
	struct str date = people_date(w->c->arena, w->c->now_us), chosen = typed(w, "priority", v->t.priority);
	v->priorities = choices(w->c, 8);
	for (size_t i = 0; ticket_priorities[i]; i++)
		for (size_t k = 0; k < ARRAY_LEN(PRIORITIES); k++)
			if (strcmp(PRIORITIES[k].value, ticket_priorities[i]) == 0 && means(PRIORITIES[k].from, PRIORITIES[k].to, date))
				v->priorities[v->n_priorities++] = (struct triage_choice){ .value = str_c(ticket_priorities[i]), .label = str_c(ticket_priorities[i]),
											   .why = str_c(PRIORITIES[k].words), .key = KEYS[i],
											   .on = str_eq(chosen, str_c(ticket_priorities[i])) };
}

static enum err holders(struct web *w, struct triage_one_view *v)
{
	struct ctx *c = w->c;
	struct teammate *team;
	size_t n;
	struct str chosen = typed(w, "assignee", v->s->assignee.set ? number(c, v->s->assignee.v) : S(""));
	struct id_list full;
	TRY(people_active(c, &team, &n));
	TRY(suggest_full_ones(c, &full));
	v->holders = choices(c, n);
	for (size_t i = 0; i < n; i++) {
		struct str id = number(c, team[i].id);
		bool takes = !str_eq(team[i].access, S("light"));
		bool proposed = v->s->assignee.set && v->s->assignee.v == team[i].id;
		struct str why = proposed ? v->s->assignee_why : S("");
		for (size_t k = 0; k < full.n; k++)
			why = full.v[k] == team[i].id ? S("at capacity, takes nothing new") : why;
		if (takes)
			v->holders[v->n_holders++] = (struct triage_choice){ .value = id, .on = str_eq(id, chosen),
				.label = arena_fmt(c->arena, "%.*s%s%.*s", STR_ARG(team[i].name), why.n ? ": " : "", STR_ARG(why)) };
	}
	return OK;
}

/* ---- whose it is with what is chosen ---- */

/* Where it can go by mail; the row's own place first and chosen. */
static enum err places(struct web *w, struct triage_one_view *v, const struct owner_rule_rows_row *r, struct opt_i64 organisation, bool again)
{
	struct ctx *c = w->c;
	struct forward_place *all, own;
	size_t n;
	TRY(forward_places(c, organisation, &all, &n));
	TRY(forward_of_row(c, r, organisation, &own));
	struct str chosen = again ? STR_NULL : typed(w, "forward_to", S(""));
	if (!chosen.n)
		chosen = own.address.p ? own.address : S("");
	v->places = choices(c, n);
	for (size_t i = 0; i < n; i++)
		v->places[v->n_places++] = (struct triage_choice){ .value = all[i].address, .label = all[i].words, .on = str_eq(all[i].address, chosen) };
	return OK;
}

static enum err macro_text(struct ctx *c, const struct triage_one_view *v, struct str slug, struct str *ret)
{
	struct macro_offered_row *m;
	size_t n;
	*ret = S("");
	if (!slug.n)
		return OK;
	TRY(macro_offer(c, &m, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(m[i].slug, slug))
			return macro_expand(c, v->t.id, m[i].body, ret);
	return OK;
}

/* "This is best answered by [who]": by whom the row says. */
static struct str said_by(struct ctx *c, struct str text, struct str owner)
{
	ptrdiff_t at = str_find(text, S("[who]"));
	if (at < 0)
		return text;
	return arena_fmt(c->arena, "%.*s%s%.*s", STR_ARG(str_slice(text, 0, (size_t)at)), owner_words(owner), STR_ARG(str_slice(text, (size_t)at + 5, text.n)));
}

static enum err whose(struct web *w, struct triage_one_view *v, struct owner_facts *f)
{
	struct ctx *c = w->c;
	struct owner_rule_rows_row *rows;
	struct ticket_get_row t = v->t;
	struct str text;
	int64_t org;
	size_t n;
	v->ask = typed(w, "ask", v->k.ask);
	struct str chosen = typed(w, "organisation", v->s->n_orgs ? number(c, v->s->orgs[0].organisation) : S(""));
	if (str_i64(chosen, &org))
		t.organisation_id = SOME(org);
	TRY(triage_facts(c, &t, v->ask, f));
	TRY(owner_load(c, &rows, &n));
	const struct owner_rule_rows_row *r = owner_pick(rows, n, f);
	struct str action = r ? r->action : S("here");
	v->reason = owner_reason(c->arena, r, f);
	v->action_words = str_c(owner_action_words(action));
	v->route = r ? r->route : S("");
	v->dest = r ? r->dest : S("");
	v->rule_id = r ? r->id : 0;
	TRY(macro_text(c, v, r ? r->macro : S(""), &text));
	/* looking again after another type was chosen: the row's own way, not the one of before */
	bool again = from_form(w) && !w->failed;
	text = r ? said_by(c, text, r->owner) : S("");
	v->message = typed(w, "message", text);
	if (again && !v->message.n)
		v->message = text;
	struct str outcome = again ? triage_outcome_of(action) : typed(w, "outcome", triage_outcome_of(action));
	static const struct {
		const char *value, *key;
	} O[] = { { "here", "e" }, { "hand_on", "h" }, { "forward", "f" }, { "link", NULL }, { "spam", "z" }, { "delete", NULL }, { "unsure", "i" } };
	v->outcomes = choices(c, ARRAY_LEN(O));
	for (size_t i = 0; i < ARRAY_LEN(O); i++)
		v->outcomes[v->n_outcomes++] = (struct triage_choice){
			.value = str_c(O[i].value), .key = O[i].key, .on = str_eq(outcome, str_c(O[i].value)),
			.label = str_eq(str_c(O[i].value), S("hand_on")) && r && !owner_action_ours(r->action) ? arena_fmt(c->arena, "hand it on to %s", owner_words(r->owner))
													      : str_c(triage_outcome_words(str_c(O[i].value))) };
	v->r0 = triage_outcome_r0(outcome);
	return places(w, v, r, t.organisation_id, again);
}

static void asks(struct web *w, struct triage_one_view *v)
{
	size_t n = 0;
	while (triage_asks[n])
		n++;
	v->asks = choices(w->c, n);
	for (size_t i = 0; i < n; i++)
		v->asks[v->n_asks++] = (struct triage_choice){ .value = str_c(triage_asks[i]), .label = str_c(triage_ask_title(str_c(triage_asks[i]))),
							       .on = str_eq(v->ask, str_c(triage_asks[i])) };
}

static enum err texts(struct ctx *c, struct triage_one_view *v)
{
	struct triage_texts_row *m;
	size_t n;
	TRY(triage_texts(c->db, c->arena, &m, &n, .ticket_id = v->t.id, .max = TEXTS));
	v->texts = arena_array(c->arena, struct triage_text, n + 1);
	for (size_t i = 0; i < n; i++) {
		size_t cut = m[i].quote_at.set && m[i].quote_at.v > 0 && (size_t)m[i].quote_at.v < m[i].body.n ? (size_t)m[i].quote_at.v : m[i].body.n;
		struct str body = str_trim(str_slice(m[i].body, 0, cut)), shown = utf8_clip(body, TEXT_BYTES);
		v->texts[v->n_texts++] = (struct triage_text){
			.author = m[i].author_name, .body = shown, .cut = shown.n < body.n || cut < m[i].body.n, .at_us = m[i].at_us,
			.about = str_eq(m[i].kind, S("customer")) ? S("") : str_eq(m[i].kind, S("public")) ? S("our reply") : str_eq(m[i].kind, S("unverified")) ?
				 S("nothing proves who wrote this") : S("internal") };
	}
	return OK;
}

static void errors(struct web *w, struct triage_one_view *v)
{
	static const char CMD[] = "triage.decide";
	v->error = web_form_error(w, CMD);
	v->e_same = web_field_error(w, CMD, "same_as");
	v->e_requester = web_field_error(w, CMD, "requester");
	v->e_email = web_field_error(w, CMD, "email");
	v->e_org = web_field_error(w, CMD, "organisation");
	v->e_org_named = web_field_error(w, CMD, "organisation_named");
	v->e_tags = web_field_error(w, CMD, "tags");
	if (!v->e_tags.n)
		v->e_tags = web_field_error(w, CMD, "areas");
	if (!v->e_tags.n)
		v->e_tags = web_field_error(w, CMD, "themes");
	v->e_severity = web_field_error(w, CMD, "severity");
	v->e_priority = web_field_error(w, CMD, "priority");
	v->e_assignee = web_field_error(w, CMD, "assignee");
	v->e_message = web_field_error(w, CMD, "message");
	v->e_forward = web_field_error(w, CMD, "forward_to");
	if (!v->e_forward.n)
		v->e_forward = web_field_error(w, CMD, "forward_words");
	v->e_why = web_field_error(w, CMD, "why");
	v->e_domain = web_field_error(w, CMD, "take_domain");
	v->new_tag_asked = v->e_tags.n > 0;
}

static void plain_fields(struct web *w, struct triage_one_view *v)
{
	v->subject = typed(w, "subject", v->t.subject);
	v->tags = typed(w, "tags", S(""));
	v->note = typed(w, "note", S(""));
	v->why = typed(w, "why", S(""));
	v->name = typed(w, "name", S(""));
	v->email = typed(w, "email", S(""));
	v->organisation_named = typed(w, "organisation_named", S(""));
	v->colleague = ticked(w, "colleague");
	v->new_tags = ticked(w, "new_tags");
	v->take_domain = ticked(w, "take_domain");
	v->quietly = ticked(w, "quietly");
	v->by_hand = ticked(w, "by_hand");
	v->forward_words = typed(w, "forward_words", S(""));
}

static enum err waiting_count(struct ctx *c, int64_t *ret)
{
	struct triage_waiting_count_row n;
	TRY(triage_waiting_count(c->db, c->arena, &n, .max = COUNT_MOST));
	*ret = n.n;
	return OK;
}

static enum err one_page(struct web *w)
{
	struct ctx *c = w->c;
	struct triage_one_view v = { .w = w, .s = arena_new(c->arena, struct suggest) };
	struct owner_facts f;
	enum ticket_status s = TICKET_NEW;
	bool found;
	TRY(ticket_load(c, web_param_id(w, "id"), &v.t));
	v.layout = web_layout(w, arena_fmt(c->arena, "Triage #%lld", (long long)v.t.id));
	v.layout->path = v.here = arena_fmt(c->arena, "/triage/%lld", (long long)v.t.id);
	TRY(triage_of(c, v.t.id, &v.k, &found));
	if (!found)
		v.k = (struct triage_case_of_row){ .ticket_id = v.t.id, .state = S("none"), .ask = S("unclear"), .owner = S("support"), .action = S("here"), .reason = S("") };
	v.decided = str_eq(v.k.state, S("decided"));
	v.late = v.k.warned_us.set;
	v.can_admin = c->actor.caps & CAN_ADMIN;
	v.closed = !ticket_status_parse(v.t.status, &s) || !ticket_status_unsolved(s);
	TRY(waiting_count(c, &v.waiting));
	TRY(suggest_for(c, &v.t, v.s));
	TRY(texts(c, &v));
	TRY(whose(w, &v, &f));
	asks(w, &v);
	same(w, &v);
	people(w, &v);
	tags(w, "areas", v.s->cues.area, v.s->cues.n_area, &v.areas, &v.n_areas);
	tags(w, "themes", v.s->cues.theme, v.s->cues.n_theme, &v.themes, &v.n_themes);
	severities(w, &v, f.stage);
	priorities(w, &v);
	TRY(holders(w, &v));
	plain_fields(w, &v);
	errors(w, &v);
	TRY(triage_panel(w, v.t.id, v.here, true, &v.panel));
	triage_one_html(&w->html, &v);
	return OK;
}

/* ---- the next one, and lists ---- */

static enum err next_page(struct web *w)
{
	struct ctx *c = w->c;
	int64_t after = web_query_i64(w, "after", 0), next, first = 0;
	TRY(triage_next(c, after, &next));
	if (next)
		return web_redirect(w, arena_fmt(c->arena, "/triage/%lld", (long long)next));
	if (after)
		TRY(triage_next(c, 0, &first));
	struct triage_empty_view v = { .layout = web_layout(w, S("Triage")), .passed = first != 0 };
	triage_empty_html(&w->html, &v);
	return OK;
}

static enum err all_page(struct web *w)
{
	struct ctx *c = w->c;
	struct triage_aim_on_row aim;
	bool found;
	struct triage_list_view v = { .layout = web_layout(w, S("What waits for triage")), .next_url = S(""), .aim = S(""), .can_reply = c->actor.caps & CAN_REPLY,
				      .can_admin = c->actor.caps & CAN_ADMIN };
	v.layout->live_url = S("/live");
	TRY(triage_aim_on(c->db, c->arena, &aim, &found, .day = people_date(c->arena, c->now_us)));
	if (found)
		v.aim = arena_fmt(c->arena, "Somebody looks at a new case within %lld minutes of staffed time.", (long long)aim.minutes);
	TRY(triage_waiting_list(c->db, c->arena, &v.rows, &v.n, .after = web_query_i64(w, "after", 0), .max = PAGE + 1));
	if (v.n > PAGE) {
		v.n = PAGE;
		v.next_url = arena_fmt(c->arena, "/triage/all?after=%lld", (long long)v.rows[PAGE - 1].ticket_id);
	}
	triage_list_html(&w->html, &v);
	return OK;
}

static enum err decided_page(struct web *w)
{
	struct ctx *c = w->c;
	struct str outcome = web_query(w, "outcome");
	struct triage_decided_view v = { .layout = web_layout(w, S("What was decided at triage")), .next_url = S(""), .outcome = outcome.p ? outcome : S("") };
	TRY(triage_decided_list(c->db, c->arena, &v.rows, &v.n, .before_us = web_query_i64(w, "before", INT64_MAX), .outcome = v.outcome.n ? v.outcome : STR_NULL,
				.max = PAGE + 1));
	if (v.n > PAGE) {
		v.n = PAGE;
		v.next_url = arena_fmt(c->arena, "/triage/decided?outcome=%.*s&before=%lld", STR_ARG(v.outcome), (long long)v.rows[PAGE - 1].decided_us.v);
	}
	triage_decided_html(&w->html, &v);
	return OK;
}

const struct route triage_routes[] = {
	{ "GET", "/triage", ROUTE_TEAMMATE, CAN_REPLY, next_page, 0, "The next case that waits for triage" },
	{ "GET", "/triage/done", ROUTE_TEAMMATE, CAN_REPLY, next_page, 0, "After the last one: the next, when there is one again" },
	{ "GET", "/triage/all", ROUTE_TEAMMATE, CAN_READ, all_page, 0, "What waits for triage" },
	{ "GET", "/triage/decided", ROUTE_TEAMMATE, CAN_READ, decided_page, 0, "What was decided at triage" },
	{ "GET", "/triage/:id", ROUTE_TEAMMATE, CAN_REPLY, one_page, 0, "Triage of one case" },
	{ "POST", "/triage/:id", ROUTE_TEAMMATE, CAN_REPLY, one_page, 4 << 20, "The same with what was chosen, before it is decided" },
	{ "GET", "/escalations", ROUTE_TEAMMATE, CAN_READ, escalate_list_page, 0, "What was taken to the next in a chain, and who is asked" },
	{ "GET", "/escalations/:id", ROUTE_TEAMMATE, CAN_READ, escalate_case_page, 0, "One case that people disagree about" },
	{ 0 },
};
