/* carry.h: a table whose rows leave and come with the desk (`tend export`, `tend import`). A slice lists its own in its feature; src/transfer does the rest:
 * lines, history, names, resuming, errors. docs/import-format.md is the manual of the format.
 *
 * The rows statement must say "-- carries: table" (docs/sql.md). Parents stand before children. A row's references are written as names that hold anywhere;
 * what a file says about a row that is already here by name is left alone. */
#ifndef TEND_CORE_CARRY_H
#define TEND_CORE_CARRY_H

#include "core/ctx.h"

struct carry {
	const char *type;            /* of its lines: the table, and the entity in the log */
	const struct db_stmt *rows;
	/* "column what, column what": what its numbers mean. What: teammate, team, organisation, contact, ticket, message, or the type of another carry; "*other":
	 * the word that stands in that column ("none" = no row); "what later": points to a row that may come after it (put in at the end of the file);
	 * "ask": a text that holds the number of what `means` says. A type that nobody carries (incident) keeps its number. */
	const char *refs;
	enum err (*means)(struct ctx *c, const void *row, const char *column, const char **ret_what);   /* NULL: a plain text */
	/* Columns that tell a row among those that every new desk has (presets): such a row is brought up to what the file says. NULL: there are none. */
	const char *key;
	/* "state active|ended, kind buddy|mentor": the words that a text column can hold; "" is written as nothing: "did |watched|spoke". */
	const char *words;
	const char *json;            /* "scores, labels": text columns that hold JSON */
	const char *file;            /* "value filename": the hash of a stored file and its name, when the name is not NULL */
	/* Before the first row of the table that comes from elsewhere is added; *ret_skip: this desk keeps its own, the file's are passed over. */
	enum err (*begin)(struct ctx *c, bool *ret_skip);
	const char *with;            /* passed over together with the rows of that table */
	/* When all rows of a file are in: what the slice keeps besides (an index, counts). */
	enum err (*finish)(struct ctx *c, int64_t id);
	bool before_tickets;         /* what the tickets of the file go by */
	bool unlogged;               /* its changes are not in the log: no fold */
};

#endif
