/* parts.h: what the files of this slice share and nobody else needs. */
#ifndef TEND_QUEUE_PARTS_H
#define TEND_QUEUE_PARTS_H

#include "queue/day.h"
#include "queue/queue.h"
#include "queue/queue_rows.h"
#include "core/carry.h"

struct job;

/* The teammate who acts, or 0. */
int64_t queue_me(const struct ctx *c);
/* Whom a command is about: who acts when not given; somebody else wants CAN_LEAD. Active teammates only. */
enum err queue_whose(struct ctx *c, struct opt_i64 teammate, int64_t *ret);
/* "[1,2,3]". */
struct str queue_ids_json(struct arena *a, const int64_t *ids, size_t n);
/* Why somebody gets a case, in sentences; which were passed over, a line each. */
struct str queue_pick_why(struct ctx *c, const struct pick_world *w, const struct pick *p);
struct str queue_skipped_lines(struct ctx *c, const struct pick_world *w, const struct pick *p);
/* The instant that `until` or `hours` says; ERR_INPUT at the field when it is past, farther than most_days, or (when `wanted`) not there. 0 = not said. */
enum err queue_until(struct ctx *c, struct opt_i64 until, struct opt_i64 hours, int64_t most_days, bool wanted, utime *ret);
/* "Fri 14:00" for who acts. */
struct str queue_when(struct ctx *c, utime at);
struct str queue_actor_name(struct ctx *c);
/* "Mon 23 Nov to Fri 27 Nov". */
struct str absence_days(struct ctx *c, struct str from, struct str until);
/* The rule in force on the ctx's date; *ret_found false: it is not practice on that date. */
struct queue_rule_on_row;
enum err queue_rule(struct ctx *c, const char *name, struct queue_rule_on_row *ret, bool *ret_found);

/* The coverage block of a zone, and its side; "" when no row names it. */
struct queue_blocks_row;
struct str queue_block_of(const struct queue_blocks_row *b, size_t n, struct str zone, struct str *ret_side);

extern const struct command queue_next_cmd, queue_list_cmd, queue_show_cmd, skill_name_cmd, skill_drop_cmd, queue_read_cmd;
extern const struct command overload_declare_cmd, overload_prolong_cmd, overload_end_cmd;
extern const struct command ranking_begin_cmd, ranking_hear_cmd, ranking_order_cmd, ranking_remove_cmd, ranking_set_cmd, ranking_prolong_cmd, ranking_end_cmd,
	ranking_list_cmd, ranking_show_cmd;
extern const struct command capacity_declare_cmd, capacity_recover_cmd, capacity_load_cmd, level_invoke_cmd, level_end_cmd, level_edition_cmd,
	level_edition_end_cmd;
extern const struct command absence_plan_cmd, absence_change_cmd, absence_end_cmd, absence_cover_cmd, absence_uncover_cmd, absence_look_cmd, absence_list_cmd;
extern const struct command rank_order_cmd, rank_tier_cmd, rank_priority_cmd, capacity_rule_cmd, capacity_step_cmd, coverage_block_cmd;

extern const struct carry queue_carries[];

/* A case assigned by hand to somebody who said that they are at capacity wants a second look. */
enum err capacity_on_assigned(struct ctx *c, const struct event_new *e, int64_t seq);
/* What ended by itself gets its event; who fills in is told when an absence begins. */
enum err queue_job_ends(struct ctx *c, const struct job *j);
utime queue_job_next(struct ctx *c);
enum err queue_presets(struct ctx *c);

/* Numbers of the load: who has how much, what could move. */
struct load_line {
	const struct pick_person *p;
	int64_t fresh, open, pending, on_hold;
	bool over;                     /* more active cases than the rule in force says */
	struct str block, side;
	struct str flag_why;
};
struct load_move {
	int64_t ticket, from, to;
	size_t place;
	struct str why;
};
struct load {
	struct load_line *lines;       /* who takes cases, most active first */
	size_t n;
	struct load_move *moves;
	size_t n_moves;
	int64_t norm;                  /* 0 = no rule in force */
	int64_t east, west, active_x10;/* people there on either side; active cases each, in tenths */
	int64_t speaks_for;            /* the level that the figures speak for; 0 = no levels in force */
};
enum { LOAD_MOVES_MOST = 12 };
enum err load_now(struct ctx *c, const struct pick_world *w, struct load *ret);

/* Pure: the level that these figures speak for; 0 without steps. */
struct level_step {
	int64_t level, east_least, east_most, west_least, west_most;
	struct opt_i64 active_over;
	bool all;
};
int64_t level_of(const struct level_step *v, size_t n, int64_t east, int64_t west, int64_t active_x10);

#endif
