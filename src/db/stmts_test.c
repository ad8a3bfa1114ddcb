/* stmts_test.c: every statement of the tree, on the binary's own schema and the engine of TEND_TEST_DB: it prepares,
 * its columns and inputs are what it says, and it does not read a large table from end to end. */
#include "db/db_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/banned.h"

/* Tables that grow with the desk's work. */
static const char *const LARGE[] = { "event", "ticket", "message", "attachment", "job", "outbox", "inbox", "contact",
	"organisation", "mail_thread", "mail_auto", "mail_seen", "message_text", "draft", "session", "idempotency", "sla_fact", "sla_clock", "sla_case" };

/* Statements that may read all of one, and why. */
static const struct { const char *name, *why; } MAY_SCAN[] = {
	{ "desk_text_delete", "a virtual table is always \"scanned\", here by its rowid" },
	{ "sla_fact_count", "for tend verify" },
};

static int open_schema(void **state)
{
	struct db_test *t = test_calloc(1, sizeof(*t));
	db_test_open(t, NULL, 0);
	*state = t;
	return 0;
}

static int close_schema(void **state)
{
	db_test_close(*state);
	test_free(*state);
	return 0;
}

static void every_statement_prepares(void **state)
{
	struct db_test *t = *state;
	int bad = 0;
	assert_true(db_n_all_stmts > 0);
	for (size_t i = 0; i < db_n_all_stmts; i++) {
		if (db_prepare_check(t->db, db_all_stmts[i]) == OK)
			continue;
		bad++;
		print_error("%s:%d: %s\n", t->fault.file, t->fault.line, t->fault.message);
		fault_clear(&t->fault);
	}
	assert_int_equal(0, bad);
}

/* The alias or name of a table is what the plan shows; both engines are looked at line by line. */
static bool line_scans(struct str line, const char *table)
{
	bool pg = db_test_on_postgres();
	struct str mark = pg ? S("Seq Scan on ") : S("SCAN ");
	ptrdiff_t at = str_find(line, mark);
	if (at < 0)
		return false;
	struct str rest = str_slice(line, (size_t)at + mark.n, line.n), name, tail;
	str_cut(rest, ' ', &name, &tail);
	return str_eq(name, str_c(table));
}

/* SQLite's plan names the alias: find "FROM table alias" or "JOIN table alias" in the text. */
static bool reads_as(const struct db_stmt *s, const char *table, char alias[64])
{
	struct str sql = str_c(s->sqlite);
	snprintf(alias, 64, "%s", table);
	for (size_t from = 0; from < sql.n;) {
		ptrdiff_t at = str_find(str_slice(sql, from, sql.n), str_c(table));
		if (at < 0)
			return false;
		size_t begin = from + (size_t)at, end = begin + strlen(table);
		bool whole = begin > 0 && sql.p[begin - 1] == ' ' && (end == sql.n || strchr(" ,)", sql.p[end]));
		bool source = begin >= 5 && (str_ieq(str_slice(sql, begin - 5, begin), S("FROM ")) ||
						    str_ieq(str_slice(sql, begin - 5, begin), S("JOIN ")));
		if (whole && source) {
			struct str rest = str_slice(sql, end, sql.n), word, tail;
			rest = str_trim(rest);
			size_t n = 0;
			while (n < rest.n && ((rest.p[n] >= 'a' && rest.p[n] <= 'z') || rest.p[n] == '_'))
				n++;
			word = str_slice(rest, 0, n);
			(void)tail;
			if (n > 0 && n < 32)
				snprintf(alias, 64, "%.*s", STR_ARG(word));
			return true;
		}
		from = end;
	}
	return false;
}

/* A scan that follows an order and stops at a LIMIT is how a first page is read. */
static bool stops_early(const struct db_stmt *s, struct str plan)
{
	return str_ifind(str_c(s->sqlite), S(" LIMIT ")) >= 0 && str_find(plan, S("TEMP B-TREE FOR ORDER BY")) < 0 &&
		str_find(plan, S("Sort Key")) < 0;
}

static bool may_scan(const struct db_stmt *s)
{
	for (size_t i = 0; i < ARRAY_LEN(MAY_SCAN); i++)
		if (strcmp(s->name, MAY_SCAN[i].name) == 0)
			return true;
	return s->kind == DB_EACH; /* exports and replays read everything, a row at a time */
}

static void no_statement_scans_a_large_table(void **state)
{
	struct db_test *t = *state;
	int bad = 0;
	for (size_t i = 0; i < db_n_all_stmts; i++) {
		const struct db_stmt *s = db_all_stmts[i];
		struct str plan = S("");
		if (may_scan(s))
			continue;
		if (db_explain(t->db, &t->arena, s, &plan) != OK) {
			print_error("%s:%d: %s\n", s->file, s->line, t->fault.message);
			fault_clear(&t->fault);
			bad++;
			continue;
		}
		for (size_t k = 0; k < ARRAY_LEN(LARGE); k++) {
			char alias[64];
			if (!reads_as(s, LARGE[k], alias) || stops_early(s, plan))
				continue;
			struct str rest = plan, line;
			while (str_line(&rest, &line))
				if (line_scans(line, db_test_on_postgres() ? LARGE[k] : alias)) {
					print_error("%s:%d: %s reads all of %s:\n%s", s->file, s->line, s->name, LARGE[k], plan.p);
					bad++;
				}
		}
	}
	assert_int_equal(0, bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_statement_prepares, open_schema, close_schema),
		cmocka_unit_test_setup_teardown(no_statement_scans_a_large_table, open_schema, close_schema),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
