/* form.c: query strings, urlencoded bodies and cookies; see form.h. Multipart is form_multipart.c. */
#include "io/form.h"

#include "base/utf8.h"
#include "io/form_parts.h"

#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { PAIRS_FIRST = 16 };

enum err form_pair_add(struct arena *a, struct fault *fault, struct form *f, struct str name, struct str value)
{
	if (f->n_pairs == FORM_PAIRS_MAX)
		return fault_set(fault, ERR_LIMIT, __FILE__, __LINE__, "At most %d fields can be sent at once.", FORM_PAIRS_MAX);
	if (value.n > FORM_VALUE_MAX_BYTES || name.n > FORM_NAME_MAX_BYTES)
		return fault_set(fault, ERR_LIMIT, __FILE__, __LINE__, "A field is too long: at most %u bytes can be sent in one.",
				 FORM_VALUE_MAX_BYTES);
	if (!utf8_valid(name) || !utf8_valid(value))
		return fault_set(fault, ERR_INPUT, __FILE__, __LINE__,
				 "A field holds bytes that are not UTF-8 text. Please send it as UTF-8.");
	/* The capacity follows from the count: 16, then the powers of two. */
	size_t n = f->n_pairs;
	if (n == 0)
		f->pairs = arena_array(a, struct form_pair, PAIRS_FIRST);
	else if (n >= PAIRS_FIRST && (n & (n - 1)) == 0)
		f->pairs = arena_grow(a, f->pairs, n * sizeof(*f->pairs), 2 * n * sizeof(*f->pairs));
	f->pairs[f->n_pairs++] = (struct form_pair){ name, value };
	return OK;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undoes %XX and '+'. False for a '%' that is not followed by two hex digits. */
static bool unescape(struct arena *a, struct str s, struct str *ret)
{
	if (str_find_ch(s, '%') < 0 && str_find_ch(s, '+') < 0) {
		*ret = (struct str){ s.p ? s.p : "", s.n };
		return true;
	}
	char *out = arena_alloc(a, s.n);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			bool whole = s.n - i > 2;
			int hi = whole ? hex_digit(s.p[i + 1]) : -1, lo = whole ? hex_digit(s.p[i + 2]) : -1;
			if (hi < 0 || lo < 0)
				return false;
			c = (char)(hi << 4 | lo);
			i += 2;
		}
		out[n++] = c;
	}
	*ret = (struct str){ out, n };
	return true;
}

enum err form_decode_query(struct arena *a, struct fault *fault, struct str query, struct form *f)
{
	struct str rest = query, piece, name, value;
	while (rest.n) {
		str_cut(rest, '&', &piece, &rest);
		if (piece.n == 0)
			continue;
		str_cut(piece, '=', &name, &value);
		if (!unescape(a, name, &name) || !unescape(a, value, &value))
			return fault_set(fault, ERR_INPUT, __FILE__, __LINE__,
					 "A '%%' in the form data is not followed by two hexadecimal digits.");
		TRY(form_pair_add(a, fault, f, name, value));
	}
	return OK;
}

void form_done(struct form *f)
{
	for (size_t i = 0; i < f->n_files; i++)
		if (f->files[i].fd >= 0)
			close(f->files[i].fd);
	f->n_files = 0;
}

struct str form_value(const struct form *f, struct str name, size_t *ret_n)
{
	struct str value = STR_NULL;
	size_t n = 0;
	for (size_t i = 0; i < f->n_pairs; i++) {
		if (!str_eq(f->pairs[i].name, name))
			continue;
		if (n++ == 0)
			value = f->pairs[i].value;
	}
	if (ret_n)
		*ret_n = n;
	return value;
}

struct str cookie_value(struct str header, struct str name)
{
	struct str rest = header, piece, key, value, found = STR_NULL;
	while (rest.n) {
		str_cut(rest, ';', &piece, &rest);
		if (!str_cut(str_trim(piece), '=', &key, &value) || !str_eq(key, name))
			continue;
		if (found.p)
			return STR_NULL;
		found = (struct str){ value.p ? value.p : "", value.n };
	}
	return found;
}

struct str url_encode(struct arena *a, struct str s)
{
	static const char DIGITS[] = "0123456789ABCDEF";
	char *out = arena_calloc(a, s.n, 3);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
			     c == '_' || c == '~';
		if (plain) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '%';
		out[n++] = DIGITS[c >> 4];
		out[n++] = DIGITS[c & 15];
	}
	return (struct str){ out, n };
}
