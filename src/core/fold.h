/* fold.h: rows and the log say the same.
 *
 * A statement that reads whole rows of a table describes them (names, types, offsets of its outputs); with that description core writes a row's columns, or the
 * difference of two rows, into an event, and `tend verify` compares replay and table. The first output is the id. */
#ifndef TEND_CORE_FOLD_H
#define TEND_CORE_FOLD_H

#include "core/event.h"

struct fold {
	const char *entity;                  /* as in event.entity */
	const struct db_stmt *rows;          /* all rows, an :each statement; columns that change without events are left out of it */
};

/* {"set":{…all columns but id…}} */
struct str fold_set_all(struct arena *a, const struct db_stmt *rows, const void *row);
/* {"set":{…columns that differ…}}; STR_NULL when none does. */
struct str fold_set_diff(struct arena *a, const struct db_stmt *rows, const void *before, const void *after);

/* Whether any column but the id differs. */
bool fold_differs(const struct db_stmt *rows, const void *before, const void *after);

struct verify_result {
	int64_t events, rows, complaints;
};
/* Replays the log of every fold of every feature and compares. `say` is told each complaint (at most 100). */
enum err fold_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, struct verify_result *ret);

#endif
