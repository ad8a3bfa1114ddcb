/* pair_parts.h: what the files of pairings share. */
#ifndef TEND_GROWTH_PAIR_PARTS_H
#define TEND_GROWTH_PAIR_PARTS_H

#include "growth/pair.h"
#include "growth/pair_rows.h"

#include "pair.sql.h"

/* Somebody who could be the partner: checked against the rule, in words. */
struct pair_candidate {
	int64_t id;
	struct str name, role;
	bool fits;
	int64_t overlap_min;           /* shared working minutes a day, on average over the newcomer's working days */
	int64_t tenure_days, load;     /* load: pairings of the kind that begin in the quarter */
	struct str words;              /* "same role; here 14 months; 6 h 30 min shared a day; nobody else this quarter" */
	struct str against;            /* "" = fits; else what speaks against it */
};
/* Best first: those who fit, then fewer pairings, more shared hours, longer here. The newcomer's role decides which rule is taken. */
enum err pair_candidates(struct ctx *c, struct str kind, int64_t newcomer, struct str starts_on, struct pairing_rule_rows_row *ret_rule,
			 struct pair_candidate **ret, size_t *ret_n);
/* The rule for a newcomer of that role on a day. ERR_CONFLICT with a sentence when there is none. */
enum err pair_rule_for(struct ctx *c, struct str kind, struct str role, struct str date, struct pairing_rule_rows_row *ret);
/* "2026-12-24" of a date and so many days. */
struct str pair_date_add(struct ctx *c, struct str date, int64_t days);
/* "3 h", "2 h 30 min". */
struct str pair_minutes(struct arena *a, int64_t min);
/* "Mentor", "Buddy", "Account executive". */
const char *pair_words(struct str kind);

extern const char *const pair_kinds[];
extern const struct command pair_candidates_cmd, pair_make_cmd, pair_end_cmd, pair_list_cmd, pair_show_cmd;                               /* pair.c, pair_look.c */
extern const struct command pair_met_cmd, pair_skip_cmd, pair_meet_cmd, pair_ask_cmd, pair_answer_cmd;                                    /* pair_meet.c */
extern const struct command pair_rule_cmd, pair_fallback_cmd, pair_fallback_end_cmd, pair_neighbours_cmd;                                 /* pair_rule.c */
/* Every hour: pairings whose last day is over end. */
extern const struct job_kind pair_jobs[];
enum err pair_presets(struct ctx *c);
/* IN_TX on teammate.disabled: what the person held becomes open, and their managers are told. */
enum err pair_somebody_left(struct ctx *c, const struct event_new *e, int64_t seq);

#endif
