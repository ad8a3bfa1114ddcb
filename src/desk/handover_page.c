/* handover_page.c: giving a case to somebody else, what is offered, and who held a case for how long. Reads only. */
#include "desk/handover_view.h"

#include "account/account.h"
#include "base/civil.h"
#include "desk/desk_page.h"
#include "desk/macro.h"
#include "sla/explain.h"
#include "web/place.h"
#include "web/route.h"

#include "case.sql.h"
#include "handover.html.h"

#include "base/banned.h"

enum { PAGE = 50, MOST = 10, LOOK_AHEAD_STEPS = 48, TEAMS = 100, DAYS = 30 };
#define STEP_US (30 * UTIME_US_PER_MINUTE)

static const char OFFER[] = "handover.offer";

/* ---- who can attend to it ---- */

/* At work for how long still, or beginning when: by their hours, in half hours, a day ahead. */
static void attend(struct ctx *c, const struct teammate *m, struct handover_person *p)
{
	struct work_span spans[WORK_SPANS_MAX];
	size_t n = 0;
	const char *why = NULL;
	const struct zone *z = zone_find(m->zone);
	int left = 0, until = 0;
	if (!people_hours_parse(m->work_hours, spans, &n, &why) || !n || !z) {
		p->words = S("no fixed hours");
		p->score = 1;
		return;
	}
	bool now = people_at_work(spans, n, z, c->now_us);
	for (int i = 1; i <= LOOK_AHEAD_STEPS; i++) {
		bool then = people_at_work(spans, n, z, c->now_us + i * STEP_US);
		if (now && !then)
			break;
		if (now)
			left = i;
		else if (then) {
			until = i;
			break;
		}
	}
	if (now) {
		p->words = arena_fmt(c->arena, "at work for %.*s more", STR_ARG(civil_span(c->arena, (left ? left : 1) * STEP_US)));
		p->score = 1000 + left;
	} else if (until) {
		p->words = arena_fmt(c->arena, "begins in %.*s", STR_ARG(civil_span(c->arena, until * STEP_US)));
		p->score = 500 - until;
	} else {
		p->words = S("not at work within a day");
		p->score = 0;
	}
}

static enum err people(struct web *w, struct handover_view *v)
{
	struct ctx *c = w->c;
	struct teammate *team;
	size_t n;
	int64_t chosen = 0;
	struct str typed = web_typed(w, OFFER, "to", S(""));
	str_i64(typed, &chosen);
	TRY(people_active(c, &team, &n));
	v->people = arena_array(c->arena, struct handover_person, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (!(access_caps(team[i].access) & CAN_REPLY) || (v->t.assignee_id.set && v->t.assignee_id.v == team[i].id))
			continue;
		struct handover_person p = { .id = team[i].id, .name = team[i].name };
		attend(c, &team[i], &p);
		size_t at = v->n_people++;
		for (; at > 0 && v->people[at - 1].score < p.score; at--)
			v->people[at] = v->people[at - 1];
		v->people[at] = p;
	}
	/* urgent: to whoever can attend to it most; else to whoever comes next */
	bool direct = strcmp(v->way.way, "direct") == 0 && v->t.priority.n;
	for (size_t i = 0; i < v->n_people; i++)
		v->people[i].chosen = typed.n || w->failed ? v->people[i].id == chosen : direct && i == 0 && v->people[0].score >= 1000;
	return OK;
}

/* ---- the form ---- */

static void text(struct web *w, struct handover_text *t, const char *name, const char *label, const char *help, int rows, struct str value)
{
	*t = (struct handover_text){ .name = name, .label = label, .help = help, .rows = rows, .value = web_typed(w, OFFER, name, value),
				     .error = web_field_error(w, OFFER, name) };
}

static void until(struct web *w, struct handover_view *v)
{
	static const int MINUTES[] = { 15, 30, 120, 480, 24 * 60 };
	struct ctx *c = w->c;
	struct str typed = web_typed(w, OFFER, "until", S(""));
	const struct zone *z = zone_find(c->actor.zone);
	for (size_t i = 0; i < ARRAY_LEN(MINUTES); i++) {
		utime at = c->now_us + MINUTES[i] * UTIME_US_PER_MINUTE;
		struct str value = civil_rfc3339(c->arena, at);
		v->until[v->n_until++] = (struct handover_choice){ .value = value,
			.words = arena_fmt(c->arena, "%.*s, until %.*s", STR_ARG(civil_span(c->arena, MINUTES[i] * UTIME_US_PER_MINUTE)),
					   STR_ARG(civil_short(c->arena, z ? z : zone_find(S("UTC")), at, c->now_us))),
			.chosen = typed.n ? str_eq(typed, value) : MINUTES[i] == v->way.minutes };
	}
}

static void texts(struct web *w, struct handover_view *v)
{
	text(w, &v->texts[0], "context", "Context", "What it is about, and what matters of this customer.", 3, S(""));
	text(w, &v->texts[1], "tried", "Tried so far", "What was tried, and what was seen.", 3, S(""));
	text(w, &v->texts[2], "links", "Links", "Docs, threads, issues.", 2, S(""));
	text(w, &v->texts[3], "last_step", "Last step, and by whom", "", 2, S(""));
	text(w, &v->texts[4], "next_step", "Next step, by whom and when", "", 2, S(""));
	text(w, &v->texts[5], "tell", "What the customer is told", "Sent at once; the status stays. Empty: nothing is sent.", 8, v->proposal);
}

static enum err form_page(struct web *w)
{
	struct ctx *c = w->c;
	struct handover_view *v = arena_new(c->arena, struct handover_view);
	struct str day = people_date(c->arena, c->now_us), reason;
	TRY(ticket_load(c, web_param_id(w, "id"), &v->t));
	v->layout = web_layout(w, arena_fmt(c->arena, "Hand over #%lld", (long long)v->t.id));
	v->here = arena_fmt(c->arena, "/tickets/%lld/handover", (long long)v->t.id);
	v->way = handover_way_of(v->t.priority, day);
	v->unanswered = !v->t.first_reply_us.set && v->t.requester_id.set;
	v->has_requester = v->t.requester_id.set;
	v->proposal = S("");
	if (v->has_requester)
		TRY(macro_expand(c, v->t.id, handover_text(day), &v->proposal));
	reason = web_typed(w, OFFER, "reason", S(""));
	for (size_t i = 0; handover_reasons[i]; i++)
		v->reasons[v->n_reasons++] = (struct handover_choice){ .value = str_c(handover_reasons[i]), .words = handover_reason_words(str_c(handover_reasons[i])),
									.chosen = reason.n ? str_eq(reason, str_c(handover_reasons[i])) : i == 0 };
	TRY(people(w, v));
	TRY(case_teams(c->db, c->arena, &v->teams, &v->n_teams, .max = TEAMS));
	v->team = web_typed(w, OFFER, "team", S(""));
	until(w, v);
	texts(w, v);
	v->error = web_form_error(w, OFFER);
	v->to_error = web_field_error(w, OFFER, "to");
	if (web_field_error(w, OFFER, "team").n)
		v->to_error = web_field_error(w, OFFER, "team");
	v->reason_error = web_field_error(w, OFFER, "reason");
	v->secret = str_find(v->texts[5].error, S("secret")) >= 0;
	handover_html(&w->html, v);
	return OK;
}

/* ---- who held it ---- */

/* Whole seconds between the seconds of two instants: spans that touch add up to the whole, as the table says they do. */
static int64_t seconds_between(utime from, utime to)
{
	return to / UTIME_US_PER_SECOND - from / UTIME_US_PER_SECOND;
}

static enum err held_page(struct web *w)
{
	struct ctx *c = w->c;
	struct held_view v = { .layout = web_layout(w, S("Who held it")) };
	struct ticket_get_row t;
	struct teammate *team;
	size_t n_team;
	TRY(ticket_load(c, web_param_id(w, "id"), &t));
	TRY(held_shares(c, t.id, &v.shares));
	TRY(people_active(c, &team, &n_team));
	v.ticket = t.id;
	v.subject = t.subject;
	v.rows = arena_array(c->arena, struct held_row, v.shares.n + 1);
	int64_t life = 0;
	for (size_t i = 0; i < v.shares.n; i++) {
		const struct held_share *s = &v.shares.v[i];
		struct str who = s->span.holder ? S("somebody who left") : S("nobody");
		for (size_t k = 0; k < n_team; k++)
			if (team[k].id == s->span.holder)
				who = team[k].name;
		int64_t wall = seconds_between(s->span.from_us, s->span.to_us);
		life += wall;
		v.rows[v.n++] = (struct held_row){ .who = who, .from_us = s->span.from_us, .to_us = s->span.to_us, .hand_off = s->span.hand_off, .now = i + 1 == v.shares.n,
						   .wall = sla_amount(c->arena, wall), .clock = sla_amount(c->arena, s->clock_s) };
	}
	v.life = sla_amount(c->arena, life);
	v.clock = sla_amount(c->arena, v.shares.clock_s);
	held_html(&w->html, &v);
	return OK;
}

/* ---- what is offered ---- */

static enum err list_page(struct web *w)
{
	struct ctx *c = w->c;
	struct handovers_view v = { .layout = web_layout(w, S("Hand-overs")), .me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0, .next_url = S("") };
	utime since = c->now_us - DAYS * UTIME_US_PER_DAY;
	TRY(handover_open_page(c->db, c->arena, &v.rows, &v.n, .after = web_query_i64(w, "after", 0), .max = PAGE + 1));
	bool more = v.n > PAGE;
	v.n -= more;
	if (more)
		v.next_url = arena_fmt(c->arena, "/handovers?after=%lld", (long long)v.rows[v.n - 1].id);
	TRY(held_most(c->db, c->arena, &v.most, &v.n_most, .since_us = since, .max = MOST));
	TRY(held_figures(c->db, c->arena, &v.figures, .since_us = since));
	handovers_html(&w->html, &v);
	return OK;
}

/* ---- on other pages ---- */

static struct str name_of(struct ctx *c, struct opt_i64 id)
{
	struct teammate t;
	if (!id.set || people_get(c, id.v, &t) != OK) {
		fault_clear(&c->fault);
		return S("a colleague");
	}
	return t.name;
}

static enum err line_card(struct web *w, int64_t id, struct html *h)
{
	struct ctx *c = w->c;
	struct handover_line v = { .ticket = id, .first_name = S("the customer") };
	struct ticket_get_row t;
	bool found;
	int64_t me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : -1;
	TRY(handover_of(c, id, &v.h, &found));
	if (!found)
		return OK;
	v.open = str_eq(v.h.state, S("offered"));
	v.mine = v.h.from_id.set && v.h.from_id.v == me;
	v.greet = v.h.taken_by.set && v.h.taken_by.v == me && !v.h.greeted_us.set;
	bool fell = str_eq(v.h.state, S("fallen_back")), declined = str_eq(v.h.state, S("declined")) && v.mine;
	if (!v.open && !fell && !declined && !v.greet)      /* most are over: one read */
		return OK;
	TRY(ticket_get(c->db, c->arena, &t, .id = id));
	declined &= t.assignee_id.set && t.assignee_id.v == me;
	v.greet &= t.assignee_id.set && t.assignee_id.v == me;
	enum ticket_status s;
	if ((!v.open && !fell && !declined && !v.greet) || !ticket_status_parse(t.status, &s) || !ticket_status_unsolved(s))
		return OK;
	const struct zone *z = zone_find(c->actor.zone);
	v.until = civil_short(c->arena, z ? z : zone_find(S("UTC")), v.h.until_us, c->now_us);
	v.from = name_of(c, v.h.from_id);
	v.to = v.h.to_id.set ? name_of(c, v.h.to_id) : v.h.to_team_id.set ? S("a team") : S("whoever comes next");
	v.for_me = v.open && !v.mine && (c->actor.caps & CAN_REPLY) && (!v.h.to_id.set || v.h.to_id.v == me);
	v.may_withdraw = v.open && (v.mine || (c->actor.caps & CAN_LEAD));
	v.here = arena_fmt(c->arena, "/tickets/%lld", (long long)id);
	if (t.requester_id.set) {
		struct contact k;
		struct str rest;
		TRY(contact_get(c, t.requester_id.v, &k));
		if (str_trim(k.name).n)
			str_cut(k.name, ' ', &v.first_name, &rest);
	}
	handover_line_html(h, &v);
	return OK;
}

static enum err hands_card(struct web *w, int64_t id, struct html *h)
{
	struct held_span *v;
	size_t n;
	int64_t hand_offs;
	TRY(held_of(w->c, id, &v, &n, &hand_offs));
	if (n > 1)
		hands_html(h, id, hand_offs);
	return OK;
}

static enum err offers_line(struct web *w, int64_t id, struct html *h)
{
	struct ctx *c = w->c;
	struct handover_for_me_row *rows;
	size_t n;
	(void)id;
	if (c->actor.kind != ACTOR_TEAMMATE)
		return OK;
	TRY(handover_for_me(c->db, c->arena, &rows, &n, .teammate_id = c->actor.id, .max = 10));
	if (n)
		offers_line_html(h, n, rows[0].ticket_id);
	return OK;
}

static const struct route routes[] = {
	{ "GET", "/tickets/:id/handover", ROUTE_TEAMMATE, CAN_REPLY, form_page, 0, "Give a case to somebody else" },
	{ "GET", "/tickets/:id/held", ROUTE_TEAMMATE, CAN_READ, held_page, 0, "Who held a case for how long" },
	{ "GET", "/handovers", ROUTE_TEAMMATE, CAN_READ, list_page, 0, "Cases that are offered, and cases that changed hands most" },
	{ 0 },
};
static const struct place places[] = {
	{ .label = "Hand-overs", .url = "/handovers" },
	{ 0 },
};
static const struct card cards[] = {
	{ .show = line_card, .at = CARD_TICKET_TOP },
	{ .show = hands_card, .at = CARD_TICKET_SIDE },
	{ .show = offers_line, .at = CARD_LIST_TOP },
	{ 0 },
};
static const struct event_words words[] = {
	{ "handover.offered", "offered it to somebody else", true },
	{ "handover.accepted", "took the hand-over", true },
	{ "handover.declined", "declined the hand-over", true },
	{ "handover.withdrawn", "withdrew the offer", true },
	{ "handover.fallen_back", "nobody took the hand-over in time", true },
	{ "handover.taken", "took it after the hand-over had fallen back", true },
	{ "handover.greeted", "greeted the customer after the hand-over", false },
	{ 0 },
};

const struct feature handover_feature = { .name = "desk", .routes = routes, .words = words, .places = places, .cards = cards };
