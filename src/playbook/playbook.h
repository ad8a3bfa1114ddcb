/* playbook.h: checklists that a team writes once and follows many times. The door of this folder.
 *
 * A *playbook* is a template. Its text is a plan (plan.h): sections, tasks, fields, rules. It is written as a draft and published as a *revision*, which is
 * never changed again. A *run* follows one revision for one subject (a ticket, an organisation, a teammate, an incident, or nothing) and goes on to another
 * revision only when somebody has seen the difference and says so; answers stay, because they are kept by the stable key of their task or field.
 *
 * Laws of this slice
 *   - Only facts are stored: what was marked done by whom, what was answered, who plays which role, which due date was set by hand. Everything else (what
 *     is shown, what is due when, whose it is, what waits for what) is worked out from the facts and the revision by one pass from top to bottom
 *     (plan_eval.h). The table playbook_item is an index of the outcome, rebuilt in the transaction that changed a fact; `tend verify` works it out again
 *     and compares.
 *   - Rows are never deleted: a mark that was taken back, an answer that was cleared, a comment that was withdrawn stay in the log and in the row.
 *   - A playbook is never deleted: it is put away; runs that live go on.
 *
 * Events (entity, data.set = the columns): an IN_TX reaction may read the run by playbook_state().
 *
 *   playbook.created .revised .archived .restored      playbook            revised: another revision is the published one
 *   playbook.draft_changed                             playbook            "change": what was done to the draft, in words
 *   playbook.published                                 playbook_rev
 *   playbook.run_started .run_changed .run_moved .run_move_undone .run_completed .run_reopened .run_archived .run_restored     playbook_run
 *   playbook.task_done .task_skipped .task_reopened .task_approved .task_rejected .task_signed .task_changed                   playbook_mark
 *   playbook.answered                                  playbook_value
 *   playbook.role_changed                              playbook_role
 *   playbook.noted .note_withdrawn                     playbook_note       a comment, or a link that proves something
 * Events of the five run tables have "run": id in data; ticket_id is set when the subject is a ticket. */
#ifndef TEND_PLAYBOOK_PLAYBOOK_H
#define TEND_PLAYBOOK_PLAYBOOK_H

#include "core/feature.h"
#include "playbook/due.h"

extern const struct feature playbook_feature;

/* ---- templates, for presets and programmes ---- */

/* Inside a write: the playbook of that slug with this plan (JSON, plan.h; name, about and subject stand in it). Made and published when it is not there. With a
 * valid_from ("2021-03-01", or STR_NULL) that no revision has yet, a further revision is published; a revision of that date is left as it is, whatever the
 * team has made of the playbook since. So presets may call it at every start. ERR_INPUT with a sentence when the plan is wrong. */
enum err playbook_install(struct ctx *c, struct str slug, struct str plan_json, struct str valid_from, struct str note, int64_t *ret_playbook);
/* By slug; *ret_found false when there is none. */
enum err playbook_by_slug(struct ctx *c, struct str slug, int64_t *ret_id, bool *ret_found);

/* ---- runs ---- */

enum playbook_subject { PLAYBOOK_NOTHING, PLAYBOOK_TICKET, PLAYBOOK_ORGANISATION, PLAYBOOK_TEAMMATE, PLAYBOOK_INCIDENT, PLAYBOOK_SUBJECT_COUNT };
const char *playbook_subject_name(enum playbook_subject s);   /* "teammate" */

struct playbook_cast {
	struct str role;             /* newcomer, manager, buddy, mentor, account_executive, starter, or a word of the plan's own */
	int64_t teammate_id;         /* 0 = nobody */
};

struct playbook_start {
	int64_t playbook_id;
	enum playbook_subject subject;
	int64_t subject_id;          /* 0 with PLAYBOOK_NOTHING */
	struct str reference;        /* STR_NULL, or a key: a second start of the playbook with it gives the run that is there */
	struct str name;             /* STR_NULL = the playbook's name and the subject's */
	struct str starts_on;        /* a date; STR_NULL = today in the run's zone */
	struct str soft_until;       /* a date; STR_NULL = none. Until it ends nothing is called late and nobody is told of it */
	struct str role, level;      /* of the subject, for conditions; STR_NULL = the teammate's role; no level */
	struct str as_of;            /* a date: the edition in force then (valid_from); STR_NULL = the published one */
	const struct playbook_cast *cast;
	size_t n_cast;
};
/* Inside a write. ERR_CONFLICT when the playbook is put away or has no revision, or when the reference belongs to another subject. */
enum err playbook_start_run(struct ctx *c, const struct playbook_start *in, int64_t *ret_run, bool *ret_existing);

/* Inside a write, each with its events and the due dates that follow. */
enum err playbook_set_start(struct ctx *c, int64_t run, struct str date);              /* may move back and forth */
enum err playbook_set_soft_until(struct ctx *c, int64_t run, struct str date);         /* STR_NULL = none */
enum err playbook_set_role(struct ctx *c, int64_t run, struct str role, int64_t teammate_id);   /* 0 = as the plan says */
enum err playbook_set_value(struct ctx *c, int64_t run, struct str field, struct str value);    /* STR_NULL = cleared */
enum err playbook_set_done(struct ctx *c, int64_t run, struct str task, bool done, struct str comment);
enum err playbook_archive_run(struct ctx *c, int64_t run, struct str reason);

/* What a run looks like now. */
enum playbook_task_state {
	PLAYBOOK_OPEN,
	PLAYBOOK_WAITS,              /* for a stop task, an approval, or the tasks that it approves */
	PLAYBOOK_DONE,
	PLAYBOOK_SKIPPED,
	PLAYBOOK_REJECTED,           /* an approval that was refused: the tasks it named are open again */
	PLAYBOOK_HIDDEN,             /* the plan's rules hide it: nobody needs it */
	PLAYBOOK_STATE_COUNT
};
const char *playbook_state_name(enum playbook_task_state s);   /* "open" */

struct playbook_task {
	struct str key;              /* of a recurring item: "weekly#3" */
	struct str section, title;
	enum playbook_task_state state;
	bool required;               /* counts for completion */
	bool late;                   /* past due, and the soft time is over */
	struct due_date due;
	utime due_us;                /* 0 = none */
	int64_t who[4];              /* teammates whose it is */
	size_t n_who;
	int64_t done_by;             /* 0 = nobody */
	utime done_us;
};
struct playbook_state {
	int64_t run, playbook_id, rev_id, rev_number;
	struct str name, playbook_name, playbook_slug;
	enum playbook_subject subject;
	int64_t subject_id;
	struct str reference;        /* or STR_NULL */
	struct str state;            /* active, completed, archived */
	struct str starts_on, soft_until;   /* soft_until: or STR_NULL */
	struct str zone;
	const struct playbook_task *tasks;  /* in the plan's order, hidden ones among them */
	size_t n_tasks;
	const struct playbook_cast *cast;   /* as resolved */
	size_t n_cast;
	int64_t n_required, n_closed;       /* visible required tasks, and those done or skipped */
};
/* ERR_NOT_FOUND with a sentence when there is none, or the actor may not see its ticket. */
enum err playbook_state(struct ctx *c, int64_t run, struct playbook_state *ret);
/* The answer to a field; STR_NULL when it is empty or hidden. */
enum err playbook_value(struct ctx *c, int64_t run, struct str field, struct str *ret);

struct playbook_card {
	int64_t run, playbook_id;
	struct str name, playbook_name, state, starts_on, reference;
	int64_t n_required, n_closed, n_late;
};
/* Runs of a subject, newest first, at most 100. */
enum err playbook_runs_of(struct ctx *c, enum playbook_subject subject, int64_t subject_id, struct playbook_card **ret, size_t *ret_n);

/* The days on which a teammate works, by their hours (people.h); somebody without hours works Monday to Friday. */
struct playbook_days playbook_days_of(struct ctx *c, int64_t teammate_id);
/* Those on which a calendar of the desk's promises is open, for dates some years around a day; *ret stays as it is when no calendar has that name. */
enum err playbook_calendar_days(struct ctx *c, struct str name, int64_t around, struct playbook_days *ret);
/* A sentence for the field when no calendar has that name. */
enum err playbook_calendar_check(struct ctx *c, struct str field, struct str name);

/* ---- commands, for tests and for other slices' forms: /do/playbook.… ---- */

extern const struct command *const playbook_commands[];

#endif
