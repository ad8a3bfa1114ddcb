/* work_rows.h: rows of account work: read one, add one, write what changed; each write with its event. struct T_rows_row is the row. */
#ifndef TEND_GROWTH_WORK_ROWS_H
#define TEND_GROWTH_WORK_ROWS_H

#include "core/ctx.h"

#include "work_rows.sql.h"

/* T_read: ERR_NOT_FOUND with a sentence. T_new: fills in the id. T_save: nothing when nothing differs; reason may be STR_NULL. */
enum err work_kind_read(struct ctx *c, int64_t id, struct work_kind_rows_row *ret);
enum err work_kind_new(struct ctx *c, struct work_kind_rows_row *row, const char *kind);
enum err work_kind_save(struct ctx *c, const struct work_kind_rows_row *before, const struct work_kind_rows_row *row,
	const char *kind, struct str reason);

enum err work_part_kind_read(struct ctx *c, int64_t id, struct work_part_kind_rows_row *ret);
enum err work_part_kind_new(struct ctx *c, struct work_part_kind_rows_row *row, const char *kind);
enum err work_part_kind_save(struct ctx *c, const struct work_part_kind_rows_row *before, const struct work_part_kind_rows_row *row,
	const char *kind, struct str reason);

enum err work_item_read(struct ctx *c, int64_t id, struct work_item_rows_row *ret);
enum err work_item_new(struct ctx *c, struct work_item_rows_row *row, const char *kind);
enum err work_item_save(struct ctx *c, const struct work_item_rows_row *before, const struct work_item_rows_row *row,
	const char *kind, struct str reason);

enum err work_part_read(struct ctx *c, int64_t id, struct work_part_rows_row *ret);
enum err work_part_new(struct ctx *c, struct work_part_rows_row *row, const char *kind);
enum err work_part_save(struct ctx *c, const struct work_part_rows_row *before, const struct work_part_rows_row *row,
	const char *kind, struct str reason);

enum err work_member_read(struct ctx *c, int64_t id, struct work_member_rows_row *ret);
enum err work_member_new(struct ctx *c, struct work_member_rows_row *row, const char *kind);
enum err work_member_save(struct ctx *c, const struct work_member_rows_row *before, const struct work_member_rows_row *row,
	const char *kind, struct str reason);

#endif
