/* demo_cases.c: what a day at the desk has besides tickets: a case that was handed over, one that is offered, long cases that are listed, a round of case
 * reviews. Done by the commands that everybody uses, on the newest cases; it costs the same for a desk of any size. */
#include "transfer/demo.h"

#include "review/review.h"

#include "transfer.sql.h"

#include "base/banned.h"

static struct str words(struct ctx *c, int64_t ticket, const char *reason, const char *more)
{
	return arena_fmt(c->arena,
			 "{\"ticket\":%lld,\"reason\":\"%s\",\"context\":\"They moved to the new version last week, and roll it out to two more teams on Monday.\","
			 "\"tried\":\"A restart, and the setting from the page on scaling. The second one halved it.\",\"links\":\"https://docs.example/scaling\","
			 "\"last_step\":\"I asked for the log of the night and for their limits.\",\"next_step\":\"Read them when they come, and answer before noon tomorrow.\"%s}",
			 (long long)ticket, reason, more);
}

enum err demo_cases(struct ctx *c, void *arg)
{
	const struct demo_desk *d = arg;
	struct demo_held_row *held;
	size_t n;
	int found = 0;
	TRY(demo_held(c->db, c->arena, &held, &n, .max = 3));
	enum err e = OK;
	if (n > 0 && d->n_teammates > 1) {      /* handed over, and not greeted yet */
		int64_t to = 0;
		for (int i = 0; i < d->n_teammates && !to; i++)
			if (d->teammates[i].id != held[0].assignee_id.v && d->teammates[i].engineer)
				to = d->teammates[i].id;
		e = demo_do(c, held[0].assignee_id.v, "handover.offer", words(c, held[0].id, "time_zone", ""), NULL);
		if (e == OK && to)
			e = demo_do(c, to, "handover.accept", arena_fmt(c->arena, "{'ticket':%lld}", (long long)held[0].id), NULL);
	}
	if (e == OK && n > 1)                   /* offered to whoever comes next */
		e = demo_do(c, held[1].assignee_id.v, "handover.offer", words(c, held[1].id, "overload", ""), NULL);
	if (e == OK)
		e = review_find_long(c, &found);
	if (e == OK)
		e = review_draw(c, &found);
	return e;
}
