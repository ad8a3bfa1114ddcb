/* csv_test.c: tables as text, read and written. */
#include "account/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/banned.h"

static struct arena a;

static enum err open_text(struct csv *r, struct fault *f, const char *text)
{
	memset(f, 0, sizeof(*f));
	return csv_open(r, &a, f, str_c(text));
}

static bool next(struct csv *r, struct csv_row *row)
{
	struct fault f = { 0 };
	bool more;
	assert_int_equal(csv_next(r, &a, &f, row, &more), OK);
	return more;
}

static void cell_is(const struct csv_row *row, size_t i, const char *want)
{
	assert_true(i < row->n);
	if (!str_eq(row->cells[i], str_c(want)))
		print_error("cell %zu is “%.*s”, not “%s”\n", i, STR_ARG(row->cells[i]), want);
	assert_true(str_eq(row->cells[i], str_c(want)));
}

static void reads_what_spreadsheets_write(void **state)
{
	(void)state;
	struct csv r;
	struct csv_row row;
	struct fault f;
	assert_int_equal(open_text(&r, &f, "\xEF\xBB\xBFname,notes\r\nAcme,\"a \"\"b\"\"\r\nc, d\"\r\n\r\n  ,\r\nLast,x"), OK);
	assert_int_equal(r.separator, ',');
	assert_true(next(&r, &row));
	cell_is(&row, 0, "name");
	assert_true(next(&r, &row));
	assert_int_equal(row.line, 2);
	cell_is(&row, 1, "a \"b\"\r\nc, d");
	assert_true(next(&r, &row));      /* empty rows are no rows, but their lines count */
	assert_int_equal(row.line, 6);
	cell_is(&row, 0, "Last");
	assert_false(next(&r, &row));
}

static void finds_the_separator(void **state)
{
	(void)state;
	struct csv r;
	struct csv_row row;
	struct fault f;
	assert_int_equal(open_text(&r, &f, "name;\"a,b,c\";x\n1;2;3\n"), OK);
	assert_int_equal(r.separator, ';');
	assert_true(next(&r, &row));
	cell_is(&row, 1, "a,b,c");
	assert_int_equal(open_text(&r, &f, "name\tdomains\nAcme\ta.com, b.com\n"), OK);
	assert_true(next(&r, &row) && next(&r, &row));
	cell_is(&row, 1, "a.com, b.com");
	assert_int_equal(open_text(&r, &f, "a,b\r1,2\r3,4"), OK);     /* old Macs */
	assert_true(next(&r, &row) && next(&r, &row) && next(&r, &row));
	assert_int_equal(row.line, 3);
	cell_is(&row, 1, "4");
}

static void reads_windows_1252_and_says_so(void **state)
{
	(void)state;
	struct csv r;
	struct csv_row row;
	struct fault f;
	assert_int_equal(open_text(&r, &f, "name\nM\xFCller \x96 S\xF6hne \x80\n"), OK);
	assert_true(r.was_windows_1252);
	assert_true(next(&r, &row) && next(&r, &row));
	cell_is(&row, 0, "Müller – Söhne €");
	assert_int_equal(open_text(&r, &f, "name\nMüller\n"), OK);
	assert_false(r.was_windows_1252);
}

static void bad_quotes_spoil_one_row_only(void **state)
{
	(void)state;
	struct csv r;
	struct csv_row row;
	struct fault f;
	assert_int_equal(open_text(&r, &f, "a,b\n1,\"x\"y\n2,z\n3,\"open\n4,5\n"), OK);
	assert_true(next(&r, &row));
	assert_true(next(&r, &row));
	assert_non_null(row.bad);
	assert_int_equal(row.bad_cell, 1);
	assert_true(next(&r, &row));
	assert_null(row.bad);
	cell_is(&row, 0, "2");
	assert_true(next(&r, &row));
	assert_non_null(row.bad);         /* never closed: the rest belongs to it */
	assert_int_equal(row.line, 4);
	assert_false(next(&r, &row));
}

static void refuses_what_is_no_text(void **state)
{
	(void)state;
	struct csv r;
	struct fault f = { 0 };
	assert_int_equal(csv_open(&r, &a, &f, S("\xFF\xFEn\0a\0")), ERR_INPUT);
	assert_non_null(strstr(f.message, "UTF-16"));
	memset(&f, 0, sizeof(f));
	assert_int_equal(csv_open(&r, &a, &f, S("PK\3\4\0\0")), ERR_INPUT);
	memset(&f, 0, sizeof(f));
	char *big = arena_alloc(&a, CSV_BYTES_MAX + 1);
	memset(big, 'x', CSV_BYTES_MAX + 1);
	assert_int_equal(csv_open(&r, &a, &f, (struct str){ big, CSV_BYTES_MAX + 1 }), ERR_LIMIT);
}

static void stops_at_the_row_ceiling(void **state)
{
	(void)state;
	struct csv r;
	struct csv_row row;
	struct fault f = { 0 };
	struct buf b;
	buf_init(&b, &a, 1 << 20);
	for (int i = 0; i < CSV_ROWS_MAX + 2; i++)
		buf_add(&b, S("r\n"));
	assert_int_equal(csv_open(&r, &a, &f, buf_str(&b)), OK);
	bool more = true;
	enum err e = OK;
	int64_t n = 0;
	for (; e == OK && more; n++)
		e = csv_next(&r, &a, &f, &row, &more);
	assert_int_equal(e, ERR_LIMIT);
	assert_int_equal(n, CSV_ROWS_MAX + 2);
}

static void written_cells_are_never_formulas(void **state)
{
	(void)state;
	static const char *const cells[] = { "=1+1", "+49 30", "-5", "@x", "\tx", "\rx", "plain", "a,b", "say \"x\"", "two\nlines", "", "'quoted" };
	struct buf b;
	buf_init(&b, &a, 4096);
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		csv_put(&b, str_c(cells[i]), i == 0);
	csv_put_end(&b);
	struct csv r;
	struct csv_row row;
	struct fault f = { 0 };
	assert_int_equal(csv_open(&r, &a, &f, buf_str(&b)), OK);
	assert_true(next(&r, &row));
	assert_int_equal(row.n, ARRAY_LEN(cells));
	for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
		assert_null(row.cells[i].n ? strchr("=+-@\t\r", row.cells[i].p[0]) : NULL);
		assert_true(str_eq(csv_unguard(row.cells[i]), str_c(cells[i])));
	}
}

static int setup(void **state)
{
	(void)state;
	arena_init(&a);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_done(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_what_spreadsheets_write, setup, teardown),
		cmocka_unit_test_setup_teardown(finds_the_separator, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_windows_1252_and_says_so, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_quotes_spoil_one_row_only, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_is_no_text, setup, teardown),
		cmocka_unit_test_setup_teardown(stops_at_the_row_ceiling, setup, teardown),
		cmocka_unit_test_setup_teardown(written_cells_are_never_formulas, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
