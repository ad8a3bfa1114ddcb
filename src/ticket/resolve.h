/* resolve.h: a case is solved only by citing a rule.
 *
 * Rules are rows with dates (resolve_rule; seeded from presets/handbook/resolve_rules.def). A rule names its gates, and code knows only KINDS of gates:
 * each is looked up in the case's own log where the log can tell, and otherwise holds because the engineer says why ("because").
 *
 *   confirmed     the customer said yes, and wrote nothing since
 *   tasks         no task of ours beside the case is open; tasks:held = those that somebody holds may stay open
 *   link          a public link stands in a reply to the customer
 *   filed         a link stands in a reply or a note: where it was filed
 *   private       filed where only we can read it (a weakness): said
 *   attempts:N    so many replies or questions of ours since the customer last wrote, and no answer
 *   advised       a reply of ours said what to do (marked as substantive, workaround or asking for confirmation)
 *   workaround    a reply of ours is marked as a workaround
 *   told:PART     the customer's ce or ta follows the case
 *   nobody:PART   the customer has no ce or ta
 *   kept:N        nobody wrote for so many days: it was kept open
 *   doc_task      the question about the docs is answered
 *   reason        a reason is given
 *
 * "gate?" is shown and does not hold anything up; "gate|gate" is satisfied by either; a space means both.
 *
 * Law: nothing becomes Solved without a citation. ticket_save() takes it (`cite`) and writes the resolution with the ticket's row; a way back to Solved
 * (undo) says so instead (`back`). The refusal has one message per gate and per field that is missing.
 *
 * The fields of closing (close_field, closing) are asked for by the rows in force that day. When the customer or a timer ends the case nobody is asked:
 * the resolution keeps what is missing (`to_fill`), and it stands in the list "to fill in" of whoever holds the case (`holder_id`, kept with each change) until
 * it is there.
 *
 * Events: ticket.resolved (resolution), ticket.closing_filled (closing), resolution.filled .confirmed .handed, resolve_rule.created/ended, close_field.created/ended. */
#ifndef TEND_TICKET_RESOLVE_H
#define TEND_TICKET_RESOLVE_H

#include "core/feature.h"
#include "resolve.sql.h"

struct ticket_get_row;

/* What a command that may solve takes: embed it and add RESOLVE_FIELDS(struct x_in, resolve) to the field table. */
struct resolve_ask {
	struct str rule;             /* "R1"; STR_NULL = none said */
	struct str_list because;     /* "confirmed: she said so on the call" */
	struct str reason;           /* for the gate "reason"; RESOLVE_FIELDS leaves it to the command */
};
#define RESOLVE_FIELDS(T, member)                                                                                                                     \
	{ .name = "rule", .type = FIELD_STR, .c = FIELD_C_STR, .max = 20, .offset = offsetof(T, member) + offsetof(struct resolve_ask, rule),         \
	  .help = "by which rule it is solved (with the status solved): R1 … R7, or R0 for no action", .example = "R1" },                            \
	{ .name = "because", .type = FIELD_STRS, .c = FIELD_C_STRS, .max = 20, .offset = offsetof(T, member) + offsetof(struct resolve_ask, because), \
	  .help = "why a gate holds that the log does not show, as “gate: reason”", .example = "confirmed: she said so on the call" }

/* How a case came to be solved. */
enum resolve_how { RESOLVE_PERSON, RESOLVE_CUSTOMER, RESOLVE_TIMER, RESOLVE_IMPORT };

/* A checked citation: what ticket_save writes. */
struct resolve_cite {
	struct str rule;             /* the code */
	struct opt_i64 rule_id;
	enum resolve_how how;
	struct str gates;            /* in words, a line a gate */
	struct opt_i64 confirmation;
	bool counted;
	struct str to_fill;          /* "engineering docs summary"; "" = nothing */
};

/* Checks a person's citation for this case at c->now_us. `door` is the field that the refusals of a missing rule name ("rule"). ERR_INPUT with a
 * message per missing gate and field. `t` is the row as it will be saved. */
enum err resolve_check(struct ctx *c, const struct ticket_get_row *t, const struct resolve_ask *ask, struct resolve_cite *ret);
/* Who cites a rule: "person customer" in its row. The rule of the customer's yes and that of the timers are the rows in force that say so. */
bool resolve_cites(struct str cited_by, const char *who);
/* The citation of the customer's yes, or of a timer with the timer's words: never refused. Where no row is in force for it the code is RESOLVE_YES or RESOLVE_AUTO. */
#define RESOLVE_YES "yes"
#define RESOLVE_AUTO "auto"
enum err resolve_by_customer(struct ctx *c, const struct ticket_get_row *t, int64_t confirmation_id, struct resolve_cite *ret);
/* The customer's yes on a case that is solved already: the resolution keeps it. */
enum err resolve_confirmed(struct ctx *c, int64_t ticket, int64_t confirmation_id);
enum err resolve_by_timer(struct ctx *c, const struct ticket_get_row *t, struct str words, struct resolve_cite *ret);
/* For imports and invented desks: what the old desk said, or "imported". */
void resolve_by_import(struct str rule, bool counted, struct resolve_cite *ret);
/* A case by a rule that does not count (R0) carries this plain tag, by which reports and evidence leave it out; another rule takes it off. */
#define RESOLVE_NO_ACTION "no_action"
/* Called by ticket_save: the citation; … */
enum err resolve_write(struct ctx *c, const struct ticket_get_row *t, const struct resolve_cite *cite, utime at_us);
/* … and when a case comes back to Solved, leaves it, or changes hands while it is solved: the mark of what does not count, and whose list it stands in. */
enum err resolve_moved(struct ctx *c, const struct ticket_get_row *t, utime at_us);

/* ---- looking ---- */

enum gate_kind {
	GATE_CONFIRMED, GATE_TASKS, GATE_LINK, GATE_FILED, GATE_PRIVATE, GATE_ATTEMPTS, GATE_ADVISED, GATE_WORKAROUND, GATE_TOLD, GATE_NOBODY, GATE_KEPT,
	GATE_DOC_TASK, GATE_REASON, GATE_COUNT
};
const char *gate_name(enum gate_kind k);
enum gate_state { GATE_HOLDS, GATE_SAID, GATE_MISSING };
struct resolve_gate {
	enum gate_kind kind;
	struct str param;            /* "2", "ce"; "" */
	bool soft;                   /* shown, and holds nothing up */
	int group;                   /* gates of one group: one is enough */
	enum gate_state state;
	struct str words;            /* what holds, or what to do */
};
enum { RESOLVE_GATES = 12, RESOLVE_RULES = 40, RESOLVE_FACTS = 12 };
struct resolve_look_rule {
	int64_t id;
	struct str code, name, applies, source, valid_from;
	bool fields, counted;
	struct resolve_gate gate[RESOLVE_GATES];
	size_t n_gates;
	int missing;                 /* groups that nothing satisfies */
};
/* A field of closing: what is there already, and whether it is asked for today. */
struct resolve_fact {
	struct str field, words, value, source;
	bool missing;
};
struct resolve_look {
	struct resolve_look_rule *rules;   /* in force, that a person may cite, those that fit best first */
	size_t n_rules;
	struct resolve_fact *facts;
	size_t n_facts;
	int missing_facts;
	struct closing_of_row closing;
};
enum err resolve_look_at(struct ctx *c, const struct ticket_get_row *t, const struct resolve_ask *ask, struct resolve_look *ret);

/* The resolution in force of a case that is solved or closed. */
enum err resolve_of(struct ctx *c, int64_t ticket, struct resolution_of_row *ret, bool *ret_found);
/* What stands to be filled in, newest first; holder 0: everybody's. `before`: the number of the last one shown, 0 = from the start. */
enum err resolve_to_fill_read(struct ctx *c, int64_t holder, int64_t before, int64_t max, struct resolution_to_fill_page_row **ret, size_t *ret_n);
/* "R1, the customer confirmed"; for the case and for lists. */
struct str resolve_words(struct ctx *c, const struct resolution_of_row *r);

/* A gate text read: ERR_INPUT at `field` for a kind that there is not. */
enum err resolve_gates_parse(struct ctx *c, struct str field, struct str gates, struct resolve_look_rule *ret);

extern const char *const resolve_lifecycles[], *const resolve_docs[], *const resolve_yes_no[];
extern const struct command ticket_resolve_cmd, ticket_closing_cmd, resolve_fit_cmd, resolve_rules_cmd, resolve_rule_cmd, resolve_field_cmd, resolve_to_fill_cmd;
enum err resolve_presets(struct ctx *c);
/* Whoever fills in what was missing takes the case off the list. */
enum err resolve_on_filled(struct ctx *c, const struct event_new *e, int64_t seq);
enum err resolve_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints);

#endif
