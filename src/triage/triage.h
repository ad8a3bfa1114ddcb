/* triage.h: what comes in is looked at once: whose it is, what it asks, how bad it is, who takes it.
 *
 * Parts
 *   - owner.h      whose a request is: dated rows, the first that fits wins; a pure function, and the reason in words
 *   - cue.h        what words suggest: question type, area, theme, severity
 *   - judge.c      each ticket that comes in is judged by the two, in the transaction that makes it, and again when what it goes by changes (kind, organisation;
 *                  the organisation's stage and flags, its people); answered, solved or merged before anybody triaged it: it has passed
 *   - suggest.h    what the page of triage proposes: the same issue, requester, organisation, tags, severity, who takes it
 *   - decide.c     triage.decide: all of a decision in one command, or nothing of it; the second of two people is told who was first
 *   - forward.h    what is not support's, sent on by mail to where it belongs; taken back while it has not left
 *   - escalate.h   who is asked next when people disagree about a case, and who was asked
 *   - context.h    what account people add to a case: hand-over, notes; the context pause; facts of a customer
 *
 * Events (entity triage_case unless said; ticket_id set)
 *   triage.judged     set                whose it is now and why; the first one makes the row
 *   triage.passed     set                nobody needs to triage it any more …
 *   triage.returned   set                … and now somebody does again: a merge was undone, a reply taken back
 *   triage.decided    set                what became of it, by whom
 *   triage.warned     set                nobody looked in time
 *   triage.forwarded .forward_undone     case_forward, set
 *   escalation.raised .went_on .settled .refused .withdrawn   case_escalation, set;  escalation_step.set .ended   escalation_step, set
 *   owner_rule.added .ended, triage_cue.added .ended, triage_aim.added .ended      set, of that entity
 *   context.handed_over .noted .removed  case_context, set
 *   context.looked    context_look, set
 *   account_fact.added .removed .restored          account_fact, set
 *
 * No action: what is handed on, forwarded or answered with a link is solved by the rule R0 (ticket/resolve.h), which puts the tag plain:no_action. Reports of
 * promises and counts of solved cases leave tickets with that tag out. */
#ifndef TEND_TRIAGE_TRIAGE_H
#define TEND_TRIAGE_TRIAGE_H

#include "core/feature.h"
#include "triage/owner.h"
#include "triage.sql.h"

extern const struct feature triage_feature;

/* "help" for "not_working": the ticket's kind that goes with a question type; "unset" when none does. */
const char *triage_kind_of(struct str ask);
/* The question type that a ticket's kind stands for when words say nothing: "how_to" for "question"; STR_NULL for none. */
struct str triage_ask_of_kind(struct str kind);
/* The codes, NULL-ended; "How to, or what a feature does"; "asks how to do something". */
extern const char *const triage_asks[];
const char *triage_ask_title(struct str ask);
const char *triage_ask_because(struct str ask);

/* The ticket's row, if it has one. */
enum err triage_of(struct ctx *c, int64_t ticket_id, struct triage_case_of_row *ret, bool *ret_found);
/* Writes what differs, with an event of that kind; nothing differs: nothing happens. */
enum err triage_save(struct ctx *c, const char *kind, const struct triage_case_of_row *before, struct triage_case_of_row *after, struct str reason);
/* Facts of a ticket for the ownership rows, as of now. */
enum err triage_facts(struct ctx *c, const struct ticket_get_row *t, struct str ask, struct owner_facts *ret);
/* Judges it anew (made if absent). ask STR_NULL: as it is, or by its words. */
enum err triage_judge(struct ctx *c, int64_t ticket_id, struct str ask, const char *ask_from);
/* The oldest ticket after that one that waits for triage; 0 = none. */
enum err triage_next(struct ctx *c, int64_t after, int64_t *ret);
/* An instant `minutes` of open time later, by the calendar of that name ("" = the desk's own). */
enum err triage_due(struct ctx *c, struct str calendar, int64_t minutes, utime from, utime *ret);

/* Another slice's command as a function of ours, in our transaction: fields by name, as text; *ret_answer (or NULL) is its answer. */
struct triage_value {
	const char *name;
	struct str text;
};
enum err triage_call(struct ctx *c, const char *command, const struct triage_value *v, size_t n, struct str *ret_answer);

extern const struct command owner_rule_add_cmd, owner_rule_end_cmd, owner_rule_list_cmd, owner_ask_cmd, triage_cue_add_cmd, triage_cue_end_cmd,
	triage_cue_list_cmd, triage_aim_add_cmd, triage_aim_end_cmd, triage_aim_list_cmd, triage_list_cmd, triage_show_cmd, triage_judge_cmd, triage_decide_cmd;
enum err triage_presets(struct ctx *c);
enum err triage_on_created(struct ctx *c, const struct event_new *e, int64_t seq);
enum err triage_on_changed(struct ctx *c, const struct event_new *e, int64_t seq);
enum err triage_on_account(struct ctx *c, const struct event_new *e, int64_t seq);
enum err triage_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints);
/* Judges the open cases of a customer anew (0: all that wait): some in this write, the others by a job. */
enum err triage_again(struct ctx *c, int64_t organisation);
enum err triage_job_again(struct ctx *c, const struct job *j);
enum err triage_job_timers(struct ctx *c, const struct job *j);
utime triage_next_wake(struct ctx *c);

#endif
