/* coach.c: looks for cues of presets/handbook/writing_cues.def in what somebody writes; see coach.h. Quoted lines and code are not looked at. */
#include "desk/coach.h"

#include "base/utf8.h"
#include "ticket/guard.h"

#include <string.h>

static const struct cue {
	const char *kind, *words, *field, *says, *valid_from, *valid_to;
} CUES[] = {
#define WRITING_CUE(kind, words, field, says, from, to, source) { kind, words, field, says, from, to },
#include "handbook/writing_cues.def"
#undef WRITING_CUE
};

#include "base/banned.h"

enum { LINES_MAX = 16, TEXT_MAX_BYTES = 64 << 10, ENOUGH_WORDS = 6, PLACE_MAX_BYTES = 80 };

/* ---- the text as it is looked at ---- */

static bool fence(struct str line)
{
	line = str_trim(line);
	return str_starts(line, S("```")) || str_starts(line, S("~~~"));
}

/* Lower case, one space between words, “’” as "'", without quoted lines and code. */
static struct str folded(struct arena *a, struct str text, int *ret_words)
{
	struct buf b;
	struct str rest = utf8_clip(text, TEXT_MAX_BYTES), line;
	bool code = false;
	buf_init(&b, a, TEXT_MAX_BYTES * 2);
	*ret_words = 0;
	while (str_line(&rest, &line)) {
		if (fence(line)) {
			code = !code;
			continue;
		}
		if (code || str_starts(line, S(">")) || str_starts(line, S("    ")))
			continue;
		for (size_t i = 0; i < line.n; i++) {
			unsigned char ch = (unsigned char)line.p[i];
			if (ch == 0xe2 && i + 2 < line.n && (unsigned char)line.p[i + 1] == 0x80 && (unsigned char)line.p[i + 2] == 0x99) {
				buf_ch(&b, '\'');
				i += 2;
				continue;
			}
			if (ch == '*' || ch == '`' || ch == '_')   /* Markdown's marks are no part of a word */
				continue;
			bool space = ch <= ' ';
			if (space && (!b.n || b.p[b.n - 1] == ' '))
				continue;
			if (!space && (!b.n || b.p[b.n - 1] == ' '))
				++*ret_words;
			buf_ch(&b, (char)(space ? ' ' : ch >= 'A' && ch <= 'Z' ? ch + 32 : ch));
		}
		if (b.n && b.p[b.n - 1] != ' ')
			buf_ch(&b, ' ');
	}
	return buf_str(&b);
}

static bool letter(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || (unsigned char)ch >= 0x80;
}

static bool says(struct str text, const char *words)
{
	struct str w = str_c(words);
	bool open = str_ends(w, S("*"));
	if (open)
		w.n--;
	for (size_t from = 0; from < text.n;) {
		ptrdiff_t at = str_find(str_slice(text, from, text.n), w);
		if (at < 0)
			return false;
		size_t begin = from + (size_t)at, end = begin + w.n;
		if ((begin == 0 || !letter(text.p[begin - 1])) && (open || end == text.n || !letter(text.p[end])))
			return true;
		from = begin + 1;
	}
	return false;
}

static bool in_force(const struct cue *q, struct str date)
{
	return str_cmp(date, str_c(q->valid_from)) >= 0 && (!q->valid_to || str_cmp(date, str_c(q->valid_to)) < 0);
}

static const struct cue *cue(struct str text, struct str date, const char *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(CUES); i++)
		if (strcmp(CUES[i].kind, kind) == 0 && in_force(&CUES[i], date) && says(text, CUES[i].words))
			return &CUES[i];
	return NULL;
}

/* ---- what it says ---- */

static void say(struct arena *a, struct coach *k, enum coach_kind kind, const char *fmt, struct str value)
{
	if (k->n < LINES_MAX)
		k->lines[k->n++] = (struct coach_line){ kind, arena_fmt(a, fmt, STR_ARG(value)) };
}

/* "[what we found]" that a macro left; "[words](address)" is a link. */
static void places(struct arena *a, struct coach *k, struct str text)
{
	struct buf b;
	int n = 0;
	buf_init(&b, a, 1000);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '[')
			continue;
		ptrdiff_t len = str_find_ch(str_slice(text, i + 1, text.n), ']');
		if (len < 0)
			break;
		struct str place = str_slice(text, i + 1, i + 1 + (size_t)len);
		size_t end = i + 2 + (size_t)len;
		bool link = end < text.n && (text.p[end] == '(' || text.p[end] == '['), box = place.n == 1 && (place.p[0] == 'x' || place.p[0] == 'X');
		if (link || box || place.n == 0 || place.n > PLACE_MAX_BYTES || str_find_ch(place, '\n') >= 0)
			continue;
		if (n++ < 3)
			buf_fmt(&b, "%s“%.*s”", n > 1 ? ", " : "", STR_ARG(str_trim(place)));
		i = end - 1;
	}
	if (n)
		say(a, k, COACH_FILL_IN, "Still to fill in: %.*s.", n > 3 ? arena_fmt(a, "%.*s and %d more", STR_ARG(buf_str(&b)), n - 3) : buf_str(&b));
}

static void parts(struct arena *a, struct coach *k, struct str text, const struct coach_facts *f, int words)
{
	k->measured = f->reply && words >= ENOUGH_WORDS;
	if (!k->measured)
		return;
	k->status = cue(text, f->date, "status") != NULL;
	k->next = cue(text, f->date, "next") != NULL;
	k->expect = f->promised || cue(text, f->date, "expect") != NULL;
	if (!k->status)
		say(a, k, COACH_PART, "It does not seem to say where it stands%.*s.", S(""));
	if (!k->next)
		say(a, k, COACH_PART, "It does not seem to say what happens next, and who does it%.*s.", S(""));
	if (!k->expect)
		say(a, k, COACH_PART, "It does not seem to say when they hear from you again%.*s.", S(""));
}

static void asks(struct arena *a, struct coach *k, struct str text, const struct coach_facts *f)
{
	if (!f->reply)
		return;
	if (cue(text, f->date, "ask") && !cue(text, f->date, "because"))
		say(a, k, COACH_ASK, "You ask for something: say why you need it%.*s.", S(""));
	for (size_t i = 0; i < ARRAY_LEN(CUES); i++) {
		const struct cue *q = &CUES[i];
		if (strcmp(q->kind, "known") != 0 || !in_force(q, f->date) || !says(text, q->words))
			continue;
		struct str known = strcmp(q->field, "version") == 0 ? f->version : f->deployment;
		if (known.n)
			say(a, k, COACH_KNOWN, "%.*s", arena_fmt(a, "%s The desk has it: %.*s.", q->says, STR_ARG(known)));
	}
	const struct cue *q = f->managed ? cue(text, f->date, "managed") : NULL;
	if (q)
		say(a, k, COACH_KNOWN, "%.*s", str_c(q->says));
}

static void loaded(struct arena *a, struct coach *k, struct str text, const struct coach_facts *f)
{
	for (size_t i = 0; i < ARRAY_LEN(CUES); i++) {
		const struct cue *q = &CUES[i];
		if (strcmp(q->kind, "loaded") != 0 || !in_force(q, f->date))
			continue;
		if (strcmp(q->field, "both") != 0 && strcmp(q->field, f->reply ? "reply" : "note") != 0 && !(f->account && strcmp(q->field, "account") == 0))
			continue;
		if (says(text, q->words))
			say(a, k, COACH_WORD, "%.*s", arena_fmt(a, "“%.*s”: %s", (int)(strlen(q->words) - (str_ends(str_c(q->words), S("*")) ? 1 : 0)), q->words, q->says));
	}
}

void coach_read(struct arena *a, struct str text, const struct coach_facts *f, struct coach *ret)
{
	struct guard_finding secrets[GUARD_FINDINGS_MAX];
	size_t n = guard_find(text, f->date, secrets);
	int words;
	*ret = (struct coach){ .lines = arena_array(a, struct coach_line, LINES_MAX) };
	if (n)
		say(a, ret, COACH_SECRET, "This looks like it holds %.*s.", guard_words(a, secrets, n));
	places(a, ret, utf8_clip(text, TEXT_MAX_BYTES));
	struct str s = folded(a, text, &words);
	parts(a, ret, s, f, words);
	asks(a, ret, s, f);
	loaded(a, ret, s, f);
}
