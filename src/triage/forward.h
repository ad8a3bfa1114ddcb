/* forward.h: what is not support's goes by mail to where it belongs: an act of the desk, on the record, that can be taken back while it has not left.
 *
 * Where it may go is no free text. A place is the address of an ownership row in force today, or somebody of ours who is named for the customer as customer
 * engineer, technical advisor or account executive. An address of this desk is no place: it would come back as a case.
 *
 * What goes: the sender and the day, their words quoted, and the original beside it; a reply to it goes to them. Only what came from outside is read for it, so
 * that an internal note has no way out (statement forward_originals; the mail slice asks again: mail_original). */
#ifndef TEND_TRIAGE_FORWARD_H
#define TEND_TRIAGE_FORWARD_H

#include "triage/triage.h"
#include "forward.sql.h"

struct forward_place {
	struct str address;
	struct str words;            /* "finance"; "Cleo Engel, customer engineer" */
};
enum { FORWARD_PLACES = 60 };
/* All that are allowed for this customer today, each once. */
enum err forward_places(struct ctx *c, struct opt_i64 organisation, struct forward_place **ret, size_t *ret_n);
/* Where a row sends it by itself: its address, else the first who is named for the customer as what the row says. address STR_NULL: nowhere. */
enum err forward_of_row(struct ctx *c, const struct owner_rule_rows_row *r, struct opt_i64 organisation, struct forward_place *ret);
/* One of those, or a fault at `field`. */
enum err forward_check(struct ctx *c, const char *field, struct opt_i64 organisation, struct str address, struct forward_place *ret);
/* May this stand in a row as an address? Lower case then; a fault at "dest" when not. What is no address (a link, words) is left alone. */
enum err forward_dest_ok(struct ctx *c, struct str *dest);

/* Puts it into the outbox, held as long as a reply is, and on the record. `was`: the ticket before the decision; told: the message to the customer, 0 = none. */
enum err forward_send(struct ctx *c, const struct ticket_get_row *was, const struct ticket_get_row *t, const struct forward_place *to, struct str words, int64_t told,
		      int64_t *ret_id);

extern const struct command forward_undo_cmd, forward_list_cmd;

#endif
