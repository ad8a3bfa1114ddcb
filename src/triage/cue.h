/* cue.h: what words suggest: the question type, the product area, the theme, the severity. Rows are those of presets/handbook/triage_cues.def and the desk's
 * own (table triage_cue); a row of the desk without a value silences the preset of the same kind and words. Suggestions: a person decides. */
#ifndef TEND_TRIAGE_CUE_H
#define TEND_TRIAGE_CUE_H

#include "core/ctx.h"

struct cue_hit {
	struct str value;
	int n;                       /* how many rows of it were found */
	struct str words;            /* “docker, pod”: which */
};
enum { CUE_HITS = 4 };
struct cue_read {
	struct cue_hit ask[CUE_HITS], area[CUE_HITS], theme[CUE_HITS], severity[CUE_HITS];   /* most hits first */
	size_t n_ask, n_area, n_theme, n_severity;
};
/* Reads a subject and a text with the rows in force on that date ("2026-11-24"). */
enum err cue_read(struct ctx *c, struct str subject, struct str text, struct str date, struct cue_read *ret);
/* Is it a value that some row of that kind gives, of any date? Areas and themes of the desk. */
enum err cue_known(struct ctx *c, struct str kind, struct str value, bool *ret);
/* The one nearest to a value that is not known ("serch" → "search"), or STR_NULL. */
enum err cue_nearest(struct ctx *c, struct str kind, struct str value, struct str *ret);
extern const char *const cue_kinds[];

#endif
