/* password.c: which passwords will not do, and how an address counts for the brakes.
 *
 * Length is what protects: 12 to 128 characters of any kind. Beyond that only what guessers try first is refused: one to three of the commonest
 * choices with digits and signs around them (also written l1k3 th1s), the person's or the product's own name, runs and repetitions. */
#include "people/inside.h"

#include "base/utf8.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words with a blank after each, sorted. */
static const char COMMON[] =
#include "people/common_passwords.def"
	;

#include "base/banned.h"

enum { BYTES_MAX = PASSWORD_CHARS_MAX * 4, STEMS_MOST = 2000, STEM_MIN = 3, STEM_MAX = 20, WORDS_MOST = 24, AROUND_MAX = 8, STEMS_FEW = 3 };

static const char *const PRODUCT[] = { "tend", "support", "helpdesk", "desk", "ticket", "tickets" };

struct stems {
	struct str v[STEMS_MOST];
	size_t n;
};

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void stems_load(struct stems *s)
{
	struct str rest = { COMMON, sizeof(COMMON) - 1 }, one;
	s->n = 0;
	while (str_cut(rest, ' ', &one, &rest)) {
		ASSERT(s->n < STEMS_MOST);
		s->v[s->n++] = one;
	}
}

static bool letter(unsigned char ch)
{
	return (ch >= 'a' && ch <= 'z') || ch >= 0x80;
}

static bool has_letter(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (letter((unsigned char)s.p[i]))
			return true;
	return false;
}

/* The password in lower case as typed, and twice more with the usual replacements undone. */
struct shape {
	char typed[BYTES_MAX], read[BYTES_MAX];
	size_t n;
};

static void shape_make(struct shape *s, struct str password, char one)
{
	s->n = password.n;
	for (size_t i = 0; i < password.n; i++) {
		static const char FROM[] = "0345789@$", TO[] = "oeastbgas";
		char ch = password.p[i];
		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch + 32);
		s->typed[i] = s->read[i] = ch;
		const char *at = one ? strchr(FROM, ch) : NULL;
		if (at && *at)
			s->read[i] = TO[at - FROM];
		else if (one && (ch == '1' || ch == '!' || ch == '|'))
			s->read[i] = one;
	}
}

/* Whether some cover of the whole by at most STEMS_FEW stems (or words of the person) leaves no letter and at most AROUND_MAX other characters outside. */
static bool covered_by_stems(const struct shape *s, const struct stems *stems, const struct str *words, size_t n_words)
{
	enum { NO = 1 << 20 };
	int best[STEMS_FEW + 1][BYTES_MAX + 1];
	for (int k = 0; k <= STEMS_FEW; k++)
		for (size_t i = 0; i <= s->n; i++)
			best[k][i] = NO;
	best[0][0] = 0;
	for (size_t i = 0; i < s->n; i++) {
		bool reached = false;
		for (int k = 0; k <= STEMS_FEW; k++) {
			if (best[k][i] >= NO)
				continue;
			reached = true;
			if (!letter((unsigned char)s->typed[i]) && best[k][i] + 1 < best[k][i + 1])
				best[k][i + 1] = best[k][i] + 1;
		}
		for (size_t len = STEM_MIN; reached && len <= STEM_MAX && i + len <= s->n; len++) {
			struct str as_read = { s->read + i, len }, as_typed = { s->typed + i, len };
			/* digits are read as letters only beside a letter: "8341" is no word */
			bool words_too = has_letter(as_typed);
			bool known = bsearch(&as_typed, stems->v, stems->n, sizeof(struct str), by_bytes) ||
				     (words_too && bsearch(&as_read, stems->v, stems->n, sizeof(struct str), by_bytes));
			for (size_t w = 0; words_too && !known && w < n_words; w++)
				known = str_eq(as_read, words[w]);
			if (!known)
				continue;
			for (int k = 0; k < STEMS_FEW; k++)
				if (best[k][i] < best[k + 1][i + len])
					best[k + 1][i + len] = best[k][i];
		}
	}
	for (int k = 1; k <= STEMS_FEW; k++)
		if (best[k][s->n] <= AROUND_MAX)
			return true;
	return false;
}

/* Whether every letter belongs to one of the words, and there is a letter. */
static bool only_words(const struct shape *s, const struct str *words, size_t n_words)
{
	bool reach[BYTES_MAX + 1] = { true };
	bool any_letter = false;
	for (size_t i = 0; i < s->n; i++) {
		any_letter = any_letter || letter((unsigned char)s->typed[i]);
		if (!reach[i])
			continue;
		if (!letter((unsigned char)s->typed[i]))
			reach[i + 1] = true;
		for (size_t w = 0; w < n_words; w++)
			if (str_starts((struct str){ s->read + i, s->n - i }, words[w]) || str_starts((struct str){ s->typed + i, s->n - i }, words[w]))
				reach[i + words[w].n] = true;
	}
	return any_letter && reach[s->n];
}

/* The words of a name or an address that say who somebody is: runs of letters of at least three bytes, lower case. `room` holds them. */
static size_t words_of(struct str s, char *room, size_t room_n, struct str *words, size_t n)
{
	size_t from = 0, at = 0;
	for (size_t i = 0; i <= s.n && at < room_n && n < WORDS_MOST; i++) {
		unsigned char ch = i < s.n ? (unsigned char)s.p[i] : ' ';
		if (ch >= 'A' && ch <= 'Z')
			ch = (unsigned char)(ch + 32);
		if (letter(ch)) {
			room[at++] = (char)ch;
			continue;
		}
		if (at - from >= 3)
			words[n++] = (struct str){ room + from, at - from };
		from = at;
	}
	return n;
}

static bool is_repetition(struct str s)
{
	for (size_t unit = 1; unit <= 8 && unit * 2 <= s.n; unit++) {
		size_t i = unit;
		while (i < s.n && s.p[i] == s.p[i - unit])
			i++;
		if (i == s.n)
			return true;
	}
	return false;
}

/* "abcdefghijkl", "098765432109", "qwertyuiopas": nearly every character is the next one to the one before. */
static bool is_run(const struct shape *s)
{
	static const char ROWS[] = "1234567890 qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm azertyuiop";
	size_t steps = 0;
	for (size_t i = 1; i < s->n; i++) {
		char a = s->typed[i - 1], b = s->typed[i];
		bool near = b - a == 1 || a - b == 1 || (a == '9' && b == '0') || (a == '0' && b == '9');
		for (const char *r = ROWS; !near && r[1]; r++)
			near = a != ' ' && b != ' ' && ((r[0] == a && r[1] == b) || (r[0] == b && r[1] == a));
		steps += near;
	}
	return steps + 3 >= s->n - 1;
}

static int distinct(struct str s)
{
	bool seen[256] = { false };
	int n = 0;
	for (size_t i = 0; i < s.n; i++) {
		n += !seen[(unsigned char)s.p[i]];
		seen[(unsigned char)s.p[i]] = true;
	}
	return n;
}

static const char *guessable(struct str password, struct str name, struct str email)
{
	struct stems stems;
	struct str words[WORDS_MOST + ARRAY_LEN(PRODUCT)], local, domain;
	char name_room[400], email_room[200], whole_room[200];
	size_t n = 0;
	stems_load(&stems);
	n = words_of(name, name_room, sizeof(name_room), words, n);
	str_cut(email, '@', &local, &domain);
	n = words_of(local, email_room, sizeof(email_room), words, n);
	n = words_of(domain, whole_room, sizeof(whole_room), words, n);
	for (size_t i = 0; i < ARRAY_LEN(PRODUCT); i++)
		words[n++] = str_c(PRODUCT[i]);
	static const char ONES[] = { 0, 'i', 'l' };
	for (size_t k = 0; k < sizeof(ONES); k++) {
		struct shape s;
		shape_make(&s, password, ONES[k]);
		if (only_words(&s, words, n))
			return "This is little more than a name that anybody can look up. Choose something that says nothing about you or this desk.";
		if (covered_by_stems(&s, &stems, words, n))
			return "This is made of passwords that everybody tries first. Choose something else: four words that have nothing to do with each other do well.";
		if (k == 0 && is_run(&s))
			return "This is a run of neighbours on the keyboard or in the alphabet. Choose something that cannot be guessed.";
	}
	return NULL;
}

const char *password_problem(struct str password, struct str name, struct str email)
{
	if (!utf8_valid(password))
		return "A password can hold any text, but this is not valid UTF-8 (or holds a NUL byte).";
	size_t chars = utf8_length(password);
	if (chars < PASSWORD_CHARS_MIN)
		return "At least 12 characters, please. Spaces are welcome: four words make a good password.";
	if (chars > PASSWORD_CHARS_MAX)
		return "At most 128 characters, please.";
	if (is_repetition(password) || distinct(password) < 5)
		return "This repeats itself too much. Choose something that cannot be guessed.";
	return guessable(password, name, email);
}

struct str network_of(struct arena *a, struct str remote)
{
	char text[INET6_ADDRSTRLEN + 1] = { 0 };
	unsigned char b[16];
	if (remote.n == 0 || remote.n >= sizeof(text))
		return S("local");
	memcpy(text, remote.p, remote.n);
	if (strncmp(text, "::ffff:", 7) == 0)
		memmove(text, text + 7, strlen(text + 7) + 1);
	if (inet_pton(AF_INET, text, b) == 1) {
		if (b[0] == 127) /* each loopback address is somebody else: a proxy, a test */
			return arena_str(a, str_c(text));
		return arena_fmt(a, "%u.%u.%u.0/24", b[0], b[1], b[2]);
	}
	if (inet_pton(AF_INET6, text, b) == 1) {
		memset(b + 8, 0, 8);
		char out[INET6_ADDRSTRLEN];
		return arena_fmt(a, "%s/64", inet_ntop(AF_INET6, b, out, sizeof(out)));
	}
	return S("local");
}
