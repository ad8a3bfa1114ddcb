/* call_ical.c: somebody's calls as an iCalendar file (RFC 5545), for the calendar they live in. */
#include "growth/call_parts.h"

#include "account/account_parts.h"
#include "base/civil.h"
#include "base/utf8.h"

#include "base/banned.h"

enum { LINE_BYTES = 75, CALLS_MOST = 500, DAYS_BACK = 31 };

/* A property with its text escaped, folded to 75 bytes a line between code points. */
static void put(struct buf *b, struct arena *a, const char *name, struct str text, bool raw)
{
	struct buf line;
	buf_init(&line, a, 64 << 10);
	buf_fmt(&line, "%s:", name);
	for (size_t i = 0; i < text.n; i++) {
		char ch = text.p[i];
		if (!raw && (ch == '\\' || ch == ';' || ch == ','))
			buf_ch(&line, '\\');
		if (ch == '\n')
			buf_add(&line, S("\\n"));
		else if ((unsigned char)ch >= 0x20)
			buf_ch(&line, ch);
	}
	struct str rest = buf_str(&line);
	for (size_t room = LINE_BYTES; rest.n; room = LINE_BYTES - 1) {
		struct str part = utf8_clip(rest, room);
		buf_add(b, part);
		rest = str_slice(rest, part.n, rest.n);
		buf_add(b, rest.n ? S("\r\n ") : S("\r\n"));
	}
}

static struct str stamp(struct arena *a, utime t)
{
	struct civil k;
	civil_from_utc(t, &k);
	return arena_fmt(a, "%04d%02d%02dT%02d%02d%02dZ", k.year, k.month, k.day, k.hour, k.minute, k.second);
}

static void put_call(struct ctx *c, struct buf *b, const struct call_mine_row *k, int64_t me)
{
	struct arena *a = c->arena;
	const char *base = c->desk->cfg.public_url ? c->desk->cfg.public_url : "http://127.0.0.1:8080";
	struct str page = arena_fmt(a, "%s/calls/%lld", base, (long long)k->id), part = k->lead_id.set && k->lead_id.v == me ? S("you lead") :
			  str_eq(str_or_empty(k->part), S("shadow")) ? S("you shadow") : S("you listen in");
	put(b, a, "BEGIN", S("VEVENT"), true);
	put(b, a, "UID", arena_fmt(a, "call-%lld@tend", (long long)k->id), true);
	put(b, a, "DTSTAMP", stamp(a, c->now_us), true);
	put(b, a, "DTSTART", stamp(a, k->starts_us), true);
	put(b, a, "DTEND", stamp(a, k->starts_us + k->minutes * UTIME_US_PER_MINUTE), true);
	put(b, a, "SUMMARY", k->organisation.p ? arena_fmt(a, "%.*s: %.*s (%.*s)", STR_ARG(k->organisation), STR_ARG(k->title), STR_ARG(part)) :
						 arena_fmt(a, "%.*s (%.*s)", STR_ARG(k->title), STR_ARG(part)), false);
	put(b, a, "DESCRIPTION", arena_fmt(a, "%s\n%.*s\n%.*s", call_words(k->kind), STR_ARG(k->join_url), STR_ARG(page)), false);
	put(b, a, "URL", page, true);
	put(b, a, "END", S("VEVENT"), true);
}

enum err call_ical(struct ctx *c, int64_t teammate, struct str *ret)
{
	struct call_mine_row *v;
	size_t n;
	struct buf b;
	buf_init(&b, c->arena, 4 << 20);
	TRY(call_mine(c->db, c->arena, &v, &n, .me = teammate, .from_us = c->now_us - DAYS_BACK * UTIME_US_PER_DAY, .max = CALLS_MOST));
	put(&b, c->arena, "BEGIN", S("VCALENDAR"), true);
	put(&b, c->arena, "VERSION", S("2.0"), true);
	put(&b, c->arena, "PRODID", S("-//tend//calls//EN"), true);
	put(&b, c->arena, "X-WR-CALNAME", S("Calls with customers"), false);
	for (size_t i = 0; i < n; i++)
		put_call(c, &b, &v[i], teammate);
	put(&b, c->arena, "END", S("VCALENDAR"), true);
	*ret = buf_str(&b);
	return buf_err(&b);
}
