/* client_test.c: HTTP and SMTP out: the guard, the limits, and what became of a mail at each way a relay can end. */
#include "io/client.h"

#include "io/client_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/banned.h"

/* A peer on loopback: accepts until stopped and runs a script on each connection. */
struct peer {
	int fd, port;
	pthread_t id;
	void (*serve)(struct peer *p, int fd);
	_Atomic int accepted;
	const char *answer;             /* HTTP: what to send */
	size_t answer_n;
	const char *stage, *reply;      /* SMTP: at this stage say this; NULL: cut */
	char got[100000];
	_Atomic size_t got_n;
};

static void *peer_thread(void *arg)
{
	struct peer *p = arg;
	int fd;
	while ((fd = accept(p->fd, NULL, NULL)) >= 0) {
		atomic_fetch_add(&p->accepted, 1);
		p->serve(p, fd);
		close(fd);
	}
	return NULL;
}

static void peer_start(struct peer *p)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(p->fd, (struct sockaddr *)&at, n), 0);
	assert_int_equal(listen(p->fd, 16), 0);
	assert_int_equal(getsockname(p->fd, (struct sockaddr *)&at, &n), 0);
	p->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&p->id, NULL, peer_thread, p), 0);
}

static void peer_stop(struct peer *p)
{
	shutdown(p->fd, SHUT_RDWR);
	pthread_join(p->id, NULL);
	close(p->fd);
}

static void say(int fd, const char *text, size_t n)
{
	while (n) {
		ssize_t w = send(fd, text, n, MSG_NOSIGNAL);
		if (w <= 0)
			return;
		text += w;
		n -= (size_t)w;
	}
}

/* ---- HTTP ---- */

static void serve_http(struct peer *p, int fd)
{
	size_t n = 0;
	while (n < sizeof(p->got) - 1) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		if (n && poll(&wait, 1, 30) == 0)
			break;
		ssize_t r = recv(fd, p->got + n, sizeof(p->got) - 1 - n, 0);
		if (r <= 0)
			break;
		n += (size_t)r;
	}
	p->got[n] = 0;
	say(fd, p->answer, p->answer_n);
}

static enum err ask(const struct client_policy *policy, struct str method, const char *url, struct str body, struct client_response *ret,
		    struct arena *a)
{
	struct fault f = { 0 };
	static const struct http_header HEADERS[] = { { { "X-Test", 6 }, { "yes", 3 } } };
	struct client_request q = { .method = method, .url = str_c(url), .headers = HEADERS, .n_headers = 1, .body = body };
	enum err e = client_http(a, &f, policy, &q, ret);
	if (e != OK)
		assert_true(f.err == e && f.message[0]);
	return e;
}

#define ANSWER(text) .answer = text, .answer_n = sizeof(text) - 1
static const struct client_policy OPEN = { .allow_private = true, .response_max_bytes = 1000, .connect_timeout_s = 2, .total_timeout_s = 5 };
static const struct client_policy SHUT = { .response_max_bytes = 1000, .connect_timeout_s = 2, .total_timeout_s = 5 };

static void test_http(void **state)
{
	(void)state;
	static struct peer p = { .serve = serve_http,
		ANSWER("HTTP/1.1 429 Slow\r\nContent-Type: text/x\r\nRetry-After: 30\r\nContent-Length: 3\r\n\r\nabc") };
	peer_start(&p);
	struct arena a;
	arena_init(&a);
	char url[100];
	struct client_response r;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/x?y=1#z", p.port);
	assert_int_equal(ask(&OPEN, S("POST"), url, S("{\"a\":1}"), &r, &a), OK);
	assert_int_equal(r.status, 429);
	assert_true(str_eq(r.body, S("abc")) && str_eq(r.content_type, S("text/x")));
	assert_int_equal(r.retry_after_s, 30);
	assert_true(str_starts(str_c(p.got), S("POST /x?y=1 HTTP/1.1\r\n")));
	assert_non_null(strstr(p.got, "X-Test: yes\r\n"));
	assert_non_null(strstr(p.got, "\r\n\r\n{\"a\":1}"));
	assert_null(strstr(p.got, "Expect"));
	assert_null(strstr(p.got, "urlencoded"));
	p.answer = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
	p.answer_n = strlen(p.answer);
	assert_int_equal(ask(&OPEN, S("GET"), url, STR_NULL, &r, &a), OK);
	assert_int_equal(r.status, 302);
	assert_int_equal(r.retry_after_s, -1);
	assert_true(str_starts(str_c(p.got), S("GET ")));
	static const struct {
		const char *answer;
		enum err want;
	} CASES[] = {
		{ "", ERR_UPSTREAM },
		{ "nonsense\r\n\r\n", ERR_UPSTREAM },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", ERR_UPSTREAM },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nabc", ERR_UPSTREAM },
		{ "HTTP/1.1 204 No\r\n\r\n", OK },
	};
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		p.answer = CASES[i].answer;
		p.answer_n = strlen(p.answer);
		assert_int_equal(ask(&OPEN, S("GET"), url, STR_NULL, &r, &a), CASES[i].want);
	}
	char *big = malloc(200000);
	memset(big, 'x', 200000);
	memcpy(big, "HTTP/1.1 200 OK\r\n\r\n", 19);
	p.answer = big;
	p.answer_n = 19 + 1000;
	assert_int_equal(ask(&OPEN, S("GET"), url, STR_NULL, &r, &a), OK);
	assert_int_equal(r.body.n, 1000);
	p.answer_n = 19 + 1001;
	assert_int_equal(ask(&OPEN, S("GET"), url, STR_NULL, &r, &a), ERR_LIMIT);
	memcpy(big, "HTTP/1.1 200 OK\r\nX: y", 21);
	p.answer_n = 200000;
	enum err e = ask(&OPEN, S("GET"), url, STR_NULL, &r, &a);
	assert_true(e == ERR_LIMIT || e == ERR_UPSTREAM);
	peer_stop(&p);
	free(big);
	assert_int_equal(ask(&OPEN, S("GET"), url, STR_NULL, &r, &a), ERR_UPSTREAM);
	arena_done(&a);
}

/* Many ways to write the own machine; none connects unless that is allowed. */
static void test_guard_spellings(void **state)
{
	(void)state;
	static const char *const HOSTS[] = {
		"127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0x7F.0.0.1", "0177.0.0.1", "0177.1", "017700000001",
		"0x7f.0x0.0x0.0x1", "127.0.0.1.", "0", "0.0.0.0", "0x0", "00", "localhost", "LOCALHOST", "localhost.", "[::1]", "[::]",
		"[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:0:0]", "[64:ff9b::7f00:1]", "[::127.0.0.1]",
		"127.127.127.127", "%31%32%37.0.0.1", "127%2e0.0.1",
	};
	static struct peer p = { .serve = serve_http, ANSWER("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") };
	peer_start(&p);
	setenv("http_proxy", "http://127.0.0.1:9", 1);
	struct arena a;
	arena_init(&a);
	char url[200];
	struct client_response r;
	int reached = 0;
	for (size_t i = 0; i < ARRAY_LEN(HOSTS); i++) {
		snprintf(url, sizeof(url), "http://%s:%d/", HOSTS[i], p.port);
		enum err e = ask(&SHUT, S("GET"), url, STR_NULL, &r, &a);
		if (e != ERR_FORBIDDEN && e != ERR_UPSTREAM)
			fail_msg("%s gave %d", HOSTS[i], e);
		assert_int_equal(atomic_load(&p.accepted), 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(HOSTS); i++) {
		snprintf(url, sizeof(url), "http://%s:%d/", HOSTS[i], p.port);
		reached += ask(&OPEN, S("GET"), url, STR_NULL, &r, &a) == OK;
	}
	/* Not the IPv6 ones, as the peer has IPv4 only, nor another address of the loopback net. */
	if (reached < 17)
		fail_msg("only %d of the spellings reached the peer when allowed", reached);
	unsetenv("http_proxy");
	peer_stop(&p);
	arena_done(&a);
}

static void test_guard_ranges(void **state)
{
	(void)state;
	static const struct {
		const char *addr;
		bool shut, open;
	} CASES[] = {
		{ "8.8.8.8", true, true },          { "1.1.1.1", true, true },         { "172.15.255.255", true, true },
		{ "172.32.0.0", true, true },       { "100.63.255.255", true, true },  { "100.128.0.0", true, true },
		{ "223.255.255.255", true, true },  { "10.0.0.1", false, true },       { "10.255.255.255", false, true },
		{ "127.0.0.1", false, true },       { "127.255.255.254", false, true }, { "172.16.0.1", false, true },
		{ "172.31.255.255", false, true },  { "192.168.1.1", false, true },    { "100.64.0.1", false, true },
		{ "0.0.0.0", false, true },         { "0.1.2.3", false, false },       { "169.254.169.254", false, false },
		{ "169.254.0.1", false, false },    { "100.100.100.200", false, false }, { "168.63.129.16", false, false },
		{ "192.0.0.8", false, false },      { "192.0.2.1", false, false },     { "198.18.0.1", false, false },
		{ "198.51.100.1", false, false },   { "203.0.113.1", false, false },   { "224.0.0.1", false, false },
		{ "240.0.0.1", false, false },      { "255.255.255.255", false, false }, { "2606:4700::1111", true, true },
		{ "::1", false, true },             { "::", false, true },             { "::2", false, false },
		{ "::ffff:8.8.8.8", true, true },   { "::ffff:127.0.0.1", false, true }, { "::ffff:169.254.169.254", false, false },
		{ "64:ff9b::7f00:1", false, true }, { "64:ff9b::a9fe:a9fe", false, false }, { "64:ff9b::808:808", true, true },
		{ "64:ff9b:1::1", false, false },   { "2002:7f00:1::", false, false }, { "2002:808:808::", true, true },
		{ "2001::1", false, false },        { "2001:db8::1", false, false },   { "fc00::1", false, true },
		{ "fd12::1", false, true },         { "fd00:ec2::254", false, false }, { "fe80::1", false, false },
		{ "fec0::1", false, false },        { "ff02::1", false, false },       { "100::1", false, false },
		{ "4000::1", false, false },
	};
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct sockaddr_in v4 = { .sin_family = AF_INET };
		struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
		bool is4 = inet_pton(AF_INET, CASES[i].addr, &v4.sin_addr) == 1;
		assert_true(is4 || inet_pton(AF_INET6, CASES[i].addr, &v6.sin6_addr) == 1);
		const struct sockaddr *at = is4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
		if (client_addr_allowed(at, false) != CASES[i].shut || client_addr_allowed(at, true) != CASES[i].open)
			fail_msg("%s", CASES[i].addr);
	}
	struct sockaddr other = { .sa_family = AF_UNIX };
	assert_false(client_addr_allowed(&other, true));
}

static void test_urls_refused(void **state)
{
	(void)state;
	static const char *const BAD[] = {
		"", "file:///etc/passwd", "gopher://127.0.0.1/", "ftp://example.com/", "dict://x/", "http://", "http://u:p@example.com/",
		"https://u@example.com/", "http://example.com:25/", "http://example.com:0/", "http://example.com:99999/", "http://a b/",
		"http://example.com/\r\nX: y", "javascript:1", "//example.com/", "http://[::1",
	};
	struct arena a;
	arena_init(&a);
	struct client_response r;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		enum err e = ask(&SHUT, S("GET"), BAD[i], STR_NULL, &r, &a);
		if (e != ERR_FORBIDDEN && e != ERR_INPUT)
			fail_msg("%s gave %d", BAD[i], e);
	}
	struct fault f = { 0 };
	static const struct http_header EVIL[] = { { { "X", 1 }, { "a\r\nY: b", 7 } }, { { "X: y\r\nZ", 7 }, { "", 0 } }, { { "", 0 }, { "", 0 } } };
	for (size_t i = 0; i < ARRAY_LEN(EVIL); i++) {
		fault_clear(&f);
		struct client_request q = { .method = S("GET"), .url = S("http://127.0.0.1:1/"), .headers = &EVIL[i], .n_headers = 1 };
		assert_int_equal(client_http(&a, &f, &OPEN, &q, &r), ERR_INPUT);
	}
	assert_int_equal(ask(&OPEN, S("GET / HTTP/1.1\r\nX:"), "http://127.0.0.1:1/", STR_NULL, &r, &a), ERR_INPUT);
	arena_done(&a);
}

/* ---- SMTP ---- */

/* Says the script's reply at its stage, or the usual one. False when the connection is to be cut. */
static bool stage(struct peer *p, int fd, const char *name, const char *usual)
{
	const char *reply = p->stage && strcmp(p->stage, name) == 0 ? p->reply : usual;
	if (!reply)
		return false;
	say(fd, reply, strlen(reply));
	return true;
}

static void serve_smtp(struct peer *p, int fd)
{
	char line[4000];
	size_t n = 0;
	bool data = false;
	p->got_n = 0;
	if (!stage(p, fd, "greeting", "220 fake\r\n"))
		return;
	for (;;) {
		ssize_t r = recv(fd, line + n, 1, 0);
		if (r <= 0)
			return;
		n++;
		if (p->got_n < sizeof(p->got) - 1)
			p->got[p->got_n++] = line[n - 1];
		p->got[p->got_n] = 0;
		if (data && p->stage && strcmp(p->stage, "middle") == 0 && p->got_n > 400)
			return;
		if (n < sizeof(line) && line[n - 1] != '\n')
			continue;
		line[n < sizeof(line) ? n : n - 1] = 0;
		bool on = true;
		if (data && strcmp(line, ".\r\n") == 0) {
			data = false;
			on = stage(p, fd, "end", "250 2.0.0 taken as 1\r\n");
		} else if (!data && strncmp(line, "EHLO", 4) == 0) {
			on = stage(p, fd, "ehlo", "250-fake\r\n250 8BITMIME\r\n");
		} else if (!data && strncmp(line, "MAIL", 4) == 0) {
			on = stage(p, fd, "mail", "250 ok\r\n");
		} else if (!data && strncmp(line, "RCPT", 4) == 0) {
			on = stage(p, fd, "rcpt", "250 ok\r\n");
		} else if (!data && strncmp(line, "DATA", 4) == 0) {
			on = stage(p, fd, "data", "354 go\r\n");
			data = on && !(p->stage && strcmp(p->stage, "data") == 0);
		} else if (!data && strncmp(line, "QUIT", 4) == 0) {
			stage(p, fd, "quit", "221 bye\r\n");
			return;
		} else if (!data) {
			say(fd, "500 what\r\n", 10);
		}
		if (!on)
			return;
		n = 0;
	}
}

static void test_smtp_outcomes(void **state)
{
	(void)state;
	static const struct {
		const char *stage, *reply;
		enum smtp_outcome want;
		const char *text;
	} CASES[] = {
		{ NULL, NULL, SMTP_SENT, "250 2.0.0 taken as 1" },
		{ "greeting", NULL, SMTP_TEMPORARY, NULL },
		{ "greeting", "421 busy\r\n", SMTP_TEMPORARY, "421 busy" },
		{ "greeting", "554 no\r\n", SMTP_TEMPORARY, "554 no" },
		{ "ehlo", NULL, SMTP_TEMPORARY, NULL },
		{ "mail", NULL, SMTP_TEMPORARY, NULL },
		{ "mail", "451 later\r\n", SMTP_TEMPORARY, "451 later" },
		{ "mail", "550 5.1.8 bad sender\r\n", SMTP_PERMANENT, "550 5.1.8 bad sender" },
		{ "mail", "530 5.7.0 sign in\r\n", SMTP_TEMPORARY, "530 5.7.0 sign in" },
		{ "rcpt", NULL, SMTP_TEMPORARY, NULL },
		{ "rcpt", "452 4.2.2 full\r\n", SMTP_TEMPORARY, "452 4.2.2 full" },
		{ "rcpt", "550-5.1.1 no such\r\n550 5.1.1 user\r\n", SMTP_PERMANENT, "550 5.1.1 user" },
		{ "data", NULL, SMTP_TEMPORARY, NULL },
		{ "data", "451 later\r\n", SMTP_TEMPORARY, "451 later" },
		{ "data", "554 no valid recipients\r\n", SMTP_PERMANENT, "554 no valid recipients" },
		{ "middle", NULL, SMTP_TEMPORARY, NULL },
		{ "end", NULL, SMTP_UNKNOWN, NULL },
		{ "end", "451 4.3.0 disk\r\n", SMTP_TEMPORARY, "451 4.3.0 disk" },
		{ "end", "421 4.3.0 going\r\n", SMTP_TEMPORARY, "421 4.3.0 going" },
		{ "end", "552 5.3.4 too big\r\n", SMTP_PERMANENT, "552 5.3.4 too big" },
		{ "end", "554 spam\r\n", SMTP_PERMANENT, "554 spam" },
		{ "quit", NULL, SMTP_SENT, "250 2.0.0 taken as 1" },
		{ "quit", "500 rude\r\n", SMTP_SENT, "250 2.0.0 taken as 1" },
	};
	/* Large enough that a cut in the middle is in the middle. */
	size_t n = 20 << 20;
	struct arena a;
	arena_init(&a);
	char *big = arena_alloc(&a, n);
	memset(big, 'x', n);
	for (size_t i = 78; i < n; i += 80)
		memcpy(big + i, "\r\n", 2);
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		static struct peer p;
		p = (struct peer){ .serve = serve_smtp, .stage = CASES[i].stage, .reply = CASES[i].reply };
		peer_start(&p);
		struct smtp_relay relay = { .host = "127.0.0.1", .port = p.port };
		bool middle = CASES[i].stage && strcmp(CASES[i].stage, "middle") == 0;
		struct str reply, message = middle ? (struct str){ big, n } : S("Subject: x\r\n\r\nhi\r\n");
		enum smtp_outcome got = smtp_send(&a, &relay, S("a@desk.example"), S("b@customer.example"), message, &reply);
		if (got != CASES[i].want || reply.n == 0 || (CASES[i].text && !str_eq(reply, str_c(CASES[i].text))))
			fail_msg("%s/%s: %d, %.*s", CASES[i].stage ? CASES[i].stage : "-", CASES[i].reply ? CASES[i].reply : "cut", got,
				 STR_ARG(reply));
		peer_stop(&p);
	}
	struct smtp_relay nobody = { .host = "127.0.0.1", .port = 1 };
	struct str reply;
	assert_int_equal(smtp_send(&a, &nobody, S(""), S("b@c.example"), S("x"), &reply), SMTP_TEMPORARY);
	struct smtp_relay evil = { .host = "127.0.0.1/\r\nX", .port = 25 };
	assert_int_equal(smtp_send(&a, &evil, S(""), S("b@c.example"), S("x"), &reply), SMTP_TEMPORARY);
	arena_done(&a);
}

static void test_smtp_bytes(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	static struct peer p;
	p = (struct peer){ .serve = serve_smtp };
	peer_start(&p);
	struct smtp_relay relay = { .host = "127.0.0.1", .port = p.port };
	struct str reply;
	assert_int_equal(smtp_send(&a, &relay, S(""), S("b@c.example"), S("Subject: x\n\n.\n..b\r.\r\nQUIT\n.\r\nlast"), &reply), SMTP_SENT);
	assert_non_null(strstr(p.got, "MAIL FROM:<>"));
	assert_non_null(strstr(p.got, "RCPT TO:<b@c.example>\r\n"));
	assert_non_null(strstr(p.got, "DATA\r\nSubject: x\r\n\r\n..\r\n...b\r\n..\r\nQUIT\r\n..\r\nlast\r\n.\r\n"));
	static const char *const BAD[] = { "", "b", "@c", "b@", "b@c.example>\r\nDATA", "b@c.example\r\nRCPT TO:<x@y>", "b c@d", "b@c,d@e", "<b@c>",
					   "b@\xff" };
	int before = atomic_load(&p.accepted);
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		assert_int_equal(smtp_send(&a, &relay, S("a@b.example"), str_c(BAD[i]), S("x"), &reply), SMTP_PERMANENT);
		if (i)
			assert_int_equal(smtp_send(&a, &relay, str_c(BAD[i]), S("a@b.example"), S("x"), &reply), SMTP_PERMANENT);
	}
	assert_int_equal(atomic_load(&p.accepted), before);
	peer_stop(&p);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http), cmocka_unit_test(test_guard_spellings), cmocka_unit_test(test_guard_ranges),
		cmocka_unit_test(test_urls_refused), cmocka_unit_test(test_smtp_outcomes), cmocka_unit_test(test_smtp_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
