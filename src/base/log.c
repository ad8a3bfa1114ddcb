/* log.c: canonical lines; see log.h. Where they go is one of the two mutable globals of the house. */
#include "base/log.h"

#include "base/civil.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static _Atomic int log_fd = 2;
static _Atomic int log_style = LOG_LOGFMT;
static _Atomic int log_lowest = LOG_INFO;

static const char *const LEVELS[] = { "debug", "info", "warn", "error" };

void log_open(int fd, enum log_format format, enum log_level lowest)
{
	log_fd = fd;
	log_style = format;
	log_lowest = lowest;
}

enum { ROOM = sizeof(((struct log_line *)0)->text) - 8 }; /* closing quote, brace and line end always fit */

static void put(struct log_line *l, const char *p, size_t n)
{
	if (l->n + n > ROOM)
		n = ROOM - l->n;
	memcpy(l->text + l->n, p, n);
	l->n += (unsigned)n;
}

static void put_c(struct log_line *l, const char *s)
{
	put(l, s, strlen(s));
}

/* The value's text with everything escaped that could end the line, move the cursor or reorder the terminal. */
static void put_escaped(struct log_line *l, struct str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		int32_t cp = utf8_next(s, &i);
		char esc[16];
		if (l->n + 16 > ROOM) {
			put_c(l, "\xe2\x80\xa6");
			return;
		}
		if (cp == '"' || cp == '\\')
			snprintf(esc, sizeof(esc), "\\%c", (char)cp);
		else if (cp == '\n' || cp == '\t')
			snprintf(esc, sizeof(esc), "\\%c", cp == '\n' ? 'n' : 't');
		else if (cp < 0 || utf8_is_control((uint32_t)cp))
			snprintf(esc, sizeof(esc), "\\u%04x", cp < 0 ? 0xfffdu : (unsigned)cp);
		else {
			put(l, s.p + from, i - from);
			continue;
		}
		put_c(l, esc);
	}
}

/* False, and nothing written, when the line has no room for the key and a little of a value: a line that is
 * cut is still well-formed. */
static bool put_key(struct log_line *l, const char *key)
{
	if (l->n + strlen(key) + 32 > ROOM)
		return false;
	if (log_style == LOG_JSON) {
		put_c(l, l->n == 1 ? "\"" : ",\"");
		put_c(l, key);
		put_c(l, "\":");
	} else {
		if (l->n)
			put_c(l, " ");
		put_c(l, key);
		put_c(l, "=");
	}
	return true;
}

void log_begin(struct log_line *l, enum log_level level, const char *event)
{
	l->n = 0;
	l->level = level;
	l->on = (int)level >= log_lowest;
	if (!l->on)
		return;
	if (log_style == LOG_JSON)
		put_c(l, "{");
	char text[40];
	utime now = clock_now();
	struct civil c;
	civil_from_utc(now, &c);
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", (int)c.year, c.month, c.day, c.hour, c.minute, c.second,
		 (int)c.microsecond);
	log_add(l, "at", str_c(text));
	log_add(l, "level", str_c(LEVELS[level]));
	log_add(l, "event", str_c(event));
}

static bool plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] == '"' || s.p[i] == '=' || s.p[i] == '\\' || (unsigned char)s.p[i] >= 0x7f)
			return false;
	return s.n > 0;
}

void log_add(struct log_line *l, const char *key, struct str value)
{
	if (!l->on || !put_key(l, key))
		return;
	if (log_style == LOG_LOGFMT && plain(value)) {
		put_escaped(l, value);
		return;
	}
	put_c(l, "\"");
	put_escaped(l, value);
	put_c(l, "\"");
}

void log_add_i64(struct log_line *l, const char *key, int64_t value)
{
	if (!l->on || !put_key(l, key))
		return;
	char text[24];
	snprintf(text, sizeof(text), "%lld", (long long)value);
	put_c(l, text);
}

void log_end(struct log_line *l)
{
	if (!l->on)
		return;
	if (log_style == LOG_JSON)
		l->text[l->n++] = '}';
	l->text[l->n++] = '\n';
	ssize_t wrote = write(log_fd, l->text, l->n); /* nothing sensible can be done when the log is gone */
	(void)wrote;
}

void log_msg(enum log_level level, const char *event, const char *fmt, ...)
{
	struct log_line l;
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_begin(&l, level, event);
	log_add(&l, "msg", str_c(text));
	log_end(&l);
}
