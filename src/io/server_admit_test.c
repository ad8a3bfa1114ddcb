/* server_admit_test.c: a body that goes to the disk is asked about first, by its head: who may not is answered before a byte is stored. */
#include "io/server_test_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/banned.h"

static struct rig rig;
static _Atomic int asked;

/* Who shows a key may. */
static bool admit(void *arg, struct arena *a, const struct http_request *q, struct http_response *ret)
{
	(void)arg, (void)a;
	asked++;
	assert_int_equal(q->body_fd, -1);
	if (str_eq(http_request_header(q, S("Authorization")), S("Bearer good")))
		return true;
	ret->status = 401;
	ret->body = S("Who are you?\n");
	return false;
}

static int start(void **state)
{
	(void)state;
	rig.cfg.admit = admit;
	return rig_start(&rig) == OK ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	rig_stop(&rig, 0);
	return 0;
}

static int64_t stored(void)
{
	struct server_figures f;
	server_figures(rig.s, &f);
	return f.body_bytes;
}

static int status_of(const char *got)
{
	int first;
	rig_responses(got, &first);
	return first;
}

static void send_x(int fd, size_t n)
{
	char part[4096];
	memset(part, 'x', sizeof(part));
	for (size_t left = n; left;) {
		size_t m = left < sizeof(part) ? left : sizeof(part);
		rig_send(fd, (struct str){ part, m });
		left -= m;
	}
}

#define HEAD(headers) "POST /echo HTTP/1.1\r\nHost: a\r\n" headers "\r\n"
#define GOOD "Authorization: Bearer good\r\n"
#define LONG "Content-Length: 200000\r\n"

static void strangers_store_nothing(void **state)
{
	(void)state;
	static char got[4096];
	bool closed;
	int64_t before = stored(), times = asked;
	/* answered by the head alone, and not told to go on */
	rig_exchange(&rig, S(HEAD(LONG "Expect: 100-continue\r\n")), got, sizeof(got), &closed);
	assert_int_equal(status_of(got), 401);
	assert_true(closed && strstr(got, "Connection: close"));
	assert_null(strstr(got, "100 Continue"));
	/* who sends all the same gets the same answer */
	int fd = rig_connect(&rig);
	rig_send(fd, S(HEAD(LONG)));
	send_x(fd, 200000);
	rig_answer(fd, got, sizeof(got), 1000, &closed);
	assert_int_equal(status_of(got), 401);
	assert_int_equal(rig_responses(got, &(int){ 0 }), 1); /* what was the body is not taken for a request */
	close(fd);
	assert_int_equal(stored(), before);
	assert_int_equal(asked, times + 2);
}

static void a_chunked_stranger_is_stopped_at_the_edge_of_memory(void **state)
{
	(void)state;
	static char got[4096];
	bool closed;
	int64_t before = stored();
	int fd = rig_connect(&rig);
	rig_send(fd, S(HEAD("Transfer-Encoding: chunked\r\n")));
	for (int i = 0; i < 50; i++) {
		rig_send(fd, S("1000\r\n"));
		send_x(fd, 0x1000);
		rig_send(fd, S("\r\n"));
	}
	rig_answer(fd, got, sizeof(got), 1000, &closed);
	assert_int_equal(status_of(got), 401);
	close(fd);
	assert_true(stored() - before <= (64 << 10) + (256 << 10)); /* memory, and one read */
}

static void who_may_is_served(void **state)
{
	(void)state;
	static char got[4096];
	bool closed;
	int times = asked;
	int fd = rig_connect(&rig);
	rig_send(fd, S(HEAD(GOOD LONG "Expect: 100-continue\r\n")));
	rig_answer(fd, got, sizeof(got), 500, &closed);
	assert_string_equal(got, "HTTP/1.1 100 Continue\r\n\r\n");
	send_x(fd, 200000);
	rig_answer(fd, got, sizeof(got), 500, &closed);
	assert_int_equal(status_of(got), 200);
	assert_non_null(strstr(got, "200000 file 200000 "));
	/* on the same connection, chunked, in one go with what follows */
	rig_send(fd, S(HEAD(GOOD "Transfer-Encoding: chunked\r\n") "30d40\r\n"));
	send_x(fd, 200000);
	rig_send(fd, S("\r\n0\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n"));
	rig_answer(fd, got, sizeof(got), 500, &closed);
	assert_non_null(strstr(got, "200000 file 200000 "));
	assert_non_null(strstr(got, "GET /second"));
	close(fd);
	assert_int_equal(asked, times + 2);
}

static void small_bodies_are_the_handlers_matter(void **state)
{
	(void)state;
	static char got[4096];
	bool closed;
	int times = asked;
	rig_exchange(&rig, S(HEAD("Content-Length: 5\r\n") "hello"), got, sizeof(got), &closed);
	assert_non_null(strstr(got, "5 memory hello"));
	assert_int_equal(asked, times);
}

static void one_that_leaves_meanwhile_is_forgotten(void **state)
{
	(void)state;
	static char got[4096];
	bool closed;
	for (int i = 0; i < 50; i++) {
		int fd = rig_connect(&rig);
		rig_send(fd, S(HEAD(LONG)));
		struct linger now = { .l_onoff = 1 };
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)); /* a reset, not a farewell */
		close(fd);
	}
	rig_exchange(&rig, S("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"), got, sizeof(got), &closed);
	assert_int_equal(status_of(got), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_store_nothing), cmocka_unit_test(a_chunked_stranger_is_stopped_at_the_edge_of_memory),
		cmocka_unit_test(who_may_is_served), cmocka_unit_test(small_bodies_are_the_handlers_matter),
		cmocka_unit_test(one_that_leaves_meanwhile_is_forgotten),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
