/* find.c: the choice of the driving index, and the sorting; see find.h. */
#include "desk/find.h"

#include "ticket/ticket.h"

#include "desk.sql.h"
#include "find.sql.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { WORD_BATCH = 500, WORD_ROUNDS = 10 };

#define row_t_ struct find_newest_row   /* all find_… statements give the same row */
_Static_assert(sizeof(struct find_by_organisation_row) == sizeof(row_t_), "find.sql");
_Static_assert(sizeof(struct find_by_requester_row) == sizeof(row_t_), "find.sql");
_Static_assert(sizeof(struct find_by_tag_row) == sizeof(row_t_), "find.sql");
_Static_assert(sizeof(struct find_by_follower_row) == sizeof(row_t_), "find.sql");
_Static_assert(sizeof(struct find_unsolved_row) == sizeof(row_t_), "find.sql");
_Static_assert(sizeof(struct find_unsolved_oldest_row) == sizeof(row_t_), "find.sql");
_Static_assert(sizeof(struct find_unsolved_of_row) == sizeof(row_t_), "find.sql");
_Static_assert(sizeof(struct find_by_assignee_row) == sizeof(row_t_), "find.sql");
_Static_assert(sizeof(struct find_by_status_row) == sizeof(row_t_), "find.sql");
_Static_assert(sizeof(struct find_by_due_row) == sizeof(row_t_), "find.sql");
_Static_assert(sizeof(struct find_by_aim_row) == sizeof(row_t_), "find.sql");
_Static_assert(sizeof(struct find_words_any_row) == sizeof(struct find_words_row), "find.sql");
_Static_assert(sizeof(struct find_one_row) == sizeof(row_t_), "find.sql");

/* The filter of every statement. */
#define FILTER                                                                                                                                          \
	.statuses = q->statuses, .not_statuses = q->not_statuses, .assignee = q->assignee, .team = q->team, .organisation = q->organisation,            \
	.requester = q->requester, .follower = q->follower, .priority = q->priority, .severity = q->severity, .kind = q->kind, .version = q->version,    \
	.deployment = q->deployment, .older_us = q->older_us, .newer_us = q->newer_us, .late_us = q->late_us, .tag = q->tag, .tag2 = q->tag2,            \
	.not_tag = q->not_tag, .not_tag2 = q->not_tag2, .due_us = q->due_us, .aim_us = q->aim_us, .breached = q->breached,                               \
	.breached_clock = q->breached_clock, .clock = q->clock
/* What the rows say besides. */
#define BY_DUE .by_due = q->sort.p && str_eq(q->sort, S("due"))
#define ROWS(s) (struct s##_row **)(void *)&rows

/* ---- sorting ---- */

static int64_t rank(struct str priority)
{
	for (size_t i = 0; ticket_priorities[i]; i++)
		if (str_eq(priority, str_c(ticket_priorities[i])))
			return (int64_t)i;
	return 99;
}

static struct find_hit hit(const row_t_ *r, struct str sort)
{
	struct find_hit h = { .id = r->id, .key = -r->id };
	if (str_eq(sort, S("oldest"))) {
		h.key = r->id;
	} else if (str_eq(sort, S("updated"))) {
		h.key = -r->updated_us;
	} else if (str_eq(sort, S("waiting"))) {
		h.key = r->waiting_us;
	} else if (str_eq(sort, S("priority"))) {
		h.key = rank(r->priority);
	} else if (str_eq(sort, S("severity"))) {
		h.key = r->severity.set ? r->severity.v : 99;
	} else if (str_eq(sort, S("promised"))) {
		h.key = r->promised_us.set ? r->promised_us.v : INT64_MAX;
	} else if (str_eq(sort, S("due"))) {
		h.key = r->due_us.set ? r->due_us.v : INT64_MAX;
	}
	h.key2 = str_eq(sort, S("updated")) ? -r->id : r->id;
	return h;
}

static int by_key(const void *a_, const void *b_)
{
	const struct find_hit *a = a_, *b = b_;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->key2 < b->key2 ? -1 : a->key2 > b->key2;
}

struct take {
	struct find_list *list;
	struct str sort;
	size_t max;
};

static void take(struct take *k, const row_t_ *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (k->list->n == k->max) {
			k->list->capped = true;
			return;
		}
		k->list->v[k->list->n++] = hit(&rows[i], k->sort);
	}
}

/* ---- the driving index ---- */

static bool has_status(struct str statuses, struct str name)
{
	ptrdiff_t at = str_find(statuses, name);
	return at > 0 && statuses.p[at - 1] == ',' && (size_t)at + name.n < statuses.n && statuses.p[at + (ptrdiff_t)name.n] == ',';
}

static bool wants(const struct desk_query *q, enum ticket_status s)
{
	struct str name = str_c(ticket_status_name(s));
	return (!q->statuses.p || has_status(q->statuses, name)) && !(q->not_statuses.p && has_status(q->not_statuses, name));
}

static bool only_unsolved(const struct desk_query *q)
{
	if (!q->statuses.p)
		return false;
	for (enum ticket_status s = 0; s < TICKET_STATUS_COUNT; s++)
		if (wants(q, s) && !ticket_status_unsolved(s))
			return false;
	return true;
}

static bool has_fields(const struct desk_query *q)
{
	return q->priority.p || q->kind.p || q->version.p || q->deployment.p || q->severity.set || q->team.set || q->late_us.set ||
	       q->breached.set || q->clock.p;
}

/* Status by status, each by what changed last. */
static enum err by_statuses(struct ctx *c, const struct desk_query *q, struct take *k)
{
	bool held = q->assignee.set && q->assignee.v > 0;
	for (enum ticket_status s = 0; s < TICKET_STATUS_COUNT; s++) {
		row_t_ *rows;
		size_t n;
		struct str status = str_c(ticket_status_name(s));
		int64_t max = (int64_t)(k->max - k->list->n) + 1;
		if (!wants(q, s))
			continue;
		if (held)
			TRY(find_by_assignee(c->db, c->arena, ROWS(find_by_assignee), &n, FILTER, BY_DUE, .status = status, .before_us = INT64_MAX, .before_id = INT64_MAX,
					     .scan = FIND_SCAN, .max = max));
		else
			TRY(find_by_status(c->db, c->arena, ROWS(find_by_status), &n, FILTER, BY_DUE, .status = status, .before_us = INT64_MAX, .before_id = INT64_MAX,
					   .scan = FIND_SCAN, .max = max));
		take(k, rows, n);
	}
	k->list->bounded |= has_fields(q);
	return OK;
}

static enum err by_index(struct ctx *c, const struct desk_query *q, struct take *k)
{
	row_t_ *rows;
	size_t n;
	int64_t max = (int64_t)k->max + 1, before = INT64_MAX;
	if (q->requester.set)
		TRY(find_by_requester(c->db, c->arena, ROWS(find_by_requester), &n, FILTER, BY_DUE, .before = before, .scan = FIND_SCAN, .max = max));
	else if (q->assignee.set && q->assignee.v > 0 && only_unsolved(q))
		TRY(find_unsolved_of(c->db, c->arena, ROWS(find_unsolved_of), &n, FILTER, BY_DUE, .before = before, .scan = FIND_SCAN, .max = max));
	else if (q->organisation.set)
		TRY(find_by_organisation(c->db, c->arena, ROWS(find_by_organisation), &n, FILTER, BY_DUE, .before = before, .scan = FIND_SCAN, .max = max));
	else if (q->due_us.set)
		TRY(find_by_due(c->db, c->arena, ROWS(find_by_due), &n, FILTER, BY_DUE, .scan = FIND_SCAN, .max = max));
	else if (q->aim_us.set)
		TRY(find_by_aim(c->db, c->arena, ROWS(find_by_aim), &n, FILTER, BY_DUE, .scan = FIND_SCAN, .max = max));
	else if (only_unsolved(q) && str_eq(k->sort, S("oldest")))
		TRY(find_unsolved_oldest(c->db, c->arena, ROWS(find_unsolved_oldest), &n, FILTER, BY_DUE, .after = 0, .scan = FIND_SCAN, .max = max));
	else if (only_unsolved(q))
		TRY(find_unsolved(c->db, c->arena, ROWS(find_unsolved), &n, FILTER, BY_DUE, .before = before, .scan = FIND_SCAN, .max = max));
	else if (q->follower.set)
		TRY(find_by_follower(c->db, c->arena, ROWS(find_by_follower), &n, FILTER, BY_DUE, .before = before, .scan = FIND_SCAN, .max = max));
	else if (q->tag.p)
		TRY(find_by_tag(c->db, c->arena, ROWS(find_by_tag), &n, FILTER, BY_DUE, .before = before, .scan = FIND_SCAN, .max = max));
	else if (q->statuses.p || (q->assignee.set && q->assignee.v > 0) || q->newer_us.set)
		return by_statuses(c, q, k);
	else
		TRY(find_newest(c->db, c->arena, ROWS(find_newest), &n, FILTER, BY_DUE, .before = before, .scan = FIND_SCAN, .max = max));
	take(k, rows, n);
	k->list->bounded |= n < (size_t)max && !only_unsolved(q);
	return OK;
}

/* ---- words ---- */

static bool seen(const struct find_list *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == id)
			return true;
	return false;
}

static int newest_first(const void *a_, const void *b_)
{
	const struct find_words_row *a = a_, *b = b_;
	return a->message_id < b->message_id ? 1 : a->message_id > b->message_id ? -1 : 0;
}

bool desk_narrowed(const struct desk_query *q)
{
	return q->statuses.p || q->not_statuses.p || q->assignee.set || q->team.set || q->organisation.set || q->requester.set || q->follower.set ||
	       q->priority.p || q->kind.p || q->version.p || q->deployment.p || q->severity.set || q->ticket.set || q->older_us.set || q->newer_us.set ||
	       q->late_us.set || q->tag.p || q->not_tag.p || q->due_us.set || q->aim_us.set || q->breached.set || q->clock.p;
}

enum err desk_find_words(struct ctx *c, const struct desk_query *q, int64_t before, int64_t max, struct find_words_row **ret, size_t *ret_n)
{
	if (!desk_narrowed(q))   /* what is asked for without fields is planned and run in half the time */
		TRY(find_words_any(c->db, c->arena, (struct find_words_any_row **)(void *)ret, ret_n, .words = q->text, .before = before, .max = max));
	else
		TRY(find_words(c->db, c->arena, ret, ret_n, FILTER, .words = q->text, .before = before, .ticket = q->ticket, .max = max));
	if (*ret_n)
		qsort(*ret, *ret_n, sizeof((*ret)[0]), newest_first);
	return OK;
}

static enum err by_words(struct ctx *c, const struct desk_query *q, struct take *k)
{
	int64_t before = INT64_MAX;
	for (int round = 0; round < WORD_ROUNDS; round++) {
		struct find_words_row *found;
		size_t n;
		TRY(desk_find_words(c, q, before, WORD_BATCH, &found, &n));
		for (size_t i = 0; i < n; i++) {
			row_t_ *rows;
			size_t one;
			before = found[i].message_id;
			if (!found[i].fits || seen(k->list, found[i].ticket_id))
				continue;
			TRY(find_one(c->db, c->arena, (struct find_one_row **)(void *)&rows, &one, FILTER, BY_DUE, .ticket = found[i].ticket_id));
			take(k, rows, one);
			if (k->list->capped)
				return OK;
		}
		if (n < WORD_BATCH)
			return OK;
	}
	k->list->bounded = true;
	return OK;
}

/* ---- the door ---- */

enum err desk_find(struct ctx *c, const struct desk_query *q, int64_t max, struct find_list *ret)
{
	size_t most = (size_t)(max > FIND_MAX ? FIND_MAX : max);
	*ret = (struct find_list){ .v = arena_array(c->arena, struct find_hit, most + 1) };
	struct take k = { .list = ret, .sort = q->sort.p ? q->sort : S("newest"), .max = most };
	if (q->has_words) {
		TRY(by_words(c, q, &k));
	} else if (q->ticket.set) {
		row_t_ *rows;
		size_t n;
		TRY(find_one(c->db, c->arena, ROWS(find_one), &n, FILTER, BY_DUE, .ticket = q->ticket.v));
		take(&k, rows, n);
	} else {
		TRY(by_index(c, q, &k));
	}
	if (ret->bounded) {   /* on a desk smaller than the bound nothing was left out */
		struct desk_ticket_newest_row newest;
		bool any;
		TRY(desk_ticket_newest(c->db, c->arena, &newest, &any));
		ret->bounded = any && newest.id > (q->has_words ? WORD_BATCH * WORD_ROUNDS : FIND_SCAN);
	}
	qsort(ret->v, ret->n, sizeof(ret->v[0]), by_key);
	return OK;
}

enum err desk_find_one(struct ctx *c, const struct desk_query *q, int64_t ticket, bool *ret)
{
	row_t_ *rows;
	size_t n;
	*ret = false;
	if (q->ticket.set && q->ticket.v != ticket)
		return OK;
	TRY(find_one(c->db, c->arena, ROWS(find_one), &n, FILTER, BY_DUE, .ticket = ticket));
	if (n && q->has_words) {
		struct find_words_in_row row;
		bool found;
		TRY(find_words_in(c->db, c->arena, &row, &found, .ticket = ticket, .words = q->text));
		n = found;
	}
	*ret = n > 0;
	return OK;
}
