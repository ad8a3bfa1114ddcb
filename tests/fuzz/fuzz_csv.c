/* fuzz_csv.c: any bytes as a table. Rows go forward, cells are text of bounded size, and what is written of them is read back the same. */
#include "account/csv.h"
#include "base/utf8.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void write_and_read(struct arena *a, const struct csv_row *row)
{
	struct buf b;
	buf_init(&b, a, 64 << 20);
	for (size_t i = 0; i < row->n; i++)
		csv_put(&b, row->cells[i], i == 0);
	csv_put_end(&b);
	struct csv again;
	struct csv_row same;
	struct fault f = { 0 };
	bool more;
	ASSERT(csv_open(&again, a, &f, buf_str(&b)) == OK || b.n > CSV_BYTES_MAX);
	again.separator = ',';
	if (b.n > CSV_BYTES_MAX)
		return;
	ASSERT(csv_next(&again, a, &f, &same, &more) == OK);
	if (!more)       /* nothing but white space */
		return;
	ASSERT(same.bad || same.n == row->n);
	for (size_t i = 0; i < row->n && !same.bad; i++) {
		ASSERT(str_eq(same.cells[i], row->cells[i]) || str_eq(csv_unguard(same.cells[i]), row->cells[i]));
		ASSERT(!same.cells[i].n || (same.cells[i].p[0] != '=' && same.cells[i].p[0] != '+' && same.cells[i].p[0] != '@'));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	arena_init(&a);
	struct csv r;
	struct fault f = { 0 };
	struct csv_row row;
	bool more = true;
	int64_t line = 0;
	int rows = 0;
	if (csv_open(&r, &a, &f, (struct str){ (const char *)p, n }) == OK)
		while (csv_next(&r, &a, &f, &row, &more) == OK && more) {
			ASSERT(row.line > line);
			line = row.line;
			ASSERT(row.n <= CSV_COLUMNS_MAX);
			for (size_t i = 0; i < row.n; i++)
				ASSERT(utf8_valid(row.cells[i]) && row.cells[i].n <= CSV_CELL_MAX_BYTES);
			if (!row.bad && ++rows < 200)
				write_and_read(&a, &row);
		}
	arena_done(&a);
	return 0;
}
