/* account_import.h: organisations and contacts out of a CSV file.
 *
 * The same pass plans and applies: for each row what it would do (create, change, nothing), or what is wrong with it, by line and column. With `write` it
 * is done too, rows with something wrong left out. Idempotent: a row finds its organisation by external_id, else by a domain, else by the name; its
 * contact by external_id, else by address. Empty cells change nothing. */
#ifndef TEND_ACCOUNT_IMPORT_H
#define TEND_ACCOUNT_IMPORT_H

#include "account/account_parts.h"

enum import_does { IMPORT_CREATE, IMPORT_CHANGE, IMPORT_NOTHING, IMPORT_WRONG, IMPORT_DOES_COUNT };
/* "create", "change", "nothing", "wrong". */
const char *import_does_name(enum import_does d);

struct import_row {
	int64_t line;
	enum import_does does;
	struct str name;             /* of the organisation or contact */
	struct str what;             /* create, change: the columns that get a value; wrong: the sentence */
	struct str column;           /* wrong: where */
};

struct import_report {
	int64_t count[IMPORT_DOES_COUNT];
	int64_t rows;
	struct import_row *shown;    /* the first rows, wrong ones first kept */
	size_t n_shown;
	struct import_row *wrong;    /* the first wrong rows */
	size_t n_wrong;
	bool was_windows_1252;
	char separator;
	struct str ignored;          /* headings nobody knows, comma-separated; "" = none */
};

enum { IMPORT_SHOWN_MOST = 200, IMPORT_WRONG_MOST = 500 };

/* kind: organisations, contacts. ERR_INPUT when the file as a whole cannot be read (no heading, no known column, UTF-16 …). */
enum err import_table(struct ctx *c, struct str kind, struct str bytes, bool write, struct import_report *ret);
/* The same for a stored file. */
enum err import_blob(struct ctx *c, struct str kind, struct str blob, bool write, struct import_report *ret);

#endif
