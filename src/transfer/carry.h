/* carry.h: lines of the tables that slices list in their features (core/carry.h), written and read by the descriptors of their rows alone. */
#ifndef TEND_TRANSFER_TRANSFER_CARRY_H
#define TEND_TRANSFER_TRANSFER_CARRY_H

#include "transfer/import_line.h"

/* What a column's value is in the format. */
enum carry_as { CARRY_PLAIN, CARRY_TIME, CARRY_REF, CARRY_ASK };
struct carry_column {
	const struct db_col *col;
	struct str member;           /* its name in the format: created_us is created_at, ticket_id is ticket */
	enum carry_as as;
	struct str what;             /* of a reference: the type, or "" = `by` says */
	const struct db_col *by;     /* the column that holds the type */
	bool later;
};
/* A table, read from its `struct carry`. */
struct carry_table {
	const struct carry *carry;
	struct carry_column *columns;
	size_t n;                    /* without a key that the database makes */
	const struct db_col *hash, *filename;   /* of a row's file, or NULL */
	bool later;                  /* its rows have a second line at the end of the file */
};
enum err carry_table_open(struct ctx *c, const struct carry *carry, struct carry_table *ret);
/* The carry of a type, or NULL. */
const struct carry *carry_find(struct ctx *c, struct str type);
const struct carry_column *carry_column_find(const struct carry_table *t, struct str member);

/* The type a reference of this row points to; STR_NULL = to nothing, or a plain text. */
enum err carry_what(struct ctx *c, const struct carry_table *t, const struct carry_column *col, const void *row, struct str *ret);
/* The name that a row leaves under, and the row of a name. */
enum err carry_name(struct ctx *c, struct str type, int64_t id, struct str *ret);
enum err carry_row(struct ctx *c, struct str type, struct str name, int64_t *ret_id, bool *ret_found);

/* All lines of the tables that stand before the tickets, or after; and the second lines. */
typedef enum err carry_line_fn(void *arg, struct json_out *j);
enum err carry_export(struct ctx *c, const struct export_options *o, bool before_tickets, carry_line_fn *write, void *arg);
enum err carry_export_later(struct ctx *c, carry_line_fn *write, void *arg);

/* The events of a row that are its history: from the last that sets all of it on; what a new desk's presets did before is not this row's. `data` is parsed
 * and the caller's to let go; NULL for those that are left out. */
struct transfer_row_events_row;
enum err carry_history(struct ctx *c, const struct carry_table *t, int64_t id, struct transfer_row_events_row **ret, json_t ***ret_data, size_t *ret_n);

enum err carry_import(struct import_line *l, const struct carry *carry);
enum err carry_import_later(struct import_line *l);

/* ---- a value in its row ---- */

static inline void *carry_at(const void *row, const struct db_col *col)
{
	return (char *)(uintptr_t)row + col->offset;
}
/* The number in a column of i64, i64? or bool; false when it is NULL. */
static inline bool carry_i64(const void *row, const struct db_col *col, int64_t *ret)
{
	const void *p = carry_at(row, col);
	if (col->type == DB_OPT_I64) {
		*ret = ((const struct opt_i64 *)p)->v;
		return ((const struct opt_i64 *)p)->set;
	}
	*ret = col->type == DB_BOOL ? *(const bool *)p : *(const int64_t *)p;
	return true;
}
static inline struct str carry_text(const void *row, const struct db_col *col)
{
	return *(const struct str *)carry_at(row, col);
}

#endif
