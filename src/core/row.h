/* row.h: a row and its event in one step, for tables that leave with the desk ("-- carries" in their statements, core/carry.h): the three statements made for that
 * read, add and put a row here too. The event holds the columns the row got, so that `tend verify` replays the log and finds the table; the entity is the table.
 *
 * A row's first member is its number. Columns that the statement leaves out (quiet ones) are not touched. */
#ifndef TEND_CORE_ROW_H
#define TEND_CORE_ROW_H

#include "core/ctx.h"
#include "core/event.h"

/* The row of that number; ERR_NOT_FOUND "There is no <what> 7." */
enum err row_read(struct ctx *c, const struct db_stmt *rows, const char *what, int64_t id, void *ret);
/* Adds it, sets its number, appends the event; `log` (or NULL) gives its ticket, rule and reason. */
enum err row_new(struct ctx *c, const struct db_stmt *rows, void *row, const char *kind, const struct event_new *log);
/* Writes what differs, with the event; nothing differs: nothing happens. */
enum err row_save(struct ctx *c, const struct db_stmt *rows, const void *before, const void *row, const char *kind, const struct event_new *log);

#endif
