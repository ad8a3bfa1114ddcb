/* ranking_page.c: ranking sessions: all of them, and one with its order, its reasons and who was heard. */
#include "queue/next_page.h"

#include "ranking.html.h"

#include "base/banned.h"

enum { PAGE = 50, TEAMS_MOST = 200 };

const char *queue_part_words(struct str part)
{
	static const char *const WORDS[][2] = { { "sales", "sales" }, { "ce", "customer engineering" }, { "customer", "the customer" }, { "engineering", "engineering" },
						{ "support", "support" } };
	for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
		if (str_eq(part, str_c(WORDS[i][0])))
			return WORDS[i][1];
	return "";
}

static enum err form_teams(struct form_view *f)
{
	struct ctx *c = f->web->c;
	struct queue_teams_row *v;
	size_t n;
	TRY(queue_teams(c->db, c->arena, &v, &n, .max = TEAMS_MOST));
	struct form_field *x = form_add(f, INPUT_SELECT, "team", "Whose cases", S(""));
	x->options = arena_array(c->arena, struct form_option, n + 1);
	x->options[x->n_options++] = (struct form_option){ S(""), S("the whole line"), !x->value.n };
	for (size_t i = 0; i < n; i++) {
		struct str id = arena_fmt(c->arena, "%lld", (long long)v[i].id);
		x->options[x->n_options++] = (struct form_option){ id, v[i].name, str_eq(id, x->value) };
	}
	return OK;
}

enum err ranking_list_page(struct web *w)
{
	struct ctx *c = w->c;
	int64_t before = web_query_i64(w, "before", INT64_MAX);
	struct ranking_list_view v = { .layout = web_layout(w, S("Ranking sessions")), .next_url = S(""), .can_lead = c->actor.caps & CAN_LEAD, .now_us = c->now_us };
	TRY(queue_sessions(c->db, c->arena, &v.rows, &v.n, .before_id = before > 0 ? before : INT64_MAX, .max = PAGE + 1));
	if (v.n > PAGE) {
		v.n = PAGE;
		v.next_url = arena_fmt(c->arena, "/ranking?before=%lld", (long long)v.rows[PAGE - 1].id);
	}
	form_begin(&v.begin, w, "ranking.begin", "Begin", S("/ranking"), S("/ranking/{session}"));
	v.begin.id = "begin";
	form_add(&v.begin, INPUT_LINE, "title", "What it is about", S(""));
	form_add(&v.begin, INPUT_LINE, "why", "Why the order is made by hand", S(""))->help = "";
	TRY(form_teams(&v.begin));
	form_hours(&v.begin, NULL);
	ranking_list_html(&w->html, &v);
	return OK;
}

static void put_forms(struct web *w, struct ranking_view *v)
{
	static const char *const PARTS[][2] = { { "sales", "sales" }, { "ce", "customer engineering" }, { "customer", "the customer" }, { "engineering", "engineering" },
						{ "support", "support" } };
	struct str id = arena_fmt(w->c->arena, "%lld", (long long)v->s.id);
	struct { struct form_view *f; const char *command, *submit, *id; } all[] = {
		{ &v->order, "ranking.order", "Name them", "order" }, { &v->hear, "ranking.hear", "Write it down", "hear" }, { &v->set, "ranking.set", "Set the order", "set" },
		{ &v->prolong, "ranking.prolong", "Say so", "prolong" }, { &v->end, "ranking.end", "End it", "end" },
	};
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		form_begin(all[i].f, w, all[i].command, all[i].submit, v->here, v->here);
		all[i].f->id = all[i].id;
		form_hidden(all[i].f, "session", id);
	}
	form_add(&v->order, INPUT_LINE, "tickets", "Numbers of cases, in their order", S(""))->help = "with commas between: 412, 398";
	form_add(&v->order, INPUT_LINE, "at", "From place", S(""));
	form_add(&v->order, INPUT_LINE, "reason", "Why they stand there", S(""))->help = "";
	form_add(&v->hear, INPUT_LINE, "name", "Who says it", S(""))->help = "";
	struct form_field *x = form_add(&v->hear, INPUT_SELECT, "part", "For whom", S("sales"));
	x->options = arena_array(w->c->arena, struct form_option, ARRAY_LEN(PARTS));
	for (size_t i = 0; i < ARRAY_LEN(PARTS); i++)
		x->options[x->n_options++] = (struct form_option){ str_c(PARTS[i][0]), str_c(PARTS[i][1]), str_eq(x->value, str_c(PARTS[i][0])) };
	form_add(&v->hear, INPUT_TEXT, "said", "What they say", S(""))->help = "";
	form_add(&v->set, INPUT_LINE, "unheard", "If somebody was not heard: why it cannot wait", S(""))->help = "";
	form_hours(&v->prolong, NULL);
	form_add(&v->end, INPUT_LINE, "why", "What changed", S(""))->help = "";
}

enum err ranking_one_page(struct web *w)
{
	static const char *const SMALL[] = { "ranking.remove", NULL };
	struct ctx *c = w->c;
	struct ranking_view *v = arena_new(c->arena, struct ranking_view);
	struct queue_team_row team = { 0 };
	bool found = false;
	TRY(queue_session_read(c, web_param_id(w, "id"), &v->s));
	v->w = w;
	v->layout = web_layout(w, v->s.title);
	v->here = arena_fmt(c->arena, "/ranking/%lld", (long long)v->s.id);
	v->can_lead = c->actor.caps & CAN_LEAD;
	v->can_note = c->actor.caps & CAN_NOTE;
	v->open = !v->s.ended_us.set && v->s.until_us > c->now_us;
	v->state = !v->open ? S("Over") : v->s.set_us.set ? S("In force") : S("Being made");
	if (v->s.team_id.set)
		TRY(queue_team(c->db, c->arena, &team, &found, .id = v->s.team_id.v));
	v->team = found ? team.name : S("the whole line");
	TRY(queue_places_of(c->db, c->arena, &v->places, &v->n, .session_id = v->s.id));
	TRY(queue_voices_of(c->db, c->arena, &v->voices, &v->n_voices, .session_id = v->s.id));
	v->refused = page_refused(w, SMALL);
	put_forms(w, v);
	ranking_html(&w->html, v);
	return OK;
}
