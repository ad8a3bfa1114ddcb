/* queue_rows.h: the tables of this slice as rows. Law: a row is written here only, together with the event that holds the columns it got, so that `tend verify`
 * replays the log and finds the tables. _read: ERR_NOT_FOUND with a sentence. _new sets row->id. _save writes what differs; nothing differs: nothing happens. */
#ifndef TEND_QUEUE_QUEUE_ROWS_H
#define TEND_QUEUE_QUEUE_ROWS_H

#include "core/ctx.h"

#include "queue_rows.sql.h"

enum err queue_overload_read(struct ctx *c, int64_t id, struct queue_overload_rows_row *ret);
enum err queue_overload_new(struct ctx *c, struct queue_overload_rows_row *row, const char *kind);
enum err queue_overload_save(struct ctx *c, const struct queue_overload_rows_row *before, const struct queue_overload_rows_row *row, const char *kind);
enum err queue_session_read(struct ctx *c, int64_t id, struct queue_session_rows_row *ret);
enum err queue_session_new(struct ctx *c, struct queue_session_rows_row *row, const char *kind);
enum err queue_session_save(struct ctx *c, const struct queue_session_rows_row *before, const struct queue_session_rows_row *row, const char *kind);
enum err queue_session_place_read(struct ctx *c, int64_t id, struct queue_session_place_rows_row *ret);
enum err queue_session_place_new(struct ctx *c, struct queue_session_place_rows_row *row, const char *kind);
enum err queue_session_place_save(struct ctx *c, const struct queue_session_place_rows_row *before, const struct queue_session_place_rows_row *row, const char *kind);
enum err queue_session_voice_new(struct ctx *c, struct queue_session_voice_rows_row *row, const char *kind);
enum err queue_skill_read(struct ctx *c, int64_t id, struct queue_skill_rows_row *ret);
enum err queue_skill_new(struct ctx *c, struct queue_skill_rows_row *row, const char *kind);
enum err queue_skill_save(struct ctx *c, const struct queue_skill_rows_row *before, const struct queue_skill_rows_row *row, const char *kind);
enum err queue_pick_new(struct ctx *c, struct queue_pick_rows_row *row, const char *kind, int64_t ticket);
enum err capacity_flag_read(struct ctx *c, int64_t id, struct capacity_flag_rows_row *ret);
enum err capacity_flag_new(struct ctx *c, struct capacity_flag_rows_row *row, const char *kind);
enum err capacity_flag_save(struct ctx *c, const struct capacity_flag_rows_row *before, const struct capacity_flag_rows_row *row, const char *kind);
enum err capacity_call_read(struct ctx *c, int64_t id, struct capacity_call_rows_row *ret);
enum err capacity_call_new(struct ctx *c, struct capacity_call_rows_row *row, const char *kind);
enum err capacity_call_save(struct ctx *c, const struct capacity_call_rows_row *before, const struct capacity_call_rows_row *row, const char *kind);
enum err absence_read(struct ctx *c, int64_t id, struct absence_rows_row *ret);
enum err absence_new(struct ctx *c, struct absence_rows_row *row, const char *kind);
enum err absence_save(struct ctx *c, const struct absence_rows_row *before, const struct absence_rows_row *row, const char *kind);
enum err absence_cover_read(struct ctx *c, int64_t id, struct absence_cover_rows_row *ret);
enum err absence_cover_new(struct ctx *c, struct absence_cover_rows_row *row, const char *kind);
enum err absence_cover_save(struct ctx *c, const struct absence_cover_rows_row *before, const struct absence_cover_rows_row *row, const char *kind);
enum err absence_look_new(struct ctx *c, struct absence_look_rows_row *row, const char *kind);
/* A dated row (rank_order, rank_tier, rank_priority, capacity_rule, capacity_step, coverage_block) that may be there already, under that number (0 = it is not):
 * made, or replaced, or (not `replace`) left as it is. Sets its number. */
enum err queue_row_set(struct ctx *c, const struct db_stmt *rows, int64_t there, void *row, bool replace, const char *kind);

#endif
