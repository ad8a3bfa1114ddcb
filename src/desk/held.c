/* held.c: the clock of a case by who held it; see held.h. */
#include "desk/held.h"

#include "sla/sla.h"

#include "base/banned.h"

/* What the promise of resolution had counted at an instant, as it was known then. */
static enum err clock_at(struct ctx *c, int64_t ticket, utime at, struct held_shares *ret, int64_t *ret_s)
{
	struct sla_look look;
	*ret_s = 0;
	TRY(sla_look_at(c, ticket, at, &look));
	for (size_t i = 0; i < look.n; i++) {
		const struct sla_line *l = &look.lines[i];
		if (!str_eq(l->clock, S("resolution")) || !str_eq(l->track, S("promise")))
			continue;
		*ret_s = l->elapsed_s;
		ret->has_clock = true;
		ret->wall = l->wall;
	}
	return OK;
}

enum err held_shares(struct ctx *c, int64_t ticket, struct held_shares *ret)
{
	struct held_span *spans;
	int64_t before = 0, now;
	*ret = (struct held_shares){ 0 };
	TRY(held_of(c, ticket, &spans, &ret->n, &ret->hand_offs));
	ret->v = arena_array(c->arena, struct held_share, ret->n + 1);
	for (size_t i = 0; i < ret->n; i++) {
		ret->v[i].span = spans[i];
		if (ret->n > HELD_CLOCKED_MOST || (i + 1 < ret->n && spans[i].to_us == spans[i].from_us))
			continue;      /* no time, no share; what it would be stays with the next */
		TRY(clock_at(c, ticket, i + 1 < ret->n ? spans[i].to_us : 0, ret, &now));
		ret->v[i].clock_s = now - before;
		before = now;
	}
	ret->clock_s = before;
	return OK;
}
