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
