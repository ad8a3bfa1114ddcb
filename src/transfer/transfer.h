/* transfer.h: leaving and moving: a desk as lines of JSON, and back. docs/import-format.md is the manual of the format.
 *
 * The export of a desk is its tables in order, references by names that hold anywhere (addresses of teammates, slugs of teams, external ids; what has
 * none is given one, "tend:ticket:42"). Importing it into an empty desk of either engine and exporting that gives the same bytes.
 * Import is idempotent by these names, goes on after a bad line, and resumes where it was stopped. */
#ifndef TEND_TRANSFER_TRANSFER_H
#define TEND_TRANSFER_TRANSFER_H

#include "core/feature.h"
#include "core/desk.h"

#include <stdio.h>

extern const struct feature transfer_feature;   /* its name only: its tools are tool_demo.c and tool_transfer.c */

#define TRANSFER_LINE_MAX_BYTES (64u << 20)
#define TRANSFER_FORMAT 2           /* 1: without the tables that slices carry */

struct export_options {
	FILE *out;
	const char *files_dir;      /* attachments go there, named by their hash; NULL = inside, in base64 */
	bool progress;
};
struct export_made {
	int64_t lines, tickets, bytes;
};
/* Reads everything in one snapshot. Outside a write. */
enum err transfer_export(struct ctx *c, const struct export_options *o, struct export_made *ret);

struct import_options {
	const char *path;           /* the file; errors go to PATH.errors.jsonl */
	const char *files_dir;      /* where relative "path"s of attachments are; NULL = the file's own folder */
	bool progress;
	int64_t stop_after_lines;   /* tests: as if killed there; 0 = never */
};
struct import_made {
	int64_t lines, created, changed, unchanged, wrong;
	bool resumed, stopped;
};
/* Bad lines are counted and noted, not returned; an error is what stops the whole (disk full, database away, file unreadable). */
enum err transfer_import(struct ctx *c, const struct import_options *o, struct import_made *ret);

/* ---- what import and export share: a ticket's columns as the format knows them (transfer_columns.c) ---- */

enum transfer_type { TRANSFER_STR, TRANSFER_INT, TRANSFER_TIME, TRANSFER_CONTACT, TRANSFER_ORGANISATION, TRANSFER_TEAMMATE, TRANSFER_TEAM };
struct transfer_column {
	const char *name;           /* in the format */
	const char *column;         /* in the table, and in events */
	enum transfer_type type;
	size_t offset;              /* in struct ticket_get_row: struct str (STR), struct opt_i64 (the rest) */
	bool wanted;                /* never NULL in the table */
};
extern const struct transfer_column transfer_columns[];
extern const size_t transfer_n_columns;

/* Names that hold anywhere; STR_NULL for a row that is not there. */
enum err transfer_name_of(struct ctx *c, enum transfer_type type, int64_t id, struct str *ret);
enum err transfer_ticket_name(struct ctx *c, int64_t id, struct str *ret);
/* A file that this very desk wrote names what has no name of its own by its number. The row of that number is the one that is meant when it has none still and was
 * made at the same instant; it is known by that name from then on. type: organisation, contact or ticket. Inside a write. */
enum err transfer_own(struct ctx *c, struct str type, struct str name, utime created_us, int64_t *ret_id, bool *ret_found);
/* The row of a name; *ret_found. */
enum err transfer_find(struct ctx *c, enum transfer_type type, struct str name, int64_t *ret_id, bool *ret_found);
enum err transfer_find_ticket(struct ctx *c, struct str name, int64_t *ret_id, bool *ret_found);

/* Who did something, as {"kind","id","name"}; the bytes of a blob: in the line, or beside the file. */
enum err transfer_put_who(struct ctx *c, struct json_out *j, const char *key, struct str kind, struct opt_i64 id, struct str name);
enum err transfer_put_bytes(struct ctx *c, const struct export_options *o, struct json_out *j, struct str blob);

/* The ticket lines, in files of their own. */
enum err transfer_export_ticket(struct ctx *c, const struct export_options *o, int64_t id, struct json_out *j);
#endif
