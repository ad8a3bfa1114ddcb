/* programme_preset.c: the handbook's programmes (presets/handbook/programmes.def), installed once: a programme whose short name is there is left alone. */
#include "growth/programme.h"

#include <string.h>

struct preset {
	const char *slug, *name, *scope, *role;
	struct opt_i64 level_from, level_to;
};
struct edition {
	const char *slug;
	int64_t number;
	const char *from, *to, *ramp_unit;
	int64_t ramp_n, soft_days;
	const char *source;
};
struct outcome {
	const char *slug;
	int64_t first, last;
	const char *key, *unit;
	int64_t n;
	const char *proof, *ack_by, *evidence;
	int64_t need, since_months;
	struct opt_i64 level_from, level_to;
	const char *title, *help;
};

static const struct preset PROGRAMMES[] = {
#define PROGRAMME(...) { __VA_ARGS__ },
#include "handbook/programmes.def"
};
static const struct edition EDITIONS[] = {
#define EDITION(...) { __VA_ARGS__ },
#include "handbook/programmes.def"
};
static const struct outcome OUTCOMES[] = {
#define OUTCOME(...) { __VA_ARGS__ },
#include "handbook/programmes.def"
};

#include "base/banned.h"

static enum err add_edition(struct ctx *c, int64_t programme, const struct edition *e)
{
	struct programme_rev_row_row r = {
		.programme_id = programme, .number = e->number, .state = S("published"), .valid_from = str_c(e->from), .valid_to = str_c(e->to), .ramp_unit = str_c(e->ramp_unit),
		.ramp_n = e->ramp_n, .soft_days = e->soft_days, .note = S("as the handbook had it"), .source = str_c(e->source), .created_us = c->now_us, .published_us = SOME(c->now_us),
	};
	TRY(GROWTH_ADD(c, programme_rev, "programme_rev.published", &r));
	int64_t position = 0;
	for (size_t i = 0; i < ARRAY_LEN(OUTCOMES); i++) {
		const struct outcome *o = &OUTCOMES[i];
		if (strcmp(o->slug, e->slug) != 0 || e->number < o->first || e->number > o->last)
			continue;
		struct programme_outcome_row_row row = {
			.rev_id = r.id, .key = str_c(o->key), .position = position += 10, .title = str_c(o->title), .help = str_c(o->help), .due_unit = str_c(o->unit), .due_n = o->n,
			.proof = str_c(o->proof), .ack_by = str_c(o->ack_by), .evidence = str_c(o->evidence), .need = o->need, .since_months = o->since_months,
			.level_from = o->level_from, .level_to = o->level_to, .role = S(""),
		};
		TRY(GROWTH_ADD(c, programme_outcome, "programme_outcome.created", &row));
	}
	return OK;
}

enum err programme_presets(struct ctx *c)
{
	for (size_t i = 0; i < ARRAY_LEN(PROGRAMMES); i++) {
		const struct preset *p = &PROGRAMMES[i];
		struct programme_by_slug_row old;
		bool found;
		TRY(programme_by_slug(c->db, c->arena, &old, &found, .slug = str_c(p->slug)));
		if (found)
			continue;
		struct programme_row_row row = { .slug = str_c(p->slug), .name = str_c(p->name), .scope = str_c(p->scope), .role = str_c(p->role), .level_from = p->level_from,
						 .level_to = p->level_to, .created_us = c->now_us };
		TRY(GROWTH_ADD(c, programme, "programme.created", &row));
		for (size_t k = 0; k < ARRAY_LEN(EDITIONS); k++)
			if (strcmp(EDITIONS[k].slug, p->slug) == 0)
				TRY(add_edition(c, row.id, &EDITIONS[k]));
	}
	return OK;
}
