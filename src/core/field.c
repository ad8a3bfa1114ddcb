/* field.c: decoding the doors' raw values into a command's input struct; see field.h. */
#include "core/field.h"

#include "base/civil.h"
#include "base/utf8.h"
#include "core/command.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

enum { STR_MAX = 200, TEXT_MAX = 256 << 10, SECRET_MAX = 1024, EMAIL_MAX = 254, LIST_MAX = 1000, JSON_DEPTH = 8, JSON_MEMBERS = 10000 };

/* ---- texts ---- */

static int64_t text_limit(const struct field *f)
{
	if (f->max && f->type != FIELD_STRS)   /* there it is how many */
		return f->max;
	switch (f->type) {
	case FIELD_TEXT:
		return TEXT_MAX;
	case FIELD_SECRET:
		return SECRET_MAX;
	case FIELD_EMAIL:
		return EMAIL_MAX;
	case FIELD_ID: case FIELD_INT: case FIELD_STR: case FIELD_ENUM: case FIELD_BOOL: case FIELD_TIME: case FIELD_DATE:
	case FIELD_ZONE: case FIELD_IDS: case FIELD_STRS: case FIELD_FILES:
		return STR_MAX;
	}
	return STR_MAX;
}

static struct str lf_only(struct arena *a, struct str s)
{
	if (str_find_ch(s, '\r') < 0)
		return s;
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r') {
			if (i + 1 == s.n || s.p[i + 1] != '\n')
				p[n++] = '\n';
			continue;
		}
		p[n++] = s.p[i];
	}
	return (struct str){ p, n };
}

static bool one_line(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		int32_t cp = utf8_next(s, &i);
		if (cp == '\n' || cp == '\t' || cp < 0 || utf8_is_control((uint32_t)cp))
			return false;
	}
	return true;
}

static bool date_ok(struct str s)
{
	int64_t y, m, d;
	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
		return false;
	for (size_t i = 0; i < 10; i++)
		if (i != 4 && i != 7 && (s.p[i] < '0' || s.p[i] > '9'))
			return false;
	y = (s.p[0] - '0') * 1000 + (s.p[1] - '0') * 100 + (s.p[2] - '0') * 10 + (s.p[3] - '0');
	m = (s.p[5] - '0') * 10 + (s.p[6] - '0');
	d = (s.p[8] - '0') * 10 + (s.p[9] - '0');
	if (m < 1 || m > 12 || d < 1 || d > 31 || y < 1900)
		return false;
	int32_t ry;
	int rm, rd;
	civil_from_days(civil_days((int32_t)y, (int)m, (int)d), &ry, &rm, &rd);
	return ry == y && rm == m && rd == d;
}

/* One mailbox address: enough to refuse what could break a header or be two addresses; real proof is a mail that arrives. */
bool field_email(struct arena *a, struct str s, struct str *ret)
{
	struct str local, domain;
	if (!str_cut(s, '@', &local, &domain) || local.n == 0 || local.n > 64 || domain.n < 1 || str_find_ch(domain, '@') >= 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		if (ch <= ' ' || ch == 0x7f || memchr("<>()[]\\,;:\"", ch, 11))
			return false;
	}
	if (domain.p[0] == '.' || domain.p[domain.n - 1] == '.' || domain.p[0] == '-' || str_find(domain, S("..")) >= 0)
		return false;
	char *low = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		low[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	*ret = (struct str){ low, s.n };
	return true;
}

static struct str choices_text(struct arena *a, const char *const *choices)
{
	struct buf b;
	buf_init(&b, a, 400);
	for (size_t i = 0; choices[i]; i++) {
		buf_add(&b, i ? S(", ") : S(""));
		buf_add(&b, str_c(choices[i]));
	}
	return buf_str(&b);
}

static bool is_choice(const char *const *choices, struct str s)
{
	for (size_t i = 0; choices[i]; i++)
		if (str_eq(s, str_c(choices[i])))
			return true;
	return false;
}

static enum err wrong(struct ctx *c, const struct field *f, const char *what)
{
	return fail_field(c, str_c(f->name), "%s", what);
}

static enum err decode_text(struct ctx *c, const struct field *f, struct str s, struct str *ret)
{
	if (!utf8_valid(s))
		return wrong(c, f, "This is not valid UTF-8 text (or holds a NUL byte).");
	if (f->type == FIELD_TEXT)
		s = lf_only(c->arena, s);
	else if (f->type != FIELD_SECRET)
		s = utf8_nfc(c->arena, str_trim(s));   /* names, addresses, words: one spelling; texts and passwords stay as they came */
	if ((int64_t)s.n > text_limit(f))
		return fail_field(c, str_c(f->name), "At most %lld bytes, please; this has %zu.", (long long)text_limit(f), s.n);
	if (f->min && (int64_t)s.n < f->min)
		return fail_field(c, str_c(f->name), "At least %lld characters, please.", (long long)f->min);
	if (f->type != FIELD_TEXT && f->type != FIELD_SECRET && !one_line(s))
		return wrong(c, f, "One line without control characters, please.");
	switch (f->type) {
	case FIELD_EMAIL:
		if (!field_email(c->arena, s, &s))
			return wrong(c, f, "This is not one mail address, like name@example.com.");
		break;
	case FIELD_ENUM:
		if (!is_choice(f->choices, s))
			return fail_field(c, str_c(f->name), "One of: %.*s.", STR_ARG(choices_text(c->arena, f->choices)));
		break;
	case FIELD_DATE:
		if (!date_ok(s))
			return wrong(c, f, "A date like 2026-11-24, please.");
		break;
	case FIELD_ZONE:
		if (!zone_find(s))
			return wrong(c, f, "There is no time zone of that name. Example: Europe/Berlin.");
		break;
	case FIELD_STRS:
		if (f->choices && !is_choice(f->choices, s))
			return fail_field(c, str_c(f->name), "Each one of: %.*s.", STR_ARG(choices_text(c->arena, f->choices)));
		break;
	case FIELD_ID: case FIELD_INT: case FIELD_STR: case FIELD_TEXT: case FIELD_BOOL: case FIELD_TIME: case FIELD_SECRET:
	case FIELD_IDS: case FIELD_FILES:
		break;
	}
	*ret = s;
	return OK;
}

/* ---- numbers ---- */

static enum err decode_number(struct ctx *c, const struct field *f, const struct raw_value *v, int64_t *ret)
{
	int64_t n;
	if (v->type == RAW_I64)
		n = v->i64;
	else if (v->type != RAW_TEXT || !str_i64(str_trim(v->text), &n))
		return wrong(c, f, "A whole number, please.");
	if (f->type == FIELD_ID && n <= 0)
		return wrong(c, f, "An id is a number above zero.");
	if (f->type == FIELD_INT && (f->min || f->max) && (n < f->min || n > f->max))
		return fail_field(c, str_c(f->name), "From %lld to %lld, please.", (long long)f->min, (long long)f->max);
	*ret = n;
	return OK;
}

static enum err decode_time(struct ctx *c, const struct field *f, const struct raw_value *v, int64_t *ret)
{
	utime t;
	if (v->type != RAW_TEXT || !civil_parse_rfc3339(str_trim(v->text), &t))
		return wrong(c, f, "A time like 2026-11-24T14:00:00Z, please.");
	*ret = t;
	return OK;
}

static enum err decode_bool(struct ctx *c, const struct field *f, const struct raw_value *v, bool *ret)
{
	struct str s = v->type == RAW_TEXT ? str_trim(v->text) : STR_NULL;
	if (v->type == RAW_BOOL || (v->type == RAW_I64 && (v->i64 == 0 || v->i64 == 1)))
		*ret = v->i64 != 0;
	else if (str_eq(s, S("1")) || str_eq(s, S("true")) || str_eq(s, S("on")) || str_eq(s, S("yes")))
		*ret = true;
	else if (str_eq(s, S("0")) || str_eq(s, S("false")) || str_eq(s, S("off")) || str_eq(s, S("no")))
		*ret = false;
	else
		return wrong(c, f, "true or false, please.");
	return OK;
}

/* ---- lists ---- */

static enum err decode_ids(struct ctx *c, const struct field *f, const struct raw_value *const *v, size_t n, struct id_list *ret)
{
	int64_t *ids = arena_array(c->arena, int64_t, LIST_MAX);
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		if (v[i]->type == RAW_I64) {
			if (count == LIST_MAX)
				return wrong(c, f, "At most 1,000 at once, please.");
			TRY(decode_number(c, &(struct field){ .name = f->name, .type = FIELD_ID }, v[i], &ids[count++]));
			continue;
		}
		struct str rest = v[i]->text, one;
		bool more = true;
		while (more) {
			more = str_cut(rest, ',', &one, &rest);
			if (count == LIST_MAX)
				return wrong(c, f, "At most 1,000 at once, please.");
			struct raw_value text = { .type = RAW_TEXT, .text = one };
			TRY(decode_number(c, &(struct field){ .name = f->name, .type = FIELD_ID }, &text, &ids[count++]));
		}
	}
	*ret = (struct id_list){ ids, count };
	return OK;
}

static enum err decode_strs(struct ctx *c, const struct field *f, const struct raw_value *const *v, size_t n, struct str_list *ret)
{
	if (n > LIST_MAX)
		return wrong(c, f, "At most 1,000 at once, please.");
	struct str *list = arena_array(c->arena, struct str, n);
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		if (v[i]->type != RAW_TEXT)
			return wrong(c, f, "A list of texts, please.");
		if (str_trim(v[i]->text).n == 0)
			continue;
		TRY(decode_text(c, f, v[i]->text, &list[count++]));
	}
	*ret = (struct str_list){ list, count };
	return OK;
}

static enum err decode_files(struct ctx *c, const struct field *f, const struct raw_value *const *v, size_t n, struct file_list *ret)
{
	struct upload *list = arena_array(c->arena, struct upload, n);
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		if (v[i]->type == RAW_TEXT && v[i]->text.n == 0)
			continue;
		if (v[i]->type != RAW_FILE)
			return wrong(c, f, "A file, please (send the request as multipart/form-data).");
		list[count++] = *v[i]->file;
	}
	*ret = (struct file_list){ list, count };
	return OK;
}

/* ---- one field ---- */

static bool is_list(const struct field *f)
{
	return f->c == FIELD_C_IDS || f->c == FIELD_C_STRS || f->c == FIELD_C_FILES;
}

static enum err decode_one(struct ctx *c, const struct field *f, const struct raw_value *const *v, size_t n, char *in)
{
	void *to = in + f->offset;
	int64_t number = 0;
	if (v[0]->listed && !is_list(f))
		return wrong(c, f, "One value, please, not a list.");
	switch (f->c) {
	case FIELD_C_IDS:
		return decode_ids(c, f, v, n, to);
	case FIELD_C_STRS:
		return decode_strs(c, f, v, n, to);
	case FIELD_C_FILES:
		return decode_files(c, f, v, n, to);
	case FIELD_C_BOOL:
		return decode_bool(c, f, v[0], to);
	case FIELD_C_STR:
		if (v[0]->type != RAW_TEXT)
			return wrong(c, f, "Text, please.");
		return decode_text(c, f, v[0]->text, to);
	case FIELD_C_I64:
	case FIELD_C_OPT:
		TRY(f->type == FIELD_TIME ? decode_time(c, f, v[0], &number) : decode_number(c, f, v[0], &number));
		if (f->c == FIELD_C_I64)
			*(int64_t *)to = number;
		else
			*(struct opt_i64 *)to = SOME(number);
		return OK;
	}
	return OK;
}

static bool absent(const struct field *f, const struct raw_value *v)
{
	if (v->type == RAW_NULL)
		return true;
	return v->type == RAW_TEXT && f->c != FIELD_C_BOOL && (f->type == FIELD_SECRET ? v->text.n : str_trim(v->text).n) == 0;
}

enum err fields_decode(struct ctx *c, const struct command *cmd, const struct raw_value *values, size_t n, void *ret_in)
{
	memset(ret_in, 0, cmd->in_size);
	const struct raw_value **mine = arena_array(c->arena, const struct raw_value *, n + 1);
	bool *used = arena_array(c->arena, bool, n + 1);
	for (size_t k = 0; k < cmd->n_fields; k++) {
		const struct field *f = &cmd->fields[k];
		size_t count = 0, sent = 0;
		for (size_t i = 0; i < n; i++) {
			if (used[i] || !str_eq(values[i].name, str_c(f->name)))
				continue;
			used[i] = true;
			sent++;
			if (!absent(f, &values[i]))
				mine[count++] = &values[i];
		}
		if (sent > 1 && !is_list(f))
			wrong(c, f, "This was sent more than once.");
		else if (count == 0 && f->required)
			fail_field(c, str_c(f->name), "Please give %s.", f->help ? f->help : "this");
		else if (count > 0)
			decode_one(c, f, mine, count, ret_in);
	}
	for (size_t i = 0; i < n; i++)
		if (!used[i] && !(values[i].name.n && values[i].name.p[0] == '_'))
			fail_field(c, utf8_clip(values[i].name, 40), "%s has no field of this name.", cmd->name);
	return fields_ok(c);
}

/* ---- JSON ---- */

static enum err json_depth_ok(struct ctx *c, struct str json)
{
	int depth = 0;
	bool in_text = false;
	for (size_t i = 0; i < json.n; i++) {
		char ch = json.p[i];
		if (in_text) {
			if (ch == '\\')
				i++;
			else if (ch == '"')
				in_text = false;
		} else if (ch == '"') {
			in_text = true;
		} else if (ch == '{' || ch == '[') {
			if (++depth > JSON_DEPTH)
				return fail(c, ERR_INPUT, "The JSON is nested deeper than %d.", JSON_DEPTH);
		} else if (ch == '}' || ch == ']') {
			depth--;
		}
	}
	return OK;
}

static void raw_of_json(struct ctx *c, const char *key, json_t *v, struct raw_value *ret)
{
	*ret = (struct raw_value){ .name = arena_str(c->arena, str_c(key)) };
	switch (json_typeof(v)) {
	case JSON_STRING:
		ret->type = RAW_TEXT;
		ret->text = arena_str(c->arena, (struct str){ json_string_value(v), json_string_length(v) });
		return;
	case JSON_INTEGER:
		ret->type = RAW_I64;
		ret->i64 = json_integer_value(v);
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		ret->type = RAW_BOOL;
		ret->i64 = json_is_true(v);
		return;
	case JSON_NULL:
		ret->type = RAW_NULL;
		return;
	case JSON_OBJECT:
	case JSON_ARRAY: {
		/* a value of its own that is JSON (working hours …): the command reads it as text */
		char *text = json_dumps(v, JSON_COMPACT);
		ret->type = RAW_TEXT;
		ret->text = arena_str(c->arena, str_c(text ? text : ""));
		free(text);
		return;
	}
	case JSON_REAL:
		ret->type = RAW_TEXT;
		ret->text = arena_fmt(c->arena, "%.17g", json_real_value(v));
		return;
	}
}

enum err fields_from_json(struct ctx *c, struct str json, struct raw_value **ret, size_t *ret_n)
{
	TRY(json_depth_ok(c, json));
	json_error_t e;
	json_t *root = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, &e);
	if (!root)   /* the parser quotes what it stumbled on, and may cut a character in two */
		return fail(c, ERR_INPUT, "This is not JSON: %.*s (line %d).", STR_ARG(utf8_clean(c->arena, str_c(e.text))), e.line);
	if (!json_is_object(root)) {
		json_decref(root);
		return fail(c, ERR_INPUT, "The body must be one JSON object, {\"field\": value …}.");
	}
	size_t n = 0, cap = 0;
	const char *key;
	json_t *v;
	json_object_foreach(root, key, v)
		cap += json_is_array(v) ? json_array_size(v) + 1 : 1;
	if (cap > JSON_MEMBERS) {
		json_decref(root);
		return fail(c, ERR_LIMIT, "The JSON has more than %d members.", JSON_MEMBERS);
	}
	struct raw_value *list = arena_array(c->arena, struct raw_value, cap + 1);
	json_object_foreach(root, key, v) {
		bool plain = json_is_array(v);
		for (size_t i = 0; plain && i < json_array_size(v); i++)
			plain = !json_is_object(json_array_get(v, i)) && !json_is_array(json_array_get(v, i));
		if (!plain) {
			raw_of_json(c, key, v, &list[n++]);
			continue;
		}
		for (size_t i = 0; i < json_array_size(v); i++) {
			raw_of_json(c, key, json_array_get(v, i), &list[n]);
			list[n++].listed = true;
		}
		if (json_array_size(v) == 0)
			list[n++] = (struct raw_value){ .name = arena_str(c->arena, str_c(key)), .type = RAW_NULL };
	}
	json_decref(root);
	*ret = list;
	*ret_n = n;
	return OK;
}
