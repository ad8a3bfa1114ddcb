/* mail_out_test.c: mails that go out: well-formed whatever is put into them, threading for each recipient by the ids that their program has seen, and what
 * comes of sending. */
#include "base/utf8.h"
#include "mail/mail_kit.h"

#include "base/banned.h"

/* ---- reading back, by our own parser ---- */

static struct mime_message parsed(struct str raw)
{
	struct mime_message m;
	struct fault f = { .err = OK };
	assert_int_equal(mime_parse(&arena, &f, desk->blobs, raw, &m), OK);
	return m;
}

/* RFC 5322 and 2045 for every line of a mail. */
static void assert_well_formed(struct str mail)
{
	struct str rest = mail;
	bool head = true;
	while (rest.n) {
		ptrdiff_t at = str_find(rest, S("\r\n"));
		assert_true(at >= 0);
		struct str line = str_slice(rest, 0, (size_t)at);
		if (line.n > 76 && !(head && line.n <= 900))
			fail_msg("a line of %zu: %.*s", line.n, STR_ARG(line));
		for (size_t i = 0; i < line.n; i++)
			if ((unsigned char)line.p[i] >= 0x7f || ((unsigned char)line.p[i] < ' ' && line.p[i] != '\t'))
				fail_msg("byte %d in %.*s", line.p[i], STR_ARG(line));
		if (line.n)
			assert_true(line.p[line.n - 1] != ' ');
		if (str_eq(line, S(".")))
			fail_msg("a lone dot");
		head = head && line.n;
		rest = str_slice(rest, (size_t)at + 2, rest.n);
	}
}

static struct ctx job_ctx(void)
{
	struct ctx c;
	desk_ctx(desk, &arena, S("mail"), &c);
	return c;
}

static struct mail_out simple(void)
{
	return (struct mail_out){
		.from_name = S("Support"), .from_addr = S(OURS), .to_name = S("Ines"), .to_addr = S(INES), .reply_to = S(OURS), .subject = S("Hello"),
		.message_id = S("x@desk.example"), .markdown = S("Hi"), .date_us = INT64_C(1795507200000000),
	};
}

static struct str compose(const struct mail_out *m)
{
	struct ctx c = job_ctx();
	struct str raw, again;
	if (mail_compose(&c, m, &raw) != OK)
		fail_msg("%s", c.fault.message);
	assert_int_equal(mail_compose(&c, m, &again), OK);
	assert_true(str_eq(raw, again));
	assert_well_formed(raw);
	return raw;
}

static void headers_cannot_be_broken_out_of(void **state)
{
	(void)state;
	static const char *const BAD[] = { "a\r\nBcc: x@y.example", "a\nb", "a\rb" };
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		for (int which = 0; which < 9; which++) {
			struct mail_out m = simple();
			struct str bad = str_c(BAD[i]), refs[] = { S("a@b"), bad };
			struct mail_part part = { .filename = S("a.txt"), .content_type = S("text/plain"), .bytes = S("x") };
			struct str *fields[] = { &m.from_name, &m.from_addr, &m.to_name, &m.to_addr, &m.reply_to, &m.subject, &m.message_id, &part.filename, &part.content_type };
			*fields[which] = bad;
			m.parts = &part;
			m.n_parts = 1;
			struct ctx c = job_ctx();
			struct str raw;
			assert_int_equal(mail_compose(&c, &m, &raw), ERR_INPUT);
			m = simple();
			m.refs = refs;
			m.n_refs = 2;
			assert_int_equal(mail_compose(&c, &m, &raw), ERR_INPUT);
		}
	struct mail_out m = simple();
	m.subject = (struct str){ "a\0b", 3 };
	struct ctx c = job_ctx();
	struct str raw;
	assert_int_equal(mail_compose(&c, &m, &raw), ERR_INPUT);
}

static void names_and_subjects_come_back(void **state)
{
	(void)state;
	static const char *const TEXTS[] = {
		"Plain", "Jos\xc3\xa9 \xe2\x80\x9cX\xe2\x80\x9d", "a \"quoted\" \\ name", "=?utf-8?q?not_ours?=", "semi; colon, comma <angle> (paren)",
		"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81\xae\xe4\xbb\xb6\xe5\x90\x8d\xe3\x81\xaf\xe3\x81\xa8\xe3\x81\xa6\xe3\x82\x82\xe9\x95\xb7\xe3\x81\x84\xe3\x81\xae\xe3\x81\xa7"
		"\xe6\x8a\x98\xe3\x82\x8a\xe7\x95\xb3\xe3\x81\xbe\xe3\x82\x8c\xe3\x82\x8b",
		"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
		"averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongword and more",
		"double  spaces   stay and then the line gets so long that it must be folded  somewhere   here",
		"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80",
	};
	for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
		struct mail_out m = simple();
		m.subject = str_c(TEXTS[i]);
		m.from_name = m.to_name = utf8_clip(str_c(TEXTS[i]), 90);
		struct mime_message back = parsed(compose(&m));
		assert_text(back.subject, TEXTS[i]);
		if (!str_eq(back.from.name, m.from_name))
			fail_msg("%.*s", STR_ARG(back.from.name));
		assert_text(back.from.addr, OURS);
		assert_int_equal(back.n_from, 1);
		assert_int_equal(back.n_to, 1);
		assert_text(back.to[0].addr, INES);
	}
}

static void bodies_come_back(void **state)
{
	(void)state;
	static const char *const TEXTS[] = {
		"", "x", "x\n", "From here on\nFrom there\n.\n..\n.dot", "trailing space \nand tab\t\nend ", "=3D = == =\n", "-- \nMara",
		"J\xc3\xbcrgen \xe2\x82\xac 5", "a\r\nb\r\n", "--=_a\n--=_m\n",
		"0123456789012345678901234567890123456789012345678901234567890123456789012345 78901234567890\n",
		"\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc",
	};
	for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
		struct mail_out m = simple();
		m.markdown = str_c(TEXTS[i]);
		struct mime_message back = parsed(compose(&m));
		struct buf want;   /* line ends are one thing */
		buf_init(&want, &arena, 4096);
		for (const char *p = TEXTS[i]; *p; p++)
			if (*p != '\r')
				buf_ch(&want, *p);
		if (!str_eq(str_trim(back.text), str_trim(buf_str(&want))))
			fail_msg("%zu: \"%.*s\"", i, STR_ARG(back.text));
	}
}

static void files_come_back(void **state)
{
	(void)state;
	enum { LARGE = 20 << 20 };
	char *bytes = arena_alloc(&arena, LARGE);
	for (size_t i = 0; i < LARGE; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	const struct mail_part parts[] = {
		{ S("log.txt"), S("text/plain"), S("a\nb\n") },
		{ S("\xc3\x9c" "bersicht (1); x.pdf"), S("application/pdf"), S("%PDF-") },
		{ S("mail.eml"), S("message/rfc822"), S("From: a@b\n\nx") },
		{ S("empty.bin"), S("application/octet-stream"), S("") },
		{ S("large.bin"), S("application/octet-stream"), { bytes, LARGE } },
	};
	struct mail_out m = simple();
	m.parts = parts;
	m.n_parts = ARRAY_LEN(parts);
	m.n_parts--;
	compose(&m);   /* line by line, without the large one */
	m.n_parts++;
	struct ctx c = job_ctx();
	struct str raw;
	assert_int_equal(mail_compose(&c, &m, &raw), OK);
	assert_has_not(str_slice(raw, 0, 8192), "message/rfc822");
	struct mime_message back = parsed(raw);
	size_t k = 0;
	for (size_t i = 0; i < back.n_parts; i++, k++) {
		if (back.parts[i].bytes != (int64_t)parts[k].bytes.n && parts[k].bytes.n == 0)
			k++;
		if (!str_eq(back.parts[i].filename, parts[k].filename))
			fail_msg("\"%.*s\"", STR_ARG(back.parts[i].filename));
		assert_int_equal(back.parts[i].bytes, parts[k].bytes.n);
		struct blob_name same;
		assert_int_equal(blob_put(desk->blobs, &op.fault, parts[k].bytes, &same), OK);
		assert_string_equal(same.hex, back.parts[i].blob.hex);
	}
	assert_true(back.n_parts >= 4);
	struct mail_part huge[] = { parts[4], parts[4], parts[4], parts[4] };
	m.parts = huge;
	m.n_parts = 4;
	assert_int_equal(mail_compose(&c, &m, &raw), ERR_LIMIT);
}

static void references_are_capped(void **state)
{
	(void)state;
	struct str refs[60];
	for (size_t i = 0; i < ARRAY_LEN(refs); i++)
		refs[i] = arena_fmt(&arena, "%zu@x.example", i);
	struct mail_out m = simple();
	m.refs = refs;
	m.n_refs = ARRAY_LEN(refs);
	struct str value = header(compose(&m), "References");
	assert_true(str_starts(value, S("<0@x.example> <41@x.example> <42@x.example>")));
	assert_true(str_ends(value, S("<59@x.example>")));
	assert_text(header(compose(&m), "In-Reply-To"), "<59@x.example>");
}

/* ---- Markdown ---- */

static void markdown(void **state)
{
	(void)state;
	static const struct {
		const char *in, *text, *html;
	} CASES[] = {
		{ "See [the docs](https://x.example/a_(b)) now", "See the docs <https://x.example/a_(b)> now\n", "<a href=\"https://x.example/a_(b)\">the docs</a>" },
		{ "![shot](https://x.example/a.png)", "shot <https://x.example/a.png>\n", "<a href=\"https://x.example/a.png\">shot</a>" },
		{ "![shot](javascript:x)", "shot <javascript:x>\n", "<p>shot</p>" },
		{ "[x](javascript:alert(1))", "x <javascript:alert(1)>\n", "<a href=\"#\">x</a>" },
		{ "[x](JaVaScRiPt:alert(1))", "x <JaVaScRiPt:alert(1)>\n", "<a href=\"#\">" },
		{ "[x](//evil.example)", "x <//evil.example>\n", "<a href=\"#\">" },
		{ "[https://x.example](https://x.example)", "https://x.example\n", "<a href=\"https://x.example\">" },
		{ "one\ntwo", "one\ntwo\n", "one<br>" },
		{ "a \\* b \\_c", "a * b _c\n", "a * b _c" },
		{ "`[a](b)` and \\`", "`[a](b)` and `\n", "<code>[a](b)</code>" },
		{ "```\n[a](b)\n```", "```\n[a](b)\n```\n", "<pre><code>[a](b)\n</code></pre>" },
		{ "[not a link] (x) [half](", "[not a link] (x) [half](\n", "[not a link] (x) [half](" },
		{ "<script>alert(1)</script>", "<script>alert(1)</script>\n", "&lt;script&gt;" },
		{ "<img src=x onerror=y>", "<img src=x onerror=y>\n", "&lt;img" },
		{ "a < b & c", "a < b & c\n", "a &lt; b &amp; c" },
	};
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		assert_text(mail_markdown_text(&arena, str_c(CASES[i].in)), CASES[i].text);
		assert_has(mail_markdown_html(&arena, str_c(CASES[i].in)), CASES[i].html);
		assert_has_not(mail_markdown_html(&arena, str_c(CASES[i].in)), "<img");
		assert_has_not(mail_markdown_html(&arena, str_c(CASES[i].in)), "<script");
	}
}

/* What others wrote stands in our mails as they wrote it: no link, no heading, no code, no quote of theirs. */
static void words_of_others_are_no_markup(void **state)
{
	(void)state;
	static const struct {
		const char *words, *html;
	} CASES[] = {
		{ "[Sign in again](https://evil.example)", "[Sign in again](https:" },
		{ "# 1. *loud* _and_ `code` ~~gone~~ | a |", "# 1. *loud* _and_ `code` ~~gone~~ | a |" },
		{ "> quoted &lt; & <b>bold</b> \\* ![x](y)", "&gt; quoted &amp;lt; &amp; &lt;b&gt;bold&lt;/b&gt; \\* ![x](y)" },
		{ "    four blanks_before", "four blanks_before" },
	};
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct str line = arena_fmt(&arena, "- %.*s (https://desk.example/tickets/1)", STR_ARG(mail_markdown_words(&arena, str_c(CASES[i].words))));
		struct str html = mail_markdown_html(&arena, line), text = mail_markdown_text(&arena, line);
		assert_has(html, CASES[i].html);
		for (size_t k = 0; k < 5; k++)
			assert_has_not(html, ((const char *[]){ "<code", "<em", "<h1", "evil.example\"", "<del" })[k]);
		if (CASES[i].words[0] != ' ')
			assert_text(text, arena_fmt(&arena, "- %s (https://desk.example/tickets/1)\n", CASES[i].words).p);
	}
}

/* ---- threads ---- */

static void each_recipient_threads_by_their_own_ids(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	RUN_OK("ticket.cc_add", "{\"ticket\":%lld,\"name\":\"Otto\",\"email\":\"" OTTO "\"}", (long long)t);
	we_answer(t, "First answer.");
	struct str ines1 = header(mail_to(INES), "Message-ID"), otto1 = header(mail_to(OTTO), "Message-ID");
	assert_false(str_eq(ines1, otto1));
	assert_text(header(mail_to(INES), "References"), "<first@northwind.example>");
	assert_text(header(mail_to(INES), "Subject"), "Re: Crash [#1]");
	assert_text(header(mail_to(INES), "From"), "\"Support\" <" OURS ">");
	assert_false(str_eq(header(mail_to(INES), "Reply-To"), header(mail_to(OTTO), "Reply-To")));
	hand_in(OTTO, angle(header(mail_to(OTTO), "Reply-To")), letter("", OTTO, "Re: Crash", "Message-ID: <otto@northwind.example>\r\n", "Me too."));
	we_answer(t, "Second answer.");
	const char *want = arena_cstr(&arena, arena_fmt(&arena, "<first@northwind.example> %.*s <otto@northwind.example>", STR_ARG(ines1)));
	assert_text(header(mail_to(INES), "References"), want);
	want = arena_cstr(&arena, arena_fmt(&arena, "<first@northwind.example> %.*s <otto@northwind.example>", STR_ARG(otto1)));
	assert_text(header(mail_to(OTTO), "References"), want);
	assert_text(header(mail_to(OTTO), "In-Reply-To"), "<otto@northwind.example>");
	/* nothing of what was written before goes out again, and no mark of an automatic mail */
	assert_has_not(mail_to(OTTO), "First");
	assert_true(header(mail_to(OTTO), "Auto-Submitted").p == NULL);
	/* merged into another: its thread goes along */
	struct inbox_get_row row = hand_in(INES, OURS, letter(PROVED, INES, "Other", "Message-ID: <other@northwind.example>\r\n", "x"));
	RUN_OK("ticket.merge", "{\"ticket\":%lld,\"into\":%lld}", (long long)row.ticket_id.v, (long long)t);
	we_answer(t, "Third.");
	assert_has(header(mail_to(INES), "References"), "<other@northwind.example>");
	assert_text(header(mail_to(INES), "Subject"), "Re: Crash [#1]");
}

/* Ids of strangers that are none do not stop an answer. */
static void odd_ids_are_left_out(void **state)
{
	(void)state;
	char *id = arena_alloc(&arena, 1000);
	memset(id, 'a', 999);
	id[999] = 0;
	const char *more = arena_cstr(&arena, arena_fmt(&arena, "Message-ID: <%s@x>\r\n", id));
	struct inbox_get_row row = hand_in(INES, OURS, letter(PROVED, INES, "=?utf-8?q?a=0D=0ABcc:_x=40y.example?=", more, "x"));
	assert_landed(row, "done", "ticket");
	we_answer(row.ticket_id.v, "Hello.");
	struct str mail = mail_to(INES);
	assert_well_formed(mail);
	assert_has_not(str_slice(mail, 0, (size_t)str_find(mail, S("\r\n\r\n"))), "\r\nBcc");
}

/* We write first: no "Re:", and nothing to refer to. */
static void our_own_first_mail(void **state)
{
	(void)state;
	struct str a = run_ok("ticket.create", "{\"subject\":\"Your renewal\",\"body\":\"Hello Ines\",\"body_as\":\"reply\",\"name\":\"Ines\",\"email\":\"" INES "\"}");
	test_clock_add(60 * UTIME_US_PER_SECOND);
	run_due();
	const char *want = arena_cstr(&arena, arena_fmt(&arena, "Your renewal [#%lld]", (long long)test_answer_i64(a, "ticket")));
	assert_text(header(mail_to(INES), "Subject"), want);
	assert_true(header(mail_to(INES), "References").p == NULL);
	struct inbox_get_row row = hand_in(INES, OURS, letter(PROVED, INES, "Re: Your renewal",
		arena_cstr(&arena, arena_fmt(&arena, "In-Reply-To: %.*s\r\n", STR_ARG(header(mail_to(INES), "Message-ID")))), "Yes"));
	assert_landed(row, "done", "reply");
}

static void signatures(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	struct ctx mara;
	test_ctx_as(desk, &arena, 1, "agent", &mara);
	const struct command *cmd = feature_command(kit_features, S("ticket.reply"));
	assert_int_equal(test_run(&mara, cmd, arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":%lld,\"body\":\"Hello\"}", (long long)t)), NULL), OK);
	test_clock_add(60 * UTIME_US_PER_SECOND);
	run_due();
	struct str mail = mail_to(INES);
	assert_text(header(mail, "From"), "\"Mara Lind, Support\" <" OURS ">");
	assert_text(str_trim(parsed(mail).text), "Hello\n\n-- \nMara\nSupport");
	assert_has(mail, "Mara<br>");
}

/* ---- what comes of it ---- */

static void failures_are_said(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	kit_outcome = OUTBOX_FAILED;
	kit_said = "550 5.7.1 no";
	we_answer(t, "One.");
	assert_has(RUN_OK("ticket.messages", "{\"ticket\":%lld}", (long long)t), "could not be sent: 550 5.7.1 no");
	struct contact k;
	int64_t ines = look(t).requester_id.v;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(contact_get(&op, ines, &k), OK);
	ctx_db_done(&op);
	assert_false(k.bouncing);
	kit_outcome = OUTBOX_UNKNOWN;
	kit_said = "broken pipe";
	we_answer(t, "Two.");
	assert_has(RUN_OK("ticket.messages", "{\"ticket\":%lld}", (long long)t), "It is uncertain whether the mail");
	kit_outcome = OUTBOX_FAILED;
	kit_said = "550 5.1.1 no such user";
	we_answer(t, "Three.");
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(contact_get(&op, k.id, &k), OK);
	ctx_db_done(&op);
	assert_true(k.bouncing);
}

static void sent_is_in_the_history(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	int64_t m = we_answer(t, "One.");
	struct str history = RUN_OK("ticket.history", "{\"ticket\":%lld}", (long long)t);
	assert_has(history, "mail.sent");
	assert_true(look_message(m).mail_id.n > 0);
	const char *id = angle(header(mail_to(INES), "Message-ID"));
	assert_text(look_message(m).mail_id, id);
}

/* Who wrote is the From address: a Reply-To of somebody else makes nobody else the requester, and nothing of ours goes there. */
static void reply_to_is_not_who_wrote(void **state)
{
	(void)state;
	struct inbox_get_row row = hand_in(INES, OURS, letter(PROVED, INES, "Crash", "Reply-To: Eve <" EVE ">\r\n", "It crashes."));
	assert_landed(row, "done", "ticket");
	assert_has(RUN_OK("ticket.show", "{\"ticket\":%lld}", (long long)row.ticket_id.v), INES);
	assert_has_not(RUN_OK("ticket.show", "{\"ticket\":%lld}", (long long)row.ticket_id.v), EVE);
	we_answer(row.ticket_id.v, "Which version?");
	assert_int_equal(kit_n_sent, 2);
	for (size_t i = 0; i < kit_n_sent; i++)
		assert_text(kit_sent[i].to, INES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(headers_cannot_be_broken_out_of), KIT_TEST(names_and_subjects_come_back), KIT_TEST(bodies_come_back), KIT_TEST(files_come_back),
		KIT_TEST(references_are_capped), KIT_TEST(markdown), KIT_TEST(words_of_others_are_no_markup), KIT_TEST(each_recipient_threads_by_their_own_ids), KIT_TEST(odd_ids_are_left_out),
		KIT_TEST(our_own_first_mail), KIT_TEST(signatures), KIT_TEST(failures_are_said), KIT_TEST(sent_is_in_the_history), KIT_TEST(reply_to_is_not_who_wrote),
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
