/* sla_test_kit.h: for the tests of this folder and the programs of tests/bench: rules from a text, events in a line each. */
#ifndef TEND_SLA_SLA_TEST_KIT_H
#define TEND_SLA_SLA_TEST_KIT_H

#include "sla/sla_json.h"

#include <stdio.h>
#include <stdlib.h>

/* Quotes are written as ' in these texts. */
static inline const struct sla_rules *kit_rules(struct arena *a, struct sla_words *w, const char *text, struct fault *f)
{
	struct str s = arena_str(a, str_c(text));
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\'')
			((char *)s.p)[i] = '"';
	json_error_t e;
	json_t *j = json_loadb(s.p, s.n, 0, &e);
	const struct sla_rules *r = NULL;
	if (!j) {
		fprintf(stderr, "not JSON: %s at %d\n", e.text, e.position);
		abort();
	}
	if (sla_json_rules(a, w, j, f, &r) != OK)
		r = NULL;
	json_decref(j);
	return r;
}

static inline int64_t kit_at(const char *text)
{
	utime t;
	if (!civil_parse_rfc3339(str_c(text), &t))
		abort();
	return cal_seconds(t);
}

static inline bool kit_same_opt(struct opt_i64 a, struct opt_i64 b)
{
	return a.set == b.set && (!a.set || a.v == b.v);
}

/* By members: there are holes between them. */
static inline bool kit_same_view(const struct sla_view *a, const struct sla_view *b)
{
	for (uint32_t i = 0; i < SLA_WARNINGS; i++)
		if (a->warn_s[i] != b->warn_s[i])
			return false;
	return a->clock == b->clock && a->track == b->track && a->no == b->no && a->outcome == b->outcome && a->state == b->state &&
	       a->rules == b->rules && a->row == b->row && a->start_s == b->start_s && a->base_s == b->base_s &&
	       kit_same_opt(a->target_s, b->target_s) && a->basis == b->basis && a->due_s == b->due_s && a->n_warn == b->n_warn &&
	       a->achieved_s == b->achieved_s && a->breach_s == b->breach_s && a->stopped_s == b->stopped_s && a->elapsed_s == b->elapsed_s &&
	       kit_same_opt(a->remaining_s, b->remaining_s) && a->paused_wall_s == b->paused_wall_s && a->paused_business_s == b->paused_business_s;
}

/* "Mon 09:00" of June 2021 in Los Angeles: 2021-06-14 is a Monday, 09:00 is 16:00Z. */
static inline int64_t kit_pt(int day, int hour, int minute)
{
	return civil_days(2021, 6, day) * 86400 + (hour + 7) * 3600 + minute * 60;
}

#define KIT_DESK                                                                                                                                  \
	"'desk':{'tz':'America/Los_Angeles','weekly':{'mon':[['09:00','17:00']],'tue':[['09:00','17:00']],'wed':[['09:00','17:00']],"              \
	"'thu':[['09:00','17:00']],'fri':[['09:00','17:00']]},'holidays':[]}"

#endif
