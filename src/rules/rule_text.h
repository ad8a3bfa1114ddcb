/* rule_text.h: the language of rules: when, if, then; pure, so that any bytes can be thrown at it (tests/fuzz/fuzz_rule.c). docs/rules.md is the manual.
 *
 *     when = customer reply
 *     if   = was:pending tier:enterprise (tag:executors or subject:"out of memory") -assignee:nobody
 *     then = priority p1; tag escalated; notify assignee "They answered."
 *
 * "if" is the language of the search box (desk/query_terms.h), asked of one case: terms beside each other must all be met, `or` stands between groups of
 * which one is enough, parentheses group (at most RULE_DEPTH_MOST deep), "-" turns around, "a,b" is one of these. An empty "if" is met by every case. */
#ifndef TEND_RULES_RULE_TEXT_H
#define TEND_RULES_RULE_TEXT_H

#include "base/arena.h"
#include "ticket/ticket.h"

enum { RULE_DEPTH_MOST = 3, RULE_TERMS_MOST = 64, RULE_VALUES_MOST = 20, RULE_ACTS_MOST = 10, RULE_TAGS_MOST = 8, RULE_TEXT_BYTES = 3900 };

/* ---- when ---- */

enum rule_event {
	RULE_CREATED, RULE_CUSTOMER, RULE_REPLY, RULE_NOTE, RULE_STATUS, RULE_ASSIGNED, RULE_TAGGED, RULE_UNTAGGED, RULE_CHANGED, RULE_EVENTS
};
enum rule_field { RULE_F_PRIORITY, RULE_F_SEVERITY, RULE_F_KIND, RULE_F_TEAM, RULE_F_ORG, RULE_F_REQUESTER, RULE_F_SUBJECT, RULE_F_DEPLOYMENT, RULE_F_VERSION,
		  RULE_F_EFFORT, RULE_FIELDS };
extern const char *const rule_field_names[], *const rule_field_columns[];
enum rule_since { RULE_IN_STATUS, RULE_SINCE_CREATED, RULE_SINCE_CUSTOMER, RULE_SINCE_REPLY, RULE_SINCE_PROMISE };

struct rule_when {
	uint32_t events;             /* bits of enum rule_event; 0: a rule about time */
	uint32_t fields;             /* of RULE_CHANGED: bits of enum rule_field; 0 = any of them */
	struct str tags[RULE_TAGS_MOST];   /* of RULE_TAGGED and RULE_UNTAGGED: only these; none = any */
	size_t n_tags;
	int64_t wait_s;              /* a rule about time */
	bool business;
	enum rule_since since;
	enum ticket_status status;   /* of RULE_IN_STATUS */
};

/* ---- if ---- */

enum rule_of {
	OF_STATUS, OF_WAS, OF_KIND, OF_SEVERITY, OF_PRIORITY, OF_ORG, OF_TIER, OF_PLAN, OF_STAGE, OF_SEGMENT, OF_DEPLOYMENT, OF_VERSION, OF_CHANNEL, OF_INBOX, OF_TAG,
	OF_ASSIGNEE, OF_TEAM, OF_FROM, OF_DOMAIN, OF_REQUESTER, OF_BY, OF_IS, OF_SUBJECT, OF_MESSAGE, OF_TEXT, OF_HOURS, OF_OLDER, OF_NEWER, OF_AGE, OF_COUNT
};
struct rule_value {
	struct str text;             /* as written; words of a text are normalised (desk_words) with a space at each end */
	int64_t n;                   /* a number, a span in µs, or the id that the name stands for (rule_names) */
};
struct rule_node {
	enum { RULE_ALL, RULE_ANY, RULE_TERM } type;
	bool negated;
	/* of a group */
	struct rule_node **kids;
	size_t n_kids, kids_cap;
	/* of a term */
	enum rule_of of;
	struct rule_value *values;
	size_t n_values;
	struct str written;          /* "was:pending" */
};
const char *rule_of_name(enum rule_of of);

/* ---- then ---- */

enum rule_do {
	DO_STATUS, DO_PRIORITY, DO_SEVERITY, DO_KIND, DO_EFFORT, DO_ASSIGN, DO_TEAM, DO_TAG, DO_UNTAG, DO_FOLLOW, DO_UNFOLLOW, DO_NOTE, DO_MACRO, DO_MAIL, DO_NOTIFY,
	DO_COUNT
};
struct rule_act {
	enum rule_do what;
	struct str word;             /* "pending", "theme:x", an address, a macro's name */
	struct str text;             /* of note and notify */
	enum ticket_status status;
	int64_t id;                  /* what word stands for (rule_names); 0 = a word of ours: nobody, engineer, backup, assignee, followers, admins */
	struct str title;            /* and how it is called */
};
const char *rule_do_name(enum rule_do d);

/* ---- a whole rule ---- */

struct rule {
	int64_t row_id, version, position;
	struct str slug, title, state, valid_from, valid_to;
	struct str when_text, if_text, then_text, why, source;
	utime since_us;
	struct rule_when when;
	struct rule_node *cond;      /* NULL = every case */
	struct rule_act *acts;
	size_t n_acts;
	struct str broken;           /* why it cannot run any more; "" = it can */
	bool asks_message, asks_text, asks_subject, asks_hours;
};

/* Each reads one part; ERR_INPUT puts a sentence that says what to write into *ret_wrong. All of it in the arena. */
bool rule_read_when(struct arena *a, struct str text, struct rule_when *ret, struct str *ret_wrong);
bool rule_read_if(struct arena *a, struct str text, struct rule_node **ret, struct str *ret_wrong);
bool rule_read_then(struct arena *a, struct str text, struct rule_act **ret, size_t *ret_n, struct str *ret_wrong);

/* The rule in plain words: "When a customer replies, if it was Pending and the customer's tier is enterprise, then set the priority to p1." */
struct str rule_words(struct arena *a, const struct rule *r);
struct str rule_when_words(struct arena *a, const struct rule_when *w);
struct str rule_act_words(struct arena *a, const struct rule_act *act);
struct str rule_node_words(struct arena *a, const struct rule_node *n);

#endif
