/* resolve_int.h: what the files about solving share. */
#ifndef TEND_TICKET_RESOLVE_INT_H
#define TEND_TICKET_RESOLVE_INT_H

#include "ticket/ticket_int.h"

/* What is known of a case while its gates are looked at. */
struct resolve_case {
	const struct ticket_get_row *t;
	const struct resolve_ask *ask;
	struct resolve_facts_row f;
	struct closing_of_row closing;
	bool has_closing, docs;
	bool links_read;
	struct str public_link, any_link;
};
enum err resolve_case_read(struct ctx *c, const struct ticket_get_row *t, const struct resolve_ask *ask, struct resolve_case *ret);
/* Fills the gates' states and r->missing. */
enum err resolve_rule_look(struct ctx *c, struct resolve_case *k, struct resolve_look_rule *r);
/* ERR_INPUT at "because" for a gate that there is not. */
enum err resolve_ask_check(struct ctx *c, const struct resolve_ask *ask);
/* The fields of closing that are asked for on `day`, and what is there. */
enum err resolve_facts_look(struct ctx *c, struct resolve_case *k, struct str day, struct resolve_fact **ret, size_t *ret_n, int *ret_missing);

#endif
