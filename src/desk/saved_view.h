/* saved_view.h: lists by conditions: a query of the search box with a name, columns and an order; one's own, a team's or everybody's.
 *
 * A view is its query: nothing is kept of what it finds but a count up to 100, made by a job after changes (not for views that depend on who looks). Who
 * watches one is told of each ticket that comes to match it, once; what matched when the watch began is no news. Conditions that come true by time alone
 * (older:, is:late) are looked at each minute. Who is away from the desk hears of it by mail, as they chose (notice.h). */
#ifndef TEND_DESK_SAVED_VIEW_H
#define TEND_DESK_SAVED_VIEW_H

#include "core/feature.h"
#include "saved_view.sql.h"

extern const struct command view_create_cmd, view_update_cmd, view_remove_cmd, view_restore_cmd, view_list_cmd, view_show_cmd, view_watch_cmd,
	view_unwatch_cmd, view_news_cmd, view_read_cmd;
extern const struct job_kind saved_view_jobs[];

/* Columns of a table, NULL-ended: "status", "holder" … */
extern const char *const view_columns[];
/* A view that the actor may see, or ERR_NOT_FOUND. */
enum err saved_view_read(struct ctx *c, int64_t id, struct saved_view_get_row *ret);
bool saved_view_may_change(struct ctx *c, const struct saved_view_get_row *v);
/* The job: who watches is told, views are counted. *ret_told: notices written. */
enum err saved_view_follow(struct ctx *c, int64_t *ret_told);

#endif
