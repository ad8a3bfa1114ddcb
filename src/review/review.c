/* review.c: case reviews: rounds are drawn, somebody looks at a colleague's case, and what they say is between the two; see review.h. */
#include "review/review.h"

#include "base/civil.h"
#include "people/people.h"
#include "ticket/ticket.h"

#include <string.h>

static const struct {
	const char *kind;
	int cases, days;
	const char *from, *to;
} RHYTHMS[] = {
#define REVIEW_RHYTHM(kind, cases, days, from, to, source) { kind, cases, days, from, to },
#include "handbook/reviews.def"
};
static const struct {
	const char *question, *from, *to, *source;
} QUESTIONS[] = {
#define REVIEW_QUESTION(question, from, to, source) { question, from, to, source },
#include "handbook/reviews.def"
};

#include "base/banned.h"

enum { LATELY_DAYS = 30, WORDS_MAX_BYTES = 4000, HONOUR_DAYS = 90 };
_Static_assert(sizeof(struct case_review_get_row) == sizeof(struct case_review_rows_row), "review.sql");
_Static_assert(sizeof(struct review_question_get_row) == sizeof(struct review_question_rows_row), "review.sql");

const struct fold review_folds[] = {
	{ "review_question", &review_question_rows_stmt }, { "case_review", &case_review_rows_stmt }, { "long_case", &long_case_rows_stmt }, { 0 },
};

/* ---- rounds ---- */

static int64_t days_of(const char *date)
{
	return civil_days((date[0] - '0') * 1000 + (date[1] - '0') * 100 + (date[2] - '0') * 10 + date[3] - '0', (date[5] - '0') * 10 + date[6] - '0',
			  (date[8] - '0') * 10 + date[9] - '0');
}

bool review_round_of(struct arena *a, const char *kind, utime at, struct review_round *ret)
{
	struct str day = people_date(a, at);
	for (size_t i = 0; i < ARRAY_LEN(RHYTHMS); i++) {
		int32_t year;
		int month, dom;
		if (strcmp(RHYTHMS[i].kind, kind) != 0 || str_cmp(day, str_c(RHYTHMS[i].from)) < 0 || (RHYTHMS[i].to && str_cmp(day, str_c(RHYTHMS[i].to)) >= 0))
			continue;
		int64_t today = days_of(arena_cstr(a, day)), first = days_of(RHYTHMS[i].from), begin, end;
		if (RHYTHMS[i].days) {
			ret->number = (today - first) / RHYTHMS[i].days;
			begin = first + ret->number * RHYTHMS[i].days;
			end = begin + RHYTHMS[i].days;
		} else {
			civil_from_days(today, &year, &month, &dom);
			ret->number = year * 12 + month;
			begin = civil_days(year, month, 1);
			end = month == 12 ? civil_days(year + 1, 1, 1) : civil_days(year, month + 1, 1);
		}
		civil_from_days(begin, &year, &month, &dom);
		ret->period = arena_fmt(a, "%04d-%02d-%02d", (int)year, month, dom);
		ret->from_us = begin * UTIME_US_PER_DAY;
		ret->to_us = end * UTIME_US_PER_DAY;
		ret->cases = RHYTHMS[i].cases;
		return true;
	}
	return false;
}

static enum err give(struct ctx *c, const char *kind, const struct review_round *r, int64_t reviewer, int64_t reviewed, bool *ret_given)
{
	struct review_candidate_row k;
	struct case_review_add_row id;
	TRY(review_candidate(c->db, c->arena, &k, ret_given, .teammate_id = reviewed, .since_us = c->now_us - LATELY_DAYS * UTIME_US_PER_DAY));
	if (!*ret_given)
		return OK;
	struct case_review_rows_row row = { .ticket_id = k.ticket_id, .kind = str_c(kind), .reviewer_id = reviewer, .reviewed_id = reviewed, .period = r->period,
					    .state = S("open"), .made_us = c->now_us, .due_us = r->to_us };
	TRY(case_review_add(c->db, c->arena, &id, .ticket_id = row.ticket_id, .kind = row.kind, .reviewer_id = reviewer, .reviewed_id = reviewed, .period = row.period,
			    .state = row.state, .made_us = row.made_us, .due_us = row.due_us));
	/* no ticket_id: the case's history does not tell that its engineer is looked at */
	return event_append(c, &(struct event_new){ .kind = "review.drawn", .entity = "case_review", .entity_id = id.id,
						    .data = fold_set_all(c->arena, &case_review_rows_stmt, &row) }, NULL);
}

/* The ring turns by one each round: over the rounds everybody looks at everybody's cases. */
static enum err draw_kind(struct ctx *c, const char *kind, const int64_t *reviewers, size_t n_reviewers, const int64_t *ring, size_t n, int *ret_drawn)
{
	struct review_round r;
	if (!review_round_of(c->arena, kind, c->now_us, &r) || !n)
		return OK;
	for (size_t i = 0; i < n_reviewers; i++) {
		struct case_review_given_row given;
		TRY(case_review_given(c->db, c->arena, &given, .reviewer_id = reviewers[i], .kind = str_c(kind), .period = r.period));
		size_t own = n;
		for (size_t k = 0; k < n; k++)
			if (ring[k] == reviewers[i])
				own = k;
		for (size_t step = 0; step < n * (size_t)r.cases && given.n < r.cases; step++) {
			size_t at = (own + 1 + (size_t)r.number + step) % n;
			bool done = false;
			if (ring[at] != reviewers[i])
				TRY(give(c, kind, &r, reviewers[i], ring[at], &done));
			given.n += done;
			*ret_drawn += done;
		}
	}
	return OK;
}

enum err review_draw(struct ctx *c, int *ret_drawn)
{
	struct review_engineers_row *e;
	struct review_managers_row *m;
	size_t n, n_managers;
	*ret_drawn = 0;
	TRY(review_engineers(c->db, c->arena, &e, &n, .since_us = c->now_us - LATELY_DAYS * UTIME_US_PER_DAY));
	TRY(review_managers(c->db, c->arena, &m, &n_managers));
	int64_t *ring = arena_array(c->arena, int64_t, n + 1), *managers = arena_array(c->arena, int64_t, n_managers + 1);
	for (size_t i = 0; i < n; i++)
		ring[i] = e[i].teammate_id;
	for (size_t i = 0; i < n_managers; i++)
		managers[i] = m[i].teammate_id;
	TRY(draw_kind(c, "peer", ring, n, ring, n, ret_drawn));
	return draw_kind(c, "manager", managers, n_managers, ring, n, ret_drawn);
}

static enum err review_draw_run(struct ctx *c, const void *in)
{
	(void)in;
	int drawn;
	TRY(review_draw(c, &drawn));
	if (!drawn)
		return fail(c, ERR_CONFLICT, "Nobody is without a review of this round, or nobody solved a case in the last %d days that nobody looked at yet.", LATELY_DAYS);
	json_ki64(c->out, "drawn", drawn);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%d %s drawn.", drawn, drawn == 1 ? "review is" : "reviews are"));
	return OK;
}

/* ---- one review ---- */

static enum err no_such(struct ctx *c, int64_t id)
{
	return fail(c, ERR_NOT_FOUND, "There is no review %lld of yours.", (long long)id);
}

enum err review_read(struct ctx *c, int64_t id, struct review_open *ret)
{
	bool found;
	*ret = (struct review_open){ .n = 0 };
	int64_t me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : -1;
	TRY(case_review_get(c->db, c->arena, &ret->r, &found, .id = id));
	ret->reviewer = found && ret->r.reviewer_id == me;
	if (!found || (!ret->reviewer && (ret->r.reviewed_id != me || !str_eq(ret->r.state, S("done")))))
		return no_such(c, id);
	TRY(review_answers_of(c->db, c->arena, &ret->answers, &ret->n, .review_id = id, .day = people_date(c->arena, ret->r.made_us)));
	TRY(review_words_of(c->db, c->arena, &ret->words, &found, .review_id = id));
	if (!found)
		ret->words = (struct review_words_of_row){ .review_id = id, .good = S(""), .next = S("") };
	return OK;
}

struct review_write_in {
	int64_t review;
	struct str_list answers;
	struct str good, next;
};

/* "12=yes" among the answers: 1, "12=no": 0, neither or both: -1. */
static int said(const struct str_list *l, int64_t question)
{
	int ret = -1;
	for (size_t i = 0; i < l->n; i++) {
		struct str id, word;
		int64_t n;
		if (!str_cut(l->v[i], '=', &id, &word) || !str_i64(id, &n) || n != question)
			continue;
		int one = str_eq(word, S("yes")) ? 1 : str_eq(word, S("no")) ? 0 : -1;
		ret = ret < 0 || ret == one ? one : -1;
	}
	return ret;
}

static enum err end(struct ctx *c, const struct review_open *o, const char *state, const char *kind)
{
	struct case_review_rows_row before, after;
	memcpy(&before, &o->r, sizeof(before));
	after = before;
	after.state = str_c(state);
	after.ended_us = SOME(c->now_us);
	TRY(case_review_put(c->db, .id = after.id, .state = after.state, .ended_us = after.ended_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "case_review", .entity_id = after.id,
						    .data = fold_set_diff(c->arena, &case_review_rows_stmt, &before, &after) }, NULL);
}

static enum err review_write(struct ctx *c, const struct review_write_in *in)
{
	struct review_open *o = arena_new(c->arena, struct review_open);
	TRY(review_read(c, in->review, o));
	if (!o->reviewer)
		return fail(c, ERR_FORBIDDEN, "You are the one it is about: talk with each other about it.");
	if (!str_eq(o->r.state, S("open")))
		return fail(c, ERR_CONFLICT, "This review is written already.");
	for (size_t i = 0; i < o->n; i++)
		if (said(&in->answers, o->answers[i].question_id) < 0)
			return fail_field(c, S("answers"), "Answer each question with yes or no: “%.*s” is not.", STR_ARG(o->answers[i].question));
	for (size_t i = 0; i < o->n; i++)
		TRY(review_answer_put(c->db, .review_id = o->r.id, .question_id = o->answers[i].question_id, .yes = said(&in->answers, o->answers[i].question_id) == 1));
	TRY(review_words_put(c->db, .review_id = o->r.id, .good = in->good.n ? in->good : S(""), .next = in->next.n ? in->next : S("")));
	json_ki64(c->out, "review", o->r.id);
	json_kstr(c->out, "said", S("Kept, for the two of you. Nobody else reads it."));
	return end(c, o, "done", "review.done");
}

struct review_only_in {
	int64_t review;
};

static enum err review_drop(struct ctx *c, const struct review_only_in *in)
{
	struct review_open *o = arena_new(c->arena, struct review_open);
	TRY(review_read(c, in->review, o));
	if (!o->reviewer || !str_eq(o->r.state, S("open")))
		return fail(c, ERR_CONFLICT, "Only who is to write a review drops it, before it is written.");
	json_ki64(c->out, "review", o->r.id);
	json_kstr(c->out, "said", S("Dropped. The next draw gives you another case."));
	return end(c, o, "dropped", "review.dropped");
}

static enum err review_show(struct ctx *c, const struct review_only_in *in)
{
	struct review_open *o = arena_new(c->arena, struct review_open);
	TRY(review_read(c, in->review, o));
	json_obj(c->out);
	json_ki64(c->out, "review", o->r.id);
	json_ki64(c->out, "ticket", o->r.ticket_id);
	json_kstr(c->out, "kind", o->r.kind);
	json_ki64(c->out, "reviewer", o->r.reviewer_id);
	json_ki64(c->out, "reviewed", o->r.reviewed_id);
	json_kstr(c->out, "state", o->r.state);
	json_ktime(c->out, "due", o->r.due_us);
	json_key(c->out, "questions");
	json_arr(c->out);
	for (size_t i = 0; i < o->n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "question", o->answers[i].question_id);
		json_kstr(c->out, "words", o->answers[i].question);
		json_kopt(c->out, "yes", o->answers[i].yes);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_kstr(c->out, "good", o->words.good);
	json_kstr(c->out, "next_time", o->words.next);
	json_obj_end(c->out);
	return OK;
}

struct review_list_in {
	struct opt_i64 after, max;
};

static enum err review_list(struct ctx *c, const struct review_list_in *in)
{
	struct case_review_mine_row *rows;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(case_review_mine(c->db, c->arena, &rows, &n, .me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : -1, .before = in->after.set ? in->after.v : INT64_MAX, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "review", rows[i].id);
		json_ki64(c->out, "ticket", rows[i].ticket_id);
		json_kstr(c->out, "subject", rows[i].subject);
		json_kstr(c->out, "kind", rows[i].kind);
		json_kstr(c->out, "reviewer", rows[i].reviewer);
		json_kstr(c->out, "reviewed", rows[i].reviewed);
		json_kstr(c->out, "state", rows[i].state);
		json_ktime(c->out, "due", rows[i].due_us);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(rows[max - 1].id) : NONE);
	return OK;
}

static enum err review_figures(struct ctx *c, const void *in)
{
	(void)in;
	struct review_honour_row h;
	struct review_sums_row *sums;
	size_t n;
	TRY(review_honour(c->db, c->arena, &h, .since_us = c->now_us - HONOUR_DAYS * UTIME_US_PER_DAY, .now_us = c->now_us));
	TRY(review_sums(c->db, c->arena, &sums, &n, .least = REVIEW_SUM_LEAST));
	json_obj(c->out);
	json_ki64(c->out, "days", HONOUR_DAYS);
	json_ki64(c->out, "due", h.due);
	json_ki64(c->out, "done", h.done);
	json_ki64(c->out, "in_time", h.in_time);
	json_items(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_kstr(c->out, "question", sums[i].question);
		json_ki64(c->out, "answers", sums[i].answers);
		json_ki64(c->out, "yes", sums[i].yes);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}

/* ---- questions ---- */

struct question_in {
	struct str question, valid_from;
	struct opt_i64 end;
};

static enum err ask(struct ctx *c, struct review_question_rows_row *q, struct str rule)
{
	struct review_question_add_row id;
	TRY(review_question_add(c->db, c->arena, &id, .question = q->question, .valid_from = q->valid_from, .valid_to = q->valid_to, .source = q->source));
	q->id = id.id;
	return event_append(c, &(struct event_new){ .kind = "review_question.created", .entity = "review_question", .entity_id = id.id, .rule = rule,
						    .data = fold_set_all(c->arena, &review_question_rows_stmt, q) }, NULL);
}

static enum err review_question(struct ctx *c, const struct question_in *in)
{
	struct str day = in->valid_from.n ? in->valid_from : people_date(c->arena, c->now_us);
	struct review_question_find_row old;
	bool found;
	if (in->end.set == (in->question.n > 0))
		return fail_field(c, S("question"), "Write a question, or say the number of one that is to end.");
	if (in->end.set) {
		struct review_question_get_row row;
		struct review_question_rows_row before, after;
		TRY(review_question_get(c->db, c->arena, &row, &found, .id = in->end.v));
		if (!found || row.valid_to.n)
			return fail_field(c, S("end"), "There is no question %lld that is asked still.", (long long)in->end.v);
		memcpy(&before, &row, sizeof(before));
		after = before;
		after.valid_to = day;
		TRY(review_question_end(c->db, .id = row.id, .valid_to = day));
		json_kstr(c->out, "said", S("It is asked no longer. Reviews that were drawn before keep it."));
		return event_append(c, &(struct event_new){ .kind = "review_question.ended", .entity = "review_question", .entity_id = row.id,
							    .data = fold_set_diff(c->arena, &review_question_rows_stmt, &before, &after) }, NULL);
	}
	TRY(review_question_find(c->db, c->arena, &old, &found, .question = in->question, .valid_from = day));
	if (found)
		return fail_field(c, S("question"), "It is asked from that day on already.");
	struct review_question_rows_row q = { .question = in->question, .valid_from = day, .valid_to = STR_NULL, .source = S("made at this desk") };
	TRY(ask(c, &q, STR_NULL));
	json_ki64(c->out, "question", q.id);
	json_kstr(c->out, "said", S("It is asked in reviews that are drawn from that day on."));
	return OK;
}

enum err review_presets(struct ctx *c)
{
	for (size_t i = 0; i < ARRAY_LEN(QUESTIONS); i++) {
		struct review_question_find_row old;
		bool found;
		struct review_question_rows_row q = { .question = str_c(QUESTIONS[i].question), .valid_from = str_c(QUESTIONS[i].from), .valid_to = str_c(QUESTIONS[i].to),
						      .source = str_c(QUESTIONS[i].source) };
		TRY(review_question_find(c->db, c->arena, &old, &found, .question = q.question, .valid_from = q.valid_from));
		if (!found)
			TRY(ask(c, &q, S("handbook")));
	}
	return OK;
}

/* ---- descriptors ---- */

COMMAND_RUN(review_write)
COMMAND_RUN(review_drop)
COMMAND_RUN(review_show)
COMMAND_RUN(review_list)
COMMAND_RUN(review_question)
static const struct field write_fields[] = {
	FIELD(struct review_write_in, review, FIELD_ID, .required = true, .positional = true, .help = "number of the review"),
	FIELD(struct review_write_in, answers, FIELD_STRS, .max = 80, .help = "each question's number and yes or no", .example = "12=yes"),
	FIELD(struct review_write_in, good, FIELD_TEXT, .max = WORDS_MAX_BYTES, .help = "what went well"),
	FIELD(struct review_write_in, next, FIELD_TEXT, .max = WORDS_MAX_BYTES, .help = "what to try next time"),
};
static const struct field only_fields[] = {
	FIELD(struct review_only_in, review, FIELD_ID, .required = true, .positional = true, .help = "number of the review"),
};
static const struct field list_fields[] = {
	FIELD(struct review_list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct review_list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};
static const struct field question_fields[] = {
	FIELD(struct question_in, question, FIELD_STR, .max = 300, .positional = true, .help = "a question that is answered with yes or no"),
	FIELD(struct question_in, end, FIELD_ID, .help = "number of a question that is no longer asked"),
	FIELD(struct question_in, valid_from, FIELD_DATE, .help = "from which day on; today unless said"),
};
static const struct command draw_cmd = {
	.name = "review.draw", .help = "Draw this round's case reviews for everybody who has none yet", NO_FIELDS, .need = CAN_LEAD, .run = review_draw_run,
};
static const struct command write_cmd = {
	.name = "review.write", .help = "Write a case review: only the two of you read it", FIELDS(write_fields, struct review_write_in), .need = CAN_NOTE,
	.run = RUN(review_write),
};
static const struct command drop_cmd = {
	.name = "review.drop", .help = "Drop a case review that you were asked for", FIELDS(only_fields, struct review_only_in), .need = CAN_NOTE, .run = RUN(review_drop),
};
static const struct command show_cmd = {
	.name = "review.show", .help = "A case review that you wrote or that is about a case of yours", FIELDS(only_fields, struct review_only_in), .need = CAN_READ,
	.reads = true, .run = RUN(review_show),
};
static const struct command list_cmd = {
	.name = "review.list", .help = "Case reviews by you and about you, newest first", FIELDS(list_fields, struct review_list_in), .need = CAN_READ, .reads = true,
	.run = RUN(review_list),
};
static const struct command figures_cmd = {
	.name = "review.figures", .help = "How many case reviews were done in time, and the sums of their answers; nobody's own", NO_FIELDS, .need = CAN_LEAD, .reads = true,
	.run = review_figures,
};
static const struct command question_cmd = {
	.name = "review.question", .help = "Ask a question in case reviews, or no longer", FIELDS(question_fields, struct question_in), .need = CAN_LEAD,
	.run = RUN(review_question),
};
const struct command *const review_commands[] = { &draw_cmd, &write_cmd, &drop_cmd, &show_cmd, &list_cmd, &figures_cmd, &question_cmd,
						  &long_list_cmd, &long_held_cmd, &long_drop_cmd, NULL };
