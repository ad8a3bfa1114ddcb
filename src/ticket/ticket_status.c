/* ticket_status.c: which statuses there are, who holds the next action, and the one table and one function by which a
 * ticket's status moves. */
#include "ticket/ticket_int.h"

#include "base/banned.h"

static const struct {
	const char *name, *title, *next_action;
	bool writable, unsolved;
} STATUS[TICKET_STATUS_COUNT] = {
	[TICKET_NEW] = { "new", "New", "us", true, true },
	[TICKET_OPEN] = { "open", "Open", "us", true, true },
	[TICKET_PENDING] = { "pending", "Pending", "customer", true, true },
	[TICKET_ON_HOLD] = { "on_hold", "On-hold", "other_team", true, true },
	[TICKET_SOLVED] = { "solved", "Solved", "nobody", true, false },
	[TICKET_CLOSED] = { "closed", "Closed", "nobody", false, false },
	[TICKET_SUSPENDED] = { "suspended", "Suspended", "nobody", false, false },
	[TICKET_DELETED] = { "deleted", "Deleted", "nobody", false, false },
	[TICKET_MERGED] = { "merged", "Merged", "nobody", false, false },
};

static const char *const BY[BY_COUNT] = {
	[BY_TEAMMATE] = "teammate",    [BY_REPLY] = "reply", [BY_TAKE] = "take",   [BY_CUSTOMER] = "customer",
	[BY_CONFIRM] = "confirmation", [BY_TIMER] = "timer", [BY_MERGE] = "merge", [BY_SUSPEND] = "suspend",
	[BY_DELETE] = "delete",        [BY_UNDO] = "undo",
};

#define B(x) (1u << BY_##x)
#define OURS (B(TEAMMATE) | B(REPLY))

const struct ticket_transition ticket_transitions[] = {
	{ TICKET_NEW, TICKET_OPEN, OURS | B(TAKE) },
	{ TICKET_NEW, TICKET_PENDING, OURS },
	{ TICKET_NEW, TICKET_ON_HOLD, OURS },
	{ TICKET_NEW, TICKET_SOLVED, OURS },
	{ TICKET_NEW, TICKET_SUSPENDED, B(SUSPEND) },
	{ TICKET_NEW, TICKET_DELETED, B(DELETE) },
	{ TICKET_NEW, TICKET_MERGED, B(MERGE) },

	{ TICKET_OPEN, TICKET_NEW, B(UNDO) },
	{ TICKET_OPEN, TICKET_PENDING, OURS | B(UNDO) },
	{ TICKET_OPEN, TICKET_ON_HOLD, OURS | B(UNDO) },
	{ TICKET_OPEN, TICKET_SOLVED, OURS | B(CONFIRM) | B(UNDO) },
	{ TICKET_OPEN, TICKET_SUSPENDED, B(SUSPEND) },
	{ TICKET_OPEN, TICKET_DELETED, B(DELETE) },
	{ TICKET_OPEN, TICKET_MERGED, B(MERGE) },

	{ TICKET_PENDING, TICKET_NEW, B(UNDO) },
	{ TICKET_PENDING, TICKET_OPEN, OURS | B(CUSTOMER) | B(CONFIRM) | B(MERGE) | B(UNDO) },
	{ TICKET_PENDING, TICKET_ON_HOLD, OURS | B(UNDO) },
	{ TICKET_PENDING, TICKET_SOLVED, OURS | B(CONFIRM) | B(TIMER) | B(UNDO) },
	{ TICKET_PENDING, TICKET_SUSPENDED, B(SUSPEND) },
	{ TICKET_PENDING, TICKET_DELETED, B(DELETE) },
	{ TICKET_PENDING, TICKET_MERGED, B(MERGE) },

	{ TICKET_ON_HOLD, TICKET_NEW, B(UNDO) },
	{ TICKET_ON_HOLD, TICKET_OPEN, OURS | B(CUSTOMER) | B(CONFIRM) | B(MERGE) | B(UNDO) },
	{ TICKET_ON_HOLD, TICKET_PENDING, OURS | B(UNDO) },
	{ TICKET_ON_HOLD, TICKET_SOLVED, OURS | B(CONFIRM) | B(UNDO) },
	{ TICKET_ON_HOLD, TICKET_SUSPENDED, B(SUSPEND) },
	{ TICKET_ON_HOLD, TICKET_DELETED, B(DELETE) },
	{ TICKET_ON_HOLD, TICKET_MERGED, B(MERGE) },

	{ TICKET_SOLVED, TICKET_NEW, B(UNDO) },
	{ TICKET_SOLVED, TICKET_OPEN, OURS | B(CUSTOMER) | B(CONFIRM) | B(MERGE) | B(UNDO) },
	{ TICKET_SOLVED, TICKET_PENDING, OURS | B(UNDO) },
	{ TICKET_SOLVED, TICKET_ON_HOLD, OURS | B(UNDO) },
	{ TICKET_SOLVED, TICKET_CLOSED, B(CONFIRM) | B(TIMER) },
	{ TICKET_SOLVED, TICKET_SUSPENDED, B(SUSPEND) },
	{ TICKET_SOLVED, TICKET_DELETED, B(DELETE) },
	{ TICKET_SOLVED, TICKET_MERGED, B(MERGE) },

	{ TICKET_CLOSED, TICKET_DELETED, B(DELETE) },

	{ TICKET_SUSPENDED, TICKET_NEW, B(UNDO) },
	{ TICKET_SUSPENDED, TICKET_OPEN, B(UNDO) },
	{ TICKET_SUSPENDED, TICKET_PENDING, B(UNDO) },
	{ TICKET_SUSPENDED, TICKET_ON_HOLD, B(UNDO) },
	{ TICKET_SUSPENDED, TICKET_SOLVED, B(UNDO) },
	{ TICKET_SUSPENDED, TICKET_DELETED, B(DELETE) },

	{ TICKET_DELETED, TICKET_NEW, B(UNDO) },
	{ TICKET_DELETED, TICKET_OPEN, B(UNDO) },
	{ TICKET_DELETED, TICKET_PENDING, B(UNDO) },
	{ TICKET_DELETED, TICKET_ON_HOLD, B(UNDO) },
	{ TICKET_DELETED, TICKET_SOLVED, B(UNDO) },
	{ TICKET_DELETED, TICKET_CLOSED, B(UNDO) },

	{ TICKET_MERGED, TICKET_NEW, B(UNDO) },
	{ TICKET_MERGED, TICKET_OPEN, B(UNDO) },
	{ TICKET_MERGED, TICKET_PENDING, B(UNDO) },
	{ TICKET_MERGED, TICKET_ON_HOLD, B(UNDO) },
	{ TICKET_MERGED, TICKET_SOLVED, B(UNDO) },
};
const size_t ticket_n_transitions = ARRAY_LEN(ticket_transitions);

const char *ticket_status_name(enum ticket_status s)
{
	return STATUS[s].name;
}

const char *ticket_status_title(enum ticket_status s)
{
	return STATUS[s].title;
}

const char *ticket_next_action(enum ticket_status s)
{
	return STATUS[s].next_action;
}

bool ticket_status_writable(enum ticket_status s)
{
	return STATUS[s].writable;
}

bool ticket_status_unsolved(enum ticket_status s)
{
	return STATUS[s].unsolved;
}

const char *ticket_by_name(enum ticket_by by)
{
	return BY[by];
}

bool ticket_status_parse(struct str name, enum ticket_status *ret)
{
	for (size_t i = 0; i < TICKET_STATUS_COUNT; i++)
		if (str_eq(name, str_c(STATUS[i].name))) {
			*ret = (enum ticket_status)i;
			return true;
		}
	return false;
}

enum ticket_status ticket_status_of(const struct ticket_get_row *t)
{
	enum ticket_status s = TICKET_NEW;
	ASSERT(ticket_status_parse(t->status, &s));
	return s;
}

bool ticket_may_move(enum ticket_status from, enum ticket_status to, enum ticket_by by)
{
	for (size_t i = 0; i < ticket_n_transitions; i++)
		if (ticket_transitions[i].from == from && ticket_transitions[i].to == to)
			return ticket_transitions[i].by & (1u << by);
	return false;
}

const char *const *ticket_status_choices(struct arena *a, enum ticket_status from, enum ticket_by by)
{
	static const enum ticket_status MENU[] = { TICKET_OPEN, TICKET_PENDING, TICKET_ON_HOLD, TICKET_SOLVED };
	const char **ret = arena_array(a, const char *, ARRAY_LEN(MENU) + 1);
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(MENU); i++)
		if (MENU[i] == from || ticket_may_move(from, MENU[i], by))
			ret[n++] = STATUS[MENU[i]].name;
	return ret;
}

enum err ticket_writable(struct ctx *c, const struct ticket_get_row *t)
{
	long long id = t->id;
	switch (ticket_status_of(t)) {
	case TICKET_NEW:
	case TICKET_OPEN:
	case TICKET_PENDING:
	case TICKET_ON_HOLD:
	case TICKET_SOLVED:
		return OK;
	case TICKET_CLOSED:
		return fail(c, ERR_CONFLICT, "Ticket %lld is closed for good. Make a follow-up ticket of it instead.",
			    id);
	case TICKET_SUSPENDED:
		return fail(c, ERR_CONFLICT, "Ticket %lld is suspended. Release it first, then write.", id);
	case TICKET_DELETED:
		return fail(c, ERR_CONFLICT, "Ticket %lld was deleted. Restore it first.", id);
	case TICKET_MERGED:
		return fail(c, ERR_CONFLICT, "Ticket %lld was merged into ticket %lld. Write there, or undo the merge.",
			    id, (long long)t->merged_into_id.v);
	case TICKET_STATUS_COUNT:
		break;
	}
	return fail(c, ERR_BUG, "a ticket with an impossible status");
}

/* Why the table has no such way, and what to do instead. */
static enum err refuse(struct ctx *c, const struct ticket_get_row *t, enum ticket_status from, enum ticket_status to)
{
	long long id = t->id;
	if (!ticket_status_writable(from))
		TRY(ticket_writable(c, t));
	switch (to) {
	case TICKET_CLOSED:
		return fail(c, ERR_CONFLICT,
			    "Closed comes by itself some time after Solved, or when the customer confirms. Set ticket "
			    "%lld to Solved.",
			    id);
	case TICKET_NEW:
		return fail(c, ERR_CONFLICT,
			    "New is for tickets that nobody has answered or taken yet. Set ticket %lld to Open.", id);
	case TICKET_SUSPENDED:
		return fail(c, ERR_CONFLICT, "Ticket %lld cannot be set to Suspended: suspend it as spam instead.", id);
	case TICKET_DELETED:
		return fail(c, ERR_CONFLICT, "Ticket %lld cannot be set to Deleted: delete it instead.", id);
	case TICKET_MERGED:
		return fail(c, ERR_CONFLICT, "Ticket %lld cannot be set to Merged: merge it into another instead.", id);
	case TICKET_OPEN:
	case TICKET_PENDING:
	case TICKET_ON_HOLD:
	case TICKET_SOLVED:
	case TICKET_STATUS_COUNT:
		break;
	}
	return fail(c, ERR_CONFLICT, "Ticket %lld is %s and cannot become %s in this way.", id, STATUS[from].title,
		    STATUS[to].title);
}

enum err ticket_move(struct ctx *c, struct ticket_get_row *t, enum ticket_status to, enum ticket_by by, utime at_us)
{
	enum ticket_status from = ticket_status_of(t);
	if (from == to)
		return OK;
	if (!ticket_may_move(from, to, by))
		return refuse(c, t, from, to);
	utime since = t->status_since_us;
	t->status = str_c(STATUS[to].name);
	t->status_since_us = at_us;
	t->next_action = str_c(STATUS[to].next_action);
	switch (to) {
	case TICKET_SOLVED:
		t->solved_us = SOME(at_us);
		break;
	case TICKET_CLOSED:
		t->closed_us = SOME(at_us);
		break;
	case TICKET_NEW:
	case TICKET_OPEN:
	case TICKET_PENDING:
	case TICKET_ON_HOLD:
		t->solved_us = t->closed_us = NONE;
		break;
	case TICKET_SUSPENDED:
	case TICKET_DELETED:
	case TICKET_MERGED:
		/* What undo leads back to; of a suspended one that is deleted, where it was before the suspension. */
		if (from != TICKET_SUSPENDED) {
			t->before_status = str_c(STATUS[from].name);
			t->before_since_us = SOME(since);
			t->before_assignee_id = t->assignee_id;
		}
		t->assignee_id = NONE;
		break;
	case TICKET_STATUS_COUNT:
		break;
	}
	return OK;
}

enum err ticket_cite(struct ctx *c, const struct ticket_get_row *before, const struct ticket_get_row *after,
		     const struct resolve_ask *ask, struct resolve_cite *ret, bool *ret_cited)
{
	*ret_cited = ticket_status_of(after) == TICKET_SOLVED && ticket_status_unsolved(ticket_status_of(before));
	return *ret_cited ? resolve_check(c, after, ask, ret) : OK;
}

enum err ticket_move_back(struct ctx *c, struct ticket_get_row *t, utime at_us)
{
	enum ticket_status to = TICKET_NEW;
	if (t->before_status.p)
		ticket_status_parse(t->before_status, &to);
	struct opt_i64 solved = t->solved_us, closed = t->closed_us;
	TRY(ticket_move(c, t, to, BY_UNDO, at_us));
	if (to == TICKET_SOLVED || to == TICKET_CLOSED) {
		t->solved_us = solved.set ? solved : SOME(at_us);
		t->closed_us = to == TICKET_CLOSED ? (closed.set ? closed : SOME(at_us)) : NONE;
	}
	t->assignee_id = NONE;
	if (t->before_assignee_id.set) {
		struct ticket_teammate_row m;
		bool found = false;
		TRY(ticket_teammate(c->db, c->arena, &m, &found, .id = t->before_assignee_id.v));
		if (found && str_eq(m.state, S("active")))
			t->assignee_id = t->before_assignee_id;
	}
	t->before_status = STR_NULL;
	t->before_since_us = NONE;
	t->before_assignee_id = NONE;
	t->suspend_reason = STR_NULL;
	t->merged_into_id = NONE;
	return OK;
}
