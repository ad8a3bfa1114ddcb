/* clocks_page.c: promises on rows of lists; see clocks.h. */
#include "desk/clocks.h"

#include "base/civil.h"

#include "clocks.sql.h"

#include "base/banned.h"

static struct queue_row *row_at(struct queue_row *rows, size_t i, size_t stride)
{
	return (struct queue_row *)(void *)((char *)rows + i * stride);
}

static struct str clock_word(struct str clock)
{
	return str_eq(clock, S("resolution")) ? S("Resolution") : str_eq(clock, S("periodic_update")) ? S("Update") : S("Response");
}

static void put_aim(struct ctx *c, const struct zone *z, const struct desk_clocks_row *k, struct queue_row *r)
{
	if (!k->aim_us.set)
		return;
	r->due = arena_fmt(c->arena, k->aim_us.v < c->now_us ? "Our aim was %.*s %.*s" : "Our aim: %.*s %.*s", STR_ARG(clock_word(k->aim_clock)),
			   STR_ARG(civil_short(c->arena, z, k->aim_us.v, c->now_us)));
	r->due_class = S("");
}

static void put(struct ctx *c, const struct zone *z, const struct desk_clocks_row *k, struct queue_row *r)
{
	if (!k->due_us.set || (r->promised_us && r->promised_us < k->due_us.v))
		return;
	bool late = k->due_us.v < c->now_us;
	r->due = arena_fmt(c->arena, late ? "%.*s was due %.*s" : "%.*s %.*s", STR_ARG(clock_word(k->due_clock)), STR_ARG(civil_short(c->arena, z, k->due_us.v, c->now_us)));
	r->due_class = late ? S("late") : k->warn_us.set && k->warn_us.v <= c->now_us ? S("warn") : S("");
}

typedef void put_fn(struct ctx *c, const struct zone *z, const struct desk_clocks_row *k, struct queue_row *r);
static enum err put_all(struct ctx *c, struct queue_row *rows, size_t n, size_t stride, put_fn *fn)
{
	struct desk_clocks_row *found;
	size_t n_found;
	const struct zone *z = zone_find(c->actor.zone);
	struct buf ids;
	if (!n)
		return OK;
	buf_init(&ids, c->arena, n * 24 + 8);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&ids, "%s%lld", i ? "," : "[", (long long)row_at(rows, i, stride)->id);
	buf_ch(&ids, ']');
	TRY(desk_clocks(c->db, c->arena, &found, &n_found, .ids = buf_str(&ids)));
	for (size_t k = 0; k < n_found; k++)
		for (size_t i = 0; i < n; i++)
			if (row_at(rows, i, stride)->id == found[k].ticket_id)
				fn(c, z ? z : zone_find(S("UTC")), &found[k], row_at(rows, i, stride));
	return OK;
}

enum err desk_clocks_put(struct ctx *c, struct queue_row *rows, size_t n, size_t stride)
{
	return put_all(c, rows, n, stride, put);
}

enum err desk_aims_put(struct ctx *c, struct queue_row *rows, size_t n, size_t stride)
{
	return put_all(c, rows, n, stride, put_aim);
}
