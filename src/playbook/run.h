/* run.h: what the files of this folder tell each other about runs; others use playbook.h. */
#ifndef TEND_PLAYBOOK_RUN_H
#define TEND_PLAYBOOK_RUN_H

#include "people/people.h"
#include "playbook/plan_eval.h"

#include "playbook.sql.h"
#include "run.sql.h"

#define PLAYBOOK_NEVER_US INT64_C(253402300800000000)   /* the end of the year 9999: due_us without a due date */

extern const struct fold playbook_folds[];
extern const struct carry playbook_carries[];            /* playbook_carry.c */
extern const struct reaction playbook_reactions[];

/* ---- templates (playbook.c) ---- */

enum err playbook_read(struct ctx *c, int64_t id, struct playbook_row_row *ret);
/* The draft, or the published plan when there is none: JSON. *ret_version 0 without a draft. */
enum err playbook_text(struct ctx *c, int64_t playbook, struct str *ret_json, int64_t *ret_version);
/* Stores a draft (checked to be a plan), with its event. version: what the writer saw, NONE = whatever. words: what was done. */
enum err playbook_save_draft(struct ctx *c, int64_t playbook, struct opt_i64 version, struct str json, struct str words);
/* Makes a playbook with this draft. */
enum err playbook_new(struct ctx *c, struct str slug, struct str json, int64_t *ret_id);
enum err playbook_publish_draft(struct ctx *c, int64_t playbook, struct str note, struct str valid_from, int64_t *ret_rev);
enum err playbook_rev_read(struct ctx *c, int64_t rev, struct playbook_rev_row_row *ret);
/* The plan as it would be for somebody who starts on a date: person 0 = nobody in particular. */
struct preview {
	struct plan plan;
	struct plan_facts facts;
	struct plan_outcome out;
};
enum err playbook_preview_of(struct ctx *c, struct str json, int64_t person, struct str starts_on, struct str role, struct str level, struct preview *ret);

extern const struct command playbook_create_cmd, playbook_list_cmd, playbook_show_cmd, playbook_publish_cmd, playbook_discard_cmd, playbook_archive_cmd,
	playbook_restore_cmd, playbook_diff_cmd, playbook_preview_cmd, playbook_replace_cmd, playbook_revisions_cmd;
/* ---- the editor (playbook_edit.c) ---- */
extern const struct command playbook_describe_cmd, playbook_section_add_cmd, playbook_section_set_cmd, playbook_task_add_cmd, playbook_task_set_cmd,
	playbook_field_add_cmd, playbook_field_set_cmd, playbook_rule_add_cmd, playbook_rule_set_cmd, playbook_move_cmd, playbook_remove_cmd;
/* ---- import (playbook_import.c) ---- */
extern const struct command playbook_import_cmd, playbook_export_cmd;

/* ---- runs ---- */

struct run {
	struct run_row_row row;
	int64_t rev_number;
	const struct zone *zone;
	struct plan plan;
	struct run_mark_of_run_row *marks;
	struct run_value_of_run_row *values;
	struct run_role_of_run_row *roles;
	size_t n_marks, n_values, n_roles;
	struct plan_facts facts;
	struct plan_outcome out;
};
/* The run with its plan and facts, evaluated. ERR_NOT_FOUND with a sentence when there is none or its ticket is not the actor's to see. */
enum err run_load(struct ctx *c, int64_t id, struct run *ret);
/* The same whoever asks: for what follows from somebody else's change. */
enum err run_load_any(struct ctx *c, int64_t id, struct run *ret);
/* The same for a write: a run that is put away is ERR_CONFLICT. */
enum err run_load_live(struct ctx *c, int64_t id, struct run *ret);
/* Reads plan and facts again after run.row was changed (another revision), or facts alone. */
enum err run_read_plan(struct ctx *c, struct run *r);
enum err run_read_facts(struct ctx *c, struct run *r);
/* After a fact was written: casts roles that are new, reads the facts again, rebuilds the index, completes or reopens the run. */
enum err run_settle(struct ctx *c, struct run *r);
/* Writes row's changes with an event of that kind; nothing when nothing differs. */
enum err run_save(struct ctx *c, const char *kind, const struct run_row_row *before, const struct run_row_row *after, struct str reason);
enum err run_event(struct ctx *c, const struct run_row_row *run, const char *kind, const char *entity, int64_t id, struct str data);
/* The calendars that a plan's due rules name, for dates some years around a day; one that is no more is left out: then the person's own hours count. */
enum err run_calendars(struct ctx *c, const struct plan *p, int64_t around, struct plan_facts *f);
/* Of a plan that is to be published: a sentence for each calendar that is not there. */
enum err run_check_calendars(struct ctx *c, const struct plan *p);
/* The item of a key, or NULL. */
struct plan_item *run_item(const struct run *r, struct str key);
/* The name of a teammate who plays a part or did something; "" when not known. */
struct str run_person(struct ctx *c, int64_t id);
/* The index as it should be against what is there; counts complaints. */
enum err run_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints);
bool run_is_soft(const struct run *r, utime now);
bool run_is_late(const struct run *r, const struct plan_item *it, utime now);
/* 0 or the actor's number, as an optional column. */
struct opt_i64 run_actor(const struct ctx *c);
/* Upserts, with their events. */
enum err run_put_mark(struct ctx *c, const struct run *r, const char *kind, const struct run_mark_row_row *mark);
enum err run_put_value(struct ctx *c, const struct run *r, struct str key, struct str value, struct str filename);
enum err run_put_role(struct ctx *c, const struct run *r, struct str role, struct opt_i64 teammate, const char *source);
enum err run_get_mark(struct ctx *c, const struct run *r, struct str key, struct run_mark_row_row *ret);
/* Gives a role back to what the plan says: a field that gives it, else whoever follows from the subject. */
enum err run_recast(struct ctx *c, struct run *r, struct str role);
/* "mara@desk.example" or a teammate's number. */
enum err run_teammate(struct ctx *c, const char *field, struct str typed, int64_t *ret);

/* What somebody has to do between two instants, of live runs, by its date. Of a recurring task only the newest: what was missed before it is nobody's debt. */
enum err run_mine_of(struct ctx *c, int64_t who, utime from, utime until, int64_t max, struct run_item_mine_row **ret, size_t *ret_n);

/* What another revision would mean for a run (run_move.c). */
struct run_change {
	int64_t from, to;            /* numbers */
	struct plan_change *changes;
	size_t n_changes;
	size_t kept;                 /* answers that keep their place */
	struct str *lost;            /* labels of answers that would have none: they stay stored, and come back with the undo */
	size_t n_lost;
	int64_t required, closed;    /* as they would be */
};
enum err run_compare(struct ctx *c, const struct run *r, int64_t rev, struct run_change *ret);

extern const struct command run_start_cmd, run_show_cmd, run_list_cmd, run_mine_cmd, run_change_cmd, run_archive_cmd, run_restore_cmd, run_cast_cmd;   /* run.c */
extern const struct command run_done_cmd, run_skip_cmd, run_reopen_cmd, run_approve_cmd, run_reject_cmd, run_sign_cmd, run_due_cmd, run_answer_cmd,
	run_note_cmd, run_withdraw_cmd;                                                                                             /* run_mark.c */
extern const struct command run_diff_cmd, run_move_cmd, run_undo_move_cmd, run_move_all_cmd, run_undo_all_cmd;                          /* run_move.c */

#endif
