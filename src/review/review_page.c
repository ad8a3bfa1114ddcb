/* review_page.c: what is looked back at: long cases, and the reviews one takes part in. Reads only; see review.h. */
#include "review/review_view.h"

#include "people/people.h"
#include "ticket/ticket.h"
#include "web/place.h"
#include "web/route.h"

#include "review.html.h"

#include "base/banned.h"

enum { SHOWN = 100, MINE = 30, RETRO_DAYS = 60, HONOUR_DAYS = 90 };

static enum err reviews_page(struct web *w)
{
	struct ctx *c = w->c;
	struct str day = people_date(c->arena, c->now_us);
	struct reviews_view v = { .layout = web_layout(w, S("Reviews")), .here = S("/reviews"), .may_hold = c->actor.caps & CAN_REPLY, .lead = c->actor.caps & CAN_LEAD,
				  .premortem_days = review_long_days("premortem", day), .retro_days = review_long_days("retro", day),
				  .me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : -1, .error = S("") };
	v.may_draw = v.lead;
	if (w->failed)
		v.error = w->failed_fault->n_fields ? str_c(w->failed_fault->fields[0].message) : str_c(w->failed_fault->message);
	TRY(long_case_page(c->db, c->arena, &v.premortem, &v.n_premortem, .kind = S("premortem"), .after = 0, .since_us = 0, .max = SHOWN));
	TRY(long_case_page(c->db, c->arena, &v.retro, &v.n_retro, .kind = S("retro"), .after = 0, .since_us = c->now_us - RETRO_DAYS * UTIME_US_PER_DAY, .max = SHOWN));
	TRY(case_review_mine(c->db, c->arena, &v.mine, &v.n_mine, .me = v.me, .before = INT64_MAX, .max = MINE));
	if (v.lead) {
		TRY(review_honour(c->db, c->arena, &v.honour, .since_us = c->now_us - HONOUR_DAYS * UTIME_US_PER_DAY, .now_us = c->now_us));
		TRY(review_sums(c->db, c->arena, &v.sums, &v.n_sums, .least = REVIEW_SUM_LEAST));
		TRY(review_questions_on(c->db, c->arena, &v.questions, &v.n_questions, .day = day));
	}
	reviews_html(&w->html, &v);
	return OK;
}

static struct str name_of(struct ctx *c, int64_t id)
{
	struct teammate t;
	if (people_get(c, id, &t) == OK)
		return t.name;
	fault_clear(&c->fault);
	return S("a colleague");
}

static enum err review_page(struct web *w)
{
	struct ctx *c = w->c;
	struct review_page_view *v = arena_new(c->arena, struct review_page_view);
	struct ticket_get_row t;
	TRY(review_read(c, web_param_id(w, "id"), &v->o));
	TRY(ticket_get(c->db, c->arena, &t, .id = v->o.r.ticket_id));
	v->w = w;
	v->layout = web_layout(w, S("Case review"));
	v->here = arena_fmt(c->arena, "/reviews/%lld", (long long)v->o.r.id);
	v->subject = t.subject;
	v->write = v->o.reviewer && str_eq(v->o.r.state, S("open"));
	v->who = name_of(c, v->o.reviewer ? v->o.r.reviewed_id : v->o.r.reviewer_id);
	v->error = web_field_error(w, "review.write", "answers");
	if (!v->error.n && w->failed)
		v->error = str_c(w->failed_fault->message);
	v->good = web_typed(w, "review.write", "good", v->o.words.good);
	v->next = web_typed(w, "review.write", "next", v->o.words.next);
	review_html(&w->html, v);
	return OK;
}

static enum err long_page(struct web *w)
{
	struct ctx *c = w->c;
	struct long_page_view v = { .layout = web_layout(w, S("A long case")), .may_hold = c->actor.caps & CAN_REPLY };
	struct ticket_get_row t;
	bool found;
	TRY(long_case_get(c->db, c->arena, &v.k, &found, .id = web_param_id(w, "id")));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no such long case.");
	TRY(ticket_load(c, v.k.ticket_id, &t));
	v.subject = t.subject;
	v.here = arena_fmt(c->arena, "/reviews/long/%lld", (long long)v.k.id);
	v.error = web_form_error(w, "long.held");
	v.note = web_typed(w, "long.held", "note", str_eq(v.k.kind, S("retro")) ? S("What took long?\n\nWhat helped?\n\nWhat do we change?\n")
										: S("What is missing?\n\nWho could help?\n\nWhat if nothing changes?\n\nNext step, by whom, until when?\n"));
	v.note_error = web_field_error(w, "long.held", "note");
	long_html(&w->html, &v);
	return OK;
}

static enum err side_card(struct web *w, int64_t id, struct html *h)
{
	struct long_case_open_of_row k;
	bool found;
	TRY(long_case_open_of(w->c->db, w->c->arena, &k, &found, .ticket_id = id));
	if (found)
		long_card_html(h, k.id, k.days, str_eq(k.kind, S("retro")));
	return OK;
}

static const struct route routes[] = {
	{ "GET", "/reviews", ROUTE_TEAMMATE, CAN_READ, reviews_page, 0, "Long cases, and case reviews you take part in" },
	{ "GET", "/reviews/:id", ROUTE_TEAMMATE, CAN_READ, review_page, 0, "A case review, for the two people it concerns" },
	{ "GET", "/reviews/long/:id", ROUTE_TEAMMATE, CAN_READ, long_page, 0, "A case that takes long: what came out of looking at it together" },
	{ 0 },
};
static const struct place places[] = { { .label = "Reviews", .url = "/reviews" }, { 0 } };
static const struct card cards[] = { { .show = side_card, .at = CARD_TICKET_SIDE }, { 0 } };
static const struct reaction reactions[] = { { .kind = "ticket.resolved", .when = IN_TX, .fold = review_on_resolved }, { 0 } };
static const struct job_kind jobs[] = {
	{ .name = "review.round", .version = 1, .max_attempts = 5, .lease_us = UTIME_US_PER_MINUTE, .every_us = UTIME_US_PER_HOUR, .run = review_job },
	{ 0 },
};
static const struct setting settings[] = {
	{ "review.draw", SETTING_BOOL, 0, 1, "0", "Each round's case reviews are drawn by themselves: one case a week from a colleague, two a month for leads" },
	{ 0 },
};
static const struct event_words words[] = {
	{ "long_case.found", "listed it as a long case", true },
	{ "long_case.held", "looked at it with others, because it takes long", true },
	{ "long_case.dropped", "took it off the list of long cases", false },
	{ 0 },
};
static const struct carry carries[] = {
	{ "review_question", &review_question_rows_stmt, .key = "question, valid_from" },
	{ "long_case", &long_case_rows_stmt, .refs = "ticket_id ticket", .words = "kind premortem|retro, state open|held|dropped" },
	{ 0 },
};

const struct feature review_feature = {
	.name = "review", .commands = review_commands, .routes = routes, .reactions = reactions, .jobs = jobs, .folds = review_folds, .settings = settings,
	.words = words, .places = places, .cards = cards, .carries = carries, .prepare = review_presets,
};
