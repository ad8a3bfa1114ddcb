/* policy.c: a set of rules, and which row wins; see policy.h.
 *
 * What decides between two rows does not depend on the case, so that rows are put in order once, the winner first; the
 * first that fits and is in force wins. The instants at which any row begins or ends are kept too: between two of
 * them the same facts get the same answer, which is how a fold asks once and not for every clock. */
#include "sla/policy_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const struct str CLOCK_NAMES[SLA_CLOCKS] = {
	[SLA_FIRST_RESPONSE] = { "first_response", 14 }, [SLA_NEXT_RESPONSE] = { "next_response", 13 },
	[SLA_PERIODIC_UPDATE] = { "periodic_update", 15 }, [SLA_RESOLUTION] = { "resolution", 10 },
};
static const struct str STATUS_NAMES[SLA_STATUSES] = {
	[SLA_NEW] = { "new", 3 }, [SLA_OPEN] = { "open", 4 }, [SLA_PENDING] = { "pending", 7 }, [SLA_HOLD] = { "hold", 4 },
	[SLA_SOLVED] = { "solved", 6 }, [SLA_CLOSED] = { "closed", 6 }, [SLA_MERGED] = { "merged", 6 },
};

struct str sla_clock_name(enum sla_clock clock)
{
	return CLOCK_NAMES[clock];
}

struct str sla_status_name(enum sla_status status)
{
	return STATUS_NAMES[status];
}

bool sla_status_parse(struct str s, enum sla_status *ret)
{
	for (int i = 0; i < SLA_STATUSES; i++) {
		if (str_eq(s, STATUS_NAMES[i])) {
			*ret = (enum sla_status)i;
			return true;
		}
	}
	return false;
}

/* ---- which of two rows ---- */

static enum sla_loses named(const struct sla_row *a, const struct sla_row *b, uint32_t key, enum sla_loses why)
{
	return !(a->match.keys & key) && (b->match.keys & key) ? why : SLA_WINS;
}

/* Why a loses against b by what the rows say; SLA_WINS when it does not lose by this rule. */
static enum sla_loses loses_by(const struct sla_row *a, const struct sla_row *b, enum sla_loses rule)
{
	int bits_a = 0, bits_b = 0;
	switch (rule) {
	case SLA_LOSES_RANK:
		return a->rank > b->rank ? rule : SLA_WINS;
	case SLA_LOSES_ORG:
		return named(a, b, SLA_KEY_ORG, rule);
	case SLA_LOSES_SEVERITY:
		return named(a, b, SLA_KEY_SEVERITY, rule);
	case SLA_LOSES_ENTITLEMENTS:
		bits_a = __builtin_popcountll(a->match.is.entitlements);
		bits_b = __builtin_popcountll(b->match.is.entitlements);
		return bits_a < bits_b ? rule : SLA_WINS;
	case SLA_LOSES_TAGS:
		bits_a = __builtin_popcountll(a->match.is.tags);
		bits_b = __builtin_popcountll(b->match.is.tags);
		return bits_a < bits_b ? rule : SLA_WINS;
	case SLA_LOSES_TIER:
		return named(a, b, SLA_KEY_TIER, rule);
	case SLA_LOSES_PLAN:
		return named(a, b, SLA_KEY_PLAN, rule);
	case SLA_LOSES_DEPLOYMENT:
		return named(a, b, SLA_KEY_DEPLOYMENT, rule);
	case SLA_LOSES_CHANNEL:
		return named(a, b, SLA_KEY_CHANNEL, rule);
	case SLA_LOSES_FROM:
		return a->from_s < b->from_s ? rule : SLA_WINS;
	case SLA_LOSES_STAGE:
		return named(a, b, SLA_KEY_STAGE, rule);
	case SLA_LOSES_VERSION:
		return a->version < b->version ? rule : SLA_WINS;
	case SLA_LOSES_PLACE:
		return a > b ? rule : SLA_WINS;
	case SLA_WINS: case SLA_NOT_FOR_THIS_CASE: case SLA_NOT_IN_FORCE:
		break;
	}
	return SLA_WINS;
}

/* The first rule by which one of the two loses, and *ret_b: it is b. Rows of one list. */
static enum sla_loses decide(const struct sla_row *a, const struct sla_row *b, bool *ret_b)
{
	*ret_b = false;
	for (int rule = SLA_LOSES_RANK; rule <= SLA_LOSES_PLACE; rule++) {
		if (loses_by(a, b, (enum sla_loses)rule) != SLA_WINS)
			return (enum sla_loses)rule;
		if (loses_by(b, a, (enum sla_loses)rule) != SLA_WINS) {
			*ret_b = true;
			return (enum sla_loses)rule;
		}
	}
	return SLA_WINS;   /* the same row */
}

static int compare_rows(const void *x, const void *y, void *rows)
{
	const struct sla_row *list = rows;
	bool second;
	enum sla_loses why = decide(&list[*(const int32_t *)x], &list[*(const int32_t *)y], &second);
	return why == SLA_WINS ? 0 : second ? -1 : 1;
}

static int compare_i64(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

static int compare_automation(const void *a, const void *b)
{
	const struct sla_automation *x = a, *y = b;
	return x->from_s < y->from_s ? -1 : x->from_s > y->from_s;
}

/* ---- building ---- */

static enum err bad_row(struct fault *f, const struct sla_row *r, const char *what)
{
	return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "Row “%.*s”: %s", STR_ARG(str_slice(r->id, 0, 64)), what);
}

static enum err check_target(const struct sla_row *r, const struct sla_target *t, struct fault *f)
{
	const uint32_t can_pause = 1 << SLA_NEW | 1 << SLA_OPEN | 1 << SLA_PENDING | 1 << SLA_HOLD;
	if (!t->set)
		return OK;
	if (t->seconds < 0 || t->seconds > SLA_SECONDS_MOST)
		return bad_row(f, r, "a target is 0 seconds to 100 years.");
	if (t->pause_set && (t->pause_on & ~can_pause))
		return bad_row(f, r, "a clock can pause in new, open, pending and hold only.");
	if (t->n_warn > SLA_WARNINGS)
		return bad_row(f, r, "a clock has at most four warnings.");
	for (uint32_t i = 0; i < t->n_warn; i++)
		if (t->warn_remaining_s[i] < 0 || t->warn_remaining_s[i] > SLA_SECONDS_MOST)
			return bad_row(f, r, "a warning comes 0 seconds to 100 years before the end.");
	if (t->basis != SLA_BUSINESS && t->basis != SLA_WALL)
		return bad_row(f, r, "the basis is business or wall.");
	return OK;
}

static enum err check_row(const struct sla_row *r, struct fault *f)
{
	if (!r->id.p || !r->id.n)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "Every row needs an id.");
	if (!r->cal)
		return bad_row(f, r, "its calendar does not exist (any more). Name one that does.");
	if (r->from_s >= r->to_s)
		return bad_row(f, r, "it ends before it begins.");
	if ((int)r->track < 0 || r->track >= SLA_TRACKS)
		return bad_row(f, r, "it is a promise or an aim.");
	if ((r->match.keys & SLA_KEY_SEVERITY) && (r->match.is.severity < SLA_UNTRIAGED || r->match.is.severity > SLA_SEVERITY_MOST))
		return bad_row(f, r, "a severity is 0 to 99, or null for untriaged.");
	for (int i = 0; i < SLA_CLOCKS; i++)
		TRY(check_target(r, &r->target[i], f));
	return OK;
}

static enum err check_delay(const struct sla_delay *d, struct fault *f)
{
	if (d->set && (d->seconds < 0 || d->seconds > SLA_SECONDS_MOST || (d->basis != SLA_BUSINESS && d->basis != SLA_WALL)))
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "Automation waits 0 seconds to 100 years, business or wall.");
	return OK;
}

static void index_track(struct arena *a, struct sla_rules *r, enum sla_track track)
{
	int32_t *best = arena_array(a, int32_t, r->n);
	int64_t *edge = arena_array(a, int64_t, 2 * r->n);
	size_t n = 0, n_edge = 0;
	for (size_t i = 0; i < r->n; i++) {
		if (r->rows[i].track != track)
			continue;
		best[n++] = (int32_t)i;
		edge[n_edge++] = r->rows[i].from_s;
		edge[n_edge++] = r->rows[i].to_s;
	}
	qsort_r(best, n, sizeof(*best), compare_rows, (void *)r->rows);
	qsort(edge, n_edge, sizeof(*edge), compare_i64);
	/* the beginning and the end of time are none, and one is enough of each */
	size_t kept = 0;
	for (size_t i = 0; i < n_edge; i++)
		if (edge[i] != SLA_SINCE_EVER && edge[i] != SLA_FOR_EVER && (!kept || edge[kept - 1] != edge[i]))
			edge[kept++] = edge[i];
	n_edge = kept;
	r->best[track] = best;
	r->n_best[track] = n;
	r->edge[track] = edge;
	r->n_edge[track] = n_edge;
}

static void index_offers(struct arena *a, struct sla_rules *r)
{
	struct sla_offer (*offers)[SLA_CLOCKS] = arena_calloc(a, r->n + 1, sizeof(*offers));
	for (int i = 0; i < SLA_CLOCKS; i++) {
		offers[0][i].cal = r->default_calendar;
		for (size_t k = 0; k < r->n; k++) {
			const struct sla_target *t = sla_row_target(&r->rows[k], (enum sla_clock)i);
			offers[k + 1][i] = (struct sla_offer){ t, sla_row_calendar(&r->rows[k], (enum sla_clock)i, NULL) };
		}
	}
	r->offers = (const struct sla_offer (*)[SLA_CLOCKS])offers;
}

enum err sla_rules_build(struct arena *a, const struct sla_rules_spec *spec, struct fault *f, const struct sla_rules **ret)
{
	if (!spec->default_calendar)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "A set of rules needs a default calendar that exists.");
	if (spec->n_rows > SLA_ROWS_MOST || spec->n_automation > SLA_ROWS_MOST)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "A set of rules can't have more than %d rows.", SLA_ROWS_MOST);
	struct sla_row *rows = arena_array(a, struct sla_row, spec->n_rows);
	struct sla_automation *automation = arena_array(a, struct sla_automation, spec->n_automation);
	for (size_t i = 0; i < spec->n_rows; i++) {
		TRY(check_row(&spec->rows[i], f));
		rows[i] = spec->rows[i];
		rows[i].id = arena_str(a, rows[i].id);
	}
	for (size_t i = 0; i < spec->n_automation; i++) {
		TRY(check_delay(&spec->automation[i].pending_to_solved, f));
		TRY(check_delay(&spec->automation[i].solved_to_closed, f));
		automation[i] = spec->automation[i];
	}
	/* stable enough: glibc's qsort merges, but two rows that begin at one instant are a slip; the later listed wins */
	qsort(automation, spec->n_automation, sizeof(*automation), compare_automation);
	struct sla_rules *r = arena_new(a, struct sla_rules);
	*r = (struct sla_rules){ .default_calendar = spec->default_calendar, .rows = rows, .n = spec->n_rows, .automation = automation,
				 .n_automation = spec->n_automation };
	for (int track = 0; track < SLA_TRACKS; track++)
		index_track(a, r, (enum sla_track)track);
	index_offers(a, r);
	*ret = r;
	return OK;
}

/* ---- asking ---- */

static inline bool fits(const struct sla_match *m, const struct sla_case_facts *facts)
{
	const struct sla_case_facts *is = &m->is;
	uint32_t k = m->keys;
	return (!(k & SLA_KEY_ORG) || is->org == facts->org) && (!(k & SLA_KEY_STAGE) || is->stage == facts->stage) &&
	       (!(k & SLA_KEY_SEVERITY) || is->severity == facts->severity) && (!(k & SLA_KEY_TIER) || is->tier == facts->tier) &&
	       (!(k & SLA_KEY_PLAN) || is->plan == facts->plan) && (!(k & SLA_KEY_DEPLOYMENT) || is->deployment == facts->deployment) &&
	       (!(k & SLA_KEY_CHANNEL) || is->channel == facts->channel) && (is->entitlements & ~facts->entitlements) == 0 &&
	       (is->tags & ~facts->tags) == 0;
}

bool sla_match_fits(const struct sla_match *m, const struct sla_case_facts *facts)
{
	return fits(m, facts);
}

int32_t sla_rules_match(const struct sla_rules *r, enum sla_track track, const struct sla_case_facts *facts, int64_t t_s,
			int64_t *ret_from_s, int64_t *ret_to_s)
{
	if (ret_from_s || ret_to_s) {
		const int64_t *e = r->edge[track];
		size_t lo = 0, hi = r->n_edge[track];
		while (lo < hi) {
			size_t mid = (lo + hi) / 2;
			if (e[mid] <= t_s)
				lo = mid + 1;
			else
				hi = mid;
		}
		if (ret_from_s)
			*ret_from_s = lo ? e[lo - 1] : INT64_MIN;
		if (ret_to_s)
			*ret_to_s = lo < r->n_edge[track] ? e[lo] : INT64_MAX;
	}
	for (size_t i = 0; i < r->n_best[track]; i++) {
		const struct sla_row *row = &r->rows[r->best[track][i]];
		if (row->from_s <= t_s && t_s < row->to_s && fits(&row->match, facts))
			return r->best[track][i];
	}
	return -1;
}

const struct sla_row *sla_rules_row(const struct sla_rules *r, int32_t row)
{
	return row < 0 ? NULL : &r->rows[row];
}

size_t sla_rules_n(const struct sla_rules *r)
{
	return r->n;
}

bool sla_rules_has_track(const struct sla_rules *r, enum sla_track track)
{
	return r->n_best[track] > 0;
}

const struct calendar *sla_rules_default_calendar(const struct sla_rules *r)
{
	return r->default_calendar;
}

const struct sla_automation *sla_rules_automation(const struct sla_rules *r, int64_t entered_s)
{
	const struct sla_automation *a = NULL;
	for (size_t i = 0; i < r->n_automation && r->automation[i].from_s <= entered_s; i++)
		a = &r->automation[i];
	return a;
}

const struct sla_target *sla_row_target(const struct sla_row *row, enum sla_clock clock)
{
	return row && row->target[clock].set ? &row->target[clock] : NULL;
}

const struct calendar *sla_row_calendar(const struct sla_row *row, enum sla_clock clock, const struct calendar *otherwise)
{
	if (!row)
		return otherwise;
	return row->target[clock].set && row->target[clock].cal ? row->target[clock].cal : row->cal;
}

enum sla_loses sla_rules_why(const struct sla_rules *r, int32_t row, int32_t winner, const struct sla_case_facts *facts, int64_t t_s)
{
	const struct sla_row *a = &r->rows[row];
	if (row == winner)
		return SLA_WINS;
	if (!sla_match_fits(&a->match, facts))
		return SLA_NOT_FOR_THIS_CASE;
	if (t_s < a->from_s || t_s >= a->to_s)
		return SLA_NOT_IN_FORCE;
	bool second;
	return winner < 0 ? SLA_WINS : decide(a, &r->rows[winner], &second);
}

struct str sla_loses_words(enum sla_loses why)
{
	switch (why) {
	case SLA_WINS:
		return S("wins");
	case SLA_NOT_FOR_THIS_CASE:
		return S("is not for this case");
	case SLA_NOT_IN_FORCE:
		return S("was not in force then");
	case SLA_LOSES_RANK:
		return S("stands behind the winner by rank");
	case SLA_LOSES_ORG:
		return S("does not name the organisation");
	case SLA_LOSES_SEVERITY:
		return S("does not name the severity");
	case SLA_LOSES_ENTITLEMENTS:
		return S("names fewer entitlements");
	case SLA_LOSES_TAGS:
		return S("names fewer tags");
	case SLA_LOSES_TIER:
		return S("does not name the tier");
	case SLA_LOSES_PLAN:
		return S("does not name the plan");
	case SLA_LOSES_DEPLOYMENT:
		return S("does not name the deployment");
	case SLA_LOSES_CHANNEL:
		return S("does not name the channel");
	case SLA_LOSES_FROM:
		return S("began earlier");
	case SLA_LOSES_STAGE:
		return S("does not name the stage");
	case SLA_LOSES_VERSION:
		return S("is an older version");
	case SLA_LOSES_PLACE:
		return S("stands further down");
	}
	return S("");
}
