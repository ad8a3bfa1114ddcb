/* json_out.c: see json_out.h. */
#include "base/json_out.h"

#include "base/civil.h"
#include "base/utf8.h"

#include "base/banned.h"

void json_init(struct json_out *j, struct arena *a, size_t max_bytes)
{
	*j = (struct json_out){ 0 };
	buf_init(&j->buf, a, max_bytes);
}

static void value(struct json_out *j)
{
	if (j->comma[j->depth])
		buf_ch(&j->buf, ',');
	j->comma[j->depth] = true;
}

static void open(struct json_out *j, char c)
{
	value(j);
	buf_ch(&j->buf, c);
	ASSERT(j->depth + 1u < sizeof(j->comma));
	j->comma[++j->depth] = false;
}

static void close_with(struct json_out *j, char c)
{
	ASSERT(j->depth > 0);
	j->depth--;
	buf_ch(&j->buf, c);
}

void json_obj(struct json_out *j) { open(j, '{'); }
void json_obj_end(struct json_out *j) { close_with(j, '}'); }
void json_arr(struct json_out *j) { open(j, '['); }
void json_arr_end(struct json_out *j) { close_with(j, ']'); }

static void text(struct buf *b, struct str s)
{
	buf_ch(b, '"');
	size_t plain_from = 0;
	for (size_t i = 0; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
			i++;
			continue;
		}
		size_t from = i;
		int32_t cp = utf8_next(s, &i);
		if (cp >= 0x80)
			continue;
		buf_add(b, str_slice(s, plain_from, from));
		plain_from = i;
		if (cp == '"' || cp == '\\')
			buf_fmt(b, "\\%c", (char)cp);
		else if (cp == '\n')
			buf_add(b, S("\\n"));
		else if (cp < 0)
			buf_add(b, S("\xef\xbf\xbd"));
		else
			buf_fmt(b, "\\u%04x", (unsigned)cp);
	}
	buf_add(b, str_slice(s, plain_from, s.n));
	buf_ch(b, '"');
}

void json_key(struct json_out *j, const char *key)
{
	value(j);
	text(&j->buf, str_c(key));
	buf_ch(&j->buf, ':');
	j->comma[j->depth] = false; /* the value that follows takes no comma; it sets the mark again */
}

void json_str(struct json_out *j, struct str s)
{
	if (!s.p) {
		json_nil(j);
		return;
	}
	value(j);
	text(&j->buf, s);
}

void json_i64(struct json_out *j, int64_t v)
{
	value(j);
	buf_i64(&j->buf, v);
}

void json_bool(struct json_out *j, bool v)
{
	value(j);
	buf_add(&j->buf, v ? S("true") : S("false"));
}

void json_nil(struct json_out *j)
{
	value(j);
	buf_add(&j->buf, S("null"));
}

void json_time(struct json_out *j, utime t)
{
	value(j);
	buf_ch(&j->buf, '"');
	buf_add(&j->buf, civil_rfc3339(j->buf.arena, t));
	buf_ch(&j->buf, '"');
}

void json_raw(struct json_out *j, struct str json)
{
	value(j);
	buf_add(&j->buf, json);
}

void json_kstr(struct json_out *j, const char *key, struct str s) { json_key(j, key); json_str(j, s); }
void json_ki64(struct json_out *j, const char *key, int64_t v) { json_key(j, key); json_i64(j, v); }
void json_kbool(struct json_out *j, const char *key, bool v) { json_key(j, key); json_bool(j, v); }
void json_ktime(struct json_out *j, const char *key, utime t) { json_key(j, key); json_time(j, t); }

void json_kopt(struct json_out *j, const char *key, struct opt_i64 v)
{
	json_key(j, key);
	if (v.set)
		json_i64(j, v.v);
	else
		json_nil(j);
}

void json_kopt_time(struct json_out *j, const char *key, struct opt_i64 t)
{
	json_key(j, key);
	if (t.set)
		json_time(j, t.v);
	else
		json_nil(j);
}

void json_items(struct json_out *j)
{
	json_key(j, "items");
	json_arr(j);
}

void json_list(struct json_out *j)
{
	json_obj(j);
	json_items(j);
}

void json_list_end(struct json_out *j, struct opt_i64 next)
{
	json_arr_end(j);
	json_kopt(j, "next", next);
	json_obj_end(j);
}

struct str json_done(struct json_out *j)
{
	ASSERT(j->depth == 0);
	return buf_str(&j->buf);
}
