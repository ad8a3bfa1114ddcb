/* call_parts.h: what the files of calls share. */
#ifndef TEND_GROWTH_CALL_PARTS_H
#define TEND_GROWTH_CALL_PARTS_H

#include "growth/call.h"
#include "growth/call_rows.h"

#include "call.sql.h"

/* Those who come along as shadows. */
enum err call_shadows(struct ctx *c, int64_t call_id, int64_t **ret, size_t *ret_n);

extern const char *const call_parts[];                                                                                     /* shadow, observer */
extern const char *const call_dids[];                                                                                      /* watched, spoke, led_part, missed */
extern const struct command call_plan_cmd, call_change_cmd, call_cancel_cmd, call_join_cmd, call_leave_cmd;                /* call.c */
extern const struct command call_held_cmd, call_took_part_cmd, call_record_cmd, call_feed_cmd, call_list_cmd, call_show_cmd;   /* call_after.c */

/* Somebody's calls as an iCalendar file. */
enum err call_ical(struct ctx *c, int64_t teammate, struct str *ret);
/* Whose link it is; *ret_teammate 0 = nobody's (any more). */
enum err call_feed_whose(struct ctx *c, struct str token, int64_t *ret_teammate);

#endif
