/* ticket_counts.c: what is kept with a case so that lists need not count: counted again out of what stands in the tables, for cases that were there before it
 * was kept. A migration puts them into ticket_recount; the next start counts each, with an event, and takes it out. */
#include "ticket/handover.h"
#include "ticket/ticket_int.h"

#include "base/banned.h"

enum { AT_ONCE = 500 };

static enum err count_one(struct ctx *c, int64_t id)
{
	struct ticket_get_row t, before;
	struct held_hands_row hands;
	TRY(ticket_get(c->db, c->arena, &t, .id = id));
	TRY(held_hands(c->db, c->arena, &hands, .ticket_id = id));
	before = t;
	t.hands = hands.n ? SOME(hands.n) : NONE;
	struct str set = fold_set_diff(c->arena, &ticket_rows_stmt, &before, &t);
	if (set.p) {
		TRY(ticket_put_hands(c->db, .id = id, .hands = t.hands));
		TRY(event_append(c, &(struct event_new){ .kind = "ticket.counted", .entity = "ticket", .entity_id = id, .ticket_id = id, .data = set }, NULL));
	}
	if (str_eq(t.status, S("solved")) || str_eq(t.status, S("closed")))
		TRY(resolve_moved(c, &t, c->now_us));
	return ticket_recounted(c->db, .ticket_id = id);
}

enum err ticket_recount_all(struct ctx *c)
{
	struct ticket_to_recount_row *rows;
	size_t n;
	do {
		TRY(ticket_to_recount(c->db, c->arena, &rows, &n, .max = AT_ONCE));
		for (size_t i = 0; i < n; i++)
			TRY(count_one(c, rows[i].ticket_id));
	} while (n);
	return OK;
}
