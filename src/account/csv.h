/* csv.h: reading and writing tables as text (RFC 4180, and what spreadsheet programs make of it).
 *
 * Read: commas, semicolons or tabs (found out by the first line), quotes with doubled quotes inside, line breaks inside quotes, CRLF, LF or CR,
 * a byte order mark. What is not UTF-8 is read as Windows-1252, and said so. One pass, no recursion, ceilings on everything.
 * Written: always commas, quotes where needed, CRLF; and a cell that a spreadsheet would take for a formula gets an apostrophe in front. */
#ifndef TEND_ACCOUNT_CSV_H
#define TEND_ACCOUNT_CSV_H

#include "base/buf.h"
#include "base/err.h"

#define CSV_BYTES_MAX (10u << 20)
#define CSV_ROWS_MAX 50000
#define CSV_COLUMNS_MAX 100
#define CSV_CELL_MAX_BYTES (128u << 10)

struct csv {
	struct str text;           /* UTF-8, without byte order mark; borrowed or in the arena */
	size_t at;
	int64_t line;              /* of the next row's first character, from 1 */
	int64_t rows;              /* read so far, the heading among them */
	char separator;
	bool was_windows_1252;
};

struct csv_row {
	int64_t line;              /* where it begins */
	struct str cells[CSV_COLUMNS_MAX];
	size_t n;
	/* NULL, or what is wrong with the row, at the cell numbered bad_cell (from 0); the cells before it were read. The next row is whole again. */
	const char *bad;
	size_t bad_cell;
};

/* bytes must outlive the reader. ERR_LIMIT when it is too large; ERR_INPUT for what is no text of one byte per character or UTF-8. */
enum err csv_open(struct csv *r, struct arena *a, struct fault *f, struct str bytes);
/* The next row that is not empty; cells borrow from the text, or live in the arena when quotes had to be undone. *ret_more is false at the end.
 * ERR_LIMIT past CSV_ROWS_MAX. */
enum err csv_next(struct csv *r, struct arena *a, struct fault *f, struct csv_row *ret, bool *ret_more);

/* Adds one cell; first = it begins a row. */
void csv_put(struct buf *b, struct str cell, bool first);
void csv_put_end(struct buf *b);
/* A cell as csv_put() made it safe, as it was before. */
struct str csv_unguard(struct str cell);

#endif
