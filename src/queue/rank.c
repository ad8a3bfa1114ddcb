/* rank.c: the order of the line; see rank.h. Each key of a case becomes a number, small first, so that comparing two cases compares two short rows of numbers. */
#include "queue/rank.h"

#include "base/civil.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char *const NAMES[RANK_KEYS] = {
	[RANK_SESSION] = "session", [RANK_FIRST] = "first", [RANK_LAST] = "last", [RANK_RISK] = "risk", [RANK_TIER] = "tier", [RANK_SEVERITY] = "severity",
	[RANK_TIME_LEFT] = "time_left", [RANK_ARRIVAL] = "arrival",
};

const char *rank_key_name(enum rank_key k)
{
	return k < RANK_KEYS ? NAMES[k] : "number";
}

bool rank_keys_parse(struct str text, enum rank_key *ret, size_t *ret_n, struct str *ret_wrong)
{
	struct str word;
	size_t n = 0;
	bool seen[RANK_KEYS] = { false };
	for (bool more = true; more;) {
		more = str_cut(text, ' ', &word, &text);
		if (!word.n)
			continue;
		size_t k = 0;
		while (k < RANK_KEYS && !str_eq(word, str_c(NAMES[k])))
			k++;
		*ret_wrong = word;
		if (k == RANK_KEYS || seen[k])
			return false;
		seen[k] = true;
		ret[n++] = (enum rank_key)k;
	}
	*ret_wrong = STR_NULL;
	*ret_n = n;
	return n > 0;
}

bool rank_at_risk(const struct rank_case *x, utime now)
{
	return x->risk_us <= now;
}

bool rank_in_line(const struct rank_case *x, utime now)
{
	return !x->waits || x->place || (rank_at_risk(x, now) && x->due != DUE_RESOLUTION && x->due != DUE_NONE);
}

/* ---- the order ---- */

enum { KNOWN_SEVERITIES = 16 };

static uint64_t ascending(int64_t v)
{
	return (uint64_t)v ^ UINT64_C(0x8000000000000000);
}

static int64_t tier_place(const struct rank_rules *r, const struct rank_case *x)
{
	return x->tier == RANK_TIER_UNKNOWN ? INT64_MAX : r->tiers[x->tier].place;
}

static uint64_t value(const struct rank_rules *r, const struct rank_case *x, enum rank_key k, utime now)
{
	switch (k) {
	case RANK_SESSION:
		return x->place ? (uint64_t)x->place : UINT64_MAX;
	case RANK_FIRST:
		return !x->first;
	case RANK_LAST:
		return x->last && !x->first;
	case RANK_RISK:
		return rank_at_risk(x, now) ? ascending(x->due_us) : UINT64_MAX;
	case RANK_TIER:
		return ascending(tier_place(r, x));
	case RANK_SEVERITY:
		return x->severity < 0 ? KNOWN_SEVERITIES : (uint64_t)x->severity;
	case RANK_TIME_LEFT:
		return ascending(x->due_us);
	case RANK_ARRIVAL:
		return ascending(x->arrived_us);
	case RANK_KEYS:
		break;
	}
	return ascending(x->id);
}

struct sort_row {
	uint64_t k[RANK_KEYS + 1];
	uint32_t i;
};

static size_t differs(const struct sort_row *a, const struct sort_row *b)
{
	size_t i = 0;
	while (i <= RANK_KEYS && a->k[i] == b->k[i])
		i++;
	return i;
}

static int by_keys(const void *x, const void *y)
{
	const struct sort_row *a = *(const struct sort_row *const *)x, *b = *(const struct sort_row *const *)y;
	size_t i = differs(a, b);
	return i > RANK_KEYS ? 0 : a->k[i] < b->k[i] ? -1 : 1;
}

/* The team's places, filled anew: the named cases by their place, then the others as they were. */
static void refill(struct arena *a, const struct rank_case *v, int64_t team, struct rank_place *line, size_t n)
{
	struct rank_place *own = arena_array(a, struct rank_place, n);
	size_t n_own = 0, n_named = 0;
	for (size_t i = 0; i < n; i++)
		if (v[line[i].i].team == team && v[line[i].i].team_place) {
			size_t at = n_named++;
			for (; at > 0 && v[own[at - 1].i].team_place > v[line[i].i].team_place; at--)
				own[at] = own[at - 1];
			own[at] = (struct rank_place){ .i = line[i].i, .key = RANK_SESSION };
		}
	n_own = n_named;
	for (size_t i = 0; i < n; i++)
		if (v[line[i].i].team == team && !v[line[i].i].team_place)
			own[n_own++] = line[i];
	for (size_t i = 0, k = 0; i < n && n_named; i++)
		if (v[line[i].i].team == team)
			line[i] = own[k++];
}

size_t rank_line(struct arena *a, const struct rank_rules *r, const struct rank_case *v, size_t n, utime now, struct rank_place *ret)
{
	struct sort_row *rows = arena_array(a, struct sort_row, n);
	struct sort_row **sorted = arena_array(a, struct sort_row *, n);
	size_t n_in = 0;
	for (size_t i = 0; i < n; i++) {
		if (!rank_in_line(&v[i], now))
			continue;
		struct sort_row *s = &rows[n_in];
		for (size_t k = 0; k < r->n_keys; k++)
			s->k[k] = value(r, &v[i], r->keys[k], now);
		s->k[RANK_KEYS] = value(r, &v[i], RANK_KEYS, now);
		s->i = (uint32_t)i;
		sorted[n_in++] = s;
	}
	if (n_in)
		qsort(sorted, n_in, sizeof(*sorted), by_keys); /* NOLINT(bugprone-sizeof-expression): pointers are what is sorted */
	for (size_t i = 0; i < n_in; i++) {
		size_t k = i + 1 < n_in ? differs(sorted[i], sorted[i + 1]) : RANK_KEYS;
		ret[i] = (struct rank_place){ .i = sorted[i]->i, .key = k < r->n_keys ? (uint8_t)r->keys[k] : RANK_KEYS };
	}
	for (size_t t = 0; t < r->n_teams; t++)
		refill(a, v, r->teams[t], ret, n_in);
	return n_in;
}

/* ---- in words ---- */

struct str rank_nth(struct arena *a, int64_t n)
{
	int64_t two = n % 100, one = n % 10;
	const char *end = two >= 11 && two <= 13 ? "th" : one == 1 ? "st" : one == 2 ? "nd" : one == 3 ? "rd" : "th";
	return arena_fmt(a, "%lld%s", (long long)n, end);
}

struct str rank_due_words(struct arena *a, const struct rank_case *x, utime now)
{
	static const char *const WHAT[] = { [DUE_NONE] = "", [DUE_FIRST_RESPONSE] = "first response", [DUE_NEXT_RESPONSE] = "answer", [DUE_UPDATE] = "next update",
					    [DUE_RESOLUTION] = "resolution", [DUE_PROMISE] = "what was promised" };
	if (x->due == DUE_NONE || x->due_us == RANK_NEVER)
		return x->late ? S("a promise is late") : S("");
	if (x->late && x->due_us > now)
		return arena_fmt(a, "%s is late", WHAT[x->due]);
	if (x->due_us <= now)
		return arena_fmt(a, "%s was due %.*s ago", WHAT[x->due], STR_ARG(civil_span(a, now - x->due_us)));
	return arena_fmt(a, "%s is due in %.*s", WHAT[x->due], STR_ARG(civil_span(a, x->due_us - now)));
}

static struct str upper_first(struct arena *a, struct str s)
{
	struct str copy = arena_str(a, s);
	if (copy.n && copy.p[0] >= 'a' && copy.p[0] <= 'z')
		((char *)copy.p)[0] = (char)(copy.p[0] - 32);
	return copy;
}

static struct str waits_words(struct arena *a, const struct rank_case *x, utime now)
{
	struct str span = civil_span(a, now > x->arrived_us ? now - x->arrived_us : 0);
	return arena_fmt(a, x->answered ? "we answered %.*s ago" : "has waited %.*s", STR_ARG(span));
}

static struct str overload_words(struct arena *a, const struct rank_rules *r, const struct rank_case *x, utime now)
{
	struct str due = rank_due_words(a, x, now);
	struct str severity = x->severity >= 0 ? arena_fmt(a, "severity %d", x->severity) : S("no severity yet");
	return arena_fmt(a, "Overload: %.*s, %.*s, %.*s", STR_ARG(r->tiers[x->tier].name), STR_ARG(severity), STR_ARG(due.n ? due : waits_words(a, x, now)));
}

struct str rank_reason(struct arena *a, const struct rank_rules *r, const struct rank_case *x, const struct rank_case *below, utime now)
{
	struct str due = rank_due_words(a, x, now);
	if (x->place)
		return arena_fmt(a, "%.*s by the ranking session", STR_ARG(rank_nth(a, x->place)));
	if (x->team_place)
		return arena_fmt(a, "%.*s of its team by the team's ranking session", STR_ARG(rank_nth(a, x->team_place)));
	if (x->first)
		return arena_fmt(a, "p%d: %.*s", x->priority, STR_ARG(x->priority >= 0 ? r->priority_words[x->priority] : S("")));
	if (x->last)
		return arena_fmt(a, "Internal work comes last; %.*s", STR_ARG(due.n && rank_at_risk(x, now) ? due : waits_words(a, x, now)));
	if (r->overload)
		return x->tier == RANK_TIER_UNKNOWN ? arena_fmt(a, "Overload: the customer's tier is not known, so it comes after all that are (put the organisation right); %.*s", STR_ARG(waits_words(a, x, now)))
						    : overload_words(a, r, x, now);
	if (rank_at_risk(x, now))
		return arena_fmt(a, "%.*s%s", STR_ARG(upper_first(a, due)), x->waits ? ", although it is not our turn" : "");
	struct str waits = upper_first(a, waits_words(a, x, now));
	if (below && x->arrived_us == below->arrived_us)
		return arena_fmt(a, "%.*s; it came in the same moment as the next one and has the smaller number", STR_ARG(waits));
	return arena_fmt(a, "%.*s, by arrival%s%.*s", STR_ARG(waits), due.n ? "; " : "", STR_ARG(due));
}
