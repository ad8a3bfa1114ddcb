/* pair_page.c: pairings and who needs one, candidates with their reasons, the mentor's page, the newcomer's questions. */
#include "growth/pair_page.h"

#include "account/account_parts.h"

#include "pair.html.h"

#include "base/banned.h"

enum { PAGE = 50, CANDIDATES_SHOWN = 20, DUE_DAYS = 7, QUESTIONS = 50 };

static const char *const kind_words[][2] = { { "mentor", "Mentor" }, { "buddy", "Buddy" }, { "account", "Account executive" } };

/* ---- all of them ---- */

enum err pair_list_page(struct web *w)
{
	struct ctx *c = w->c;
	int64_t before = web_query_i64(w, "before", INT64_MAX);
	struct pair_list_view v = { .layout = practice_layout(w, S("Pairings")), .next_url = S(""), .can_write = practice_may(w, CAN_NOTE) };
	TRY(pair_page(c->db, c->arena, &v.open, &v.n_open, .before_id = INT64_MAX, .state = S("open"), .max = PAGE));
	TRY(pair_page(c->db, c->arena, &v.rows, &v.n, .before_id = before > 0 ? before : INT64_MAX, .max = PAGE + 1));
	if (v.n > PAGE) {
		v.n = PAGE;
		v.next_url = arena_fmt(c->arena, "/pairings?before=%lld", (long long)v.rows[PAGE - 1].id);
	}
	form_begin(&v.find, w, "pairing.make", "Who fits?", S("/pairings"), S("/pairings"));
	TRY(form_teammate(&v.find, "newcomer", "For whom", NONE));
	practice_choice(&v.find, "kind", "As", kind_words, ARRAY_LEN(kind_words), S("mentor"));
	TRY(form_teammate(&v.find, "manager", "Manager", SOME(c->actor.id)));
	pair_list_html(&w->html, &v);
	return OK;
}

/* ---- who fits ---- */

enum err pair_new_page(struct web *w)
{
	struct ctx *c = w->c;
	struct pair_new_view *v = arena_new(c->arena, struct pair_new_view);
	struct cert_person_row who;
	v->newcomer_id = web_query_i64(w, "newcomer", 0);
	v->manager_id = web_query_i64(w, "manager", 0);
	struct str kind = web_query(w, "kind"), starts_on = web_query(w, "starts_on");
	kind = str_or_empty(kind);
	starts_on = str_or_empty(starts_on);
	v->kind = kind;
	v->starts_on = starts_on.n == 10 ? starts_on : today(c);
	v->back = S("/pairings");
	if (!v->kind.n || !one_of(pair_kinds, v->kind))
		v->kind = S("mentor");
	if (v->newcomer_id < 1)
		return web_redirect(w, S("/pairings"));
	if (cert_person_read(c, v->newcomer_id, "newcomer", &who) != OK) {
		fault_clear(&c->fault);
		return fail(c, ERR_NOT_FOUND, "There is no such teammate, or they do not work here now.");
	}
	v->newcomer = who.name;
	v->kind_words = str_c(pair_words(v->kind));
	v->layout = practice_layout(w, arena_fmt(c->arena, "%s for %.*s", pair_words(v->kind), STR_ARG(v->newcomer)));
	v->can_lead = practice_may(w, CAN_LEAD);
	v->here = arena_fmt(c->arena, "/pairings/new?newcomer=%lld&kind=%.*s&manager=%lld&starts_on=%.*s", (long long)v->newcomer_id, STR_ARG(v->kind),
			    (long long)v->manager_id, STR_ARG(v->starts_on));
	enum err e = pair_candidates(c, v->kind, v->newcomer_id, v->starts_on, &v->rule, &v->v, &v->n);
	if (e == ERR_CONFLICT) {
		v->no_rule = true;
		fault_clear(&c->fault);
	} else if (e != OK) {
		return e;
	}
	v->n = v->n < CANDIDATES_SHOWN ? v->n : CANDIDATES_SHOWN;
	struct str field = web_field_error(w, "pairing.make", "partner"), of_kind = web_field_error(w, "pairing.make", "kind");
	v->error = field.n ? field : of_kind.n ? of_kind : web_form_error(w, "pairing.make");
	form_begin(&v->exception, w, "pairing.make", "Pair them all the same", v->here, S("/pairings/{pairing}"));
	form_hidden(&v->exception, "newcomer", arena_fmt(c->arena, "%lld", (long long)v->newcomer_id));
	form_hidden(&v->exception, "kind", v->kind);
	form_hidden(&v->exception, "starts_on", v->starts_on);
	if (v->manager_id > 0)
		form_hidden(&v->exception, "manager", arena_fmt(c->arena, "%lld", (long long)v->manager_id));
	TRY(form_teammate(&v->exception, "partner", "Partner", NONE));
	form_add(&v->exception, INPUT_LINE, "exception", "Why", S(""));
	pair_new_html(&w->html, v);
	return OK;
}

/* ---- one ---- */

enum err pair_one_page(struct web *w)
{
	struct ctx *c = w->c;
	struct pair_view *v = arena_new(c->arena, struct pair_view);
	struct pair_meetings_of_row *m;
	size_t n;
	TRY(pairing_read(c, web_param_id(w, "id"), &v->p));
	TRY(pairing_rule_read(c, v->p.rule_id, &v->rule));
	v->newcomer = practice_name(c, SOME(v->p.newcomer_id));
	v->partner = practice_name(c, v->p.partner_id);
	v->manager = practice_name(c, v->p.manager_id);
	v->kind_words = str_c(pair_words(v->p.kind));
	v->layout = practice_layout(w, arena_fmt(c->arena, "%s of %.*s", pair_words(v->p.kind), STR_ARG(v->newcomer)));
	v->here = arena_fmt(c->arena, "/pairings/%lld", (long long)v->p.id);
	v->find_url = arena_fmt(c->arena, "/pairings/new?newcomer=%lld&kind=%.*s&manager=%lld&starts_on=%.*s", (long long)v->p.newcomer_id, STR_ARG(v->p.kind),
				(long long)v->p.manager_id.v, STR_ARG(v->p.starts_on));
	int64_t me = c->actor.id;
	v->can_write = practice_may(w, CAN_NOTE);
	v->notes = practice_may(w, CAN_LEAD) || me == v->p.newcomer_id || (v->p.partner_id.set && v->p.partner_id.v == me) ||
		   (v->p.manager_id.set && v->p.manager_id.v == me);
	TRY(pair_meetings_of(c->db, c->arena, &m, &n, .pairing_id = v->p.id));
	v->meetings = arena_array(c->arena, struct pair_meeting_line, n + 1);
	struct str now = today(c);
	bool next = true;
	for (size_t i = 0; i < n; i++) {
		struct pair_meeting_line *l = &v->meetings[v->n_meetings++];
		bool due = str_eq(m[i].state, S("due"));
		*l = (struct pair_meeting_line){ .r = &m[i], .ahead = due && str_cmp(m[i].due_on, now) > 0, .past_due = due && str_cmp(m[i].due_on, now) <= 0 };
		/* Forms for what is due and for the next one; the others wait. */
		if (l->ahead && !next) {
			continue;
		}
		next = next && !l->ahead;
		practice_form(&l->met, w, "pairing.met", "Keep it", v->here, v->here, "meeting", m[i].id);
		form_add(&l->met, INPUT_TEXT, "notes", "Notes", m[i].notes);
		practice_form(&l->skip, w, "pairing.skip", "Leave it out", v->here, v->here, "meeting", m[i].id);
		form_add(&l->skip, INPUT_LINE, "notes", "Why", S(""));
	}
	practice_form(&v->meet, w, "pairing.meet", "Plan it", v->here, v->here, "pairing", v->p.id);
	form_add(&v->meet, INPUT_DATE, "on", "Day", S(""));
	practice_form(&v->end, w, "pairing.end", "End it", v->here, v->here, "pairing", v->p.id);
	form_add(&v->end, INPUT_LINE, "reason", "Why", S(""));
	practice_yes_no(&v->end, "reopen", "Is somebody else wanted?", true);
	pair_one_html(&w->html, v);
	return OK;
}

/* ---- rules ---- */

enum err pair_rules_page(struct web *w)
{
	struct ctx *c = w->c;
	struct pair_rules_view *v = arena_new(c->arena, struct pair_rules_view);
	v->layout = practice_layout(w, S("Rules of pairings"));
	v->here = S("/pairings/rules");
	v->can_lead = practice_may(w, CAN_LEAD);
	TRY(pairing_rules_all(c->db, c->arena, &v->rules, &v->n_rules, .max = 100));
	TRY(pair_fallbacks(c->db, c->arena, &v->contacts, &v->n_contacts, .max = 100));
	TRY(pair_neighbours_all(c->db, c->arena, &v->neighbours, &v->n_neighbours, .max = 200));
	form_begin(&v->contact, w, "pairing.fallback", "Add", v->here, v->here);
	form_add(&v->contact, INPUT_LINE, "topic", "About what", S(""));
	TRY(form_teammate(&v->contact, "teammate", "Whom to ask", NONE));
	form_add(&v->contact, INPUT_LINE, "note", "How", S(""));
	form_begin(&v->neighbour, w, "pairing.neighbours", "Add", v->here, v->here);
	TRY(practice_teams(&v->neighbour, "team", "Team", NONE));
	TRY(practice_teams(&v->neighbour, "other", "Next to it", NONE));
	pair_rules_html(&w->html, v);
	return OK;
}

/* ---- the mentor's page ---- */

static const char *const question_words[][2] = { { "technical", "the product or the work" }, { "other", "anything else" } };
static const char *const sure_words[][2] = { { "yes", "yes" }, { "no", "no: show whom else to ask" } };

enum err pair_mentoring_page(struct web *w)
{
	struct ctx *c = w->c;
	struct pair_mentoring_view *v = arena_new(c->arena, struct pair_mentoring_view);
	struct pair_questions_for_row *q;
	size_t n;
	v->layout = practice_layout(w, S("Mentoring"));
	v->here = S("/mentoring");
	v->today = today(c);
	TRY(pair_of_partner(c->db, c->arena, &v->mine, &v->n_mine, .partner_id = c->actor.id));
	v->standing = arena_array(c->arena, struct str, v->n_mine + 1);
	for (size_t i = 0; i < v->n_mine; i++) {
		struct cert_standing s;
		TRY(cert_standing_of(c, v->mine[i].newcomer_id, STR_NULL, &s));
		v->standing[i] = s.certification ? arena_fmt(c->arena, "%s%s%.*s", cert_state_words(str_c(cert_state_name(s.state))), s.focus.n ? "; focus: " : "",
							     STR_ARG(s.focus)) : S("");
	}
	TRY(cert_to_score(c->db, c->arena, &v->to_score, &v->n_to_score, .me = c->actor.id, .max = PAGE));
	TRY(pair_questions_for(c->db, c->arena, &q, &n, .mentor_id = c->actor.id, .max = QUESTIONS));
	v->questions = arena_array(c->arena, struct pair_question_line, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct pair_question_line *l = &v->questions[v->n_questions++];
		l->q = &q[i];
		practice_form(&l->answer, w, "pairing.answer", "Answer", v->here, v->here, "question", q[i].id);
		form_add(&l->answer, INPUT_TEXT, "answer", "Answer", S(""));
		practice_choice(&l->answer, "kind", "It is about", question_words, ARRAY_LEN(question_words), S("technical"));
		practice_choice(&l->answer, "sure", "Wholly sure?", sure_words, ARRAY_LEN(sure_words), S("yes"));
	}
	TRY(pair_meetings_due(c->db, c->arena, &v->due, &v->n_due, .me = c->actor.id, .to_date = pair_date_add(c, v->today, DUE_DAYS), .max = PAGE));
	pair_mentoring_html(&w->html, v);
	return OK;
}

/* ---- the newcomer's page ---- */

enum err pair_ask_page(struct web *w)
{
	struct ctx *c = w->c;
	struct pair_ask_view *v = arena_new(c->arena, struct pair_ask_view);
	v->layout = practice_layout(w, S("Who can I ask?"));
	TRY(pair_card_of(c, c->actor.id, 0, &v->card));
	v->card.asking = true;
	TRY(pair_questions_of(c->db, c->arena, &v->asked, &v->n_asked, .newcomer_id = c->actor.id, .max = QUESTIONS));
	TRY(pair_meetings_due(c->db, c->arena, &v->due, &v->n_due, .me = c->actor.id, .to_date = pair_date_add(c, today(c), DUE_DAYS), .max = PAGE));
	form_begin(&v->ask, w, "pairing.ask", "Ask", S("/ask"), S("/ask"));
	form_add(&v->ask, INPUT_TEXT, "body", "Your question", S(""));
	pair_ask_html(&w->html, v);
	return OK;
}
