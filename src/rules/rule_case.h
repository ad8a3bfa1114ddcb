/* rule_case.h: one case as a rule sees it: from the tables as it is now, or out of the log as it was after any event of its; and asking it. */
#ifndef TEND_RULES_RULE_CASE_H
#define TEND_RULES_RULE_CASE_H

#include "account/account_parts.h"
#include "base/map.h"
#include "core/event.h"
#include "rules/rule_text.h"
#include "sla/sla.h"

struct rule_tag {
	int64_t id;
	struct str kind, tag;
	bool on;
};
struct rule_case {
	struct ticket_get_row t;
	struct rule_tag *tags;
	size_t n_tags, tags_cap;
	bool has_org;
	struct org_by_id_row org;
	struct str email, requester_kind;
	utime now_us;                /* as of when spans are counted */
	struct opt_i64 open_hours;   /* NONE: nobody asked */
	/* the event that is looked at; none: time passed */
	int64_t seq;
	utime at_us;
	uint32_t events, fields;     /* bits of enum rule_event, enum rule_field */
	struct str was;              /* the status before it */
	struct str by;               /* customer, teammate, rule, system */
	struct str tag;              /* that was put on or taken off */
	int64_t message_id;
	int64_t parent_run;          /* the rule's run that did it; 0 = none */
	bool quiet;                  /* nothing reacts to it: a bulk edit undone */
	struct str subject, message, text;   /* normalised (" word word "); STR_NULL: not read */
};

/* The bits that an event of this kind can have, without reading it; 0: rules never look. */
uint32_t rule_bits_of_kind(const char *kind, const char *entity);
/* What the event says, into *k; the case itself must be there. */
enum err rule_case_event(struct ctx *c, const struct event *e, struct rule_case *k);
/* From the tables. ERR_NOT_FOUND never: a ticket that is gone has an empty status. */
enum err rule_case_now(struct ctx *c, int64_t ticket_id, struct rule_case *ret);
/* What only some rules ask: the new message's words, all words, whether we are open. Reads what is not there yet. */
struct rule_hours;
enum err rule_case_more(struct ctx *c, const struct rule *r, struct rule_hours *hours, struct rule_case *k);

/* ---- out of the log ---- */

/* Steps through the log of one ticket; after each step `k` is the case as it was, with that event. */
struct rule_replay {
	struct rule_case k;
	int64_t ticket_id;
	struct event *events;
	size_t n, i;
	bool end;
	struct map orgs;             /* lives of organisations, read once: may be shared by replays of one arena */
	struct arena *lives;
};
enum err rule_replay_begin(struct ctx *c, int64_t ticket_id, struct rule_replay *ret);
enum err rule_replay_step(struct ctx *c, struct rule_replay *r, bool *ret_more);
/* When the next event happened; INT64_MAX at the end. */
utime rule_replay_next_us(const struct rule_replay *r);

/* ---- business time ---- */

struct rule_hours {
	bool looked;
	const struct calendar *cal;  /* the desk's own; NULL = it has none */
	struct sla_kept *hold;
};
enum err rule_hours_get(struct ctx *c, struct rule_hours *h);
void rule_hours_put(struct rule_hours *h);
/* Since when the case waits as a rule about time says, and when the wait is over; false when it does not wait so. */
bool rule_waits(const struct ticket_get_row *t, const struct rule_when *w, const struct calendar *cal, utime *ret_entered, utime *ret_due);

/* ---- asking ---- */

/* Does the event begin the rule? */
bool rule_begins(const struct rule *r, const struct rule_case *k);
bool rule_asks(const struct rule_node *n, const struct rule_case *k);
/* The same with every term: [{"asked":"it is pending","was":"open","met":false}]. Groups of `or` are told as a whole. */
bool rule_asks_why(const struct rule_node *n, const struct rule_case *k, struct json_out *j);
/* What a term looked at, in words: "open". */
struct str rule_value_of(struct arena *a, const struct rule_node *n, const struct rule_case *k);
/* Needs of a condition: fills asks_… of the rule. */
void rule_needs(struct rule *r);
bool rule_valid_on(const struct rule *r, struct arena *a, utime at);

#endif
