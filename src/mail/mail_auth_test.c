/* mail_auth_test.c: whose word counts: tokens bit by bit, Authentication-Results by the grammar and against forgers, and the signs of programs. */
#include "mail/mail_auth.h"
#include "mail/mail_kit.h"

#include "base/banned.h"

/* ---- tokens ---- */

static struct ctx system_ctx(void)
{
	struct ctx c;
	desk_ctx(desk, &arena, S("mail"), &c);
	return c;
}

static char *writable(struct str s)
{
	char *p = arena_alloc(&arena, s.n + 1);
	memcpy(p, s.p, s.n);
	p[s.n] = 0;
	return p;
}

static void tokens_are_read_back(void **state)
{
	(void)state;
	struct ctx c = system_ctx();
	struct mail_recipient r;
	struct str a = mail_reply_address(&c, S(OURS), 42, 17);
	mail_recipient_read(&c, a, &r);
	assert_int_equal(r.kind, MAIL_TOKEN_REPLY);
	assert_text(r.base, OURS);
	assert_int_equal(r.ticket_id, 42);
	assert_int_equal(r.contact_id, 17);
	char *upper = writable(a);
	for (char *p = upper; *p; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
	mail_recipient_read(&c, str_c(upper), &r);
	assert_int_equal(r.kind, MAIL_TOKEN_REPLY);
	mail_recipient_read(&c, mail_bounce_address(&c, 9, 3), &r);
	assert_int_equal(r.kind, MAIL_TOKEN_BOUNCE);
	assert_text(r.base, "bounce@desk.example");
	int64_t number, contact;
	struct str kind;
	assert_true(mail_message_id_read(&c, mail_message_id(&c, 5, 3, "reply"), &number, &contact, &kind));
	assert_int_equal(number, 5);
	assert_int_equal(contact, 3);
	assert_text(kind, "reply");
}

static void no_flipped_digit_is_taken(void **state)
{
	(void)state;
	static const char DIGITS[] = "abcdefghijklmnopqrstuvwxyz234567";
	struct ctx c = system_ctx();
	struct str whole[] = { mail_reply_address(&c, S(OURS), 42, 17), mail_bounce_address(&c, 42, 17), mail_message_id(&c, 42, 17, "reply") };
	for (size_t w = 0; w < ARRAY_LEN(whole); w++) {
		size_t from = (size_t)str_find(whole[w], S("42.17.")) + 6;
		for (size_t i = from; i < from + 16; i++)
			for (const char *d = DIGITS; *d; d++) {
				struct mail_recipient r;
				int64_t number, contact;
				struct str kind;
				char *s = writable(whole[w]);
				bool same = s[i] == *d;
				s[i] = *d;
				mail_recipient_read(&c, str_c(s), &r);
				if (w < 2)
					assert_int_equal(r.kind == MAIL_TOKEN_BROKEN, !same);
				else
					assert_int_equal(mail_message_id_read(&c, str_c(s), &number, &contact, &kind), same);
			}
	}
}

static void a_token_fits_only_what_it_was_made_for(void **state)
{
	(void)state;
	struct ctx c = system_ctx();
	struct str mac = str_slice(mail_reply_address(&c, S(OURS), 42, 17), strlen("support+42.17."), strlen("support+42.17.") + 16);
	struct str id_mac = str_slice(mail_message_id(&c, 42, 17, "reply"), strlen("tend.reply.42.17."), strlen("tend.reply.42.17.") + 16);
	assert_false(str_eq(mac, id_mac));
	const char *broken[] = { "support+43.17.%.*s@desk.example",  "support+42.18.%.*s@desk.example", "support+042.17.%.*s@desk.example",
				 "support+42.17.%.*sa@desk.example", "support+42.%.*s@desk.example",	"bounce+42.17.%.*s@desk.example",
				 "support+-42.17.%.*s@desk.example", "support+42.17.%.*s+x@desk.example" };
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		struct mail_recipient r;
		mail_recipient_read(&c, arena_fmt(&arena, broken[i], STR_ARG(mac)), &r);
		assert_int_equal(r.kind, MAIL_TOKEN_BROKEN);
		mail_recipient_read(&c, arena_fmt(&arena, broken[i], STR_ARG(id_mac)), &r);
		assert_int_equal(r.kind, MAIL_TOKEN_BROKEN);
	}
	struct mail_recipient r;
	mail_recipient_read(&c, arena_fmt(&arena, "support+42.17.%.*s@desk.example", STR_ARG(id_mac)), &r);
	assert_int_equal(r.kind, MAIL_TOKEN_BROKEN);
	int64_t number, contact;
	struct str kind;
	static const char *const IDS[] = { "tend.reply.42.17.%.*s@desk.example", "tend.ack.42.17.%.*s@desk.example", "tend.bounce.42.17.%.*s@desk.example",
					   "tend..42.17.%.*s@desk.example" };
	for (size_t i = 0; i < ARRAY_LEN(IDS); i++)
		assert_false(mail_message_id_read(&c, arena_fmt(&arena, IDS[i], STR_ARG(mac)), &number, &contact, &kind));
	assert_false(mail_message_id_read(&c, arena_fmt(&arena, "tend.ack.42.17.%.*s@desk.example", STR_ARG(id_mac)), &number, &contact, &kind));
	assert_false(mail_message_id_read(&c, arena_fmt(&arena, "tend.reply.42.17.%.*s@other.example", STR_ARG(id_mac)), &number, &contact, &kind));
	/* another desk's key */
	struct str a = mail_reply_address(&c, S(OURS), 42, 17);
	desk->keys[KEY_MAIL_TOKEN][0] ^= 1;
	mail_recipient_read(&c, a, &r);
	assert_int_equal(r.kind, MAIL_TOKEN_BROKEN);
	desk->keys[KEY_MAIL_TOKEN][0] ^= 1;
}

static void recipients(void **state)
{
	(void)state;
	struct ctx c = system_ctx();
	static const struct {
		const char *rcpt;
		enum err want;
	} CASES[] = {
		{ OURS, OK }, { "Support@DESK.Example", OK }, { "support+anything@desk.example", OK }, { "\"support\"@desk.example", OK },
		{ "postmaster@desk.example", OK }, { "Postmaster", OK }, { "postmaster@other.example", ERR_NOT_FOUND }, { "bounce@desk.example", ERR_NOT_FOUND },
		{ "bounce+1.1.aaaaaaaaaaaaaaaa@desk.example", ERR_NOT_FOUND }, { "nobody@desk.example", ERR_NOT_FOUND }, { "", ERR_NOT_FOUND }, { "@", ERR_NOT_FOUND },
		{ "support", ERR_NOT_FOUND }, { "support@", ERR_NOT_FOUND }, { "\"a@b\"@desk.example", ERR_NOT_FOUND }, { "\"@desk.example", ERR_NOT_FOUND },
		{ "s\xfcpport@desk.example", ERR_NOT_FOUND }, { "s\xc3\xbcpport@desk.example", ERR_NOT_FOUND }, { "support+\xff@desk.example", OK },
		{ "support@desk.example\n", ERR_NOT_FOUND },
	};
	assert_int_equal(ctx_db(&c), OK);
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		enum err e = mail_accepts(&c, str_c(CASES[i].rcpt));
		if (e != CASES[i].want)
			print_error("%s: %s\n", CASES[i].rcpt, err_info(e)->name);
		assert_int_equal(e, CASES[i].want);
	}
	assert_int_equal(mail_accepts(&c, mail_bounce_address(&c, 1, 1)), OK);
	assert_int_equal(mail_accepts(&c, mail_reply_address(&c, S(OURS), 1, 1)), OK);
	char *huge = arena_alloc(&arena, 100000);
	for (size_t i = 0; i < 100000; i++)
		huge[i] = 'a';
	assert_int_equal(mail_accepts(&c, (struct str){ huge, 100000 }), ERR_NOT_FOUND);
	ctx_db_done(&c);
	/* taken with bytes that are no UTF-8, for the row holds text */
	assert_landed(hand_in("\xff@x.example", "support+\xff@desk.example", letter("", "a@b.example", "x", "", "x")), "done", "ticket");
}

/* ---- Authentication-Results ---- */

enum { NONE_, YES, NO };

/* What stands above the first Received, for From someone@acme.com; our id is mx.desk.example. */
static const struct {
	const char *head;
	int want;
} RESULTS[] = {
#define AR "Authentication-Results: mx.desk.example; "
	{ "", NONE_ },
	{ AR "dmarc=pass header.from=acme.com\n", YES },
	{ AR "dmarc=\"pass\" header.from=\"acme.com\"\n", YES },
	{ AR "dmarc=p\"ass\n", NONE_ },
	{ AR "dmarc=\"p\"ass\n", NONE_ },
	{ AR "dmarc=\"pass\n", NONE_ },
	{ AR "dmarc=pass header.from=acme\".com\"\n", NONE_ },
	{ AR "dmarc=pass (p=reject) header.from=ACME.com\n", YES },
	{ AR "dmarc=pass\n", YES },
	{ "authentication-results:MX.Desk.Example;dmarc=Pass;\n", YES },
	{ "Authentication-Results: mx.desk.example 1; dmarc=pass\n", YES },
	{ "Authentication-Results: \"mx.desk.example\"; dmarc=pass\n", YES },
	{ "Authentication-Results: (hi) mx.desk.example (ho)\n 1 ; \n\tdmarc=pass\n", YES },
	{ AR "spf=pass smtp.mailfrom=acme.com;\r\n dkim=none;\r\n dmarc=pass (p=none dis=none)\r\n header.from=acme.com\r\n", YES },
	{ AR "dmarc/1 = pass header.from = acme.com\n", YES },
	/* another's word, or none */
	{ "Authentication-Results: mx.evil.example; dmarc=pass header.from=acme.com\n", NONE_ },
	{ "Authentication-Results: mx.desk.example.evil.example; dmarc=pass\n", NONE_ },
	{ "Authentication-Results: mx.desk.example\n", NONE_ },
	{ AR "none\n", NONE_ },
	{ AR "dmarc=none header.from=acme.com\n", NONE_ },
	{ AR "dmarc=temperror\n", NONE_ },
	{ AR "dmarc=bestguesspass header.from=acme.com\n", NONE_ },
	{ AR "dmarc=pass header.from=evil.example\n", NONE_ },
	{ AR "spf=pass smtp.mailfrom=acme.com\n", NONE_ },
	{ AR "xdmarc=pass; dmarcx=pass\n", NONE_ },
	{ "ARC-Authentication-Results: i=1; mx.desk.example; dmarc=pass header.from=acme.com\n", NONE_ },
	{ "X-Authentication-Results: mx.desk.example; dmarc=pass\n", NONE_ },
	/* refuted */
	{ AR "dmarc=fail header.from=acme.com\n", NO },
	{ AR "dmarc=fail (spf=pass dkim=pass) header.from=acme.com\n", NO },
	{ AR "dmarc=fail (x; dmarc=pass header.from=acme.com)\n", NO },
	{ AR "dmarc=fail; dkim=pass header.d=acme.com\n", NO },
	{ AR "dkim=pass header.d=acme.com\n" AR "dmarc=fail\n", NO },
	/* words that a stranger put into a value or a comment are no results */
	{ AR "spf=fail smtp.mailfrom=\"x; dmarc=pass header.from=acme.com\"@evil.example\n", NONE_ },
	{ AR "spf=fail smtp.mailfrom=\"x\\\"; dmarc=pass; \"@evil.example\n", NONE_ },
	{ AR "spf=fail (mail from \\); dmarc=pass) smtp.mailfrom=x\n", NONE_ },
	{ AR "spf=fail (a (b) ; dmarc=pass) x\n", NONE_ },
	{ AR "spf=fail (never ends; dmarc=pass\n", NONE_ },
	{ AR "spf=fail x=\"never ends; dmarc=pass\n", NONE_ },
	{ AR "spf=fail smtp.mailfrom==?utf-8?q?=3B_dmarc=3Dpass?=@evil.example\n", NONE_ },
	{ AR "dkim=fail header.s=x=pass header.d=acme.com\n", NONE_ },
	{ AR "dkim=fail reason=\"dkim=pass header.d=acme.com\" header.d=acme.com\n", NONE_ },
	/* DKIM: aligned, or a parent */
	{ AR "dkim=pass header.d=acme.com header.s=k header.b=\"a/b=\"\n", YES },
	{ AR "dkim=pass header.i=@acme.com\n", YES },
	{ AR "dkim=pass header.i=list@acme.com header.b=a/b==\n", YES },
	{ AR "dkim=pass header.d=evil.example\n", NONE_ },
	{ AR "dkim=pass header.d=evilacme.com\n", NONE_ },
	{ AR "dkim=pass header.d=mail.acme.com\n", NONE_ },
	{ AR "dkim=pass header.d=com\n", NONE_ },
	{ AR "dkim=pass header.d=\n", NONE_ },
	{ AR "dkim=pass\n", NONE_ },
	{ AR "dkim=pass header.d=evil.example header.d=acme.com\n", NONE_ },
	{ AR "dkim=pass header.d=evil.example header.i=@acme.com\n", NONE_ },
	{ AR "dkim=fail header.d=evil.example; dkim=pass header.d=acme.com\n", YES },
	{ AR "dkim=pass (2048-bit key; unprotected) header.d=acme.com\n", YES },
	/* several headers; below the first Received nothing counts */
	{ AR "spf=none\n" AR "dkim=pass header.d=acme.com\n", YES },
	{ "Received: by mx.desk.example\n" AR "dmarc=pass\n", NONE_ },
	{ "received : by mx.desk.example\n" AR "dmarc=pass\n", NONE_ },
	{ "X: 1\n folded\n" AR "dmarc=pass\n", YES },
	{ "\n" AR "dmarc=pass\n", NONE_ },
};

static void results(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(RESULTS); i++) {
		struct mail_verdict v;
		struct str raw = arena_fmt(&arena, "%sReceived: from evil.example\n" AR "dmarc=pass; dkim=pass header.d=acme.com\nFrom: a@acme.com\n\n" AR "dmarc=pass\n",
					   RESULTS[i].head);
		mail_auth_read(&arena, raw, S("mx.desk.example"), S("acme.com"), 0, &v);
		if (v.proved != (RESULTS[i].want == YES) || v.refuted != (RESULTS[i].want == NO))
			print_error("%s", RESULTS[i].head);
		assert_int_equal(v.proved, RESULTS[i].want == YES);
		assert_int_equal(v.refuted, RESULTS[i].want == NO);
	}
	struct mail_verdict v;
	struct str below = S("Received: by ours\n" AR "dmarc=pass\nReceived: by theirs\n" AR "dmarc=fail\n\n");
	mail_auth_read(&arena, below, S("mx.desk.example"), S("acme.com"), 1, &v);
	assert_true(v.proved && !v.refuted);
	mail_auth_read(&arena, below, S("mx.desk.example"), S("acme.com"), 0, &v);
	assert_false(v.proved || v.refuted);
	mail_auth_read(&arena, S(AR "dkim=pass header.d=acme.com\n\n"), S("mx.desk.example"), S("eu.acme.com"), 0, &v);
	assert_true(v.proved);
	mail_auth_read(&arena, S(AR "dmarc=pass\n\n"), S("mx.desk.example"), S(""), 0, &v);
	assert_false(v.proved);
}

/* A header of a megabyte is read in time that grows with its length. */
static void results_are_linear(void **state)
{
	(void)state;
	static const char *const PIECES[] = { "(", "\"", "\"\"", "a=b ", ";", "=", "a", "\\", "(x) ", "\"a;\\\"\" " };
	for (size_t k = 0; k < ARRAY_LEN(PIECES); k++) {
		struct buf b;
		struct mail_verdict v;
		buf_init(&b, &arena, 4 << 20);
		buf_add(&b, S("Authentication-Results: mx; "));
		for (size_t i = 0; i < 300000; i++)
			buf_add(&b, str_c(PIECES[k]));
		int64_t began = clock_mono_us();
		mail_auth_read(&arena, buf_str(&b), S("mx"), S("acme.com"), 0, &v);
		assert_true(clock_mono_us() - began < 5 * UTIME_US_PER_SECOND);
		assert_false(v.proved);
	}
}

static void return_path(void **state)
{
	(void)state;
	assert_text(mail_return_path(&arena, S("Return-Path: <a@b.example>\nFrom: x\n\n")), "a@b.example");
	assert_text(mail_return_path(&arena, S("From x\nreturn-path:<>\n\n")), "");
	assert_text(mail_return_path(&arena, S("From: x\n\nReturn-Path: <a@b>\n")), "unknown");
	assert_text(mail_return_path(&arena, S("")), "unknown");
}

/* ---- made by programs ---- */

static void signs(void **state)
{
	(void)state;
	static const struct {
		const char *envelope, *name, *value;
		bool automatic, vacation, suppress;
	} CASES[] = {
		{ INES, "Auto-Submitted", "no", false, false, false },
		{ INES, "Auto-Submitted", " NO (a person)", false, false, false },
		{ INES, "Auto-Submitted", "auto-generated", true, false, false },
		{ INES, "Auto-Submitted", "auto-replied; owner-email=x", true, true, false },
		{ INES, "Auto-Submitted", "auto-notified", true, true, false },
		{ "", "X", "y", true, true, false },
		{ INES, "X", "y", false, false, false },
		{ INES, "Precedence", "bulk", true, false, false },
		{ INES, "Precedence", "Junk", true, false, false },
		{ INES, "Precedence", "list", true, false, false },
		{ INES, "Precedence", "auto_reply", true, true, false },
		{ INES, "Precedence", "first-class", false, false, false },
		{ INES, "List-Id", "<x.y>", true, false, false },
		{ INES, "list-help", "<x.y>", true, false, false },
		{ INES, "Listing", "x", false, false, false },
		{ INES, "X-Autoreply", "yes", true, true, false },
		{ INES, "X-Autorespond", "x", true, true, false },
		{ INES, "X-Mail-Autoreply", "x", true, true, false },
		{ INES, "X-Auto-Response-Suppress", "All", false, false, true },
		{ INES, "X-Auto-Response-Suppress", "DR, OOF, AutoReply", false, false, true },
		{ INES, "X-Auto-Response-Suppress", "DR, RN", false, false, false },
	};
	struct ctx c = system_ctx();
	assert_int_equal(ctx_db(&c), OK);
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct mime_header h = { str_c(CASES[i].name), str_c(CASES[i].value) };
		struct mime_message m = { .from = { .addr = S(INES) }, .n_from = 1, .subject = S("x"), .headers = &h, .n_headers = 1 };
		struct mail_signs s;
		assert_int_equal(mail_signs_read(&c, str_c(CASES[i].envelope), S("\n"), &m, &s), OK);
		if (s.automatic != CASES[i].automatic || s.vacation != CASES[i].vacation || s.suppress != CASES[i].suppress)
			fail_msg("%s: %s", CASES[i].name, CASES[i].value);
		assert_false(s.loop || s.spam || s.verification || s.proved);
	}
	static const char *const OWN[] = { OURS, "Support@desk.example", "support+42.1.x@desk.example", "trial@desk.example" };
	for (size_t i = 0; i < ARRAY_LEN(OWN); i++) {
		struct mime_message m = { .from = { .addr = str_c(OWN[i]) }, .n_from = 1 };
		struct mail_signs s;
		assert_int_equal(mail_signs_read(&c, S(INES), S("\n"), &m, &s), OK);
		assert_true(s.loop);
	}
	struct mime_message daemon = { .from = { .addr = S("MAILER-DAEMON@x.example") }, .n_from = 1 };
	struct mail_signs s;
	assert_int_equal(mail_signs_read(&c, S(INES), S("\n"), &daemon, &s), OK);
	assert_true(s.automatic);
	ctx_db_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(tokens_are_read_back), KIT_TEST(no_flipped_digit_is_taken), KIT_TEST(a_token_fits_only_what_it_was_made_for),
		KIT_TEST(recipients), KIT_TEST(results), KIT_TEST(results_are_linear), KIT_TEST(return_path), KIT_TEST(signs),
	};
	struct fault f = { 0 };
	if (mime_helper_start(&f) != OK) {
		fprintf(stderr, "%s\n", f.message);
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	mime_helper_stop();
	return failed;
}
