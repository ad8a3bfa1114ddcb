/* cert_page.c: the pages of certification, and the feature of practice with its routes. */
#include "growth/cert_page.h"

#include "account/account_parts.h"
#include "growth/call.h"
#include "growth/pair_parts.h"
#include "people/people.h"
#include "web/place.h"

#include "cert.html.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

enum { PAGE = 50 };

/* ---- the list ---- */

enum err cert_list_page(struct web *w)
{
	struct ctx *c = w->c;
	int64_t before = web_query_i64(w, "before", INT64_MAX), person = web_query_i64(w, "person", 0);
	struct cert_list_view v = { .layout = practice_layout(w, S("Certifications")), .next_url = S(""), .can_write = practice_may(w, CAN_NOTE) };
	TRY(certification_page(c->db, c->arena, &v.rows, &v.n, .before_id = before > 0 ? before : INT64_MAX, .teammate_id = person > 0 ? SOME(person) : NONE,
			       .max = PAGE + 1));
	if (v.n > PAGE) {
		v.n = PAGE;
		v.next_url = arena_fmt(c->arena, "/certifications?before=%lld", (long long)v.rows[PAGE - 1].id);
	}
	TRY(cert_programmes_all(c->db, c->arena, &v.programmes, &v.n_programmes, .max = 50));
	form_begin(&v.start, w, "certification.start", "Begin", S("/certifications"), S("/certifications/{certification}"));
	struct form_field *x = form_add(&v.start, INPUT_SELECT, "programme", "Programme", v.n_programmes ? v.programmes[0].slug : S(""));
	x->options = arena_array(c->arena, struct form_option, v.n_programmes + 1);
	for (size_t i = 0; i < v.n_programmes; i++)
		x->options[x->n_options++] = (struct form_option){ v.programmes[i].slug, v.programmes[i].name, str_eq(v.programmes[i].slug, x->value) };
	TRY(form_teammate(&v.start, "teammate", "Who", practice_may(w, CAN_LEAD) ? NONE : SOME(c->actor.id)));
	TRY(form_teammate(&v.start, "mentor", "Mentor", NONE));
	TRY(form_teammate(&v.start, "manager", "Manager", NONE));
	cert_list_html(&w->html, &v);
	return OK;
}

/* ---- a programme and its editions ---- */

static struct str lines_of(struct ctx *c, const struct cert_edition_rows_row *e, const struct cert_rubric *r, struct str *ret_labels)
{
	struct buf b, labels;
	buf_init(&b, c->arena, 64 << 10);
	buf_init(&labels, c->arena, 8 << 10);
	for (size_t i = 0; i < r->rule.n_competencies; i++)
		buf_fmt(&b, "%s%.*s | %.*s | %.*s\n", r->rule.competencies[i].core ? "*" : "", STR_ARG(r->rule.competencies[i].id), STR_ARG(r->names[i]),
			STR_ARG(r->full[i]));
	for (int64_t i = 0; i < e->max_score; i++)
		buf_fmt(&labels, "%.*s\n", STR_ARG(r->labels[i]));
	*ret_labels = buf_str(&labels);
	return buf_str(&b);
}

static const char *const clearance_words[][2] = { { "none", "nobody: a shadow is enough" }, { "mentor", "the mentor" }, { "mentor_manager", "the mentor and the manager" } };
static const char *const lead_words[][2] = { { "shadow", "with a shadow" }, { "certified", "only once certified" } };
static const char *const session_words[][2] = { { "call", "calls with customers" }, { "mock", "rehearsals" } };
static const char *const pass_words[][2] = { { "one_session", "everybody, in one session" }, { "latest", "everybody, in their latest score" },
					     { "any", "everybody, each in any session" } };
static const char *const scorer_words[][2] = { { "mentor", "the mentor" }, { "manager", "the manager" } };

static void check_boxes(struct form_view *f, const char *name, const char *label, struct str value)
{
	struct web *w = f->web;
	bool failed = w->failed && str_eq(str_c(w->failed->name), str_c(f->command));
	struct form_field *x = form_add(f, INPUT_CHECKS, name, label, S(""));
	x->options = arena_array(w->c->arena, struct form_option, ARRAY_LEN(scorer_words));
	for (size_t i = 0; i < ARRAY_LEN(scorer_words); i++) {
		struct str word = str_c(scorer_words[i][0]);
		bool on = !failed && cert_lists(value, word);
		for (size_t k = 0; k < w->form.n_pairs && failed; k++)
			on |= str_eq(w->form.pairs[k].name, str_c(name)) && str_eq(w->form.pairs[k].value, word);
		x->options[x->n_options++] = (struct form_option){ word, str_c(scorer_words[i][1]), on };
	}
}

static void draft_form(struct web *w, struct cert_programme_view *v)
{
	struct ctx *c = w->c;
	const struct cert_edition_rows_row *e = &v->e;
	bool draft = v->shown && !e->published_us.set;
	struct str labels = S(""), competencies = v->shown ? lines_of(c, e, &v->rubric, &labels) : S("");
	form_begin(&v->draft, w, "certification.draft", "Keep the draft", v->here, arena_fmt(c->arena, "/certifications/programmes/%.*s?edition={edition}", STR_ARG(v->p.slug)));
	form_hidden(&v->draft, "programme", v->p.slug);
	form_add(&v->draft, INPUT_DATE, "valid_from", "From", draft ? e->valid_from : S(""));
	form_add(&v->draft, INPUT_LINE, "name", "Name", draft ? e->name : S(""));
	form_add(&v->draft, INPUT_TEXT, "competencies", "Competencies", competencies);
	form_add(&v->draft, INPUT_TEXT, "labels", "Words of the scale", labels);
	check_boxes(&v->draft, "scorers", "Who scores", v->shown ? e->scorers : S("mentor,manager"));
	check_boxes(&v->draft, "from_recording", "Who scores from the recording", v->shown ? e->from_recording : S("manager"));
	practice_choice(&v->draft, "clearance", "Who clears", clearance_words, ARRAY_LEN(clearance_words), v->shown ? e->clearance : S("mentor"));
	practice_choice(&v->draft, "lead_rule", "Calls may be led", lead_words, ARRAY_LEN(lead_words), v->shown ? e->lead_rule : S("shadow"));
	practice_choice(&v->draft, "sessions", "What is scored", session_words, ARRAY_LEN(session_words), v->shown ? e->sessions : S("call"));
	practice_choice(&v->draft, "pass", "Full marks by", pass_words, ARRAY_LEN(pass_words), v->shown ? e->pass : S("one_session"));
	form_add(&v->draft, INPUT_LINE, "min_led", "Least number of sessions", arena_fmt(c->arena, "%lld", (long long)(v->shown ? e->min_led : 0)));
	practice_yes_no(&v->draft, "recertify", "Must who is certified be certified again?", draft && e->recertify);
	form_add(&v->draft, INPUT_TEXT, "notes", "Notes", draft ? e->notes : S(""));
	form_add(&v->draft, INPUT_LINE, "source", "Where it is written", draft ? e->source : S(""));
}

/* "Customer engineer, Technical advisor" of keys with commas. */
static struct str in_words(struct ctx *c, struct str list, bool roles)
{
	struct str *v;
	size_t n = cert_split(c->arena, list, &v);
	struct buf b;
	buf_init(&b, c->arena, 8 << 10);
	for (size_t i = 0; i < n; i++) {
		buf_add(&b, i ? S(", ") : S(""));
		buf_add(&b, roles ? people_title(c, v[i], today(c)) : str_c(call_words(v[i])));
	}
	return n ? buf_str(&b) : S("none");
}

enum err cert_programme_page(struct web *w)
{
	struct ctx *c = w->c;
	struct cert_programme_by_slug_row p;
	bool found;
	TRY(cert_programme_by_slug(c->db, c->arena, &p, &found, .slug = web_param(w, "slug")));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no such programme.");
	struct cert_programme_view *v = arena_new(c->arena, struct cert_programme_view);
	v->layout = practice_layout(w, p.name);
	v->can_lead = practice_may(w, CAN_LEAD);
	TRY(cert_programme_read(c, p.id, &v->p));
	v->roles = in_words(c, v->p.roles, true);
	v->calls = in_words(c, v->p.call_kinds, false);
	TRY(cert_editions_of(c->db, c->arena, &v->editions, &v->n, .programme_id = p.id));
	int64_t wanted = web_query_i64(w, "edition", 0);
	for (size_t i = 0; i < v->n && !v->shown; i++)
		if (wanted ? v->editions[i].id == wanted : v->editions[i].published_us.set && str_cmp(v->editions[i].valid_from, today(c)) <= 0)
			v->shown = v->editions[i].id;
	if (wanted && !v->shown)
		return fail(c, ERR_NOT_FOUND, "There is no such edition.");
	v->here = v->shown ? arena_fmt(c->arena, "/certifications/programmes/%.*s?edition=%lld", STR_ARG(p.slug), (long long)v->shown) :
			     arena_fmt(c->arena, "/certifications/programmes/%.*s", STR_ARG(p.slug));
	if (v->shown) {
		TRY(cert_edition_read(c, v->shown, &v->e));
		TRY(cert_rubric_read(c, &v->e, &v->rubric));
	}
	draft_form(w, v);
	cert_programme_html(&w->html, v);
	return OK;
}

/* ---- one certification: its sessions ---- */

/* The label only where the scale still has one: an old score may be of another scale. */
static struct cert_cell score_cell(struct ctx *c, const struct cert_entry_rows_row *e, struct str competency, const struct cert_rubric *r)
{
	json_error_t error;
	json_auto_t *o = json_loadb(e->scores.p, e->scores.n, 0, &error);
	const json_t *v = json_object_get(o, arena_cstr(c->arena, competency));
	int64_t n = json_integer_value(v);
	if (!json_is_integer(v))
		return (struct cert_cell){ .text = S(""), .label = S("") };
	return (struct cert_cell){ .text = arena_fmt(c->arena, "%lld", (long long)n), .full = n == r->rule.max_score,
				   .label = n >= 1 && n <= r->rule.max_score ? r->labels[n - 1] : S("") };
}

/* The score in force: the newest that counts. */
static const struct cert_entry_rows_row *in_force(const struct cert_account *a, int64_t session, struct str scorer)
{
	const struct cert_entry_rows_row *found = NULL;
	for (size_t i = 0; i < a->n; i++) {
		const struct cert_entry_rows_row *e = &a->entries[i];
		if (a->why[i] == CERT_FINE && str_eq(e->kind, S("score")) && e->session_id.set && e->session_id.v == session && str_eq(e->scorer, scorer))
			found = e;
	}
	return found;
}

static void fill_cells(struct ctx *c, const struct cert_account *a, struct cert_session_line *s)
{
	const struct cert_programme *r = &a->rubric.rule;
	s->cells = arena_array(c->arena, struct cert_cell, r->n_competencies * r->n_scorers + 1);
	s->notes = arena_array(c->arena, struct str, r->n_scorers);
	s->scored = arena_array(c->arena, bool, r->n_scorers);
	for (size_t k = 0; k < r->n_scorers; k++) {
		const struct cert_entry_rows_row *e = in_force(a, s->entry->id, r->scorers[k]);
		s->scored[k] = e != NULL;
		s->notes[k] = e ? e->note : S("");
		for (size_t i = 0; i < r->n_competencies; i++) {
			struct cert_cell none = { .text = S(""), .label = S("") };
			s->cells[i * r->n_scorers + k] = e ? score_cell(c, e, r->competencies[i].id, &a->rubric) : none;
		}
	}
}

static bool shadowed(struct ctx *c, const struct cert_entry_rows_row *e, int64_t who)
{
	struct cert_call_shadows_row *v;
	size_t n;
	if (!e->call_id.set)
		return e->by_id.set && e->by_id.v == who;
	if (cert_call_shadows(c->db, c->arena, &v, &n, .call_id = e->call_id.v) != OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (v[i].teammate_id == who)
			return true;
	return false;
}

/* What the reader may do with a session. The command checks it again. */
static void reader_scores(struct web *w, const struct cert_view *v, struct cert_session_line *s)
{
	struct ctx *c = w->c;
	int64_t me = c->actor.id;
	const struct cert_programme *r = &v->account.rubric.rule;
	s->may_score_as = s->cannot_yet = S("");
	if (s->why_not.n || me == v->row.teammate_id || !v->can_write)
		return;
	bool manager = v->row.manager_id.set && v->row.manager_id.v == me, mentor = (v->row.mentor_id.set && v->row.mentor_id.v == me) || shadowed(c, s->entry, me);
	struct str as = manager ? S("manager") : mentor ? S("mentor") : S("");
	for (size_t k = 0; k < r->n_scorers; k++)
		if (str_eq(r->scorers[k], as)) {
			s->may_score_as = as;
			if (v->account.rubric.by_recording[k] && !s->recording.n)
				s->cannot_yet = S("This score is given from the recording, and there is none yet.");
		}
	struct str number = arena_fmt(c->arena, "%lld", (long long)s->entry->id);
	if (str_eq(web_typed(w, "certification.score", "session", S("")), number)) {
		s->score_error = web_form_error(w, "certification.score");
		struct str field = web_field_error(w, "certification.score", "scores");
		s->score_error = field.n ? field : s->score_error;
	}
}

static enum err fill_sessions(struct web *w, struct cert_view *v)
{
	struct ctx *c = w->c;
	const struct cert_account *a = &v->account;
	struct cert_entry_names_row *names;
	size_t n;
	int64_t number = 0;
	TRY(cert_entry_names(c->db, c->arena, &names, &n, .certification_id = v->row.id));
	v->sessions = arena_array(c->arena, struct cert_session_line, a->n + 1);
	v->log = arena_array(c->arena, struct history_line, a->n + 1);
	for (size_t i = 0; i < a->n; i++)
		number += str_eq(a->entries[i].kind, S("session"));
	for (size_t i = a->n; i-- > 0;) {
		const struct cert_entry_rows_row *e = &a->entries[i];
		struct str by = i < n && names[i].id == e->id ? str_or_empty(names[i].by_name) : S("");
		struct str scores = str_eq(e->kind, S("score")) ? arena_fmt(c->arena, "scored as %.*s", STR_ARG(e->scorer)) : STR_NULL;
		v->log[v->n_log++] = (struct history_line){
			.at_us = e->at_us, .who = by.n ? by : S("The desk"), .reason = a->why[i] == CERT_FINE ? e->note : str_c(cert_refusal_words(a->why[i])),
			.what = scores.p ? scores : str_eq(e->kind, S("practice")) ? S("practised") : str_eq(e->kind, S("approved")) ?
				arena_fmt(c->arena, "approved as %.*s", STR_ARG(e->scorer)) : str_eq(e->kind, S("cleared")) ? S("cleared") :
				str_eq(e->kind, S("revoked")) ? S("took the certificate back") : str_eq(e->kind, S("recognised")) ? S("recognised a certificate") :
				e->call_id.set ? arena_fmt(c->arena, "led “%.*s”", STR_ARG(e->title)) : arena_fmt(c->arena, "watched the rehearsal “%.*s”", STR_ARG(e->title)),
		};
		if (!str_eq(e->kind, S("session")))
			continue;
		struct cert_session_line *s = &v->sessions[v->n_sessions++];
		s->entry = e;
		s->number = number--;
		s->by = by;
		s->why_not = i < a->round ? str_c(cert_refusal_words(CERT_NOT_COUNTING)) : str_c(cert_refusal_words(a->why[i]));
		s->score_error = S("");
		bool call = e->call_id.set && i < n && names[i].recording_url.p;
		s->recording = call ? names[i].recording_url : e->recording;
		s->recording_words = call ? arena_fmt(c->arena, "%lld min; agreed: %.*s", (long long)names[i].recording_minutes.v,
						      STR_ARG(str_or_empty(names[i].recording_consent))) : S("");
		fill_cells(c, a, s);
		reader_scores(w, v, s);
		s->can_record = v->can_write && !e->call_id.set && !s->recording.n;
		practice_form(&s->recording_form, w, "certification.recording", "Keep", v->here, v->here, "session", e->id);
		form_add(&s->recording_form, INPUT_LINE, "recording", "Link to the recording", S(""));
		for (size_t k = 0; k < a->rubric.rule.n_scorers && !v->newest_scored && !s->why_not.n; k++)
			if (s->scored[k])
				v->newest_scored = s;
	}
	return OK;
}

/* ---- one certification: what comes next, and the forms ---- */

static struct str next_step(struct ctx *c, const struct cert_view *v)
{
	const struct cert_edition_rows_row *e = &v->edition;
	bool none = str_eq(e->clearance, S("none")), both = str_eq(e->clearance, S("mentor_manager"));
	switch (v->account.state) {
	case CERT_NOT_STARTED:
	case CERT_REVOKED:
		return none ? S("Lead a call with a shadow.") : S("Practise with the mentor, one to one.");
	case CERT_PRACTISING:
		return both ? S("Practise until the mentor and the manager clear.") : S("Practise until the mentor clears.");
	case CERT_CLEARED:
		if (v->account.counting < e->min_led)
			return arena_fmt(c->arena, "%s, %lld more at least, and have each scored.", v->mock ? "Rehearse" : "Lead calls with a shadow",
					 (long long)(e->min_led - v->account.counting));
		return v->mock ? S("Rehearse, and have each rehearsal scored.") : S("Lead calls with a shadow, and have each scored.");
	case CERT_CERTIFIED:
		return S("Lead alone. Weekly meetings with the mentor until day 90 are still a good idea.");
	}
	return S("");
}

static enum err move_form(struct web *w, struct cert_view *v)
{
	struct ctx *c = w->c;
	struct cert_editions_of_row *all;
	size_t n;
	v->move_words = S("");
	TRY(cert_editions_of(c->db, c->arena, &all, &n, .programme_id = v->row.programme_id));
	practice_form(&v->move, w, "certification.move", "Go on with it", v->here, v->here, "certification", v->row.id);
	struct form_field *x = form_add(&v->move, INPUT_SELECT, "edition", "Edition", S(""));
	x->options = arena_array(c->arena, struct form_option, n + 1);
	struct buf b;
	buf_init(&b, c->arena, 16 << 10);
	for (size_t i = 0; i < n; i++) {
		struct certification_rows_row other = v->row;
		struct cert_account a;
		if (!all[i].published_us.set || all[i].id == v->row.edition_id)
			continue;
		other.edition_id = all[i].id;
		TRY(cert_account_read(c, &other, NULL, &a));
		x->options[x->n_options++] = (struct form_option){ arena_fmt(c->arena, "%lld", (long long)all[i].id),
								   arena_fmt(c->arena, "%.*s, from %.*s: would be “%s”, %lld counting", STR_ARG(all[i].name),
									     STR_ARG(all[i].valid_from), cert_state_words(str_c(cert_state_name(a.state))),
									     (long long)a.counting), false };
	}
	if (x->n_options)
		v->move_words = S("What was scored before counts as far as it fits the other rubric; each line says how it would stand.");
	return OK;
}

static enum err fill_forms(struct web *w, struct cert_view *v)
{
	int64_t id = v->row.id;
	practice_form(&v->practise, w, "certification.practise", "Log it", v->here, v->here, "certification", id);
	form_add(&v->practise, INPUT_TEXT, "note", "What was practised", S(""));
	practice_form(&v->approve, w, "certification.approve", "Clear", v->here, v->here, "certification", id);
	form_add(&v->approve, INPUT_TEXT, "note", "Why they are ready", S(""));
	practice_form(&v->rehearse, w, "certification.rehearse", "Log it", v->here, v->here, "certification", id);
	form_add(&v->rehearse, INPUT_LINE, "title", "What was shown", S(""));
	TRY(form_teammate(&v->rehearse, "shadow", "Who watched", v->row.mentor_id));
	form_add(&v->rehearse, INPUT_LINE, "recording", "Link to the recording", S(""));
	practice_form(&v->people, w, "certification.people", "Save", v->here, v->here, "certification", id);
	TRY(form_teammate(&v->people, "mentor", "Mentor", v->row.mentor_id));
	TRY(form_teammate(&v->people, "manager", "Manager", v->row.manager_id));
	practice_form(&v->revoke, w, "certification.revoke", "Take it back", v->here, v->here, "certification", id);
	form_add(&v->revoke, INPUT_TEXT, "reason", "Why", S(""));
	practice_form(&v->recognise, w, "certification.recognise", "Recognise", v->here, v->here, "certification", id);
	form_add(&v->recognise, INPUT_TEXT, "reason", "Where and when it was earned", S(""));
	return move_form(w, v);
}

enum err cert_one_page(struct web *w)
{
	struct ctx *c = w->c;
	struct cert_view *v = arena_new(c->arena, struct cert_view);
	v->web = w;
	TRY(certification_read(c, web_param_id(w, "id"), &v->row));
	TRY(cert_edition_read(c, v->row.edition_id, &v->edition));
	TRY(cert_programme_read(c, v->row.programme_id, &v->programme));
	TRY(cert_account_read(c, &v->row, NULL, &v->account));
	v->name = practice_name(c, SOME(v->row.teammate_id));
	v->layout = practice_layout(w, arena_fmt(c->arena, "%.*s: %.*s", STR_ARG(v->name), STR_ARG(v->programme.name)));
	v->mentor = practice_name(c, v->row.mentor_id);
	v->manager = practice_name(c, v->row.manager_id);
	v->here = arena_fmt(c->arena, "/certifications/%lld", (long long)v->row.id);
	v->can_write = practice_may(w, CAN_NOTE);
	v->can_lead = practice_may(w, CAN_LEAD);
	v->mock = str_eq(v->edition.sessions, S("mock"));
	v->state_words = str_c(cert_state_words(str_c(cert_state_name(v->account.state))));
	v->focus = cert_focus_words(c->arena, &v->account.rubric, v->account.focus, v->account.n_focus);
	for (size_t i = 0; i < ARRAY_LEN(pass_words); i++)
		if (str_eq(v->edition.pass, str_c(pass_words[i][0])))
			v->pass_words = str_c(pass_words[i][1]);
	v->next = next_step(c, v);
	bool mentor = v->row.mentor_id.set && v->row.mentor_id.v == c->actor.id, manager = v->row.manager_id.set && v->row.manager_id.v == c->actor.id;
	v->may_approve = (mentor || (manager && str_eq(v->edition.clearance, S("mentor_manager")))) && !str_eq(v->edition.clearance, S("none")) &&
			 v->account.state != CERT_CLEARED && v->account.state != CERT_CERTIFIED;
	TRY(fill_sessions(w, v));
	TRY(fill_forms(w, v));
	cert_one_html(&w->html, v);
	return OK;
}

/* ---- the feature ---- */

static const struct route practice_routes[] = {
	{ "GET", "/certifications", ROUTE_TEAMMATE, CAN_READ, cert_list_page, 0, "Who is on the way to a certificate" },
	{ "GET", "/certifications/:id", ROUTE_TEAMMATE, CAN_READ, cert_one_page, 0, "Somebody's certification: rubrics, sessions, progress" },
	{ "GET", "/certifications/programmes/:slug", ROUTE_TEAMMATE, CAN_READ, cert_programme_page, 0, "A programme's editions" },
	{ "GET", "/calls", ROUTE_TEAMMATE, CAN_READ, call_list_page, 0, "Calls with customers, and free places in them" },
	{ "GET", "/calls/mine", ROUTE_TEAMMATE, CAN_READ, call_mine_page, 0, "The reader's calls, and the log of those before" },
	{ "GET", "/calls/new", ROUTE_TEAMMATE, CAN_NOTE, call_new_page, 0, "Planning a call" },
	{ "GET", "/calls/:id", ROUTE_TEAMMATE, CAN_READ, call_one_page, 0, "One call" },
	{ "GET", "/calls/feed/:token", ROUTE_PUBLIC, 0, call_feed_page, 0, "Somebody's calls for their calendar, by a signed link" },
	{ "GET", "/pairings", ROUTE_TEAMMATE, CAN_READ, pair_list_page, 0, "Buddies, mentors, account executives; those that need somebody first" },
	{ "GET", "/pairings/new", ROUTE_TEAMMATE, CAN_NOTE, pair_new_page, 0, "Who could be somebody's partner, with the reasons" },
	{ "GET", "/pairings/rules", ROUTE_TEAMMATE, CAN_READ, pair_rules_page, 0, "Rules of pairings, whom to ask, neighbouring teams" },
	{ "GET", "/pairings/:id", ROUTE_TEAMMATE, CAN_READ, pair_one_page, 0, "One pairing with its meetings" },
	{ "GET", "/mentoring", ROUTE_TEAMMATE, CAN_READ, pair_mentoring_page, 0, "A mentor's newcomers, questions, meetings, sessions to score" },
	{ "GET", "/ask", ROUTE_TEAMMATE, CAN_SIGNED_IN, pair_ask_page, 0, "Whom the reader can ask, and what they asked" },
	{ "GET", "/account-work", ROUTE_TEAMMATE, CAN_READ, work_list_page, 0, "Account work of everybody" },
	{ "GET", "/account-work/new", ROUTE_TEAMMATE, CAN_NOTE, work_new_page, 0, "Beginning a piece of work" },
	{ "GET", "/account-work/:id", ROUTE_TEAMMATE, CAN_READ, work_one_page, 0, "One piece of work with its parts" },
	{ "GET", "/customers/:id/work", ROUTE_TEAMMATE, CAN_READ, work_customer_page, 0, "Account work of one customer" },
	{ 0 },
};

static const struct place practice_places[] = {
	{ .label = "Mentoring", .url = "/mentoring", .under = "/pairings /mentoring /ask" },
	{ .label = "Calls", .url = "/calls", .under = "/calls /certifications /account-work" },
	{ 0 },
};

const struct feature growth_practice_feature = {
	.name = "growth", .places = practice_places, .commands = practice_commands, .folds = practice_folds, .carries = practice_carries, .reactions = practice_reactions, .prepare = practice_prepare,
	.jobs = pair_jobs, .routes = practice_routes,
};
