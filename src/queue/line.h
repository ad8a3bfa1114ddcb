/* line.h: the line as it stands: the facts of all unsolved cases, their order, and what is in force: overload, ranking sessions.
 *
 * Worked out from the tables, kept by the process, and brought up to date when somebody looks after an event: what events of the log name is read again, the
 * rest stays (an event that changes many cases reads all of them). What is kept is never changed: who looks at it holds it. Inside a write the line is the
 * writer's own, with what it changed so far, and is not kept. */
#ifndef TEND_QUEUE_LINE_H
#define TEND_QUEUE_LINE_H

#include "core/ctx.h"
#include "queue/rank.h"

struct line_overload {
	int64_t id;                    /* 0 = normal load */
	struct str by, why;
	utime since_us, until_us;
};

struct line_session {              /* in force: its order is set, and it has not ended */
	int64_t id, team;              /* team 0 = the whole line */
	struct str title, held_by;
	utime until_us;
};

struct line {
	struct rank_rules rules;
	struct str order_words;        /* of the order in force */
	const struct rank_case *v;     /* all unsolved, by id */
	size_t n;
	const struct rank_place *order;
	size_t n_order;                /* how many stand in the line */
	struct line_overload overload;
	const struct line_session *sessions;
	size_t n_sessions;
	utime at_us;                   /* as of when */
};

/* Give it back with line_put(). */
enum err line_hold(struct ctx *c, const struct line **ret);
void line_put(const struct line *l);
/* An unsolved case, and its place in the line, from 1 (0: it does not stand in it); NULL when it is solved or not there. */
const struct rank_case *line_find(const struct line *l, int64_t ticket, size_t *ret_place);
/* The case at a place, from 1; NULL behind the end. */
const struct rank_case *line_at(const struct line *l, size_t place);
/* Why it has that place: rank_reason() with the session's name. */
struct str line_why(struct ctx *c, const struct line *l, size_t place);

/* For tests: worked out from all rows, without what is kept. */
enum err line_anew(struct ctx *c, const struct line **ret);

#endif
