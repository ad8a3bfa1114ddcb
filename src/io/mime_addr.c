/* mime_addr.c: address headers, read in one pass over the bytes whatever they are.
 *
 * A name never becomes an address: `"ceo@corp" <x@evil>` is x@evil, called ceo@corp. What is not clearly one address
 * (two @, white space, a control byte that was a NUL) has a name and no address. */
#include "base/utf8.h"
#include "io/mime_core.h"

#include <string.h>

#include "base/banned.h"

static bool domain_char(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' || c == '_' || c == '.' || c >= 0x80;
}

static bool local_char(unsigned char c)
{
	return c > ' ' && c != 0x7f && !strchr("()<>[]:;@\\,\"", c);
}

/* "…" with escapes, and nothing after it. */
static bool quoted_local(struct str s)
{
	if (s.n < 3 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < s.n; i++) {
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f || s.p[i] == '"')
			return false;
		if (s.p[i] == '\\' && (++i + 1 >= s.n || (unsigned char)s.p[i] < ' '))
			return false;
	}
	return true;
}

struct str mime_addr_spec(struct arena *a, struct str s)
{
	s = str_trim(s);
	if (s.n > MIME_ADDR_MAX || !utf8_valid(s))
		return STR_NULL;
	size_t at = s.n;
	while (at > 0 && s.p[at - 1] != '@')
		at--;
	if (at < 2)
		return STR_NULL;
	struct str local = str_slice(s, 0, at - 1), domain = str_slice(s, at, s.n);
	while (domain.n && domain.p[domain.n - 1] == '.')
		domain.n--;
	if (!domain.n || domain.p[0] == '.' || domain.p[0] == '-')
		return STR_NULL;
	bool literal = domain.p[0] == '[' && domain.p[domain.n - 1] == ']' && domain.n > 2;
	for (size_t i = literal; i < domain.n - literal; i++) {
		unsigned char c = (unsigned char)domain.p[i];
		if (!(literal ? (domain_char(c) && c < 0x80) || c == ':' : domain_char(c)))
			return STR_NULL;
		if (c == '.' && i + 1 < domain.n && domain.p[i + 1] == '.')
			return STR_NULL;
	}
	if (!quoted_local(local))
		for (size_t i = 0; i < local.n; i++)
			if (!local_char((unsigned char)local.p[i]))
				return STR_NULL;
	for (size_t i = 0; i < s.n;) { /* no bidi overrides, no C1 */
		int32_t cp = utf8_next(s, &i);
		if (cp < 0 || utf8_is_control((uint32_t)cp) || cp == 0xa0 || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x200f) || cp == 0xfeff)
			return STR_NULL;
	}
	char *p = arena_alloc(a, s.n + 1);
	memcpy(p, local.p, local.n);
	p[local.n] = '@';
	for (size_t i = 0; i < domain.n; i++)
		p[local.n + 1 + i] = domain.p[i] >= 'A' && domain.p[i] <= 'Z' ? (char)(domain.p[i] | 32) : domain.p[i];
	return (struct str){ p, local.n + 1 + domain.n };
}

struct piece {
	char *p;
	size_t n;
};

/* What has been read of one mailbox. */
struct state {
	struct mime_ctx *c;
	struct piece name, bare, angle, comment; /* bare: the phrase with its quotes, should it be the address itself */
	bool has_angle, at_sign;
	struct mime_address *list;
	size_t *n, max, seen;
};

static void put(struct piece *x, char c)
{
	x->p[x->n++] = c;
}

static void reset(struct state *s)
{
	s->name.n = s->bare.n = s->angle.n = s->comment.n = 0;
	s->has_angle = s->at_sign = false;
}

/* A source route before the address: <@relay,@relay:a@b>. */
static struct str unrouted(struct str s)
{
	if (s.n && s.p[0] == '@') {
		ptrdiff_t colon = str_find_ch(s, ':');
		if (colon >= 0)
			return str_slice(s, (size_t)colon + 1, s.n);
	}
	return s;
}

static void finish(struct state *s)
{
	struct arena *a = s->c->arena;
	struct str name = str_trim((struct str){ s->name.p, s->name.n }), bare = str_trim((struct str){ s->bare.p, s->bare.n }),
		   comment = str_trim((struct str){ s->comment.p, s->comment.n });
	bool any = s->has_angle || name.n || bare.n;
	if (any && *s->n < s->max) {
		struct mime_address m = { .name = S(""), .addr = S("") };
		struct str addr = mime_addr_spec(a, s->has_angle ? unrouted((struct str){ s->angle.p, s->angle.n }) : bare);
		if (addr.p)
			m.addr = addr;
		struct str shown = s->has_angle && name.n ? name : addr.p ? comment : name.n ? name : bare;
		if (!addr.p && s->has_angle && !name.n)
			shown = (struct str){ s->angle.p, s->angle.n };
		m.name = mime_words(s->c, shown, MIME_NAME_MAX);
		s->list[(*s->n)++] = m;
	}
	s->seen += any;
	reset(s);
}

/* A quoted string from i (its opening quote); returns past it. Inside, only the backslash means something. */
static size_t quoted(struct state *s, struct str raw, size_t i, bool in_angle)
{
	struct piece *x = in_angle ? &s->angle : &s->name;
	put(in_angle ? &s->angle : &s->bare, '"');
	for (i++; i < raw.n && raw.p[i] != '"'; i++) {
		if (raw.p[i] == '\\' && i + 1 < raw.n) {
			put(in_angle ? &s->angle : &s->bare, '\\');
			i++;
		}
		put(x, raw.p[i]);
		if (!in_angle)
			put(&s->bare, raw.p[i]);
	}
	put(in_angle ? &s->angle : &s->bare, '"');
	return i;
}

static size_t comment(struct state *s, struct str raw, size_t i)
{
	size_t depth = 0;
	for (; i < raw.n; i++) {
		char c = raw.p[i];
		if (c == '\\' && i + 1 < raw.n)
			c = raw.p[++i];
		else if (c == '(' && depth++ == 0)
			continue;
		else if (c == ')' && --depth == 0)
			break;
		put(&s->comment, c);
	}
	put(&s->comment, ' ');
	return i;
}

size_t mime_addresses(struct mime_ctx *c, struct str raw, struct mime_address *list, size_t *n, size_t max)
{
	struct arena *a = c->arena;
	size_t cap = raw.n * 2 + 16;
	struct state s = { .c = c, .list = list, .n = n, .max = max };
	struct piece *all[] = { &s.name, &s.bare, &s.angle, &s.comment };
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		all[i]->p = arena_alloc(a, cap);
	bool angle = false;
	for (size_t i = 0; i < raw.n; i++) {
		char ch = raw.p[i];
		if (angle) {
			if (ch == '>')
				angle = false;
			else if (ch == '"')
				i = quoted(&s, raw, i, true);
			else
				put(&s.angle, ch);
			continue;
		}
		size_t word = ch == '=' ? mime_word_length(str_slice(raw, i, raw.n)) : 0;
		if (word) { /* whatever stands in it is no syntax */
			for (size_t k = 0; k < word; k++) {
				put(&s.name, raw.p[i + k]);
				put(&s.bare, raw.p[i + k]);
			}
			i += word - 1;
			continue;
		}
		switch (ch) {
		case '"': i = quoted(&s, raw, i, false); break;
		case '(': i = comment(&s, raw, i); break;
		case '<':
			if (s.has_angle) /* two addresses where one should be: both count */
				finish(&s);
			angle = s.has_angle = true;
			break;
		case ',':
		case ';': finish(&s); break;
		case ':':
			if (!s.has_angle && !s.at_sign) {
				reset(&s); /* the name of a group */
				break;
			}
			/* fall through */
		default:
			s.at_sign |= ch == '@';
			if (!s.has_angle || ch != ' ')
				put(&s.name, ch);
			put(&s.bare, ch);
			break;
		}
	}
	finish(&s);
	return s.seen;
}
