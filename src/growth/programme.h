/* programme.h: what the programme side of this folder shares: rows with their events, dates, revisions, plans. Others use growth.h. */
#ifndef TEND_GROWTH_PROGRAMME_H
#define TEND_GROWTH_PROGRAMME_H

#include "base/civil.h"
#include "growth/growth.h"
#include "playbook/due.h"

#include "career_rows.sql.h"
#include "outcome_rows.sql.h"
#include "plan.sql.h"
#include "plan_rows.sql.h"
#include "programme.sql.h"
#include "programme_rows.sql.h"

/* What a person may change about themselves. */
#define CAN_CHANGE_SELF (CAN_SIGNED_IN | CAN_NOTE)

/* ---- rows with their events ---- */

enum err growth_logged(struct ctx *c, enum err done, const char *kind, const char *entity, const struct db_stmt *rows, const void *row);
enum err growth_logged_diff(struct ctx *c, enum err done, const char *kind, const char *entity, int64_t id, struct str diff, struct str reason);

/* Adds a row of table T (a struct T_row_row or T_rows_row without its id, which is set) with an event of that kind. */
#define GROWTH_ADD(c, T, kind, row)                                                                                                                  \
	growth_logged((c),                                                                                                                           \
		      T##_add_((c)->db, (c)->arena, (struct T##_add_row *)(void *)(row),                                                              \
			       (const struct T##_add_in *)(const void *)((const char *)(const void *)(row) + sizeof(int64_t))),                           \
		      (kind), #T, &T##_rows_stmt, (row))
/* Writes what differs between two rows of table T, with an event; nothing differs: nothing happens. */
#define GROWTH_PUT(c, T, kind, before, after)                                                                                                        \
	({                                                                                                                                           \
		struct str diff_ = fold_set_diff((c)->arena, &T##_rows_stmt, (before), (after));                                                       \
		diff_.p ? growth_logged_diff((c), T##_put_((c)->db, (const struct T##_put_in *)(const void *)(after)), (kind), #T, (after)->id, diff_,   \
					     STR_NULL)                                                                                                 \
			: OK;                                                                                                                          \
	})
/* A draft's row goes. */
enum err growth_gone(struct ctx *c, enum err done, const char *kind, const char *entity, int64_t id);

/* The row of table T, or a sentence. */
#define GROWTH_GET(c, T, row, which, words)                                                                                                          \
	({                                                                                                                                           \
		bool found_ = false;                                                                                                                   \
		enum err e_ = T##_row((c)->db, (c)->arena, (row), &found_, .id = (which));                                                             \
		e_ != OK ? e_ : found_ ? OK : fail((c), ERR_NOT_FOUND, "There is no %s %lld.", (words), (long long)(which));                             \
	})

/* Who is meant: the one named, else the actor. Another person's things are for leads. */
enum err growth_whose(struct ctx *c, struct opt_i64 teammate, int64_t *ret);
struct str or_empty(struct str s);
/* "handbook edit" for handbook_edit: names of closed lists as people read them. */
struct str growth_words(struct arena *a, struct str name);
/* A web address, or a message for the field. "" is fine unless it is wanted. */
enum err growth_url_check(struct ctx *c, const char *field, struct str url, bool wanted);

/* ---- dates (plan_date.c) ---- */

/* "Fri 27 Nov 2026". */
struct str growth_day_words(struct arena *a, struct str date);
/* The local date of an instant, and the instant at which a local date begins. */
int64_t growth_day_of(const struct zone *z, utime t);
utime growth_day_begins(const struct zone *z, int64_t day);
/* The first day after n units from the start: month n of somebody who starts on the 31st ends with the month that is too short for it. */
int64_t growth_after(int64_t start, struct str unit, int64_t n);
/* The last day of the n-th unit, brought back to a working day by the resolver of playbooks (due.h). Never before the start. */
int64_t growth_due(int64_t start, struct str unit, int64_t n, const struct playbook_days *days);
/* The days of a week as bits (bit 0 = Monday; none = every day). */
struct playbook_days growth_week_days(const int64_t *work_days);
/* Those that a revision's dates go by: of the calendar it names, else (or when that is no more) of the person's week. */
enum err growth_days_of(struct ctx *c, struct str calendar, const int64_t *work_days, int64_t start, struct playbook_days *ret);
/* The days on which somebody works, as bits; Monday to Friday for those without hours. */
int64_t growth_work_days(struct str work_hours);
const struct zone *growth_zone(struct str name);

/* ---- programmes ---- */

extern const char *const programme_units[], *const programme_proofs[], *const programme_ackers[], *const programme_scopes[];

struct programme_outcome_of_row;
/* The revision for somebody who starts on that date: the newest published one whose dates hold it. */
enum err programme_rev_for(struct ctx *c, int64_t programme, struct str date, struct programme_rev_row_row *ret, bool *ret_found);
enum err programme_outcomes(struct ctx *c, int64_t rev, struct programme_outcomes_of_row **ret, size_t *ret_n);
/* Whether an outcome is for a role and level (no level counts as the first). */
bool programme_applies(const struct programme_outcomes_of_row *o, struct str role, struct opt_i64 level);
/* "by the end of week 2", "within 30 days". */
struct str programme_due_words(struct arena *a, struct str unit, int64_t n);
/* "you say so", "3 of: tickets solved" … */
struct str programme_proof_words(struct arena *a, struct str proof, struct str ack_by, struct str evidence, int64_t need);

struct programme_change {
	struct str key, what;          /* what: "new", "gone", or the fields that differ, in words */
	const struct programme_outcomes_of_row *before, *after;   /* NULL = not there */
};
/* What differs between two revisions, in the order of the newer one, then what is gone. */
enum err programme_diff(struct ctx *c, int64_t from_rev, int64_t to_rev, struct programme_change **ret, size_t *ret_n);

/* What differs in whom it is for, its ramp, its soft days and its calendar, as a sentence; "" when nothing does. */
struct str programme_edition_diff(struct arena *a, const struct programme_rev_row_row *from, const struct programme_rev_row_row *to);
/* "6 weeks", "nothing said". */
struct str programme_ramp_words(struct arena *a, struct str unit, int64_t n);

/* Inside a write: a draft like that revision (0 = an empty one), or ERR_CONFLICT when there is a draft already. */
enum err programme_new_draft(struct ctx *c, int64_t programme, int64_t like_rev, int64_t *ret_rev);
enum err programme_publish_rev(struct ctx *c, int64_t rev, struct str note, int64_t dispute);
enum err programme_presets(struct ctx *c);

/* One outcome as a person would have it. */
struct programme_line {
	const struct programme_outcomes_of_row *o;
	int64_t programme, rev;
	struct str programme_name, due_date;
	utime due_us;
	bool soft;
	int64_t also;                  /* another programme that asks for the same */
};
struct programme_who {
	struct str role, start_date, zone;
	struct opt_i64 level;
	int64_t work_days, teammate;
	struct opt_i64 only_rev;       /* this revision instead of its programme's newest */
};
struct programme_pick {
	int64_t programme, rev;
	struct str name, why;
};
/* What somebody's plan would be: the programmes with the reason for each, and the outcomes by date. */
enum err programme_merge(struct ctx *c, const struct programme_who *who, struct programme_pick **ret_picks, size_t *ret_n_picks, struct programme_line **ret_lines,
			 size_t *ret_n_lines);

extern const struct command programme_create_cmd, programme_draft_cmd, programme_edition_cmd, programme_outcome_cmd, programme_drop_cmd, programme_link_cmd,
	programme_unlink_cmd, programme_publish_cmd, programme_discard_cmd, programme_retire_cmd;
extern const struct command programme_list_cmd, programme_show_cmd, programme_diff_cmd, programme_preview_cmd;

/* ---- evidence (outcome_evidence.c) ---- */

struct growth_asked {
	int64_t teammate, plan;        /* plan: for links only */
	utime since_us;
	struct str since_date;
	int64_t need;
};
struct evidence_kind {
	const char *name, *words;      /* words: "tickets solved" */
	const char *help;
	enum err (*count)(struct ctx *c, const struct growth_asked *q, int64_t *ret);
	const char *behind;            /* what is behind the number: a word of plan_look.c, or the path of the page that lists it */
};
extern const struct evidence_kind growth_evidence[];
extern const char *const growth_evidence_names[];
const struct evidence_kind *evidence_find(struct str name);
/* Who held the ticket when it was solved, for tests and `tend verify`. */
enum err growth_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints);
extern const struct reaction growth_reactions[];

/* ---- plans ---- */

/* THE rule: is this outcome true, as its row stands? */
bool growth_truth(const struct growth_outcome_row_row *p, struct str proof, int64_t need);
/* Writes a changed outcome of a plan with its event, and becomes true or false as it should. */
enum err growth_outcome_save(struct ctx *c, const char *kind, const struct growth_outcome_row_row *before, struct growth_outcome_row_row *after,
			     const struct programme_outcome_row_row *o);
/* Who may acknowledge or sign: everybody but the person for "anyone"; the mentor, the manager and leads for "mentor"; the manager and leads for "manager". */
enum err growth_may_acknowledge(struct ctx *c, const struct growth_plan_row_row *plan, struct str ack_by);
/* The actor, for rows: a teammate, or NONE for the operator and jobs. */
struct opt_i64 growth_actor(const struct ctx *c);

extern const struct command plan_create_cmd, plan_add_cmd, plan_remove_cmd, plan_start_cmd, plan_ramp_cmd, plan_manager_cmd, plan_ready_cmd, plan_end_cmd, plan_move_cmd,
	plan_move_all_cmd, plan_say_cmd, plan_acknowledge_cmd, plan_show_cmd, plan_list_cmd, plan_behind_cmd;
extern const struct command dispute_open_cmd, dispute_owner_cmd, dispute_explain_cmd, dispute_mend_cmd, dispute_list_cmd;
extern const struct command plan_figures_cmd;
extern const struct job_kind growth_jobs[];

/* ---- what people do besides tickets (outcome_log.c, board_feed.c) ---- */

extern const char *const contribution_kinds[];
extern const struct command contribution_add_cmd, contribution_remove_cmd, contribution_list_cmd, chat_add_cmd, chat_remove_cmd, focus_set_cmd, focus_remove_cmd, focus_list_cmd,
	access_ask_cmd, access_set_cmd, access_list_cmd, feed_post_cmd, feed_remove_cmd, feed_list_cmd;
enum err outcome_presets(struct ctx *c);

/* ---- the career (career.c, career_team.c) ---- */

extern const char *const career_field_keys[], *const career_item_kinds[];
struct str career_field_words(struct str key);
extern const struct command roadmap_write_cmd, roadmap_sign_cmd, check_in_plan_cmd, check_in_note_cmd, check_in_list_cmd, level_set_cmd, level_list_cmd, skill_set_cmd,
	skill_rate_cmd, skill_list_cmd, review_add_cmd, library_add_cmd, library_remove_cmd, library_done_cmd, library_list_cmd, profile_set_cmd, profile_show_cmd;
enum err career_presets(struct ctx *c);

#endif
