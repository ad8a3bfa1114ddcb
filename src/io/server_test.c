/* server_test.c: the server over real sockets: framing probes, bodies, files, streams, proxies, limits, stopping. */
#include "io/server_test_rig.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/banned.h"

#define SECOND "GET /second HTTP/1.1\r\nHost: a\r\n\r\n"
#define GET(headers) "GET /x HTTP/1.1\r\nHost: a\r\n" headers "\r\n"
#define TARGET(t) "GET " t " HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST(headers, body) "POST /echo HTTP/1.1\r\nHost: a\r\n" headers "\r\n" body
#define TE "Transfer-Encoding: chunked\r\n"

struct probe {
	const char *name;
	struct str raw;
	int status;          /* of the answer; 200: legal, and the pipelined second request is answered too */
};

#define P(name_, status_, raw_) { name_, { raw_ SECOND, sizeof(raw_ SECOND) - 1 }, status_ }

static const struct probe PROBES[] = {
	P("plain", 200, GET("")),
	P("two hosts", 400, GET("Host: b\r\n")),
	P("two same hosts", 400, GET("Host: a\r\n")),
	P("no host", 400, "GET / HTTP/1.1\r\n\r\n"),
	P("empty host", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
	P("host with path", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
	P("host with user", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
	P("host list", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
	P("host port", 200, "GET / HTTP/1.1\r\nHost: a:80\r\n\r\n"),
	P("host bad port", 400, "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n"),
	P("host v6", 200, "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
	P("host v6 open", 400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
	P("two lengths, same", 400, POST("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")),
	P("two lengths", 400, POST("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")),
	P("length list", 400, POST("Content-Length: 5, 5\r\n", "hello")),
	P("length +5", 400, POST("Content-Length: +5\r\n", "hello")),
	P("length -5", 400, POST("Content-Length: -5\r\n", "hello")),
	P("length '5 '", 200, POST("Content-Length: 5 \r\n", "hello")),
	P("length 5_0", 400, POST("Content-Length: 5 0\r\n", "hello")),
	P("length 0x5", 400, POST("Content-Length: 0x5\r\n", "hello")),
	P("length 2^63", 400, POST("Content-Length: 9223372036854775808\r\n", "hello")),
	P("length 2^64", 400, POST("Content-Length: 18446744073709551616\r\n", "hello")),
	P("length 2^64+5", 400, POST("Content-Length: 18446744073709551621\r\n", "hello")),
	P("length large", 413, POST("Content-Length: 999999999999999999\r\n", "hello")),
	P("length empty", 400, POST("Content-Length:\r\n", "")),
	P("length 0", 200, POST("Content-Length: 0\r\n", "")),
	P("length", 200, POST("Content-Length: 5\r\n", "hello")),
	P("get with length", 413, GET("Content-Length: 5\r\n") "hello"),
	P("get with length 0", 200, GET("Content-Length: 0\r\n")),
	P("length and te", 400, POST("Content-Length: 5\r\n" TE, "0\r\n\r\n")),
	P("te and length", 400, POST(TE "Content-Length: 5\r\n", "0\r\n\r\n")),
	P("te chunked, identity", 400, POST("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")),
	P("te identity", 400, POST("Transfer-Encoding: identity\r\n", "0\r\n\r\n")),
	P("te gzip, chunked", 400, POST("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
	P("te xchunked", 400, POST("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
	P("te leading space", 200, POST("Transfer-Encoding:  chunked\r\n", "0\r\n\r\n")),
	P("te vertical tab", 400, POST("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n")),
	P("te quoted", 400, POST("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")),
	P("te twice", 400, POST(TE TE, "0\r\n\r\n")),
	P("te space colon", 400, POST("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
	P("te folded", 400, POST("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
	P("te underscore", 200, POST("Transfer_Encoding: chunked\r\n", "")),
	P("te get", 413, GET(TE) "0\r\n\r\n"),
	P("fold", 400, GET("X: a\r\n b\r\n")),
	P("fold first", 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
	P("space colon", 400, GET("X : a\r\n")),
	P("tab colon", 400, GET("X\t: a\r\n")),
	P("nul", 400, GET("X: a\0b\r\n")),
	P("nul in name", 400, GET("X\0: a\r\n")),
	P("ctl", 400, GET("X: a\001b\r\n")),
	P("del", 400, GET("X: a\177b\r\n")),
	P("tab in value", 200, GET("X: a\tb\r\n")),
	P("bare lf", 400, "GET / HTTP/1.1\nHost: a\n\n"),
	P("one bare lf", 400, GET("X: a\n")),
	P("bare lf at end", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
	P("bare cr", 400, GET("X: a\rY: b\r\n")),
	P("bare cr te", 400, POST("X: a\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
	P("cr cr lf", 400, GET("X: a\r\r\n")),
	P("no colon", 400, GET("Xabc\r\n")),
	P("empty name", 400, GET(": a\r\n")),
	P("name with bracket", 400, GET("X[]: a\r\n")),
	P("name not ascii", 400, GET("X\xc3\xa9: a\r\n")),
	P("one leading crlf", 200, "\r\n" GET("")),
	P("two leading crlf", 400, "\r\n\r\n" GET("")),
	P("leading lf", 400, "\n" GET("")),
	P("leading space", 400, " " GET("")),
	P("absolute, same host", 200, TARGET("http://a/x")),
	P("absolute, other host", 400, TARGET("http://b/x")),
	P("absolute, userinfo", 400, TARGET("http://a@b/x")),
	P("absolute, other scheme", 400, TARGET("ftp://a/x")),
	P("absolute, no path", 400, TARGET("http://a")),
	P("authority", 405, "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
	P("authority get", 400, TARGET("a:443")),
	P("star", 400, TARGET("*")),
	P("fragment", 400, TARGET("/x#y")),
	P("no slash", 400, TARGET("x")),
	P("two spaces", 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
	P("space in target", 400, TARGET("/a b")),
	P("tab separator", 400, "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"),
	P("trailing space", 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
	P("lower http", 400, "GET / http/1.1\r\nHost: a\r\n\r\n"),
	P("HTTP/1.2", 400, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
	P("HTTP/01.1", 400, "GET / HTTP/01.1\r\nHost: a\r\n\r\n"),
	P("HTTP/1.1x", 400, "GET / HTTP/1.1x\r\nHost: a\r\n\r\n"),
	P("0.9", 400, "GET /\r\n\r\n"),
	P("http 2 preface", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
	P("bad method", 400, "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
	P("long method", 400, "GETGETGETGETGETGETGETGETGETGETGETG / HTTP/1.1\r\nHost: a\r\n\r\n"),
	P("tls hello", 400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
	P("1.0 chunked", 400, "POST /echo HTTP/1.0\r\nHost: a\r\n" TE "\r\n0\r\n\r\n"),
	P("chunked", 200, POST(TE, "5\r\nhello\r\n0\r\n\r\n")),
	P("chunked, upper hex", 200, POST(TE, "A\r\nhellohello\r\n0\r\n\r\n")),
	P("chunked, trailer", 200, POST(TE, "5\r\nhello\r\n0\r\nX: y\r\n\r\n")),
	P("chunked, extension", 200, POST(TE, "5;a=b\r\nhello\r\n0\r\n\r\n")),
	P("chunk -1", 400, POST(TE, "-1\r\n\r\n")),
	P("chunk +1", 400, POST(TE, "+1\r\na\r\n0\r\n\r\n")),
	P("chunk 0x1", 400, POST(TE, "0x1\r\na\r\n0\r\n\r\n")),
	P("chunk 1_", 400, POST(TE, "1 \r\na\r\n0\r\n\r\n")),
	P("chunk _1", 400, POST(TE, " 1\r\na\r\n0\r\n\r\n")),
	P("chunk empty", 400, POST(TE, "\r\na\r\n0\r\n\r\n")),
	P("chunk 2^64", 400, POST(TE, "10000000000000001\r\na\r\n0\r\n\r\n")),
	P("chunk 2^63", 400, POST(TE, "8000000000000000\r\na\r\n0\r\n\r\n")),
	P("chunk huge", 413, POST(TE, "fffffffffff\r\n")),
	P("chunk lf", 400, POST(TE, "1\na\r\n0\r\n\r\n")),
	P("chunk cr", 400, POST(TE, "1\ra\r\n0\r\n\r\n")),
	P("chunk extension lf", 400, POST(TE, "1;a\nb\r\na\r\n0\r\n\r\n")),
	P("chunk extension cr", 400, POST(TE, "1;a\rb\r\na\r\n0\r\n\r\n")),
	P("chunk without crlf", 400, POST(TE, "1\r\na0\r\n\r\n")),
	P("chunk lf after data", 400, POST(TE, "1\r\na\n0\r\n\r\n")),
	P("chunk too short", 400, POST(TE, "1\r\nabc\r\n0\r\n\r\n")),
	P("chunk end lf", 400, POST(TE, "0\r\n\n")),
	P("trailer fold", 400, POST(TE, "0\r\nX: a\r\n b\r\n\r\n")),
	P("trailer no colon", 400, POST(TE, "0\r\nXy\r\n\r\n")),
	P("expect other", 417, POST("Expect: 200-ok\r\nContent-Length: 5\r\n", "hello")),
	P("expect twice", 417, POST("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5\r\n", "hello")),
	P("expect, body there", 200, POST("Expect: 100-continue\r\nContent-Length: 5\r\n", "hello")),
	P("dots", 400, TARGET("/../x")),
	P("dots at end", 400, TARGET("/x/..")),
	P("one dot", 400, TARGET("/./x")),
	P("%2e%2e", 400, TARGET("/%2e%2e/x")),
	P("%2e%2e upper", 400, TARGET("/%2E%2E/x")),
	P(".%2e", 400, TARGET("/.%2e/x")),
	P("//", 400, TARGET("//x")),
	P("a//b", 400, TARGET("/a//b")),
	P("%2f", 400, TARGET("/a%2fb")),
	P("%5c", 400, TARGET("/a%5cb")),
	P("backslash", 400, TARGET("/a\\b")),
	P("%00", 400, TARGET("/a%00b")),
	P("%0a", 400, TARGET("/a%0ab")),
	P("..;", 400, TARGET("/..;/x")),
	P("..;a=b", 400, TARGET("/x/..;a=b/y")),
	P("bad escape", 400, TARGET("/%zz")),
	P("short escape", 400, TARGET("/%2")),
	P("bad utf-8", 400, TARGET("/%ff")),
	P("overlong dot", 400, TARGET("/%c0%ae%c0%ae/")),
	P("raw utf-8", 400, TARGET("/\xc3\xa9")),
	P("escaped utf-8", 200, TARGET("/%c3%a9")),
	P("%252e stays", 200, TARGET("/%252e%252e/x")),
	P("trailing slash", 200, TARGET("/x/")),
	P("dots in a name", 200, TARGET("/a..b/...")),
	P("query is raw", 200, TARGET("/x?a=%00&b=//../")),
};

static struct rig rig;

static int start(void **state)
{
	(void)state;
	rig = (struct rig){ 0 };
	return rig_start(&rig) == OK ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	rig_stop(&rig, 2 * UTIME_US_PER_SECOND);
	return 0;
}

static void check_probe(const struct probe *p, const char *got, bool closed)
{
	int first, n = rig_responses(got, &first);
	bool legal = p->status == 200;
	if (first != p->status || n != (legal ? 2 : 1) || closed == legal) {
		print_error("%s: wanted %d, got %d; %d answers, closed %d\n%s\n", p->name, p->status, first, n, closed, got);
		fail();
	}
}

static void test_probes(void **state)
{
	(void)state;
	static char got[20000];
	for (size_t i = 0; i < ARRAY_LEN(PROBES); i++) {
		int fd = rig_connect(&rig);
		rig_send(fd, PROBES[i].raw);
		bool closed;
		rig_answer(fd, got, sizeof(got), 60, &closed);
		check_probe(&PROBES[i], got, closed);
		close(fd);
	}
}

/* Any split of the bytes gives the same result. */
static void test_probes_bytewise(void **state)
{
	(void)state;
	static char got[20000];
	for (size_t i = 0; i < ARRAY_LEN(PROBES); i += 3) {
		int fd = rig_connect(&rig);
		for (size_t k = 0; k < PROBES[i].raw.n; k++) {
			rig_send(fd, str_slice(PROBES[i].raw, k, k + 1));
			if (k % 16 == 0)
				sched_yield();
		}
		bool closed;
		rig_answer(fd, got, sizeof(got), 60, &closed);
		check_probe(&PROBES[i], got, closed);
		close(fd);
	}
}

static void assert_status(const char *got, int status)
{
	int first;
	rig_responses(got, &first);
	if (first != status)
		print_error("%.300s\n", got);
	assert_int_equal(first, status);
}

/* A request with a filler of n bytes between two texts. */
static void filled(int want, const char *before, char filler, size_t n, const char *after)
{
	static char got[4096];
	char *fill = malloc(n);
	memset(fill, filler, n);
	int fd = rig_connect(&rig);
	rig_send(fd, str_c(before));
	rig_send(fd, (struct str){ fill, n });
	rig_send(fd, str_c(after));
	bool closed;
	rig_answer(fd, got, sizeof(got), 200, &closed);
	assert_status(got, want);
	assert_int_equal(closed, want != 200);
	close(fd);
	free(fill);
}

static void test_head_limits(void **state)
{
	(void)state;
	filled(200, "GET /", 'a', 8191, " HTTP/1.1\r\nHost: a\r\n\r\n");
	filled(414, "GET /", 'a', 8192, " HTTP/1.1\r\nHost: a\r\n\r\n");
	filled(414, "GET /", 'a', 9000, "");
	filled(200, "GET / HTTP/1.1\r\nHost: a\r\nX: ", 'a', 8192 - 3, "\r\n\r\n");
	filled(431, "GET / HTTP/1.1\r\nHost: a\r\nX: ", 'a', 8192 - 2, "\r\n\r\n");
	filled(431, "GET / HTTP/1.1\r\nHost: a\r\nX: ", 'a', 100000, "");
	filled(431, "GET / HTTP/1.1\r\nHost: a\r\n", 'X', 9000, ": a\r\n\r\n");
}

static void many_headers(size_t n, size_t size, int want)
{
	static char got[4096];
	int fd = rig_connect(&rig);
	rig_send(fd, S("GET / HTTP/1.1\r\nHost: a\r\n"));
	char *line = malloc(size + 1);
	memset(line, 'v', size);
	memcpy(line, "X: ", 3);
	memcpy(line + size - 2, "\r\n", 2);
	for (size_t i = 0; i < n; i++)
		rig_send(fd, (struct str){ line, size });
	rig_send(fd, S("\r\n"));
	bool closed;
	rig_answer(fd, got, sizeof(got), 200, &closed);
	assert_status(got, want);
	close(fd);
	free(line);
}

static void test_many_headers(void **state)
{
	(void)state;
	many_headers(99, 8, 200);
	many_headers(100, 8, 431);
	many_headers(10000, 8, 431);
	many_headers(64, 1020, 200);
	many_headers(65, 1020, 431);
}

static void test_bodies(void **state)
{
	(void)state;
	static char got[90000];
	bool closed;
	rig_exchange(&rig, S(POST("Content-Length: 5\r\n", "hello")), got, sizeof(got), &closed);
	assert_non_null(strstr(got, "5 memory hello"));
	rig_exchange(&rig, S(POST(TE, "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")), got, sizeof(got), &closed);
	assert_non_null(strstr(got, "5 memory hello"));
	rig_exchange(&rig, S("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789"), got, sizeof(got), &closed);
	assert_status(got, 200);
	rig_exchange(&rig, S("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"), got, sizeof(got), &closed);
	assert_status(got, 413);
	assert_true(closed);
	rig_exchange(&rig, S("POST /small HTTP/1.1\r\nHost: a\r\n" TE "\r\nb\r\n01234567890\r\n0\r\n\r\n"), got, sizeof(got), &closed);
	assert_status(got, 413);
}

/* The same sum as the handler's, over a text of which byte i is i * 7 % 251. */
static void spooled(size_t n, bool chunked)
{
	static char got[4096], head[200], want[100];
	char *body = malloc(n);
	uint64_t h = 0;
	for (size_t i = 0; i < n; i++) {
		body[i] = (char)(i * 7 % 251);
		h = h * 31 + (unsigned char)body[i];
	}
	int fd = rig_connect(&rig);
	if (chunked) {
		rig_send(fd, S(POST(TE, "")));
		for (size_t at = 0; at < n;) {
			size_t part = n - at < 70001 ? n - at : 70001;
			snprintf(head, sizeof(head), "%zx\r\n", part);
			rig_send(fd, str_c(head));
			rig_send(fd, (struct str){ body + at, part });
			rig_send(fd, S("\r\n"));
			at += part;
		}
		rig_send(fd, S("0\r\n\r\n" SECOND));
	} else {
		snprintf(head, sizeof(head), "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n", n);
		rig_send(fd, str_c(head));
		rig_send(fd, (struct str){ body, n });
		rig_send(fd, S(SECOND));
	}
	bool closed;
	rig_answer(fd, got, sizeof(got), 500, &closed);
	snprintf(want, sizeof(want), "%zu file %zu %llx\n", n, n, (unsigned long long)h);
	assert_non_null(strstr(got, want));
	assert_non_null(strstr(got, "GET /second"));
	close(fd);
	free(body);
}

static void test_spooled_bodies(void **state)
{
	(void)state;
	spooled(65537, false);
	spooled(65537, true);
	spooled(5000000, false);
	spooled(5000000, true);
	struct server_figures f;
	server_figures(rig.s, &f);
	assert_true(f.body_bytes >= 10000000);
}

static void test_expect(void **state)
{
	(void)state;
	static char got[4096];
	bool closed;
	int fd = rig_connect(&rig);
	rig_send(fd, S("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
	rig_answer(fd, got, sizeof(got), 100, &closed);
	assert_string_equal(got, "HTTP/1.1 100 Continue\r\n\r\n");
	rig_send(fd, S("hello"));
	rig_answer(fd, got, sizeof(got), 100, &closed);
	assert_non_null(strstr(got, "5 memory hello"));
	close(fd);
	rig_exchange(&rig, S("POST /small HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 50\r\n\r\n"), got, sizeof(got), &closed);
	assert_status(got, 413);
	assert_null(strstr(got, "100 Continue"));
}

/* A limit on file sizes stands for the full disk. */
static void test_disk_full(void **state)
{
	(void)state;
	static char got[4096];
	struct rlimit old, small;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 100000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	filled(507, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n", 'x', 900000, "");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	filled(200, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n", 'x', 900000, "");
	(void)got;
}

static void write_file(size_t n)
{
	char path[100];
	snprintf(path, sizeof(path), "%s/file", rig.dir);
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	char *p = malloc(n);
	for (size_t i = 0; i < n; i++)
		p[i] = (char)('a' + i % 26);
	assert_int_equal(write(fd, p, n), n);
	free(p);
	close(fd);
}

struct file_case {
	const char *headers;
	int status;
	const char *range, *body;   /* NULL: not looked at */
};

static void test_files(void **state)
{
	(void)state;
	static char got[4096], request[400];
	static const struct file_case CASES[] = {
		{ "", 200, NULL, "abcdefghijklmnopqrstuvwxyzabcd" },
		{ "Range: bytes=0-0\r\n", 206, "bytes 0-0/30", "a" },
		{ "Range: bytes=2-4\r\n", 206, "bytes 2-4/30", "cde" },
		{ "Range: bytes=27-\r\n", 206, "bytes 27-29/30", "bcd" },
		{ "Range: bytes=27-9999999999999999999999\r\n", 206, "bytes 27-29/30", "bcd" },
		{ "Range: bytes=-2\r\n", 206, "bytes 28-29/30", "cd" },
		{ "Range: bytes=-100\r\n", 206, "bytes 0-29/30", "abcdefghijklmnopqrstuvwxyzabcd" },
		{ "Range: bytes=30-\r\n", 416, "bytes */30", "" },
		{ "Range: bytes=8589934592-\r\n", 416, "bytes */30", "" },
		{ "Range: bytes=99999999999999999999999-\r\n", 416, "bytes */30", "" },
		{ "Range: bytes=-0\r\n", 416, "bytes */30", "" },
		{ "Range: bytes=4-2\r\n", 200, NULL, "abcdefghijklmnopqrstuvwxyzabcd" },
		{ "Range: bytes=a-2\r\n", 200, NULL, "abcdefghijklmnopqrstuvwxyzabcd" },
		{ "Range: bytes=0-1,3-4\r\n", 200, NULL, "abcdefghijklmnopqrstuvwxyzabcd" },
		{ "Range: lines=0-1\r\n", 200, NULL, "abcdefghijklmnopqrstuvwxyzabcd" },
		{ "Range: bytes=0-1\r\nIf-Range: \"v1\"\r\n", 206, "bytes 0-1/30", "ab" },
		{ "Range: bytes=0-1\r\nIf-Range: \"v0\"\r\n", 200, NULL, "abcdefghijklmnopqrstuvwxyzabcd" },
		{ "Range: bytes=0-1\r\nIf-Range: W/\"v1\"\r\n", 200, NULL, "abcdefghijklmnopqrstuvwxyzabcd" },
		{ "If-None-Match: \"v0\", W/\"v1\"\r\n", 304, NULL, "" },
		{ "If-None-Match: \"v0\"\r\n", 200, NULL, NULL },
	};
	write_file(30);
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		const struct file_case *k = &CASES[i];
		for (int head = 0; head < 2; head++) {
			bool closed;
			snprintf(request, sizeof(request), "%s /file HTTP/1.1\r\nHost: a\r\n%s\r\n", head ? "HEAD" : "GET", k->headers);
			rig_exchange(&rig, str_c(request), got, sizeof(got), &closed);
			assert_status(got, k->status);
			const char *body = strstr(got, "\r\n\r\n");
			assert_non_null(body);
			if (head)
				assert_string_equal(body + 4, "");
			else if (k->body)
				assert_string_equal(body + 4, k->body);
			assert_non_null(strstr(got, "ETag: \"v1\"\r\n"));
			if (k->range)
				assert_non_null(strstr(got, k->range));
			else
				assert_null(strstr(got, "Content-Range"));
			assert_false(closed);
		}
	}
}

static void test_large_responses(void **state)
{
	(void)state;
	size_t max = 4 << 20;
	char *got = malloc(max);
	bool closed;
	write_file(3000000);
	size_t n = rig_exchange(&rig, S("GET /file HTTP/1.1\r\nHost: a\r\n\r\n" SECOND), got, max, &closed);
	const char *body = strstr(got, "\r\n\r\n");
	assert_non_null(body);
	for (size_t i = 0; i < 3000000; i++)
		if (body[4 + i] != (char)('a' + i % 26))
			fail();
	assert_non_null(strstr(body + 4 + 3000000, "GET /second"));
	n = rig_exchange(&rig, S("GET /big HTTP/1.1\r\nHost: a\r\n\r\n" SECOND), got, max, &closed);
	assert_true(n > 3 << 20);
	assert_non_null(strstr(got + (3 << 20), "GET /second"));
	n = rig_exchange(&rig, S("HEAD /big HTTP/1.1\r\nHost: a\r\n\r\n" SECOND), got, max, &closed);
	assert_non_null(strstr(got, "Content-Length: 3145728\r\n"));
	assert_true(n < 2000);
	rig_exchange(&rig, S("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"), got, max, &closed);
	assert_status(got, 500);
	free(got);
}

static void wait_streams(int64_t want)
{
	struct server_figures f;
	for (int i = 0; i < 400; i++) {
		server_figures(rig.s, &f);
		if (f.streams == want)
			return;
		poll(NULL, 0, 5);
	}
	fail_msg("%lld streams, wanted %lld", (long long)f.streams, (long long)want);
}

static void test_streams(void **state)
{
	(void)state;
	static char got[200000];
	bool closed;
	rig_exchange(&rig, S("GET /events?end HTTP/1.1\r\nHost: a\r\n\r\n"), got, sizeof(got), &closed);
	assert_true(closed);
	assert_non_null(strstr(got, "\r\n\r\nretry: 1000\n\ndata: one\n\n"));
	assert_null(strstr(got, "Content-Length"));
	wait_streams(0);
	/* A held stream gets what is sent later, from this thread. */
	rig.held = NULL;
	int fd = rig_connect(&rig);
	rig_send(fd, S("GET /events?flood HTTP/1.1\r\nHost: a\r\n\r\n"));
	rig_answer(fd, got, sizeof(got), 100, &closed);
	assert_false(closed);
	assert_non_null(strstr(got, "data: one"));
	wait_streams(1);
	struct http_stream *st = atomic_load(&rig.held);
	assert_ptr_equal(http_stream_owner(st), &rig);
	assert_true(http_stream_send(st, S("data: two\n\n")));
	rig_answer(fd, got, sizeof(got), 100, &closed);
	assert_string_equal(got, "data: two\n\n");
	/* A reader that does not read is ended. */
	char block[1024];
	memset(block, 'x', sizeof(block));
	bool alive = true;
	for (int i = 0; i < 20000 && alive; i++)
		alive = http_stream_send(st, (struct str){ block, sizeof(block) });
	assert_false(alive);
	wait_streams(0);
	assert_false(http_stream_send(st, S("x")));
	http_stream_close(st);
	close(fd);
	/* A reader that goes away is noticed. */
	fd = rig_connect(&rig);
	rig_send(fd, S("GET /events?flood HTTP/1.1\r\nHost: a\r\n\r\n"));
	rig_answer(fd, got, sizeof(got), 100, &closed);
	wait_streams(1);
	close(fd);
	wait_streams(0);
	st = atomic_load(&rig.held);
	assert_false(http_stream_send(st, S("x")));
	http_stream_close(st);
	/* HEAD holds nothing. */
	rig_exchange(&rig, S("HEAD /events?flood HTTP/1.1\r\nHost: a\r\n\r\n"), got, sizeof(got), &closed);
	assert_true(closed);
	st = atomic_load(&rig.held);
	assert_false(http_stream_send(st, S("x")));
	http_stream_close(st);
}

static void test_keep_alive(void **state)
{
	(void)state;
	static char got[20000];
	bool closed;
	rig_exchange(&rig, S("GET /x HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n" SECOND), got, sizeof(got), &closed);
	int first;
	assert_int_equal(rig_responses(got, &first), 1);
	assert_true(closed);
	assert_non_null(strstr(got, "Connection: close\r\n"));
	rig_exchange(&rig, S("GET /x HTTP/1.0\r\nHost: a\r\n\r\n"), got, sizeof(got), &closed);
	assert_status(got, 200);
	assert_true(closed);
	rig_exchange(&rig, S(SECOND SECOND SECOND SECOND SECOND), got, sizeof(got), &closed);
	assert_int_equal(rig_responses(got, &first), 5);
	assert_false(closed);
	assert_non_null(strstr(got, "X-Request-Id: "));
	assert_non_null(strstr(got, " GMT\r\n"));
}

/* The peer leaves while its request is being handled. */
static void test_gone(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		int fd = rig_connect(&rig);
		rig_send(fd, S("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
		poll(NULL, 0, 20);
		struct linger hard = { .l_onoff = 1 };
		if (i % 2)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		close(fd);
	}
	static char got[2000];
	bool closed;
	rig_exchange(&rig, S(SECOND), got, sizeof(got), &closed);
	assert_status(got, 200);
}

static void one(struct rig *r, int fd, const char *headers, const char *want)
{
	(void)r;
	static char got[4000], request[500];
	bool closed;
	snprintf(request, sizeof(request), "GET /who HTTP/1.1\r\nHost: desk\r\n%s\r\n", headers);
	rig_send(fd, str_c(request));
	rig_answer(fd, got, sizeof(got), 100, &closed);
	if (!strstr(got, want))
		print_error("wanted %s in\n%s\n", want, got);
	assert_non_null(strstr(got, want));
}

static void test_proxies(void **state)
{
	(void)state;
	int fd = rig_connect(&rig);
	one(&rig, fd, "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n",
	    "remote=127.0.0.1 https=0 host=desk local=0");
	close(fd);
	static const char *const TRUSTED[] = { "127.0.0.0/8", "10.0.0.0/8", "fd00::/8", NULL };
	struct rig r = { .cfg.trusted_proxies = TRUSTED };
	assert_int_equal(rig_start(&r), OK);
	fd = rig_connect(&r);
	one(&r, fd, "", "remote=127.0.0.1 https=0 host=desk");
	one(&r, fd, "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: help.example\r\n",
	    "remote=9.9.9.9 https=1 host=help.example");
	one(&r, fd, "X-Forwarded-For: 1.1.1.1, 9.9.9.9, 10.1.2.3\r\n", "remote=9.9.9.9 ");
	one(&r, fd, "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: fd00::1\r\n", "remote=9.9.9.9 ");
	one(&r, fd, "X-Forwarded-For: junk, 10.0.0.1\r\n", "remote=10.0.0.1 ");
	one(&r, fd, "X-Forwarded-For: 9.9.9.9:1234\r\n", "remote=9.9.9.9 ");
	one(&r, fd, "X-Forwarded-For: [2001:db8::1]:1234\r\n", "remote=2001:db8::1 ");
	one(&r, fd, "X-Forwarded-For: ::ffff:9.9.9.9\r\n", "remote=9.9.9.9 ");
	one(&r, fd, "X-Forwarded-Host: a/b\r\nX-Forwarded-Proto: gopher\r\n", "https=0 host=desk");
	close(fd);
	rig_stop(&r, 0);
	static const char *const BAD[] = { "10.0.0.0/33", NULL };
	struct rig bad = { .cfg.trusted_proxies = BAD };
	assert_int_equal(rig_start(&bad), ERR_INPUT);
	rmdir(bad.dir);
}

static void test_control_and_metrics(void **state)
{
	(void)state;
	static char got[2000];
	bool closed;
	char path[100], metrics[100];   /* of this process: two runs of the tests may meet on one machine */
	snprintf(path, sizeof(path), "/tmp/tend-control-test-%d", (int)getpid());
	snprintf(metrics, sizeof(metrics), "unix:/tmp/tend-metrics-test-%d", (int)getpid());
	unlink(path);
	struct rig r = { .cfg.control_path = path, .cfg.metrics_listen = metrics };
	assert_int_equal(rig_start(&r), OK);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	int fd = rig_connect_unix(path);
	one(&r, fd, "X-Forwarded-For: 9.9.9.9\r\n", "remote=unix https=0 host=desk local=1 uid=0");
	rig_send(fd, S("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"));
	rig_answer(fd, got, sizeof(got), 100, &closed);
	assert_status(got, 200);
	close(fd);
	fd = rig_connect_unix(metrics + strlen("unix:"));
	rig_send(fd, S("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n" SECOND));
	rig_answer(fd, got, sizeof(got), 100, &closed);
	assert_status(got, 200);
	assert_non_null(strstr(got, " 404 "));
	close(fd);
	rig_exchange(&r, S("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"), got, sizeof(got), &closed);
	assert_status(got, 404);
	/* A second server is told; one that crashed leaves no trouble. */
	struct rig second = { .cfg.control_path = path };
	assert_int_equal(rig_start(&second), ERR_BUSY);
	rmdir(second.dir);
	rig_stop(&r, 0);
	assert_int_equal(access(path, F_OK), -1);
	int left = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	assert_int_equal(bind(left, (struct sockaddr *)&at, sizeof(at)), 0);
	close(left);
	struct rig third = { .cfg.control_path = path };
	assert_int_equal(rig_start(&third), OK);
	rig_stop(&third, 0);
}

static void test_connection_limit(void **state)
{
	(void)state;
	static char got[2000];
	bool closed;
	struct rig r = { .cfg.connections_max = 3 };
	assert_int_equal(rig_start(&r), OK);
	int held[3];
	for (int i = 0; i < 3; i++) {
		held[i] = rig_connect(&r);
		rig_send(held[i], i ? S("GET / HTTP/1.1\r\nHost: a\r\n") : S(SECOND));
	}
	poll(NULL, 0, 30);
	/* The idle one makes room; then nobody does, as heads are given a moment. */
	rig_exchange(&r, S(SECOND), got, sizeof(got), &closed);
	assert_status(got, 200);
	int fourth = rig_connect(&r);
	rig_send(fourth, S("GET / HTTP/1.1\r\n"));
	poll(NULL, 0, 30);
	int fifth = rig_connect(&r);
	rig_answer(fifth, got, sizeof(got), 200, &closed);
	assert_status(got, 503);
	assert_true(closed);
	close(fifth);
	close(fourth);
	struct server_figures f;
	server_figures(r.s, &f);
	assert_true(f.refused_busy >= 1);
	for (int i = 0; i < 3; i++)
		close(held[i]);
	rig_stop(&r, 0);
}

static void *stop_thread(void *arg)
{
	rig_stop(arg, 5 * UTIME_US_PER_SECOND);
	return NULL;
}

/* What is being handled is answered; idle connections end; new ones are refused. */
static void test_graceful_stop(void **state)
{
	(void)state;
	static char got[2000];
	bool closed;
	struct rig r = { 0 };
	assert_int_equal(rig_start(&r), OK);
	int busy = rig_connect(&r), idle = rig_connect(&r), stream = rig_connect(&r);
	rig_send(idle, S(SECOND));
	rig_read(idle, got, sizeof(got), 50, &closed);
	rig_send(stream, S("GET /events?flood HTTP/1.1\r\nHost: a\r\n\r\n"));
	rig_read(stream, got, sizeof(got), 50, &closed);
	rig_send(busy, S("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
	poll(NULL, 0, 50);
	pthread_t id;
	assert_int_equal(pthread_create(&id, NULL, stop_thread, &r), 0);
	poll(NULL, 0, 50);
	assert_int_equal(rig_connect(&r), -1);
	rig_answer(idle, got, sizeof(got), 200, &closed);
	assert_true(closed);
	rig_answer(stream, got, sizeof(got), 200, &closed);
	assert_true(closed);
	rig_answer(busy, got, sizeof(got), 1000, &closed);
	assert_true(closed);
	assert_non_null(strstr(got, "slow\n"));
	close(busy);
	close(idle);
	close(stream);
	assert_int_equal(pthread_join(id, NULL), 0);
	http_stream_close(atomic_load(&r.held));
}

static void test_listen_specs(void **state)
{
	(void)state;
	static const char *const BAD[] = { "", "127.0.0.1", "127.0.0.1:", ":8080", "127.0.0.1:99999", "1.2.3:80", "::1:80", "[::1:80", "host:80",
					   "unix:", "127.0.0.1:08080" };
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		struct rig r = { .cfg.listen = BAD[i] };
		assert_int_equal(rig_start(&r), ERR_INPUT);
		assert_true(r.fault.message[0]);
		rmdir(r.dir);
	}
	struct rig r = { .cfg.listen = "127.0.0.1:0, [::1]:0,unix:/tmp/tend-public-test" };
	assert_int_equal(rig_start(&r), OK);
	int fd = rig_connect_unix("/tmp/tend-public-test");
	one(&r, fd, "", "remote=unix https=0 host=desk local=0");
	close(fd);
	rig_stop(&r, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probes), cmocka_unit_test(test_probes_bytewise), cmocka_unit_test(test_head_limits),
		cmocka_unit_test(test_many_headers), cmocka_unit_test(test_bodies), cmocka_unit_test(test_spooled_bodies),
		cmocka_unit_test(test_expect), cmocka_unit_test(test_disk_full), cmocka_unit_test(test_files),
		cmocka_unit_test(test_large_responses), cmocka_unit_test(test_streams), cmocka_unit_test(test_keep_alive),
		cmocka_unit_test(test_gone), cmocka_unit_test(test_proxies), cmocka_unit_test(test_control_and_metrics),
		cmocka_unit_test(test_connection_limit), cmocka_unit_test(test_graceful_stop), cmocka_unit_test(test_listen_specs),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
