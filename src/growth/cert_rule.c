/* cert_rule.c: the rule of a certification; see cert_rule.h. Every step is O(1) in the number of events: what a rule asks for is kept as counts that
 * a score moves up or down, so a line of a hundred thousand events is no burden. */
#include "growth/cert_rule.h"

#include "base/err.h"
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char *const state_names[] = {
	[CERT_NOT_STARTED] = "not_started", [CERT_PRACTISING] = "practising", [CERT_CLEARED] = "cleared", [CERT_CERTIFIED] = "certified",
	[CERT_REVOKED] = "revoked",
};

const char *cert_state_name(enum cert_state s)
{
	return state_names[s];
}

bool cert_pass_read(struct str word, enum cert_pass *ret)
{
	if (str_eq(word, S("one_session")))
		*ret = CERT_ONE_SESSION;
	else if (str_eq(word, S("latest")))
		*ret = CERT_LATEST;
	else if (str_eq(word, S("any")))
		*ret = CERT_ANY;
	else
		return false;
	return true;
}

const char *cert_refusal_words(enum cert_refusal r)
{
	switch (r) {
	case CERT_FINE:
	case CERT_LATER:
		return "";
	case CERT_ID_TAKEN:
		return "There is a session of that name already.";
	case CERT_NOT_CLEARED:
		return "It was led before the mentor's clearance, so it does not count.";
	case CERT_NO_SHADOW:
		return "It was led without a shadow before the certification, so it does not count.";
	case CERT_NO_SESSION:
		return "There is no such session yet.";
	case CERT_NOT_LED:
		return "The session was watched, not led, so there is nothing to score.";
	case CERT_NOT_COUNTING:
		return "The session does not count: it was led without leave, or before a certificate was taken back.";
	case CERT_NO_SCORER:
		return "The programme does not name this scorer.";
	case CERT_BAD_VALUE:
		return "A score names a competency that is not in the rubric, or a value outside the scale.";
	case CERT_NOT_CERTIFIED:
		return "There is no certificate to take back.";
	}
	return "";
}

struct session {
	bool led, counts;
	int64_t round;            /* the one it counts in */
	size_t n_full;            /* scorers whose score in force is full */
	bool scored;
};

struct score {                    /* the one in force of a session and scorer */
	const struct cert_event *event;
	bool full;
};

struct pair {
	uint32_t session, scorer;
};

struct eval {
	struct arena *arena;
	const struct cert_programme *p;
	struct map competencies, scorers;   /* → index */
	size_t n_core;
	struct map session_ids;             /* → index */
	struct session *sessions;           /* in the order in which they happened */
	size_t n_sessions;
	struct map scores;                  /* struct pair → struct score */
	int64_t round;
	enum cert_state state;
	size_t certified_by;
	/* of this round: */
	int64_t counting;
	size_t sessions_full;               /* sessions where everybody's score is full */
	size_t *full_of;                    /* per scorer: full scores in force */
	bool *newest_full;                  /* per scorer */
	size_t scorers_full, scorers_newest_full;
};

static void start_round(struct eval *e)
{
	e->round++;
	e->counting = 0;
	e->sessions_full = e->scorers_full = e->scorers_newest_full = 0;
	memset(e->full_of, 0, e->p->n_scorers * sizeof(*e->full_of));
	memset(e->newest_full, 0, e->p->n_scorers * sizeof(*e->newest_full));
}

static bool passed(const struct eval *e)
{
	if (e->counting < e->p->min_led_sessions)
		return false;
	switch (e->p->pass) {
	case CERT_ONE_SESSION:
		return e->sessions_full > 0;
	case CERT_LATEST:
		return e->scorers_newest_full == e->p->n_scorers;
	case CERT_ANY:
		return e->scorers_full == e->p->n_scorers;
	}
	return false;
}

static void complete(struct eval *e, size_t index)
{
	if (e->state != CERT_CERTIFIED && passed(e)) {
		e->state = CERT_CERTIFIED;
		e->certified_by = index;
	}
}

static enum cert_refusal apply_session(struct eval *e, const struct cert_event *ev, size_t index)
{
	if (map_find(&e->session_ids, ev->session))
		return CERT_ID_TAKEN;
	map_put_i64(&e->session_ids, ev->session, (int64_t)e->n_sessions);
	struct session *s = &e->sessions[e->n_sessions++];
	*s = (struct session){ .led = ev->lead, .round = e->round };
	if (!ev->lead)
		return CERT_FINE;
	if (e->state != CERT_CLEARED && e->state != CERT_CERTIFIED)
		return CERT_NOT_CLEARED;
	if (!ev->shadow && e->state != CERT_CERTIFIED)
		return CERT_NO_SHADOW;
	s->counts = true;
	e->counting++;
	complete(e, index);
	return CERT_FINE;
}

/* Whether the values fit the rubric, and whether they are the maximum on every core competency. */
static bool values_fit(const struct eval *e, const struct cert_event *ev, bool *ret_full)
{
	size_t core = 0;
	for (size_t i = 0; i < ev->n_values; i++) {
		const struct cert_value *v = &ev->values[i];
		struct opt_i64 c = map_i64(&e->competencies, v->competency);
		if (!c.set || !v->whole || v->score < 1 || v->score > e->p->max_score)
			return false;
		core += e->p->competencies[c.v].core && v->score == e->p->max_score;
	}
	*ret_full = core == e->n_core;
	return true;
}

static struct score *score_slot(struct eval *e, size_t session, size_t scorer, bool make)
{
	struct pair key = { (uint32_t)session, (uint32_t)scorer };
	struct str k = { (const char *)&key, sizeof(key) };
	struct map_entry *found = map_find(&e->scores, k);
	if (!found && make) {
		map_put(&e->scores, arena_str(e->arena, k), arena_new(e->arena, struct score));
		found = map_find(&e->scores, k);
	}
	return found ? found->ptr : NULL;
}

static void count_full(struct eval *e, struct session *s, size_t scorer, bool full)
{
	if (full) {
		e->sessions_full += ++s->n_full == e->p->n_scorers;
		e->scorers_full += e->full_of[scorer]++ == 0;
	} else {
		e->sessions_full -= s->n_full-- == e->p->n_scorers;
		e->scorers_full -= --e->full_of[scorer] == 0;
	}
}

static enum cert_refusal apply_score(struct eval *e, const struct cert_event *ev, size_t index)
{
	struct opt_i64 at = map_i64(&e->session_ids, ev->session);
	if (!at.set)
		return CERT_NO_SESSION;
	struct session *s = &e->sessions[at.v];
	if (!s->led)
		return CERT_NOT_LED;
	if (!s->counts || s->round != e->round)
		return CERT_NOT_COUNTING;
	struct opt_i64 scorer = map_i64(&e->scorers, ev->scorer);
	if (!scorer.set)
		return CERT_NO_SCORER;
	bool full;
	if (!values_fit(e, ev, &full))
		return CERT_BAD_VALUE;
	struct score *slot = score_slot(e, (size_t)at.v, (size_t)scorer.v, true);
	if (slot->full != full)                                /* the score before, if any, counts for nothing now */
		count_full(e, s, (size_t)scorer.v, full);
	*slot = (struct score){ .event = ev, .full = full };
	s->scored = true;
	if (e->newest_full[scorer.v] != full) {
		e->newest_full[scorer.v] = full;
		if (full)
			e->scorers_newest_full++;
		else
			e->scorers_newest_full--;
	}
	complete(e, index);
	return CERT_FINE;
}

static enum cert_refusal apply(struct eval *e, const struct cert_event *ev, size_t index)
{
	switch (ev->type) {
	case CERT_PRACTICE:
		if (e->state == CERT_NOT_STARTED || e->state == CERT_REVOKED)
			e->state = CERT_PRACTISING;
		return CERT_FINE;
	case CERT_CLEARANCE:
		if (e->state != CERT_CERTIFIED)
			e->state = CERT_CLEARED;
		return CERT_FINE;
	case CERT_SESSION:
		return apply_session(e, ev, index);
	case CERT_SCORE:
		return apply_score(e, ev, index);
	case CERT_REVOCATION:
		if (e->state != CERT_CERTIFIED)
			return CERT_NOT_CERTIFIED;
		e->state = CERT_REVOKED;
		start_round(e);
		return CERT_FINE;
	}
	return CERT_FINE;
}

/* Competencies whose lowest value over the scorers is below the maximum, in the newest session of this round that has a score. */
static void find_focus(struct eval *e, struct cert_result *ret)
{
	size_t newest = e->n_sessions;
	for (size_t i = e->n_sessions; i-- > 0 && newest == e->n_sessions;)
		if (e->sessions[i].counts && e->sessions[i].scored && e->sessions[i].round == e->round)
			newest = i;
	if (newest == e->n_sessions)
		return;
	bool *below = arena_array(e->arena, bool, e->p->n_competencies);
	for (size_t s = 0; s < e->p->n_scorers; s++) {
		const struct score *score = score_slot(e, newest, s, false);
		for (size_t i = 0; score && i < score->event->n_values; i++)
			if (score->event->values[i].score < e->p->max_score)
				below[map_i64(&e->competencies, score->event->values[i].competency).v] = true;
	}
	size_t *focus = arena_array(e->arena, size_t, e->p->n_competencies);
	for (size_t i = 0; i < e->p->n_competencies; i++)
		if (below[i])
			focus[ret->n_focus++] = i;
	ret->focus = focus;
}

struct order {
	utime at_us;
	size_t index;
};

static int by_time(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

void cert_eval(struct arena *a, const struct cert_programme *p, utime asof_us, const struct cert_event *events, size_t n, struct cert_result *ret)
{
	struct eval e = { .arena = a, .p = p, .sessions = arena_array(a, struct session, n), .full_of = arena_array(a, size_t, p->n_scorers),
			  .newest_full = arena_array(a, bool, p->n_scorers) };
	struct order *order = arena_array(a, struct order, n);
	enum cert_refusal *why = arena_array(a, enum cert_refusal, n);
	ASSERT(p->n_scorers > 0 && p->max_score > 0 && n < UINT32_MAX && p->n_scorers < UINT32_MAX);
	map_init(&e.competencies, a);
	map_init(&e.scorers, a);
	map_init(&e.session_ids, a);
	map_init(&e.scores, a);
	for (size_t i = 0; i < p->n_competencies; i++) {
		map_put_i64(&e.competencies, p->competencies[i].id, (int64_t)i);
		e.n_core += p->competencies[i].core;
	}
	for (size_t i = 0; i < p->n_scorers; i++)
		map_put_i64(&e.scorers, p->scorers[i], (int64_t)i);
	for (size_t i = 0; i < n; i++)
		order[i] = (struct order){ events[i].at_us, i };
	qsort(order, n, sizeof(*order), by_time);
	for (size_t i = 0; i < n; i++) {
		size_t at = order[i].index;
		why[at] = events[at].at_us > asof_us ? CERT_LATER : apply(&e, &events[at], at);
	}
	*ret = (struct cert_result){ .state = e.state, .certified_by = e.certified_by, .why = why, .counting_sessions = e.counting };
	find_focus(&e, ret);
}
