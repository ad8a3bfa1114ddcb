/* transfer_test.c: a desk leaves as lines and comes back the same, on the other engine too; bad lines are named and the rest goes on; a stopped import goes
 * on where it was; and the demo desk is what the log says it is. */
#include "account/account.h"
#include "core/desk_test.h"
#include "people/people.h"
#include "ticket/ticket.h"
#include "transfer/demo.h"
#include "transfer/transfer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static const struct feature *const features[] = { &core_feature, &people_feature, &account_feature, &ticket_feature, NULL };

struct place {
	struct desk *desk;
	struct arena arena;
	struct ctx c;
	char postgres[512];      /* "" = SQLite */
};

static void open_place(struct place *p, const char *postgres)
{
	if (postgres)
		setenv("TEND_TEST_DB", postgres, 1);
	else
		unsetenv("TEND_TEST_DB");
	snprintf(p->postgres, sizeof(p->postgres), "%s", postgres ? postgres : "");
	p->desk = test_desk(features);
	arena_init(&p->arena);
	test_ctx(p->desk, &p->arena, &p->c);
}

static void close_place(struct place *p)
{
	if (p->postgres[0])
		setenv("TEND_TEST_DB", p->postgres, 1);
	else
		unsetenv("TEND_TEST_DB");
	fault_clear(&p->c.fault);
	test_verify(&p->c);
	arena_done(&p->arena);
	test_desk_done(p->desk);
}

static void expect(struct place *p, enum err e, enum err want)
{
	if (e != want)
		print_error("%s (%s:%d)\n", p->c.fault.message, p->c.fault.file, p->c.fault.line);
	assert_int_equal(e, want);
}

static char *export(struct place *p, size_t *ret_n)
{
	char *text = NULL;
	struct export_made made;
	FILE *f = open_memstream(&text, ret_n);
	expect(p, transfer_export(&p->c, &(struct export_options){ .out = f }, &made), OK);
	assert_int_equal(fclose(f), 0);
	assert_int_equal((size_t)made.bytes, *ret_n);
	return text;
}

static void write_file(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void import(struct place *p, const char *path, int64_t stop, struct import_made *ret)
{
	fault_clear(&p->c.fault);
	expect(p, transfer_import(&p->c, &(struct import_options){ .path = path, .stop_after_lines = stop }, ret), OK);
}

static void same_text(const char *a, size_t n_a, const char *b, size_t n_b)
{
	size_t i = 0;
	while (i < n_a && i < n_b && a[i] == b[i])
		i++;
	if (i < n_a || i < n_b) {
		size_t from = i > 200 ? i - 200 : 0;
		print_error("differs at byte %zu:\n  …%.400s\n  …%.400s\n", i, a + from, b + from);
	}
	assert_int_equal(n_a, n_b);
	assert_int_equal(i, n_a);
}

static char path[64];
static char server[512];         /* of TEND_TEST_DB when it names a PostgreSQL */

static int setup(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "/tmp/tend-transfer-XXXXXX");
	int fd = mkstemp(path);
	close(fd);
	return fd < 0;
}

static int teardown(void **state)
{
	(void)state;
	char errors[128];
	snprintf(errors, sizeof(errors), "%s.errors.jsonl", path);
	unlink(path);
	unlink(errors);
	return 0;
}

static void fill_demo(struct place *p, int64_t tickets)
{
	struct demo_made made;
	expect(p, demo_build(&p->c, &(struct demo_options){ .tickets = tickets, .seed = 5 }, &made), OK);
	assert_int_equal(made.tickets, tickets);
	assert_true(made.messages > tickets);
}

static void a_desk_moves_between_engines_unchanged(void **state)
{
	(void)state;
	const char *other = server[0] ? server : NULL;
	struct place a, b, d;
	size_t n_a, n_b, n_d;
	open_place(&a, NULL);
	fill_demo(&a, 150);
	char *first = export(&a, &n_a);
	close_place(&a);
	assert_non_null(strstr(first, "\"type\":\"ticket\""));
	assert_non_null(strstr(first, "\"event\":\"ticket.replied\""));
	assert_non_null(strstr(first, "\"base64\":"));
	write_file(path, first, n_a);

	open_place(&b, other);
	struct import_made made = { 0 };
	import(&b, path, 0, &made);
	assert_int_equal(made.wrong, 0);
	assert_true(made.created > 150);
	char *second = export(&b, &n_b);
	same_text(first, n_a, second, n_b);
	/* The same file again changes nothing. */
	import(&b, path, 0, &made);
	assert_int_equal(made.created, 0);
	assert_int_equal(made.changed, 0);
	assert_int_equal(made.wrong, 0);
	char *again = export(&b, &n_d);
	same_text(second, n_b, again, n_d);
	free(again);
	close_place(&b);

	write_file(path, second, n_b);
	open_place(&d, NULL);
	import(&d, path, 0, &made);
	assert_int_equal(made.wrong, 0);
	char *third = export(&d, &n_d);
	same_text(first, n_a, third, n_d);
	close_place(&d);
	free(first);
	free(second);
	free(third);
}

static void a_stopped_import_goes_on(void **state)
{
	(void)state;
	struct place a, b;
	size_t n_a, n_b;
	open_place(&a, server[0] ? server : NULL);
	fill_demo(&a, 60);
	char *first = export(&a, &n_a);
	close_place(&a);
	write_file(path, first, n_a);
	open_place(&b, server[0] ? server : NULL);
	struct import_made made = { 0 };
	import(&b, path, 50, &made);
	assert_true(made.stopped && made.lines >= 50);
	int64_t before = made.lines;
	import(&b, path, 0, &made);
	assert_true(made.resumed && !made.stopped);
	assert_int_equal(made.unchanged, 0);      /* nothing was looked at twice */
	assert_true(made.lines > 0 && before > 0);
	char *second = export(&b, &n_b);
	same_text(first, n_a, second, n_b);
	close_place(&b);
	free(first);
	free(second);
}

static const char foreign[] =
	"{\"type\":\"organisation\",\"external_id\":\"O1\",\"name\":\"Acme\",\"domains\":[\"acme.example\"],\"tier\":\"enterprise\"}\n"
	"{\"type\":\"organisation\",\"external_id\":\"O2\",\"name\":\"Other\",\"domains\":[\"acme.example\"]}\n"
	"{\"type\":\"contact\",\"external_id\":\"C1\",\"email\":\"Ines@Acme.example\",\"name\":\"Ines Okafor\",\"organisation\":\"O1\",\"roles\":[\"champion\"]}\n"
	"not json\n"
	"\n"
	"{\"type\":\"teammate\",\"email\":\"mara@desk.example\",\"name\":\"Mara Lind\",\"zone\":\"Europe/Oslo\"}\n"
	"{\"type\":\"ticket\",\"external_id\":\"T1\",\"subject\":\"Search is slow\",\"status\":\"closed\",\"requester\":\"C1\",\"organisation\":\"O1\","
	"\"assignee\":\"mara@desk.example\",\"created_at\":\"2024-03-01T08:00:00Z\",\"tags\":[{\"tag\":\"search\",\"kind\":\"area\"}],"
	"\"messages\":[{\"kind\":\"customer\",\"author\":{\"kind\":\"contact\",\"id\":\"ines@acme.example\"},\"at\":\"2024-03-01T08:00:00Z\",\"body\":\"It is slow.\"},"
	"{\"kind\":\"public\",\"author\":{\"kind\":\"teammate\",\"id\":\"mara@desk.example\"},\"at\":\"2024-03-01T10:00:00Z\",\"body\":\"Look here.\","
	"\"attachments\":[{\"filename\":\"a.log\",\"base64\":\"aGVsbG8K\"}]}],"
	"\"history\":[{\"at\":\"2024-03-01T09:00:00Z\",\"set\":{\"status\":\"open\",\"assignee\":\"mara@desk.example\"}},"
	"{\"at\":\"2024-03-02T09:00:00Z\",\"set\":{\"status\":\"solved\"}},{\"at\":\"2024-03-05T09:00:00Z\",\"set\":{\"status\":\"closed\"}}]}\n"
	"{\"type\":\"ticket\",\"external_id\":\"T2\",\"subject\":\"x\",\"requester\":\"C9\",\"created_at\":\"2024-03-01T08:00:00Z\"}\n"
	"{\"type\":\"ticket\",\"external_id\":\"T3\",\"subject\":\"x\",\"created_at\":\"yesterday\"}\n"
	"{\"type\":\"ticket\",\"external_id\":\"T4\",\"subject\":\"x\",\"status\":\"lost\",\"created_at\":\"2024-03-01T08:00:00Z\"}\n"
	"{\"type\":\"ticket\",\"external_id\":\"T5\",\"subject\":\"x\",\"created_at\":\"2024-03-01T08:00:00Z\",\"messages\":[{\"kind\":\"note\",\"at\":"
	"\"2024-03-01T08:00:00Z\",\"attachments\":[{\"filename\":\"p\",\"path\":\"../../etc/passwd\"}]}]}\n"
	"{\"type\":\"spaceship\"}\n[1]\n"
	"{\"type\":\"ticket\",\"external_id\":\"T6\",\"subject\":\"Last\",\"created_at\":\"2024-03-01T08:00:00Z\"}";

static void bad_lines_are_named_and_the_rest_goes_on(void **state)
{
	(void)state;
	struct place p;
	open_place(&p, server[0] ? server : NULL);
	write_file(path, foreign, sizeof(foreign) - 1);
	struct import_made made = { 0 };
	import(&p, path, 0, &made);
	assert_int_equal(made.created, 5);
	assert_int_equal(made.wrong, 8);
	char errors[128], text[8192] = { 0 };
	snprintf(errors, sizeof(errors), "%s.errors.jsonl", path);
	FILE *f = fopen(errors, "re");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	assert_non_null(strstr(text, "{\"line\":2,\"type\":\"organisation\",\"external_id\":\"O2\",\"error\":\"acme.example belongs to Acme"));
	assert_non_null(strstr(text, "{\"line\":4,\"type\":null"));
	assert_non_null(strstr(text, "{\"line\":8,") && strstr(text, "C9") && strstr(text, "{\"line\":9,") ? text : NULL);
	assert_non_null(strstr(text, "no status"));
	assert_non_null(strstr(text, "plain path"));
	/* Dated history became what the desk would have written itself. */
	struct ticket_get_row t;
	int64_t id;
	bool found;
	assert_int_equal(ctx_db(&p.c), OK);
	assert_int_equal(transfer_find_ticket(&p.c, S("T1"), &id, &found), OK);
	assert_true(found);
	assert_int_equal(ticket_get(p.c.db, p.c.arena, &t, .id = id), OK);
	assert_true(str_eq(t.status, S("closed")) && t.solved_us.set && t.closed_us.set && t.first_reply_us.set);
	assert_int_equal(t.closed_us.v - t.solved_us.v, 3 * UTIME_US_PER_DAY);
	assert_int_equal(t.first_reply_us.v - t.created_us, 2 * UTIME_US_PER_HOUR);
	assert_int_equal(t.messages, 2);
	assert_int_equal(t.attachments, 1);
	assert_int_equal(transfer_find_ticket(&p.c, S("T5"), &id, &found), OK);
	assert_false(found);
	ctx_db_done(&p.c);
	close_place(&p);
}

static void the_demo_is_the_same_for_the_same_seed(void **state)
{
	(void)state;
	char *text[2];
	size_t n[2];
	for (int i = 0; i < 2; i++) {
		struct place p;
		open_place(&p, NULL);
		fill_demo(&p, 80);
		text[i] = export(&p, &n[i]);
		close_place(&p);
	}
	same_text(text[0], n[0], text[1], n[1]);
	free(text[0]);
	free(text[1]);
}

int main(void)
{
	const char *given = getenv("TEND_TEST_DB");
	if (given && strncmp(given, "postgres", 8) == 0)
		snprintf(server, sizeof(server), "%s", given);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_desk_moves_between_engines_unchanged, setup, teardown),
		cmocka_unit_test_setup_teardown(a_stopped_import_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_lines_are_named_and_the_rest_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(the_demo_is_the_same_for_the_same_seed, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
