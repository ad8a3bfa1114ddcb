/* password_test.c: the parts without a database: which passwords will not do, TOTP's vectors, working hours, networks. */
#include "people/inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/banned.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static bool fits(const char *password)
{
	return password_problem(str_c(password), S("Mara Lind"), S("mara.lind@northwind.example")) == NULL;
}

static void length_is_counted_in_characters(void **state)
{
	(void)state;
	static const char TEXT[] = "Vq7 läuft 火 über den Zaun, zweimal; dann ruht er & trinkt Tee um halb 5. Kein Mensch weiß, weshalb 92 Igel so gern Jazz hörn!? Ufz "
				   "hBw pKx";
	size_t chars = 0;
	for (size_t end = 1; end <= sizeof(TEXT) - 1; end++) {
		if (end < sizeof(TEXT) - 1 && ((unsigned char)TEXT[end] & 0xc0) == 0x80)
			continue;
		chars++;
		bool ok = password_problem((struct str){ TEXT, end }, S("Mara Lind"), S("mara@northwind.example")) == NULL;
		assert_int_equal(ok, chars >= 12 && chars <= 128);
	}
	assert_true(chars > 128);
	assert_true(fits("🐢🐢 🦊 Ω≈ç√∫ æ"));
	assert_false(fits(""));
	assert_non_null(password_problem((struct str){ "abc\0 Zaun 91 Igel", 17 }, S("M"), S("m@x.example")));
	assert_non_null(password_problem(S("kaputt \xff\xfe Zaun 91"), S("M"), S("m@x.example")));
	char *huge = arena_alloc(&arena, 1 << 20);
	memset(huge, 'x', 1 << 20);
	assert_non_null(password_problem((struct str){ huge, 1 << 20 }, S("M"), S("m@x.example")));
}

static void what_everybody_tries_is_refused(void **state)
{
	(void)state;
	static const char *const NO[] = {
		"passwordpassword", "Password123456", "P@ssw0rd2024!", "qwertyuiop123", "iloveyou2023!", "letmein-letmein", "1234567890123", "123456789012",
		"aaaaaaaaaaaa", "abcabcabcabc", "abcdefghijkl", "zyxwvutsrqponm", "qwertyuiopasdf", "Summer2024!!", "dragon.monkey.1", "sunshine football",
		"W3lc0me2t3nd!", "Welcome12345", "superman99999", "trustno1trustno1", "1q2w3e4r5t6y", "administrator1", "Manchester-United-1", "000000000000",
		"chocolate2024", "princess123456", "Liverpool1892!", "qazwsxedcrfv12", "!!!password!!!", "p4ssw0rdp4ssw0rd",
		/* of the 3,000 commonest of public breaches, those that have twelve characters at all */
		"123qweasdzxc", "1qaz2wsx3edc", "q1w2e3r4t5y6", "mailcreated5240", "qazwsxedcrfv", "123456qwerty", "qwerty123456", "polniypizdec0211",
		"sojdlg123aljg", "leavemealone", "123456654321",
	};
	for (size_t i = 0; i < ARRAY_LEN(NO); i++) {
		if (fits(NO[i]))
			print_error("taken: %s\n", NO[i]);
		assert_false(fits(NO[i]));
	}
	static const char *const YES[] = {
		"correct horse battery staple", "vier Igel trinken Tee", "xK9#mQ2$vL7!pR", "the owl reads at noon", "Zaun-Igel-Jazz-92", "kqzvtpwmxhrd",
		"my other car is a bicycle", "8341 0297 5561 9", "dragonfly over the pond", "Пять ежей пьют чай",
	};
	for (size_t i = 0; i < ARRAY_LEN(YES); i++) {
		if (!fits(YES[i]))
			print_error("refused: %s\n", YES[i]);
		assert_true(fits(YES[i]));
	}
}

static void names_are_refused(void **state)
{
	(void)state;
	assert_false(fits("maralindmaralind"));
	assert_false(fits("Mara-Lind-1987"));
	assert_false(fits("M4ra L1nd 1987!"));
	assert_false(fits("northwind123456"));
	assert_false(fits("tendtendtendtend"));
	assert_false(fits("tend-helpdesk-2026"));
	assert_true(fits("Mara trinkt Tee 92"));
}

/* RFC 6238, appendix B: the SHA-1 column, its last six digits. */
static void totp_gives_the_codes_of_the_rfc(void **state)
{
	(void)state;
	static const unsigned char SECRET[] = "12345678901234567890";
	static const struct { int64_t t; uint32_t code; } V[] = {
		{ 59, 287082 }, { 1111111109, 81804 }, { 1111111111, 50471 }, { 1234567890, 5924 }, { 2000000000, 279037 }, { 20000000000, 353130 },
	};
	for (size_t i = 0; i < ARRAY_LEN(V); i++)
		assert_int_equal(totp_code(SECRET, 20, V[i].t / 30), V[i].code);
	struct str secret = S("12345678901234567890");
	int64_t step;
	utime t = INT64_C(1111111109) * UTIME_US_PER_SECOND; /* the last second of its step */
	assert_true(totp_check(secret, S("081804"), t, NONE, &step));
	assert_int_equal(step, 1111111109 / 30);
	assert_true(totp_check(secret, S("081 804"), t + 30 * UTIME_US_PER_SECOND, NONE, &step));
	assert_false(totp_check(secret, S("081804"), t + 60 * UTIME_US_PER_SECOND, NONE, &step));
	assert_true(totp_check(secret, S("081804"), t - 30 * UTIME_US_PER_SECOND, NONE, &step));
	assert_false(totp_check(secret, S("081804"), t - 60 * UTIME_US_PER_SECOND, NONE, &step));
	assert_false(totp_check(secret, S("081804"), t, SOME(1111111109 / 30), &step)); /* used */
	assert_false(totp_check(secret, S("81804"), t, NONE, &step));
	assert_false(totp_check(secret, S("0818040"), t, NONE, &step));
	assert_false(totp_check(secret, S("08180a"), t, NONE, &step));
	assert_true(totp_looks_like(S("123 456")) && !totp_looks_like(S("abcd-efgh-ijkl-mnop")));
	assert_true(str_eq(recovery_plain(&arena, S("ABCD-efgh 2345")), S("abcdefgh2345")));
	assert_true(str_eq(totp_groups(&arena, secret), S("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")));
	assert_true(str_eq(totp_uri(&arena, secret, S("mara@desk.example"), S("tend")),
			   S("otpauth://totp/tend:mara%40desk.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=tend&algorithm=SHA1&digits=6&period=30")));
}

static struct str hours(const char *text)
{
	struct work_span spans[WORK_SPANS_MAX];
	size_t n;
	const char *why = NULL;
	if (!people_hours_parse(str_c(text), spans, &n, &why)) {
		assert_non_null(why);
		return S("no");
	}
	return people_hours_json(&arena, spans, n);
}

static void hours_are_read_in_both_forms(void **state)
{
	(void)state;
	assert_true(str_eq(hours(""), S("[]")));
	assert_true(str_eq(hours("mon-fri 09:00-17:00"), S("[{\"days\":\"mon-fri\",\"from\":\"09:00\",\"to\":\"17:00\"}]")));
	assert_true(str_eq(hours("[{\"days\":\"mon-fri\",\"from\":\"9:00\",\"to\":\"17:00\"}]"),
			   S("[{\"days\":\"mon-fri\",\"from\":\"09:00\",\"to\":\"17:00\"}]")));
	assert_true(str_eq(hours("Mon,Wed,thu 8:30-12:00, 13:00-24:00\n sat 22:00-06:00 \n"),
			   S("[{\"days\":\"mon,wed,thu\",\"from\":\"08:30\",\"to\":\"12:00\"},{\"days\":\"mon,wed,thu\",\"from\":\"13:00\",\"to\":\"24:00\"},"
			     "{\"days\":\"sat\",\"from\":\"22:00\",\"to\":\"06:00\"}]")));
	static const char *const NO[] = {
		"mon", "mon 9-17", "foo 09:00-17:00", "mon 09:00-09:00", "mon 24:00-06:00", "mon 09:60-17:00", "mon 25:00-26:00", "mon 09:00 17:00",
		"mon- 09:00-17:00", "[", "{}", "[1]", "[{\"days\":\"mon\",\"from\":\"09:00\"}]", "[{\"days\":\"mon\",\"from\":\"09:00\",\"to\":\"17:00\",\"x\":1}]",
		"[{\"days\":5,\"from\":\"09:00\",\"to\":\"17:00\"}]", "mon 99999999999:00-17:00", "mon 09:00-17:00,",
	};
	for (size_t i = 0; i < ARRAY_LEN(NO); i++) {
		if (!str_eq(hours(NO[i]), S("no")))
			print_error("taken: %s\n", NO[i]);
		assert_true(str_eq(hours(NO[i]), S("no")));
	}
	struct buf b;
	buf_init(&b, &arena, 4000);
	for (int i = 0; i < 21; i++)
		buf_add(&b, S("mon 09:00-10:00\n"));
	buf_ch(&b, 0);
	assert_true(str_eq(hours(b.p), S("no")));
}

static void hours_hold_in_their_zone(void **state)
{
	(void)state;
	struct work_span spans[WORK_SPANS_MAX];
	size_t n;
	const char *why;
	assert_true(people_hours_parse(S("mon-fri 09:00-17:00\nsun 22:00-02:00"), spans, &n, &why));
	const struct zone *z = zone_find(S("America/Los_Angeles"));
	assert_non_null(z);
	struct { const char *t; bool at_work; } V[] = {
		{ "2026-11-24T16:59:59Z", false }, /* Tuesday 08:59:59 */
		{ "2026-11-24T17:00:00Z", true },  { "2026-11-25T00:59:59Z", true },  { "2026-11-25T01:00:00Z", false },
		{ "2026-11-30T05:59:59Z", false }, /* Sunday 21:59:59 */
		{ "2026-11-30T06:00:00Z", true },  { "2026-11-30T09:59:59Z", true }, /* Monday 01:59:59 */
		{ "2026-11-30T10:00:00Z", false },
	};
	for (size_t i = 0; i < ARRAY_LEN(V); i++) {
		utime t;
		assert_true(civil_parse_rfc3339(str_c(V[i].t), &t));
		assert_int_equal(people_at_work(spans, n, z, t), V[i].at_work);
	}
}

static void networks(void **state)
{
	(void)state;
	static const char *const V[][2] = {
		{ "192.0.2.77", "192.0.2.0/24" }, { "::ffff:192.0.2.78", "192.0.2.0/24" }, { "127.0.0.1", "127.0.0.1" }, { "127.0.0.9", "127.0.0.9" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" }, { "2001:db8:1:2::9", "2001:db8:1:2::/64" }, { "", "local" }, { "nonsense", "local" },
	};
	for (size_t i = 0; i < ARRAY_LEN(V); i++)
		assert_string_equal(arena_cstr(&arena, network_of(&arena, str_c(V[i][0]))), V[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(length_is_counted_in_characters), cmocka_unit_test(what_everybody_tries_is_refused),
		cmocka_unit_test(names_are_refused),		   cmocka_unit_test(totp_gives_the_codes_of_the_rfc),
		cmocka_unit_test(hours_are_read_in_both_forms),	   cmocka_unit_test(hours_hold_in_their_zone),
		cmocka_unit_test(networks),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
