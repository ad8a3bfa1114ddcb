/* suggest.h: what triage proposes for a ticket. All of it can be set otherwise. */
#ifndef TEND_TRIAGE_SUGGEST_H
#define TEND_TRIAGE_SUGGEST_H

#include "desk/summary.h"
#include "triage/cue.h"
#include "triage/triage.h"

struct suggest_same {
	int64_t ticket;
	struct str subject, status, assignee, organisation;
	struct str why;              /* "shares “executor, heartbeat”; of the same customer" */
	bool link;                   /* closed, or another customer's: it is linked, not merged */
	int score;
};
struct suggest_person {
	int64_t contact;
	struct str name, email, why;
	bool here;                   /* is it now */
};
struct suggest_org {
	int64_t organisation;
	struct str name, why;
	bool here;
};
enum { SUGGEST_SAME = 4, SUGGEST_PEOPLE = 5, SUGGEST_ORGS = 4, SUGGEST_SEEN = 3 };
struct suggest {
	struct suggest_same same[SUGGEST_SAME];
	size_t n_same;
	struct suggest_person people[SUGGEST_PEOPLE];   /* the first is proposed */
	size_t n_people;
	bool insider;                /* the requester is a teammate */
	bool blind;                  /* … who passed a mail on without a word of their own */
	struct suggest_org orgs[SUGGEST_ORGS];
	size_t n_orgs;
	struct cue_read cues;
	struct opt_i64 severity;
	struct str severity_why;
	struct opt_i64 assignee, backup;
	struct str assignee_name, assignee_why, backup_name;
	struct summary_alike *seen;
	size_t n_seen;
};
enum err suggest_for(struct ctx *c, const struct ticket_get_row *t, struct suggest *ret);
/* What our people wrote around a mail that they passed on: nothing to speak of? */
bool suggest_blind(struct str text);
/* Whose address is it: a teammate's? */
enum err suggest_is_teammate(struct ctx *c, struct str email, bool *ret);
/* The customer of that very name; absent when there is none, or several. */
enum err suggest_org_by_name(struct ctx *c, struct str name, struct opt_i64 *ret);
/* At capacity, as the person said: takes nothing new. */
enum err suggest_at_capacity_check(struct ctx *c, int64_t id, bool *ret);
enum err suggest_full_ones(struct ctx *c, struct id_list *ret);
/* Who holds it by the customer: the assigned engineer when she is there and has room, else who holds another question of theirs from today. */
enum err suggest_holder(struct ctx *c, const struct ticket_get_row *t, struct suggest *ret);

#endif
