/* call_rows.h: rows of calls: read one, add one, write what changed; each write with its event. struct T_rows_row is the row. */
#ifndef TEND_GROWTH_CALL_ROWS_H
#define TEND_GROWTH_CALL_ROWS_H

#include "core/ctx.h"

#include "call_rows.sql.h"

/* T_read: ERR_NOT_FOUND with a sentence. T_new: fills in the id. T_save: nothing when nothing differs; reason may be STR_NULL. */
enum err customer_call_read(struct ctx *c, int64_t id, struct customer_call_rows_row *ret);
enum err customer_call_new(struct ctx *c, struct customer_call_rows_row *row, const char *kind);
enum err customer_call_save(struct ctx *c, const struct customer_call_rows_row *before, const struct customer_call_rows_row *row,
	const char *kind, struct str reason);

enum err call_place_read(struct ctx *c, int64_t id, struct call_place_rows_row *ret);
enum err call_place_new(struct ctx *c, struct call_place_rows_row *row, const char *kind);
enum err call_place_save(struct ctx *c, const struct call_place_rows_row *before, const struct call_place_rows_row *row,
	const char *kind, struct str reason);

enum err call_feed_read(struct ctx *c, int64_t id, struct call_feed_rows_row *ret);
enum err call_feed_new(struct ctx *c, struct call_feed_rows_row *row, const char *kind);
enum err call_feed_save(struct ctx *c, const struct call_feed_rows_row *before, const struct call_feed_rows_row *row,
	const char *kind, struct str reason);

#endif
