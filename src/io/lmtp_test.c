/* lmtp_test.c: real dialogues with the LMTP server, over pairs of sockets and over the network. */
#include "io/lmtp.h"
#include "io/lmtp_session.h"

#include "base/buf.h"
#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/banned.h"

/* The program behind the server: what it was given. */
struct store {
	struct arena arena;
	int taken;
	struct str raw, from, rcpt, client;
	enum err answer;
	struct str say;
};

static enum err rcpt_fn(void *arg, struct arena *a, struct str rcpt)
{
	(void)arg;
	(void)a;
	if (str_starts(rcpt, S("nobody")))
		return ERR_NOT_FOUND;
	return str_starts(rcpt, S("later")) ? ERR_BUSY : OK;
}

static enum err take_fn(void *arg, struct arena *a, const struct lmtp_envelope *env, struct str raw, struct str *ret_text)
{
	struct store *s = arg;
	s->taken++;
	s->raw = arena_str(&s->arena, raw);
	s->from = arena_str(&s->arena, env->mail_from);
	s->rcpt = arena_str(&s->arena, env->rcpt);
	s->client = arena_str(&s->arena, env->client);
	if (s->say.p)
		*ret_text = s->say;
	else
		*ret_text = arena_fmt(a, "stored as inbound #%d", s->taken);
	return s->answer;
}

struct feed {
	int fd;
	struct str in;
	size_t piece;
};

static void *feeder(void *arg)
{
	struct feed *f = arg;
	while (f->in.n) {
		struct str now = str_slice(f->in, 0, f->piece);
		ssize_t n = send(f->fd, now.p, now.n, MSG_NOSIGNAL);
		if (n < 0)
			break;
		f->in = str_slice(f->in, (size_t)n, f->in.n);
	}
	shutdown(f->fd, SHUT_WR);
	return NULL;
}

static void *collector(void *arg)
{
	struct buf *out = ((void **)arg)[0];
	int fd = *(int *)((void **)arg)[1];
	char *room;
	ssize_t n;
	while ((room = buf_room(out, 4096)) && (n = read(fd, room, 4096)) > 0)
		buf_grew(out, (size_t)n);
	return NULL;
}

static struct lmtp_config config(struct store *s)
{
	return (struct lmtp_config){ .message_max_bytes = 1 << 20, .sessions_max = 4, .rcpt = rcpt_fn, .take = take_fn, .arg = s };
}

/* Everything the server says to `in`, sent in pieces of that many bytes. */
static struct str talk_in(struct store *s, struct str in, size_t piece, const struct lmtp_limits *limits, enum err *ret)
{
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	struct lmtp_config cfg = config(s);
	struct feed f = { .fd = pair[0], .in = in, .piece = piece };
	struct buf out;
	struct arena own;
	arena_init(&own); /* the collector's thread has an arena of its own */
	buf_init(&out, &own, 1 << 20);
	pthread_t a, b;
	pthread_create(&a, NULL, feeder, &f);
	pthread_create(&b, NULL, collector, (void *[]){ &out, &pair[0] });
	enum err e = lmtp_session(&cfg, limits, pair[1], pair[1], -1, "test");
	if (ret)
		*ret = e;
	close(pair[1]);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	close(pair[0]);
	struct str r = arena_str(&s->arena, buf_str(&out));
	arena_done(&own);
	return r;
}

static struct str talk(struct store *s, const char *in)
{
	return talk_in(s, str_c(in), 1 << 20, &LMTP_LIMITS, NULL);
}

#define HELLO "LHLO mx.example.org\r\n"
#define MAIL HELLO "MAIL FROM:<a@x.org>\r\nRCPT TO:<support@desk>\r\n"

/* The reply codes, in order: "220 250 250". Lines in the middle of a reply (250-) are left out. */
static const char *codes(struct store *s, struct str out)
{
	struct buf b;
	buf_init(&b, &s->arena, 8192);
	struct str line;
	while (str_line(&out, &line)) {
		if (line.n >= 4 && line.p[3] == '-')
			continue;
		if (b.n)
			buf_ch(&b, ' ');
		buf_add(&b, str_slice(line, 0, 3));
	}
	return arena_cstr(&s->arena, buf_str(&b));
}

/* Writes a literal and returns its length. */
static int put_text(char *to, const char *text)
{
	memcpy(to, text, strlen(text));
	return (int)strlen(text);
}

static int setup(void **state)
{
	struct store *s = calloc(1, sizeof(*s));
	arena_init(&s->arena);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct store *s = *state;
	arena_done(&s->arena);
	free(s);
	return 0;
}

static void test_one_mail(void **state)
{
	struct store *s = *state;
	struct str out = talk(s, MAIL "DATA\r\nSubject: x\r\n\r\nhello\r\n.\r\nQUIT\r\n");
	assert_string_equal(codes(s, out), "220 250 250 250 354 250 221");
	assert_true(str_find(out, S("250 2.0.0 stored as inbound #1\r\n")) > 0);
	assert_true(str_eq(s->raw, S("Subject: x\r\n\r\nhello\r\n")));
	assert_true(str_eq(s->from, S("a@x.org")));
	assert_true(str_eq(s->rcpt, S("support@desk")));
	assert_true(str_eq(s->client, S("mx.example.org test")));
	assert_true(str_find(out, S("250-PIPELINING\r\n")) > 0);
	assert_true(str_find(out, S("250-8BITMIME\r\n")) > 0);
	assert_true(str_find(out, S("250-SMTPUTF8\r\n")) > 0);
	assert_true(str_find(out, S("250-ENHANCEDSTATUSCODES\r\n")) > 0);
	assert_true(str_find(out, S("250 SIZE 1048576\r\n")) > 0);
}

static void test_a_byte_at_a_time(void **state)
{
	struct store *s = *state;
	struct str in = S(MAIL "DATA\r\n..dot\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<b@y>\r\nDATA\r\n\r\n.\r\nQUIT\r\n");
	for (size_t piece = 1; piece < 8; piece++)
		assert_string_equal(codes(s, talk_in(s, in, piece, &LMTP_LIMITS, NULL)), "220 250 250 250 354 250 250 250 354 250 221");
	assert_true(str_eq(s->raw, S("\r\n")));
	assert_true(s->from.n == 0);
}

static void test_each_recipient_its_reply(void **state)
{
	struct store *s = *state;
	struct str out = talk(s, HELLO "MAIL FROM:<>\r\nRCPT TO:<one@d>\r\nRCPT TO:<nobody@d>\r\nRCPT TO:<later@d>\r\nRCPT TO:<two@d>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n");
	assert_string_equal(codes(s, out), "220 250 250 250 550 451 250 354 250 250 221");
	assert_int_equal(s->taken, 2);
}

static void test_dots(void **state)
{
	struct store *s = *state;
	talk(s, MAIL "DATA\r\n..\r\n...a\r\n.b\r\nc.\r\n .\r\n\r\n.\r\nQUIT\r\n");
	assert_true(str_eq(s->raw, S(".\r\n..a\r\nb\r\nc.\r\n .\r\n\r\n")));
}

static void test_bare_line_ends_are_refused(void **state)
{
	struct store *s = *state;
	assert_string_equal(codes(s, talk(s, MAIL "DATA\r\na\nb\r\n.\r\nQUIT\r\n")), "220 250 250 250 354 554 221");
	assert_string_equal(codes(s, talk(s, MAIL "DATA\r\na\rb\r\n.\r\nQUIT\r\n")), "220 250 250 250 354 554 221");
	assert_string_equal(codes(s, talk(s, MAIL "DATA\r\na\r\r\nb\r\n.\r\nQUIT\r\n")), "220 250 250 250 354 554 221");
	/* What smugglers send: an end that only some servers see, and a second mail behind it. */
	const char *const ends[] = { "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r\n", "\r.\r", "\r\n.\r." };
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct str in = arena_fmt(&s->arena, "%sDATA\r\na%sMAIL FROM:<evil@x>\r\nRCPT TO:<b@y>\r\nDATA\r\nevil\r\n.\r\nQUIT\r\n", MAIL, ends[i]);
		struct str out = talk_in(s, in, 1 << 20, &LMTP_LIMITS, NULL);
		assert_true(str_find(out, S("521 5.5.2")) > 0 || str_find(out, S("554 5.6.0")) > 0);
		assert_true(str_find(out, S("250 2.0.0 stored")) < 0);
	}
	assert_int_equal(s->taken, 0);
	/* In commands too. */
	assert_string_equal(codes(s, talk(s, "NOOP\nNOOP\r\nNO\rOP\r\nNOOP\r\nQUIT\r\n")), "220 500 250 500 250 221");
}

static void test_too_large(void **state)
{
	struct store *s = *state;
	size_t n = 0, lines = (1 << 20) / 64 + 10;
	char *in = malloc(lines * 64 + 4096);
	n += (size_t)put_text(in, MAIL "RCPT TO:<two@d>\r\nDATA\r\n");
	for (size_t i = 0; i < lines; i++) {
		memset(in + n, 'x', 62);
		memcpy(in + n + 62, "\r\n", 2);
		n += 64;
	}
	n += (size_t)put_text(in + n, ".\r\nNOOP\r\nQUIT\r\n");
	assert_string_equal(codes(s, talk_in(s, (struct str){ in, n }, 1 << 20, &LMTP_LIMITS, NULL)), "220 250 250 250 250 354 552 552 250 221");
	assert_int_equal(s->taken, 0);
	assert_string_equal(codes(s, talk(s, HELLO "MAIL FROM:<a@x> SIZE=1048577\r\nMAIL FROM:<a@x> SIZE=1048576 BODY=8BITMIME\r\nQUIT\r\n")), "220 250 552 250 221");
	free(in);
}

static void test_exactly_the_limit(void **state)
{
	struct store *s = *state;
	for (int over = 0; over < 2; over++) {
		size_t want = (1 << 20) + (size_t)over, n = 0;
		char *in = malloc(want + 4096);
		n += (size_t)put_text(in, MAIL "DATA\r\n");
		memset(in + n, 'x', want - 2);
		n += want - 2;
		n += (size_t)put_text(in + n, "\r\n.\r\nQUIT\r\n");
		assert_string_equal(codes(s, talk_in(s, (struct str){ in, n }, 1 << 20, &LMTP_LIMITS, NULL)),
				    over ? "220 250 250 250 354 552 221" : "220 250 250 250 354 250 221");
		free(in);
	}
	assert_int_equal(s->raw.n, 1 << 20);
}

static void test_a_hundred_recipients(void **state)
{
	struct store *s = *state;
	struct buf in;
	buf_init(&in, &s->arena, 1 << 20);
	buf_add(&in, S(HELLO "MAIL FROM:<a@x>\r\n"));
	for (int i = 0; i < 101; i++)
		buf_fmt(&in, "RCPT TO:<r%d@d>\r\n", i);
	buf_add(&in, S("DATA\r\nx\r\n.\r\nQUIT\r\n"));
	struct str out = talk_in(s, buf_str(&in), 1 << 20, &LMTP_LIMITS, NULL);
	assert_true(str_find(out, S("452 4.5.3")) > 0);
	assert_int_equal(s->taken, 100);
}

static void test_dropped_in_data(void **state)
{
	struct store *s = *state;
	enum err e = OK;
	struct str out = talk_in(s, S(MAIL "DATA\r\nhalf a mail\r\n."), 1 << 20, &LMTP_LIMITS, &e);
	assert_string_equal(codes(s, out), "220 250 250 250 354");
	assert_int_equal(s->taken, 0);
	assert_int_equal(e, ERR_UPSTREAM);
	talk_in(s, S(MAIL "DATA\r\nhalf a mail\r\n.\r"), 1 << 20, &LMTP_LIMITS, &e);
	assert_int_equal(s->taken, 0);
}

static void test_slow_and_silent(void **state)
{
	struct store *s = *state;
	const struct lmtp_limits quick = { .idle_ms = 50, .command_ms = 120, .data_ms = 120 };
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	struct lmtp_config cfg = config(s);
	int64_t from = clock_mono_us();
	assert_int_equal(lmtp_session(&cfg, &quick, pair[1], pair[1], -1, "silent"), ERR_UPSTREAM);
	assert_true(clock_mono_us() - from < 5 * UTIME_US_PER_SECOND);
	char said[200] = { 0 };
	assert_true(read(pair[0], said, sizeof(said) - 1) > 0);
	assert_non_null(strstr(said, "421 4.4.2"));
	close(pair[0]);
	close(pair[1]);
}

struct dripper {
	int fd;
	volatile int stop;
};

static void *drip(void *arg)
{
	struct dripper *d = arg;
	const char *head = MAIL "DATA\r\n";
	if (send(d->fd, head, strlen(head), MSG_NOSIGNAL) < 0)
		return NULL;
	while (send(d->fd, "x", 1, MSG_NOSIGNAL) == 1 && !__atomic_load_n(&d->stop, __ATOMIC_RELAXED))
		poll(&(struct pollfd){ .fd = -1 }, 1, 5);
	return NULL;
}

/* A client that sends a byte now and then is never idle, but its message must end some day. */
static void test_dripping(void **state)
{
	struct store *s = *state;
	const struct lmtp_limits quick = { .idle_ms = 2000, .command_ms = 2000, .data_ms = 150 };
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	struct lmtp_config cfg = config(s);
	struct dripper d = { .fd = pair[0] };
	pthread_t t;
	pthread_create(&t, NULL, drip, &d);
	assert_int_equal(lmtp_session(&cfg, &quick, pair[1], pair[1], -1, "drip"), ERR_UPSTREAM);
	close(pair[1]);
	__atomic_store_n(&d.stop, 1, __ATOMIC_RELAXED);
	pthread_join(t, NULL);
	close(pair[0]);
	assert_int_equal(s->taken, 0);
}

static void test_order_and_unknown(void **state)
{
	struct store *s = *state;
	assert_string_equal(codes(s, talk(s, "MAIL FROM:<a@x>\r\nEHLO x\r\nLHLO\r\nLHLO x\r\nRCPT TO:<a@b>\r\nDATA\r\nFOO\r\nVRFY a\r\nNOOP x\r\nQUIT\r\n")),
			    "220 503 500 501 250 503 503 500 252 250 221");
	assert_string_equal(codes(s, talk(s, MAIL "MAIL FROM:<b@x>\r\nRSET\r\nDATA\r\nMAIL FROM:<b@x>\r\nDATA\r\nQUIT\r\n")),
			    "220 250 250 250 503 250 503 250 503 221");
	assert_string_equal(codes(s, talk(s, HELLO "MAIL FROM:a@x\r\nMAIL FROM:<a@x\r\nMAIL FROM:<a@x> FOO=1\r\nMAIL TO:<a>\r\nRCPT FROM:<a>\r\nQUIT\r\n")),
			    "220 250 501 501 555 501 503 221");
	assert_string_equal(codes(s, talk(s, "lhlo x\r\nmail from: <a@x>\r\nrcpt to: <\"a b>\"@x>\r\ndata\r\nx\r\n.\r\nquit\r\n")),
			    "220 250 250 250 354 250 221");
	assert_true(str_eq(s->rcpt, S("\"a b>\"@x")));
}

static void test_too_many_errors(void **state)
{
	struct store *s = *state;
	struct buf in;
	buf_init(&in, &s->arena, 1 << 16);
	for (int i = 0; i < 50; i++)
		buf_add(&in, S("WHAT\r\n"));
	const char *c = codes(s, talk_in(s, buf_str(&in), 1 << 20, &LMTP_LIMITS, NULL));
	assert_string_equal(c, "220 500 500 500 500 500 500 500 500 500 500 500 421");
}

static void test_lines_and_bytes(void **state)
{
	struct store *s = *state;
	for (int over = 0; over < 2; over++) {
		char line[1200];
		int n = put_text(line, "NOOP ");
		memset(line + n, 'x', 1200 - (size_t)n);
		memcpy(line + 998 + over, "\r\nQUIT\r\n", 9);
		assert_string_equal(codes(s, talk(s, line)), over ? "220 500 221" : "220 250 221");
	}
	/* NUL in a command is refused; in a message it is kept, for the pre-pass of the parser to see. */
	struct str nul = S("NO\0OP\r\n" MAIL "DATA\r\na\0b\r\n.\r\nQUIT\r\n");
	assert_string_equal(codes(s, talk_in(s, nul, 1 << 20, &LMTP_LIMITS, NULL)), "220 500 250 250 250 354 250 221");
	assert_true(str_eq(s->raw, S("a\0b\r\n")));
}

static void test_eight_bit(void **state)
{
	struct store *s = *state;
	assert_string_equal(codes(s, talk(s, HELLO "MAIL FROM:<a@x>\r\nRCPT TO:<j\xc3\xbcrgen@d>\r\nRSET\r\nMAIL FROM:<\xc3\xbc@x> SMTPUTF8\r\nRCPT TO:<j\xc3\xbcrgen@d>\r\nRCPT TO:<j\xfcrgen@d>\r\nDATA\r\n\xff\r\n.\r\nQUIT\r\n")),
			    "220 250 250 553 250 250 250 501 354 250 221");
	assert_true(str_eq(s->raw, S("\xff\r\n")));
	assert_true(str_eq(s->rcpt, S("j\xc3\xbcrgen@d")));
}

static void test_answers_of_the_program(void **state)
{
	struct store *s = *state;
	static const struct {
		enum err e;
		const char *codes;
	} cases[] = { { ERR_INPUT, "220 250 250 250 354 554 221" }, { ERR_LIMIT, "220 250 250 250 354 552 221" },
		      { ERR_FULL, "220 250 250 250 354 452 221" },  { ERR_BUSY, "220 250 250 250 354 451 221" },
		      { ERR_BUG, "220 250 250 250 354 451 221" } };
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		s->answer = cases[i].e;
		assert_string_equal(codes(s, talk(s, MAIL "DATA\r\nx\r\n.\r\nQUIT\r\n")), cases[i].codes);
	}
	s->answer = OK;
	s->say = S("one\r\n250 two");
	struct str out = talk(s, MAIL "DATA\r\nx\r\n.\r\nQUIT\r\n");
	assert_string_equal(codes(s, out), "220 250 250 250 354 250 221");
	assert_true(str_find(out, S("250 2.0.0 one??250 two\r\n")) > 0);
}

/* ---- the listener ---- */

static int connect_to(struct lmtp *l, const char *path)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)lmtp_port(l)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path ? path : "");
	int fd = socket(path ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
	int r = path ? connect(fd, (struct sockaddr *)&un, sizeof(un)) : connect(fd, (struct sockaddr *)&in, sizeof(in));
	assert_int_equal(r, 0);
	return fd;
}

static struct str hear(struct store *s, int fd)
{
	char text[4096];
	ssize_t n = read(fd, text, sizeof(text));
	return arena_str(&s->arena, (struct str){ text, n > 0 ? (size_t)n : 0 });
}

static void test_listener(void **state)
{
	struct store *s = *state;
	struct lmtp_config cfg = config(s);
	cfg.listen = "127.0.0.1:0";
	cfg.sessions_max = 2;
	struct fault f = { 0 };
	struct lmtp *l;
	assert_int_equal(lmtp_start(&cfg, &f, &l), OK);
	assert_true(lmtp_port(l) > 0);
	int a = connect_to(l, NULL), b = connect_to(l, NULL);
	assert_true(str_starts(hear(s, a), S("220 ")));
	assert_true(str_starts(hear(s, b), S("220 ")));
	int c = connect_to(l, NULL);
	assert_true(str_starts(hear(s, c), S("421 4.3.2 too many sessions")));
	assert_int_equal(read(c, (char[1]){ 0 }, 1), 0);
	lmtp_stop(l); /* ends the sessions that are open */
	assert_true(str_starts(hear(s, a), S("421 4.3.2")));
	close(a);
	close(b);
	close(c);
}

static void test_unix_socket(void **state)
{
	struct store *s = *state;
	char dir[] = "/tmp/tend-lmtp-XXXXXX";
	assert_non_null(mkdtemp(dir));
	struct str path = arena_fmt(&s->arena, "%s/lmtp", dir), listen_on = arena_fmt(&s->arena, "unix:%s/lmtp", dir);
	struct lmtp_config cfg = config(s);
	cfg.listen = listen_on.p;
	struct fault f = { 0 };
	struct lmtp *l, *other = NULL;
	assert_int_equal(lmtp_start(&cfg, &f, &l), OK);
	struct stat st;
	assert_int_equal(stat(path.p, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	int fd = connect_to(l, path.p);
	assert_true(str_starts(hear(s, fd), S("220 ")));
	close(fd);
	assert_int_equal(lmtp_start(&cfg, &f, &other), ERR_INPUT); /* somebody listens there */
	assert_int_equal(stat(path.p, &st), 0);
	lmtp_stop(l);
	assert_int_equal(stat(path.p, &st), -1);
	/* A socket left over from a crash is no obstacle. */
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	memcpy(un.sun_path, path.p, path.n + 1);
	int old = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(old, (struct sockaddr *)&un, sizeof(un)), 0);
	close(old);
	fault_clear(&f);
	assert_int_equal(lmtp_start(&cfg, &f, &l), OK);
	lmtp_stop(l);
	rmdir(dir);
}

static void test_bad_addresses(void **state)
{
	struct store *s = *state;
	const char *const bad[] = { "0.0.0.0:24", "192.0.2.1:24", "example.org:24", "127.0.0.1", "127.0.0.1:99999", "unix:", "" };
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct lmtp_config cfg = config(s);
		cfg.listen = bad[i];
		struct fault f = { 0 };
		struct lmtp *l;
		assert_int_equal(lmtp_start(&cfg, &f, &l), ERR_INPUT);
		assert_true(f.message[0] != 0);
	}
}

static void test_swaks(void **state)
{
	struct store *s = *state;
	if (access("/usr/bin/swaks", X_OK) != 0)
		skip();
	struct lmtp_config cfg = config(s);
	cfg.listen = "127.0.0.1:0";
	struct fault f = { 0 };
	struct lmtp *l;
	assert_int_equal(lmtp_start(&cfg, &f, &l), OK);
	const char *const extra[] = { "", "--pipeline" };
	for (size_t i = 0; i < ARRAY_LEN(extra); i++) {
		char port[16], *argv[24];
		int n = 0;
		snprintf(port, sizeof(port), "%d", lmtp_port(l));
		const char *const fixed[] = { "swaks", "--protocol", "LMTP", "--server", "127.0.0.1", "--port", port, "--from", "a@x.org", "--to",
			                      "one@d,two@d", "--body", "hello\n.dot\n", "--silent", "3" };
		for (size_t k = 0; k < ARRAY_LEN(fixed); k++)
			argv[n++] = (char *)(uintptr_t)fixed[k];
		if (*extra[i])
			argv[n++] = (char *)(uintptr_t)extra[i];
		argv[n] = NULL;
		int before = s->taken;
		pid_t pid = fork();
		if (pid == 0) {
			execv("/usr/bin/swaks", argv);
			_exit(127);
		}
		int status;
		waitpid(pid, &status, 0);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
		assert_int_equal(s->taken - before, 2);
		assert_true(str_find(s->raw, S("\r\n.dot\r\n")) > 0);
	}
	lmtp_stop(l);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_one_mail), T(test_a_byte_at_a_time), T(test_each_recipient_its_reply), T(test_dots), T(test_bare_line_ends_are_refused),
		T(test_too_large), T(test_exactly_the_limit), T(test_a_hundred_recipients), T(test_dropped_in_data), T(test_slow_and_silent),
		T(test_dripping), T(test_order_and_unknown), T(test_too_many_errors), T(test_lines_and_bytes), T(test_eight_bit),
		T(test_answers_of_the_program), T(test_listener), T(test_unix_socket), T(test_bad_addresses), T(test_swaks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
