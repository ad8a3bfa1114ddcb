/* mime_test.c: headers by hand, bombs, the jail's edges, and the distrust between parent and child. The corpus of odd mails is tests/mails. */
#include "io/mime.h"

#include "io/html_mail.h"
#include "io/html_mail_part.h"
#include "io/mime_core.h"
#include "io/quote.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/banned.h"

struct rig {
	struct arena arena;
	struct fault fault;
	struct charsets *charsets;
	struct blob_store *blobs;
	char dir[32];
};

static struct mime_ctx ctx(struct rig *r)
{
	return (struct mime_ctx){ .arena = &r->arena, .fault = &r->fault, .charsets = r->charsets };
}

static int setup(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	arena_init(&r->arena);
	memcpy(r->dir, "/tmp/tend-mime-XXXXXX", 22);
	assert_non_null(mkdtemp(r->dir));
	assert_int_equal(blob_store_open(r->dir, &r->fault, &r->blobs), OK);
	assert_int_equal(charsets_open(&r->fault, &r->charsets), OK);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct rig *r = *state;
	blob_store_close(r->blobs);
	charsets_close(r->charsets);
	pid_t pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", r->dir, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	arena_done(&r->arena);
	free(r);
	return 0;
}

#define assert_str(s, literal)                                                                                                                                       \
	do {                                                                                                                                                         \
		struct str got_ = (s);                                                                                                                               \
		if (!str_eq(got_, str_c(literal)))                                                                                                                   \
			fail_msg("got \"%.*s\", not \"%s\"", STR_ARG(got_), literal);                                                                                \
	} while (0)

/* ---- headers ---- */

static void test_words(void **state)
{
	struct rig *r = *state;
	struct mime_ctx c = ctx(r);
	static const char *const cases[][2] = {
		{ "plain", "plain" },
		{ "=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab" },
		{ "=?utf-8?Q?a?= x =?utf-8?Q?b?=", "a x b" },
		{ "=?UTF-8*de?Q?a?=", "a" },
		{ "=?utf-8?B?w7w?=", "\xc3\xbc" },
		{ "=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=", "\xc3\xbc" },
		{ "=?utf-8?Q?=C3?= =?iso-8859-1?Q?=FC?=", "\xef\xbf\xbd\xc3\xbc" },
		{ "=?utf-8?Q?a=0Ab?=", "a b" },
		{ "=?utf-8?Q?\xe2\x80\xae?=x", "x" },
		{ "=?x?=?=", "=?x?=?=" },
		{ "=??Q?x?=", "=??Q?x?=" },
		{ "=?utf-7?Q?+ADw-?=", "+ADw-" },
		{ "\xfc", "\xc3\xbc" },
		{ "=?", "=?" },
		{ "", "" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_str(mime_words(&c, str_c(cases[i][0]), 500), cases[i][1]);
	assert_int_equal(mime_words(&c, S("\xc3\xbc\xc3\xbc"), 3).n, 2);
}

static void test_addresses(void **state)
{
	struct rig *r = *state;
	struct mime_ctx c = ctx(r);
	/* in, how many, first name, first address */
	static const struct {
		const char *in;
		size_t n;
		const char *name, *addr;
	} cases[] = {
		{ "a@b.c", 1, "", "a@b.c" },
		{ "Ann <a@B.C>", 1, "Ann", "a@b.c" },
		{ "<a@b.c>", 1, "", "a@b.c" },
		{ "\"A, B\" <a@b.c>, d@e.f", 2, "A, B", "a@b.c" },
		{ "a@b.c (Ann)", 1, "Ann", "a@b.c" },
		{ "A \"B\" C <a@b.c>", 1, "A B C", "a@b.c" },
		{ "g: a@b.c, d@e.f;", 2, "", "a@b.c" },
		{ "g:;", 0, "", "" },
		{ "a@b@c", 1, "a@b@c", "" },
		{ "<a@b.c", 1, "", "a@b.c" },
		{ "a@b..c", 1, "a@b..c", "" },
		{ "a@-b.c", 1, "a@-b.c", "" },
		{ "a@[127.0.0.1]", 1, "", "a@[127.0.0.1]" },
		{ "=?utf-8?Q?Doe,_Ann_(x)?= <a@b.c>", 1, "Doe, Ann (x)", "a@b.c" },
		{ "\"<x@evil>\" <a@b.c>", 1, "<x@evil>", "a@b.c" },
		{ "a@b.c\x1a.evil", 1, "a@b.c\xef\xbf\xbd.evil", "" },
		{ "a\xe2\x80\xae@b.c", 1, "a@b.c", "" },
		{ ",,;", 0, "", "" },
		{ "", 0, "", "" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct mime_address list[4] = { 0 };
		size_t n = 0;
		assert_int_equal(mime_addresses(&c, str_c(cases[i].in), list, &n, 4), cases[i].n);
		if (!cases[i].n)
			continue;
		assert_str(list[0].name, cases[i].name);
		assert_str(list[0].addr, cases[i].addr);
	}
}

static void test_dates(void **state)
{
	(void)state;
	static const struct {
		const char *in;
		int64_t s;
	} cases[] = {
		{ "Thu, 01 Jan 1970 00:00:00 +0000", 0 },  { "1 Jan 1970 00:00 GMT", 0 },
		{ "Thu, 1 Jan 70 00:00:10 -0000", 10 },    { "Thu, 1-Jan-1970 01:00:00 +0100", 0 },
		{ "Tue, 24 Nov 2026 08:00:00 +0530 (IST)", 1795487400 }, { "24 November 2026 08:00:00 PST", 1795536000 },
		{ "Sat, 29 Feb 2020 12:00:60 +0000", 1582977659 }, { "2026-11-24T08:00:00Z", 1795507200 },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct opt_i64 t = mime_date(str_c(cases[i].in));
		assert_true(t.set);
		assert_int_equal(t.v, cases[i].s * UTIME_US_PER_SECOND);
	}
	static const char *const bad[] = { "", "x", "Tue", "31 Feb", "32 Jan 2026 00:00", "1 Foo 2026 00:00", "1 Jan 2026 24:00", "1 Jan 1900 00:00", "1 Jan 2026 1", "1 Jan 99999 00:00" };
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(mime_date(str_c(bad[i])).set);
}

static void test_filenames(void **state)
{
	struct rig *r = *state;
	static const char *const cases[][2] = {
		{ "a.txt", "a.txt" },        { "/etc/passwd", "passwd" },   { "..\\..\\x.exe", "x.exe" },         { "..", "" },
		{ "a\nb.txt", "a b.txt" },   { "a\x01.txt", "a.txt" },      { "evil\xe2\x80\xaetxt.exe", "eviltxt.exe" }, { " . ", "" },
		{ "a.exe. ", "a.exe" },      { "a:b|c?.txt", "a_b_c_.txt" }, { "x\xe2\x80\x8fy", "xy" },           { "", "" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_str(mime_filename(&r->arena, str_c(cases[i][0])), cases[i][1]);
	char name[1000];
	memset(name, 'x', 990);
	memcpy(name + 990, ".jpeg", 6);
	struct str s = mime_filename(&r->arena, str_c(name));
	assert_int_equal(s.n, 255);
	assert_true(str_ends(s, S(".jpeg")));
}

static void test_quotes(void **state)
{
	(void)state;
	/* text, and what stays visible of it */
	static const char *const cases[][2] = {
		{ "It works now.\n\nOn 1 Jan 2026, Bob wrote:\n> x\n", "It works now.\n\n" },
		{ "It works now.\n\nOn 1 Jan 2026, Bob <b@x.org>\nwrote:\n\nx\n", "It works now.\n\n" },
		{ "Het werkt nu.\n\nOp ma 1 jan. 2026 om 10:00 schreef Bob <b@x.org>:\n> x\n", "Het werkt nu.\n\n" },
		{ "Funciona ahora.\n\nEl lun, 1 ene 2026, Bob (<b@x.org>) escribi\xc3\xb3:\n> x\n", "Funciona ahora.\n\n" },
		{ "Funciona agora.\n\nEm seg., 1 de jan. de 2026, Bob <b@x.org> escreveu:\n> x\n", "Funciona agora.\n\n" },
		{ "Funziona ora.\n\nIl giorno lun 1 gen 2026, Bob <b@x.org> ha scritto:\n> x\n", "Funziona ora.\n\n" },
		{ "Works for me.\n\n> all\n> of it\n", "Works for me.\n\n" },
		{ "Works for me.\n\n> all\n> of it\n\n-- \nAnn\n", "Works for me.\n\n" },
		{ "Hello Bob,\nthis is new.\n", "Hello Bob,\nthis is new.\n" },
		{ "Ok\n\nOn 1 Jan 2026, Bob wrote:\n> x\n", "Ok\n\nOn 1 Jan 2026, Bob wrote:\n> x\n" },
		{ "On 1 Jan 2026, Bob wrote:\n> x\n\nMy answer is below.\n", "On 1 Jan 2026, Bob wrote:\n> x\n\nMy answer is below.\n" },
		{ "See this note:\n12:30 it fails:\nafter that\n", "See this note:\n12:30 it fails:\nafter that\n" },
		{ "All good now.\n\n\xe2\x80\x94 write above this line \xe2\x80\x94\nDear Ann\n", "All good now.\n\n" },
		{ "I read '\xe2\x80\x94 write above this line \xe2\x80\x94' and wonder.\nBye\n", "I read '\xe2\x80\x94 write above this line \xe2\x80\x94' and wonder.\nBye\n" },
		{ "Run this:\n> npm test\nand tell me.\n", "Run this:\n> npm test\nand tell me.\n" },
		{ "Please see below.\n\n-----Original Message-----\nFrom: x\n", "Please see below.\n\n" },
		{ "From: me\nI have a question to you\n", "From: me\nI have a question to you\n" },
		{ "", "" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str t = str_c(cases[i][0]);
		assert_str(str_slice(t, 0, quote_find(t)), cases[i][1]);
	}
}

static void test_charsets_are_closed(void **state)
{
	(void)state;
	static const char *const no[] = { "utf-7", "iso-2022-cn-ext", "iso-2022-kr", "ebcdic-us", "hz-gb-2312", "", "utf-8//TRANSLIT", "x" };
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		assert_false(charset_known(str_c(no[i])));
	assert_true(charset_known(S("Latin1")));
	assert_true(charset_known(S(" UTF-8 ")));
}

/* ---- bombs ---- */

struct bomb {
	const char *name;
	const char *head, *unit, *middle, *tail;
	size_t count;
	enum err want;        /* OK, or ERR_INPUT when the ceiling should be named */
};

static const struct bomb BOMBS[] = {
	{ "tiny parts", "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n", "", "--b--\n", 300000, ERR_INPUT },
	{ "colons in From", "From: ", ":", "", " a@b.c\n\nx\n", 100000, OK },
	{ "comments in From", "From: a@b.c ", "(", "", "\n\nx\n", 100000, OK },
	{ "angles in From", "From: ", "<", "", "\n\nx\n", 500000, OK },
	{ "quotes in To", "To: ", "\"", "", "\n\nx\n", 999999, OK },
	{ "a subject of 5 MB", "Subject: ", "subject ", "", "\n\nx\n", 655360, ERR_INPUT },
	{ "encoded words", "Subject: ", "=?utf-8?Q?a?= ", "", "\n\nx\n", 70000, OK },
	{ "unfinished words", "Subject: ", "=?a?Q?", "", "\n\nx\n", 170000, OK },
	{ "half words", "Subject: ", "=?", "", "\n\nx\n", 500000, OK },
	{ "addresses", "To: ", "a@b.c,", "", "\n\nx\n", 170000, OK },
	{ "500,000 addresses", "To: ", "a@b.c,", "", "\n\nx\n", 500000, ERR_INPUT },
	{ "references", "References: ", "<a@b>", "", "\n\nx\n", 200000, OK },
	{ "header lines", "", "X: y\n", "", "\n\nx\n", 2001, ERR_INPUT },
	{ "nested messages", "", "Content-Type: message/rfc822\n\n", "", "x\n", 20000, OK },
	{ "nested multiparts", "", "Content-Type: multipart/mixed; boundary=b\n\n--b\n", "", "\nx\n", 20000, ERR_INPUT },
	{ "parameters", "Content-Type: text/plain", "; a=b", "", "\n\nx\n", 200000, OK },
	{ "continued parameters", "Content-Type: text/plain", "; name*1*=a", "", "\n\nx\n", 90000, OK },
	{ "open tags", "Content-Type: text/html\n\n", "<div>", "", "", 1000000, OK },
	{ "attributes", "Content-Type: text/html\n\n<a", " a=b", "", ">x", 1000000, OK },
	{ "references of characters", "Content-Type: text/html\n\n", "&a", "", "", 2000000, OK },
	{ "open comments", "Content-Type: text/html\n\n", "<!--", "", "", 1000000, OK },
	{ "less-than signs", "Content-Type: text/html\n\n", "<", "", "", 5000000, OK },
	{ "tables in tables", "Content-Type: text/html\n\n", "<table><tr><td>", "", "", 300000, OK },
	{ "quoted text", "\n", "> ", "", "\n", 2000000, OK },
	{ "quoted lines", "\n", "> a\nb\n\n", "", "\n", 700000, OK },
	{ "wrote lines", "\n", "On 1 x wrote:\n", "", "\n> a\n\nb\n", 300000, OK },
	{ "begin lines", "\n", "begin 644 a\n#0V%T\n", "", "\n", 300000, OK },
	{ "NUL", "\n", "\0", "", "\n", 10000000, OK },
	{ "CR", "\n", "\r", "", "\n", 10000000, OK },
	{ "a text of 40 MB", "\n", "0123456789abcde\n", "", "\n", 2621440, OK },
	{ "uuencode of 6 MB", "\nbegin 644 a\n", "#0V%T\n", "", "`\nend\n", 1000000, OK },
	{ "broken GB18030", "Content-Type: text/plain; charset=gb18030\n\n", "\xff", "", "\n", 5000000, OK },
	{ "boundaries", "Content-Type: multipart/mixed; boundary=b\n\n", "--b\nContent-Type: multipart/mixed; boundary=", "", "\n\n", 900, OK },
};

static struct str bomb_bytes(struct rig *r, const struct bomb *b)
{
	/* The unit "\0" is one byte. */
	size_t unit = b->unit[0] ? strlen(b->unit) : 1, head = strlen(b->head), tail = strlen(b->tail), n = 0;
	char *p = arena_alloc(&r->arena, head + tail + unit * b->count);
	memcpy(p, b->head, head);
	n = head;
	for (size_t i = 0; i < b->count; i++, n += unit)
		memcpy(p + n, b->unit, unit);
	memcpy(p + n, b->tail, tail);
	return (struct str){ p, n + tail };
}

static void next_mail_parses(struct rig *r)
{
	struct mime_message m;
	struct arena a;
	arena_init(&a);
	fault_clear(&r->fault);
	assert_int_equal(mime_parse(&a, &r->fault, r->blobs, S("From: a@b.c\nSubject: next\n\nhello\n"), &m), OK);
	assert_str(m.subject, "next");
	assert_str(m.text, "hello");
	arena_done(&a);
}

static void test_bombs(void **state)
{
	struct rig *r = *state;
	for (size_t i = 0; i < ARRAY_LEN(BOMBS); i++) {
		struct mime_message m;
		struct arena a;
		arena_init(&a);
		fault_clear(&r->fault);
		int64_t from = clock_mono_us();
		enum err e = mime_parse(&a, &r->fault, r->blobs, bomb_bytes(r, &BOMBS[i]), &m);
		int64_t ms = (clock_mono_us() - from) / 1000;
		if (getenv("TEND_TEST_TIMES"))
			fprintf(stderr, "%-26s %5lld ms  %s %s\n", BOMBS[i].name, (long long)ms, err_info(e)->name, e ? r->fault.message : "");
		if (e != BOMBS[i].want)
			fail_msg("%s: %s (%s)", BOMBS[i].name, err_info(e)->name, r->fault.message);
		if (e != OK && str_find(str_c(r->fault.message), S("stopped, because")) >= 0)
			fail_msg("%s: no ceiling held it: %s", BOMBS[i].name, r->fault.message);
		if (ms >= 10000)
			fail_msg("%s took %lld ms", BOMBS[i].name, (long long)ms);
		arena_done(&a);
		arena_reset(&r->arena);
		next_mail_parses(r);
	}
}

/* Exactly below, at and above each ceiling (a bug of another parser hid there). */
static void test_edges(void **state)
{
	struct rig *r = *state;
	for (int over = -1; over <= 1; over++) {
		struct buf b;
		struct mime_message m;
		buf_init(&b, &r->arena, 4 << 20);
		buf_add(&b, S("Content-Type: multipart/mixed; boundary=b\n\n"));
		for (int i = 0; i < MIME_PARTS_MAX + over; i++)
			buf_add(&b, i % 2 ? S("--b\nContent-Type: message/rfc822\n\nFrom: a@b.c\n\nx\n") : S("--b\nContent-Type: image/png\n\nx\n"));
		buf_add(&b, S("--b--\n"));
		fault_clear(&r->fault);
		assert_int_equal(mime_parse(&r->arena, &r->fault, r->blobs, buf_str(&b), &m), over > 0 ? ERR_INPUT : OK);
		if (over <= 0)
			assert_int_equal(m.n_parts, MIME_PARTS_MAX + over);
	}
	for (int over = -1; over <= 1; over++) {
		struct buf b;
		struct mime_message m;
		buf_init(&b, &r->arena, 4 << 20);
		for (int i = 0; i < MIME_DEPTH_MAX + over; i++)
			buf_fmt(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
		buf_add(&b, S("\ndeep\n"));
		fault_clear(&r->fault);
		assert_int_equal(mime_parse(&r->arena, &r->fault, r->blobs, buf_str(&b), &m), over > 0 ? ERR_INPUT : OK);
		if (over <= 0)
			assert_str(m.text, "deep");
	}
	for (int over = -1; over <= 1; over++) {
		struct buf b;
		struct mime_message m;
		buf_init(&b, &r->arena, 4 << 20);
		for (int i = 0; i < MIME_HEADER_LINES_MAX + over; i++)
			buf_add(&b, S("X: y\n z\n"));
		buf_add(&b, S("\nx\n"));
		fault_clear(&r->fault);
		assert_int_equal(mime_parse(&r->arena, &r->fault, r->blobs, buf_str(&b), &m), over > 0 ? ERR_INPUT : OK);
	}
	struct mime_message m;
	struct str big = { arena_alloc(&r->arena, MIME_MESSAGE_MAX_BYTES + 1), MIME_MESSAGE_MAX_BYTES + 1 };
	fault_clear(&r->fault);
	assert_int_equal(mime_parse(&r->arena, &r->fault, r->blobs, big, &m), ERR_INPUT);
}

static void test_large_attachment(void **state)
{
	struct rig *r = *state;
	enum { LINES = 500000 };
	struct buf b;
	buf_init(&b, &r->arena, MIME_MESSAGE_MAX_BYTES);
	buf_add(&b, S("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n"));
	for (int i = 0; i < LINES; i++)
		buf_add(&b, S("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4\n"));
	buf_add(&b, S("--b--\n"));
	struct mime_message m;
	assert_int_equal(mime_parse(&r->arena, &r->fault, r->blobs, buf_str(&b), &m), OK);
	assert_int_equal(m.n_parts, 1);
	assert_int_equal(m.parts[0].bytes, (int64_t)LINES * 57);
	int fd;
	int64_t bytes;
	assert_int_equal(blob_open(r->blobs, &r->fault, str_c(m.parts[0].blob.hex), &fd, &bytes), OK);
	assert_int_equal(bytes, (int64_t)LINES * 57);
	close(fd);
}

struct worker {
	struct rig *rig;
	int good;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	for (int i = 0; i < 12; i++) {
		struct arena a;
		struct fault f = { 0 };
		struct mime_message m;
		arena_init(&a);
		struct str raw = arena_fmt(&a, "From: a@b.c\nSubject: %p %d\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: image/png\n\n%p\n--b--\n",
					   arg, i, arg);
		if (mime_parse(&a, &f, w->rig->blobs, raw, &m) == OK && str_eq(m.subject, arena_fmt(&a, "%p %d", arg, i)) && m.n_parts == 1)
			w->good++;
		arena_done(&a);
	}
	return NULL;
}

static void test_many_at_once(void **state)
{
	struct rig *r = *state;
	struct worker w[8];
	pthread_t t[8];
	for (int i = 0; i < 8; i++) {
		w[i] = (struct worker){ .rig = r };
		assert_int_equal(pthread_create(&t[i], NULL, work, &w[i]), 0);
	}
	for (int i = 0; i < 8; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(w[i].good, 12);
	}
}

/* ---- death ---- */

/* The first child of a process, or 0. */
static pid_t child_of(pid_t pid)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	FILE *f = fopen(path, "r");
	int child = 0;
	if (f && fscanf(f, "%d", &child) != 1)
		child = 0;
	if (f)
		fclose(f);
	return child;
}

struct slow {
	struct rig *rig;
	struct fault fault;
	enum err err;
	volatile int done;
};

static void *slow_parse(void *arg)
{
	struct slow *s = arg;
	struct arena a;
	struct mime_message m;
	arena_init(&a);
	s->err = mime_parse(&a, &s->fault, s->rig->blobs, bomb_bytes(s->rig, &(struct bomb){ .head = "Content-Type: text/html\n\n", .unit = "<div>", .tail = "", .count = 1500000 }), &m);
	arena_done(&a);
	__atomic_store_n(&s->done, 1, __ATOMIC_RELEASE);
	return NULL;
}

/* A child that crashes half-way parks its mail with the reason, and harms nobody else. */
static void test_a_child_dies(void **state)
{
	struct rig *r = *state;
	pid_t helper = child_of(getpid());
	assert_true(helper > 0);
	struct slow s = { .err = OK };
	for (int i = 0; i < 20 && s.err == OK; i++) {
		s = (struct slow){ .rig = r };
		pthread_t t;
		assert_int_equal(pthread_create(&t, NULL, slow_parse, &s), 0);
		while (!__atomic_load_n(&s.done, __ATOMIC_ACQUIRE)) {
			pid_t child = child_of(helper);
			if (child > 0)
				kill(child, SIGUSR1); /* ends it, and the sanitizers leave it alone */
			else
				sched_yield();
		}
		pthread_join(t, NULL);
	}
	assert_int_equal(s.err, ERR_UPSTREAM);
	assert_non_null(strstr(s.fault.message, "it crashed"));
	next_mail_parses(r);
}

/* Without the helper, mail waits (busy: it is tried again later) and nothing crashes. */
static void test_the_helper_dies(void **state)
{
	struct rig *r = *state;
	pid_t helper = child_of(getpid());
	struct mime_message m;
	assert_true(helper > 0);
	kill(helper, SIGKILL);
	fault_clear(&r->fault);
	assert_int_equal(mime_parse(&r->arena, &r->fault, r->blobs, S("From: a@b.c\n\nx\n"), &m), ERR_BUSY);
	mime_helper_stop();
	fault_clear(&r->fault);
	assert_int_equal(mime_parse(&r->arena, &r->fault, r->blobs, S("From: a@b.c\n\nx\n"), &m), ERR_BUG);
	fault_clear(&r->fault);
	assert_int_equal(mime_helper_start(&r->fault), OK);
	next_mail_parses(r);
}

/* ---- distrust ---- */

static void test_wire(void **state)
{
	struct rig *r = *state;
	struct mime_message m, back;
	struct buf b;
	struct str raw = S("From: Ann <a@b.c>\nTo: d@e.f\nReferences: <x@y>\nDate: 1 Jan 2026 00:00 +0000\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>x <img src=cid:i></p>\n--b\nContent-Type: image/png; name=a.png\nContent-ID: <i>\n\nx\n--b--\n");
	assert_int_equal(mime_parse_here(&r->arena, &r->fault, r->charsets, raw, &m), OK);
	buf_init(&b, &r->arena, 1 << 20);
	mime_wire_put(&b, &m);
	assert_int_equal(mime_wire_get(&r->arena, &r->fault, buf_str(&b), &back), OK);
	assert_str(back.html, "<p>x <img data-cid=\"i\" alt=\"\"></p>");
	assert_true(back.parts[0].inline_part);
	/* Cut anywhere, it is refused; with any byte changed, it is refused or still sound. */
	for (size_t n = 0; n < b.n; n++) {
		fault_clear(&r->fault);
		assert_int_equal(mime_wire_get(&r->arena, &r->fault, str_slice(buf_str(&b), 0, n), &back), ERR_INPUT);
	}
	for (size_t i = 0; i < b.n; i++)
		for (int flip = 1; flip < 256; flip <<= 1) {
			b.p[i] ^= (char)flip;
			fault_clear(&r->fault);
			if (mime_wire_get(&r->arena, &r->fault, buf_str(&b), &back) == OK) {
				assert_true(html_mail_valid(back.html));
				assert_true(back.quote_at <= back.text.n);
				assert_true(back.n_parts == 1 && str_find_ch(back.parts[0].filename, '/') < 0);
			}
			b.p[i] ^= (char)flip;
		}
}

static void test_grammar_refuses(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"<script>", "<p>", "</p>", "<p></b>", "<p onclick=\"x\"></p>", "<a href=\"javascript:x\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">x</a>",
		"<a href=\"http://x\">x</a>", "<img src=\"http://x\">", "<img data-remote=\"file:///x\" alt=\"\">", "a<b", "a>b", "a&b", "&lt", "<P></P>", "<p ></p>", "<br/>",
		"<td colspan=\"x\"></td>", "<img alt=\"<\">", "<div dir=\"x\"></div>", "\x01", "<style></style>", "<svg></svg>", "<!--x-->", "<b style=\"x\"></b>",
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (html_mail_valid(str_c(bad[i])))
			fail_msg("taken as sound: %s", bad[i]);
	assert_true(html_mail_valid(S("")));
	assert_true(html_mail_valid(S("<p>x &amp; <b>y</b><br></p>")));
}

static void test_html_is_linear(void **state)
{
	struct rig *r = *state;
	static const char *const units[] = { "<div>", "<b><p>", "<a href=http://x>", "<table><td>", "<", "<!--", "<!", "&#", "&amp", "&aaaaaaaaaaaaaaaa", "<script>", "</script>",
		                             "<svg>", "<svg><p>", "<title>", "</title", "<p><b><i><u><s>", "<ul><li>", "</div>", "<a a", "=\"", "<b x='", "<img src=http://x alt=y>",
		                             "<select>", "<template>", "<blockquote>\n", "<pre>\n", "<![CDATA[", "<plaintext>", "<xmp>", "\xc2\xa0", "<dd><dt>", "<h1><h2>" };
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		struct arena a;
		arena_init(&a);
		size_t unit = strlen(units[i]), n = (5 << 20) / unit * unit;
		char *p = arena_alloc(&a, n);
		for (size_t k = 0; k < n; k += unit)
			memcpy(p + k, units[i], unit);
		int64_t from = clock_mono_us();
		struct html_mail_result h;
		html_mail_rebuild(&a, (struct str){ p, n }, &h);
		int64_t ms = (clock_mono_us() - from) / 1000;
		if (getenv("TEND_TEST_TIMES"))
			fprintf(stderr, "html %-20s %5lld ms, %zu MiB\n", units[i], (long long)ms, a.used_bytes >> 20);
		assert_true(html_mail_valid(h.html));
		if (ms > 10000 || a.used_bytes > (160u << 20)) /* a second in release; sanitizers and a busy machine cost ten times that */
			fail_msg("%s: %lld ms, %zu bytes", units[i], (long long)ms, a.used_bytes);
		arena_done(&a);
	}
	(void)r;
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_words), T(test_addresses), T(test_dates), T(test_filenames), T(test_quotes), T(test_charsets_are_closed),
		T(test_wire), T(test_grammar_refuses), T(test_html_is_linear), T(test_edges), T(test_large_attachment), T(test_many_at_once), T(test_bombs),
		T(test_a_child_dies), T(test_the_helper_dies),
	};
	struct fault f = { 0 };
	if (mime_helper_start(&f) != OK) {
		fprintf(stderr, "%s\n", f.message);
		return 1;
	}
	mime_gmime_start();
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	mime_helper_stop();
	return r;
}
