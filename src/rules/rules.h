/* rules.h: triggers and automations: when something happens, if the case is like that, then do this. The door of this folder.
 *
 * How it runs
 *   - A rule never runs inside somebody's command: what happens is put into rule_queue in the same transaction (one row of one number), and the job
 *     "rules.run" looks at it after the commit, in the order of the log, one event after the other. So a slow rule holds nobody, a rule that fails undoes
 *     nobody's work, and the order is the order in which things happened. Conditions are asked of the case as it is when the rule looks, which is
 *     milliseconds later; what the event itself says (from which status, which tag, by whom) is the event's.
 *   - Rules go by position; each does its steps in one transaction of its own, and the next one sees what it did.
 *   - What a rule does are ordinary events: the actor is the system, the door is the job's, `rule` names the rule and its version, request_id is "rule:<run>".
 *     By that number a rule's act is known, and no rule acts twice in one chain of causes: a loop is stopped and shown, at the latest after rules.depth.
 *   - A rule about time has a row (rule_timer) for each time a case comes to wait; it runs once for each, late and marked as late after a night switched off.
 *   - Importing fires nothing (ctx.bulk). A bulk edit fires, within rules.runs_an_hour for each rule; undoing one does not.
 *
 * Events: rule.added .ended (rule_row), rule.ran .failed .stopped .held .retried (rule_run; on the case's history). */
#ifndef TEND_RULES_RULES_H
#define TEND_RULES_RULES_H

#include "core/feature.h"
#include "rules/rule_case.h"

#include "rules.sql.h"

extern const struct feature rules_feature;

/* ---- compiled rules ---- */

struct rules_book;
struct rules_set {
	const struct rule *v;        /* in force now (on), in order */
	size_t n;
	uint32_t events;             /* bits of all of them */
	bool time;                   /* any of them waits for time */
	int64_t stamp;
};
/* The rules that are on, compiled; shared; let go with rules_put. */
enum err rules_get(struct ctx *c, struct rules_book **ret);
void rules_put(struct rules_book *b);
const struct rules_set *rules_of(const struct rules_book *b);
/* Whoever compiled rules before this write compiles again. */
enum err rules_changed(struct ctx *c);
/* One row, compiled into arena a. *ret_part: "when", "if", "then": what is wrong with it stands in *ret_wrong; NULL = nothing is. */
enum err rule_compile(struct ctx *c, struct arena *a, const struct rule_rows_row *row, struct rule *ret, const char **ret_part, struct str *ret_wrong);

/* ---- running ---- */

/* IN_TX: puts what rules look at into the queue. */
enum err rules_on_ticket(struct ctx *c, const struct event_new *e, int64_t seq);
/* IN_TX: names may mean another one now. */
enum err rules_on_names(struct ctx *c, const struct event_new *e, int64_t seq);
/* Looks at everything that waits: events, timers, held runs. *ret_ran counts runs. */
enum err rules_run(struct ctx *c, int64_t *ret_ran);
utime rules_next_us(struct ctx *c);

/* What brought a rule to a case. */
struct rule_cause {
	int64_t seq;                 /* of the event; 0 = time passed */
	utime entered_us, due_us;
	int64_t parent_run;
	int64_t timer_id;            /* of a rule about time: done with the run */
	int64_t retry_run;           /* a failed or held run that is tried again; 0 = none */
	int64_t run;                 /* set: the run's number */
};
/* Conditions are met: runs it, or says why not. Never fails because of what the rule does: that is a row. */
enum err rule_fire(struct ctx *c, const struct rule *r, const struct rule_case *k, struct rule_cause *cause, struct str why, struct str *ret_outcome);
enum err rule_run_load(struct ctx *c, int64_t id, struct rule_run_rows_row *ret);
/* The steps, inside a write. *ret_did in words; *ret_mailed the contact. */
enum err rule_do_all(struct ctx *c, const struct rule *r, int64_t ticket_id, struct str *ret_did, struct opt_i64 *ret_mailed);
/* What they would change on a case as it is in k: "status pending, tag x (has it already)". */
struct str rule_would(struct ctx *c, const struct rule *r, const struct rule_case *k);
/* Ends the row in force and begins one that is paused; tells the admins. */
enum err rule_pause(struct ctx *c, struct str slug, struct str because);

/* ---- timers ---- */

/* Timers of a ticket as its row wants them. In a write. */
enum err rule_timers_set(struct ctx *c, const struct rules_set *rules, const struct rule_case *k, struct rule_hours *hours, int64_t parent_run);
/* Goes on with cases that waited already when a rule about time began; false when nothing is left. */
enum err rule_timers_arm(struct ctx *c, const struct rules_set *rules, struct rule_hours *hours, bool *ret_more);

/* ---- changing ---- */

struct rule_edit {
	struct str slug, title, when_text, if_text, then_text, valid_from, valid_to, state, why, source;
	struct opt_i64 position;
	struct opt_i64 seen;         /* the row that was before the writer; refused when another one is in force */
	utime since_us;              /* presets: the day they begin, so that each desk has the same row; 0 = now */
};
extern const struct command *const rule_commands[];
extern const struct fold rule_folds[];
extern const struct carry rule_carries[];
extern const struct setting rule_settings[];
extern const struct reaction rule_reactions[];
extern const struct job_kind rule_jobs[];
enum err rules_prepare(struct ctx *c);
enum err rules_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints);
enum err rule_row_read(struct ctx *c, struct str slug, struct rule_rows_row *ret);
/* A rule of the row in force, of another text, or of a text that is nowhere yet: what is not given is the row's. Complains by field. */
enum err rule_edit_compile(struct ctx *c, const struct rule_edit *in, struct rule *ret);
enum err rule_row_remove(struct ctx *c, const struct rule_rows_row *row, struct str why);
enum err rule_edit_apply(struct ctx *c, const struct rule_edit *in, struct str *ret_said);
/* "A → B → A: …" for cycles that this rule would close, lines; "" = none is seen. */
struct str rule_cycles(struct ctx *c, const struct rule *r, const struct rule *all, size_t n);
/* All rules in force, on or not, compiled; broken ones say so. */
enum err rules_all(struct ctx *c, struct rule **ret, size_t *ret_n);
enum err rules_text(struct ctx *c, struct str *ret);
enum err rules_text_diff(struct ctx *c, struct str text, bool patch, struct str *ret_diff, struct str *ret_summary);
enum err rules_text_apply(struct ctx *c, struct str text, bool patch, struct str why, int64_t *ret_changes);

/* ---- looking ---- */

struct rule_hit {
	int64_t ticket_id, seq;
	struct str subject, would, why;
	utime at_us;
	bool time;
};
struct rule_dry {
	utime from_us, to_us;
	int64_t ticket_id;           /* only this one; 0 = all */
	int64_t before;              /* tickets below this number; INT64_MAX at first */
	/* answered */
	struct rule_hit *hits;       /* at most RULE_HITS_MOST */
	size_t n_hits;
	int64_t found, cases, tickets, events;
	int64_t next;                /* go on with this as `before`; 0 = the end */
	int64_t newest;              /* the newest ticket's number: how far it is */
};
enum { RULE_HITS_MOST = 200, RULE_DRY_TICKETS = 500 };
/* Had this rule been in force: nothing is written. */
enum err rule_dry_run(struct ctx *c, const struct rule *r, struct rule_dry *d);

/* All rules that were in force when an event happened, asked of the case as it was then. */
struct rule_look {
	struct str slug, title, state, why;   /* why: JSON of conditions */
	int64_t version;
	bool begins, met;
	struct str words;            /* why not, in a sentence; "" = it was met */
};
enum err rules_look(struct ctx *c, int64_t ticket_id, int64_t seq, struct rule_look **ret, size_t *ret_n);

#endif
