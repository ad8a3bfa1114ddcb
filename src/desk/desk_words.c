/* desk_words.c: the words of a text, the same for what is stored and what is asked; see desk.h. */
#include "desk/desk.h"

#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

/* U+00C0 … U+017F without their marks; '*' marks what becomes two letters (below), ' ' what is no letter. */
static const char LATIN[] =
	"aaaaaa*ceeeeiiii*nooooo ouuuuy**aaaaaa*ceeeeiiii*nooooo ouuuuy*y"
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkklllllll"
	"lllnnnnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static const struct {
	uint32_t cp;
	const char *letters;
} PAIRS[] = {
	{ 0xc6, "ae" }, { 0xe6, "ae" }, { 0xd0, "d" }, { 0xf0, "d" }, { 0xde, "th" }, { 0xfe, "th" }, { 0xdf, "ss" }, { 0x132, "ij" }, { 0x133, "ij" },
	{ 0x152, "oe" }, { 0x153, "oe" },
};

/* Letters of other scripts stay as they are, but for the simple cases of Greek and Cyrillic. */
static uint32_t lower(uint32_t cp)
{
	if ((cp >= 0x391 && cp <= 0x3a9) || (cp >= 0x410 && cp <= 0x42f))
		return cp + 32;
	if (cp >= 0x400 && cp <= 0x40f)
		return cp + 80;
	return cp;
}

static bool letter(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
	/* punctuation, symbols and spaces beyond ASCII */
	if (cp < 0xc0 || cp == 0xd7 || cp == 0xf7 || (cp >= 0x2000 && cp <= 0x2bff) || (cp >= 0x3000 && cp <= 0x303f) || (cp >= 0xfe00 && cp <= 0xfe6f) ||
	    (cp >= 0xff00 && cp <= 0xff0f) || (cp >= 0xfff0 && cp <= 0xffff) || (cp >= 0x300 && cp <= 0x36f) || (cp >= 0x1f000 && cp <= 0x1faff))
		return false;
	return true;
}

struct str desk_words(struct arena *a, struct str text, size_t max_bytes)
{
	struct buf b;
	buf_init(&b, a, max_bytes + 8);
	bool gap = false;
	text = utf8_nfc(a, text);   /* a mark that belongs to its letter (Cyrillic, Hangul, kana) is part of it, however it was typed */
	for (size_t i = 0; i < text.n && b.n < max_bytes;) {
		int32_t cp = utf8_next(text, &i);
		if (cp >= 0x300 && cp <= 0x36f)   /* a mark of the letter before it that has no place in it */
			continue;
		if (cp < 0 || !letter((uint32_t)cp)) {
			gap = b.n > 0;
			continue;
		}
		if (gap)
			buf_ch(&b, ' ');
		gap = false;
		if (cp < 0x80) {
			buf_ch(&b, (char)(cp >= 'A' && cp <= 'Z' ? cp + 32 : cp));
			continue;
		}
		const char *pair = NULL;
		for (size_t k = 0; k < ARRAY_LEN(PAIRS); k++)
			if (PAIRS[k].cp == (uint32_t)cp)
				pair = PAIRS[k].letters;
		char utf8[4];
		if (pair)
			buf_add(&b, str_c(pair));
		else if (cp >= 0xc0 && (size_t)cp < 0xc0 + sizeof(LATIN) - 1 && LATIN[cp - 0xc0] != '*' && LATIN[cp - 0xc0] != ' ')
			buf_ch(&b, LATIN[cp - 0xc0]);
		else
			buf_add(&b, (struct str){ utf8, utf8_put(utf8, lower((uint32_t)cp)) });
	}
	return buf_str(&b);
}

struct str desk_initials(struct arena *a, struct str name)
{
	struct buf b;
	buf_init(&b, a, 16);
	bool start = true;
	size_t words = 0;
	for (size_t i = 0; i < name.n && words < 2;) {
		size_t from = i;
		int32_t cp = utf8_next(name, &i);
		if (start && cp > ' ') {
			buf_add(&b, str_slice(name, from, i));
			words++;
		}
		start = cp == ' ';
	}
	return buf_str(&b);
}

/* ---- words that tell cases apart ---- */

/* Words that every case has. */
static bool common(struct str w)
{
	static const char *const WORDS[] = { "after", "again", "also", "because", "before", "being", "best", "could", "does", "from", "hello", "have", "help", "here",
					     "into", "just", "know", "like", "more", "need", "only", "other", "please", "regards", "should", "since", "some", "still",
					     "thank", "thanks", "that", "their", "them", "then", "there", "they", "this", "tried", "what", "when", "where", "which",
					     "while", "with", "without", "would", "your", "were", "been", "good", "afternoon", "morning", "team", "issue", "problem" };
	for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
		if (str_eq(w, str_c(WORDS[i])))
			return true;
	return w.n < 3 || (w.n < 4 && !(w.p[0] >= '0' && w.p[0] <= '9'));
}

void desk_telling_words(struct str words, struct str *v, size_t *n, size_t max)
{
	struct str rest = words, one;
	bool more = rest.n > 0;
	while (more && *n < max) {
		bool had = false;
		more = str_cut(rest, ' ', &one, &rest);
		for (size_t i = 0; i < *n; i++)
			had |= str_eq(v[i], one);
		if (!had && !common(one))
			v[(*n)++] = one;
	}
}

bool desk_has_word(struct str words, struct str w)
{
	for (size_t from = 0; from + w.n <= words.n;) {
		ptrdiff_t at = str_find(str_slice(words, from, words.n), w);
		if (at < 0)
			return false;
		size_t b = from + (size_t)at, e = b + w.n;
		if ((b == 0 || words.p[b - 1] == ' ') && (e == words.n || words.p[e] == ' '))
			return true;
		from = b + 1;
	}
	return false;
}

/* ---- questions ---- */

size_t desk_questions(struct arena *a, struct str body, size_t max_bytes, struct str *ret, size_t most)
{
	struct str rest = body, line;
	bool code = false;
	size_t n = 0;
	while (n < most && str_line(&rest, &line)) {
		if (str_starts(str_trim(line), S("```")))
			code = !code;
		if (code || str_starts(line, S(">")))
			continue;
		for (size_t from = 0; n < most && from < line.n;) {
			ptrdiff_t at = str_find_ch(str_slice(line, from, line.n), '?');
			if (at < 0)
				break;
			size_t end = from + (size_t)at, begin = end;
			while (begin > from && !(line.p[begin - 1] == ' ' && begin >= 2 && strchr(".!?:", line.p[begin - 2])))
				begin--;
			struct str q = str_trim(str_slice(line, begin, end + 1));
			bool whole = end + 1 == line.n || line.p[end + 1] == ' ' || line.p[end + 1] == '*';
			if (q.n > 8 && whole)
				ret[n++] = utf8_clip(arena_str(a, q), max_bytes);
			from = end + 1;
		}
	}
	return n;
}
