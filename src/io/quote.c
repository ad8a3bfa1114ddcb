/* quote.c: see quote.h. One list of lines, a few passes over it. */
#include "io/quote.h"

#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

enum { LINES_MAX = 50000, JOIN_MAX = 3, LINE_LOOK = 400, WORDS_LEAST = 2 };

/* What ends the line above a quotation, in the languages of the world's mail programs; a colon follows. */
static const char *const WROTE[] = {
	"wrote", "writes", "schrieb", "schrieb am", "geschrieben", "a \xc3\xa9" "crit", "\xc3\xa9" "crit", "escribi\xc3\xb3", "escreveu", "schreef",
	"ha scritto", "napisa\xc5\x82", "napisa\xc5\x82(a)", "napisa\xc5\x82" "a", "skrev", "kirjoitti", "napsal(a)", "napsal", "nap\xc3\xadsal",
	"\xd0\xbf\xd0\xb8\xd1\x88\xd0\xb5\xd1\x82", "\xd0\xbd\xd0\xb0\xd0\xbf\xd0\xb8\xd1\x81\xd0\xb0\xd0\xbb", "\xd0\xbf\xd0\xb8\xd1\x81\xd0\xb0\xd0\xbb", "\xc5\x9funu yazd\xc4\xb1", "yazd\xc4\xb1", "a scris", "\xc3\xadrta",
	"\xe3\x81\xae\xe3\x83\xa1\xe3\x83\xbc\xe3\x83\xab", "\xe6\x9b\xb8\xe3\x81\x8d\xe3\x81\xbe\xe3\x81\x97\xe3\x81\x9f", "\xe5\x86\x99\xe9\x81\x93", "\xe5\xaf\xab\xe9\x81\x93", "\xec\x9e\x91\xec\x84\xb1", "\xec\x93\xb4", "\xd7\x9b\xd7\xaa\xd7\x91", "\xd9\x83\xd8\xaa\xd8\xa8",
};

/* How such a line begins when it is broken over several. */
static const char *const BEGINS[] = { "On ", "Am ", "Le ", "El ", "Op ", "Em ", "Il ", "Den ", "W dniu ", "Dne ", "Pe ", "2", "1" };

static const char *const ORIGINAL[] = {
	"original message", "original-nachricht", "urspr\xc3\xbcngliche nachricht", "message d'origine", "message d\xe2\x80\x99origine", "message original",
	"mensaje original", "oorspronkelijk bericht", "mensagem original", "messaggio originale", "opprinnelig melding",
	"ursprungligt meddelande", "oprindelig meddelelse", "original appointment", "reply message", "wiadomo\xc5\x9b\xc4\x87 oryginalna",
	"p\xc5\xafvodn\xc3\xad zpr\xc3\xa1va", "\xe5\x85\x83\xe3\x81\xae\xe3\x83\xa1\xe3\x83\x83\xe3\x82\xbb\xe3\x83\xbc\xe3\x82\xb8", "\xe5\x8e\x9f\xe5\xa7\x8b\xe9\x82\xae\xe4\xbb\xb6", "\xec\x9b\x90\xeb\xb3\xb8 \xeb\xa9\x94\xec\x8b\x9c\xec\xa7\x80",
};

static const char *const FORWARDED[] = {
	"forwarded message", "weitergeleitete nachricht", "message transf\xc3\xa9r\xc3\xa9", "mensaje reenviado", "doorgestuurd bericht",
	"mensagem encaminhada", "messaggio inoltrato", "begin forwarded message", "vidarebefordrat meddelande", "\xe8\xbb\xa2\xe9\x80\x81\xe3\x83\xa1\xe3\x83\x83\xe3\x82\xbb\xe3\x83\xbc\xe3\x82\xb8",
	"\xe8\xbd\xac\xe5\x8f\x91\xe7\x9a\x84\xe9\x82\xae\xe4\xbb\xb6", "anfang der weitergeleiteten nachricht", "d\xc3\xa9" "but du message r\xc3\xa9" "exp\xc3\xa9" "di\xc3\xa9",
};

/* The header lines that Outlook and others write above a quotation. */
static const char *const FROM[] = { "From", "Von", "De", "Van", "Da", "Fr\xc3\xa5n", "Fra", "Od", "\xd0\x9e\xd1\x82", "\xe5\xb7\xae\xe5\x87\xba\xe4\xba\xba", "\xe5\x8f\x91\xe4\xbb\xb6\xe4\xba\xba",
	                            "\xe5\xaf\x84\xe4\xbb\xb6\xe8\x80\x85", "\xeb\xb3\xb4\xeb\x82\xb8 \xec\x82\xac\xeb\x9e\x8c", "Exp\xc3\xa9" "diteur", "Kimden", "L\xc3\xa4hett\xc3\xa4j\xc3\xa4" };
static const char *const OTHERS[] = {
	"Sent", "Date", "To", "Cc", "Subject", "Gesendet", "Datum", "An", "Betreff", "Envoy\xc3\xa9", "\xc3\x80", "Objet", "Enviado", "Enviado el",
	"Fecha", "Para", "Asunto", "Verzonden", "Aan", "Onderwerp", "Data", "Assunto", "Inviato", "A", "Oggetto", "Skickat", "Till", "\xc3\x84mne",
	"Sendt", "Til", "Emne", "Wys\xc5\x82" "ane", "Do", "Temat", "Odesl\xc3\xa1no", "Komu", "P\xc5\x99" "edm\xc4\x9bt", "\xd0\x9e\xd1\x82\xd0\xbf\xd1\x80\xd0\xb0\xd0\xb2\xd0\xbb\xd0\xb5\xd0\xbd\xd0\xbe", "\xd0\x9a\xd0\xbe\xd0\xbc\xd1\x83", "\xd0\xa2\xd0\xb5\xd0\xbc\xd0\xb0",
	"\xe9\x80\x81\xe4\xbf\xa1\xe6\x97\xa5\xe6\x99\x82", "\xe5\xae\x9b\xe5\x85\x88", "\xe4\xbb\xb6\xe5\x90\x8d", "\xe5\x8f\x91\xe9\x80\x81\xe6\x97\xb6\xe9\x97\xb4", "\xe6\x94\xb6\xe4\xbb\xb6\xe4\xba\xba", "\xe4\xb8\xbb\xe9\xa2\x98", "\xeb\xb3\xb4\xeb\x82\xb8 \xeb\x82\xa0\xec\xa7\x9c", "\xeb\xb0\x9b\xeb\x8a\x94 \xec\x82\xac\xeb\x9e\x8c", "\xec\xa0\x9c\xeb\xaa\xa9", "G\xc3\xb6nderildi", "Kime", "Konu",
};

struct lines {
	struct str text;
	struct str *v;
	size_t n;
};

static struct str undecorated(struct str s)
{
	s = str_trim(s);
	while (s.n && (s.p[0] == '*' || s.p[0] == '>' || s.p[0] == ' ' || s.p[0] == '|'))
		s = str_slice(s, 1, s.n);
	while (s.n && (s.p[s.n - 1] == '*' || s.p[s.n - 1] == ' '))
		s.n--;
	return s;
}

static bool blank(struct str s)
{
	return str_trim(s).n == 0;
}

static bool is_quoted(struct str s)
{
	s = str_trim(s);
	return s.n && s.p[0] == '>';
}

static bool signature(struct str s)
{
	return str_eq(s, S("-- ")) || str_eq(s, S("--"));
}

/* "Label:" with a colon of any kind. */
static bool labelled(struct str line, const char *const *labels, size_t n)
{
	line = undecorated(line);
	for (size_t i = 0; i < n; i++) {
		struct str l = str_c(labels[i]);
		if (!str_starts(line, l))
			continue;
		struct str rest = str_slice(line, l.n, line.n);
		while (rest.n && (rest.p[0] == ' ' || rest.p[0] == '*' || str_starts(rest, S("\xc2\xa0"))))
			rest = str_slice(rest, rest.p[0] == (char)0xc2 ? 2 : 1, rest.n);
		if (str_starts(rest, S(":")) || str_starts(rest, S("\xef\xbc\x9a")))
			return true;
	}
	return false;
}

static bool holds(struct str line, const char *const *list, size_t n)
{
	line = str_slice(line, 0, LINE_LOOK / 4);
	for (size_t i = 0; i < n; i++)
		if (str_ifind(line, str_c(list[i])) >= 0)
			return true;
	return false;
}

static bool forwarded(struct str line)
{
	return holds(line, FORWARDED, ARRAY_LEN(FORWARDED));
}

static bool original(struct str line)
{
	line = undecorated(line);
	return str_starts(line, S("--")) && holds(line, ORIGINAL, ARRAY_LEN(ORIGINAL));
}

static bool header_block(const struct lines *l, size_t i)
{
	if (!labelled(l->v[i], FROM, ARRAY_LEN(FROM)))
		return false;
	unsigned others = 0;
	for (size_t k = i + 1; k < l->n && k <= i + 6; k++)
		others += labelled(l->v[k], OTHERS, ARRAY_LEN(OTHERS));
	return others >= 2;
}

/* One line, or several joined: ends in a word for "wrote" and a colon, or in <address>:, and has a date or an address in it. */
static bool wrote(struct str s)
{
	s = undecorated(s);
	if (str_ends(s, S(":")))
		s.n--;
	else if (str_ends(s, S("\xef\xbc\x9a")))
		s.n -= 3;
	else
		return false;
	while (s.n && (s.p[s.n - 1] == ' ' || str_ends(s, S("\xc2\xa0"))))
		s.n -= s.p[s.n - 1] == ' ' ? 1 : 2;
	bool digit = false, address = memchr(s.p, '@', s.n) != NULL;
	for (size_t i = 0; i < s.n && !digit; i++)
		digit = s.p[i] >= '0' && s.p[i] <= '9';
	if (!digit && !address)
		return false;
	if (digit && address && s.p[s.n - 1] == '>')
		return true;
	struct str tail = str_slice(s, s.n > 120 ? s.n - 120 : 0, s.n);
	for (size_t i = 0; i < ARRAY_LEN(WROTE); i++) {
		struct str w = str_c(WROTE[i]);
		if (str_ends(tail, w))
			return true;
		/* "schrieb Max Muster <m@x.org>:" and "schreef …:" name the writer afterwards. */
		ptrdiff_t at = str_find(tail, w);
		if (at > 0 && tail.p[at - 1] == ' ' && (address || digit) && w.n > 4)
			return true;
	}
	return false;
}

static bool wrote_at(const struct lines *l, size_t i, size_t *ret_lines)
{
	if (l->v[i].n > LINE_LOOK || blank(l->v[i]))
		return false;
	if (wrote(l->v[i])) {
		*ret_lines = 1;
		return true;
	}
	struct str first = undecorated(l->v[i]);
	bool begins = false;
	for (size_t k = 0; k < ARRAY_LEN(BEGINS) && !begins; k++)
		begins = str_starts(first, str_c(BEGINS[k]));
	for (size_t k = 1; begins && k < JOIN_MAX && i + k < l->n; k++) {
		struct str last = l->v[i + k];
		if (blank(last) || is_quoted(last) != is_quoted(l->v[i]))
			return false;
		struct str joined = { first.p, (size_t)(last.p + last.n - first.p) };
		if (joined.n > LINE_LOOK)
			return false;
		if (wrote(joined)) {
			*ret_lines = k + 1;
			return true;
		}
	}
	return false;
}

/* Is there an answer of the writer below or between the quoted lines from i on? */
static bool answered_below(const struct lines *l, size_t i)
{
	size_t first = l->n, last = 0;
	for (size_t k = i; k < l->n; k++)
		if (is_quoted(l->v[k])) {
			if (first == l->n)
				first = k;
			last = k;
		}
	for (size_t k = first; k < l->n; k++) {
		if (signature(l->v[k]) && k > last)
			return false;
		size_t lines;
		if (blank(l->v[k]) || is_quoted(l->v[k]) || wrote_at(l, k, &lines))
			continue;
		if (k > last ? blank(l->v[k - 1]) || is_quoted(l->v[k - 1]) : blank(l->v[k - 1]))
			return true;
	}
	return false;
}

/* Start of the quoted run at the very end, with the "wrote" line above it. */
static size_t trailing_run(const struct lines *l)
{
	size_t end = l->n;
	for (size_t k = l->n; k-- > 0 && l->n - k <= 30;)
		if (signature(l->v[k]))
			end = k;
	size_t start = l->n;
	for (size_t k = end; k-- > 0;) {
		if (is_quoted(l->v[k]))
			start = k;
		else if (!blank(l->v[k]))
			break;
	}
	for (size_t back = 1; start < l->n && back <= JOIN_MAX + 1 && back <= start; back++) {
		size_t lines;
		if (wrote_at(l, start - back, &lines))
			return start - back;
	}
	return start;
}

static size_t words(struct str s)
{
	size_t n = 0, wide = 0;
	bool in = false;
	for (size_t i = 0; i < s.n && n < WORDS_LEAST;) {
		int32_t cp = utf8_next(s, &i);
		bool letter = cp >= 0x80 || (cp >= '0' && cp <= '9') || ((cp | 32) >= 'a' && (cp | 32) <= 'z');
		bool space = cp == ' ' || cp == '\n' || cp == '\t' || cp == 0xa0 || cp == 0x3000;
		if ((cp >= 0x3040 && cp <= 0x9fff) || (cp >= 0xac00 && cp <= 0xd7af))
			wide++;
		n += (letter && !in) + (wide == 3);
		in = letter || (in && !space);
	}
	return n;
}

size_t quote_find(struct str text)
{
	struct arena a;
	arena_init(&a);
	struct lines l = { .text = text, .v = arena_array(&a, struct str, LINES_MAX) };
	struct str rest = text, line;
	while (l.n < LINES_MAX && str_line(&rest, &line))
		l.v[l.n++] = line;
	size_t at = l.n;
	bool answered = false;
	for (size_t i = 0; i < l.n && at == l.n; i++) {
		size_t lines;
		bool ours = str_find(l.v[i], S(QUOTE_REPLY_ABOVE)) >= 0 && str_eq(undecorated(l.v[i]), S(QUOTE_REPLY_ABOVE));
		bool headers = header_block(&l, i);
		size_t before = i;
		while (before > 0 && blank(l.v[before - 1]))
			before--;
		if (headers && before > 0 && forwarded(l.v[before - 1]))
			break; /* a forwarded mail is what the writer wants to show */
		if (original(l.v[i]) || headers) {
			at = i;
			struct str above = before ? str_trim(l.v[before - 1]) : S("");
			if (headers && above.n >= 10 && (above.p[0] == '_' || above.p[0] == '-') && above.p[above.n - 1] == above.p[0])
				at = before - 1;
		} else if (!answered && (ours || is_quoted(l.v[i]) || wrote_at(&l, i, &lines))) {
			/* With an answer among the quotations only the end of them may fold. Asked once, it holds for the rest. */
			answered = answered_below(&l, i);
			at = answered ? l.n : i;
		}
	}
	if (at == l.n)
		at = trailing_run(&l);
	size_t offset = at < l.n ? (size_t)(l.v[at].p - text.p) : text.n;
	if (offset < text.n && words(str_slice(text, 0, offset)) < WORDS_LEAST)
		offset = text.n;
	arena_done(&a);
	return offset;
}

bool quote_forwarded_from(struct str text, struct str *ret_from)
{
	struct str line;
	unsigned left = 0;
	for (unsigned n = 0; n < 2000 && str_line(&text, &line); n++) {
		if (forwarded(line)) {
			left = 8;
			continue;
		}
		if (!left)
			continue;
		left--;
		if (labelled(line, FROM, ARRAY_LEN(FROM))) {
			struct str s = undecorated(line);
			ptrdiff_t colon = str_find_ch(s, ':');
			if (colon >= 0) {
				s = str_slice(s, (size_t)colon + 1, s.n);
			} else {
				ptrdiff_t wide = str_find(s, S("\xef\xbc\x9a"));
				if (wide < 0)
					continue;
				s = str_slice(s, (size_t)wide + 3, s.n);
			}
			while (s.n && (s.p[0] == '*' || s.p[0] == ' '))
				s = str_slice(s, 1, s.n);
			*ret_from = str_trim(s);
			return ret_from->n > 0;
		}
	}
	return false;
}
