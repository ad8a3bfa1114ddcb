/* sla_conf.c: the text of calendars, policy rows, automation and targets: sections of lines, always in one order, so that it can live in git and be
 * compared line by line. docs/config.md is the manual. */
#include "sla/sla_int.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

const char *const conf_type_names[] = { "calendar", "hours", "holiday", "rule", "automation", "target" };

/* ---- writing ---- */

static void put_section(struct buf *b, const struct conf_section *s)
{
	buf_fmt(b, s->key.n ? "[%s %.*s]\n" : "[%s]\n", conf_type_names[s->type], STR_ARG(s->key));
	for (size_t i = 0; i < s->n; i++)
		buf_fmt(b, "%.*s = %.*s\n", STR_ARG(s->pairs[i].name), STR_ARG(s->pairs[i].value));
}

struct str conf_section_text(struct arena *a, const struct conf_section *s)
{
	struct buf b;
	buf_init(&b, a, 1 << 20);
	put_section(&b, s);
	return buf_str(&b);
}

struct str conf_text(struct arena *a, const struct conf *k)
{
	struct buf b;
	buf_init(&b, a, 64 << 20);
	buf_add(&b, S("# tend config: calendars, what is promised, what happens by itself, what is aimed at\n"));
	for (size_t i = 0; i < k->n; i++) {
		buf_ch(&b, '\n');
		put_section(&b, &k->v[i]);
	}
	return buf_str(&b);
}

bool conf_same(struct arena *a, const struct conf_section *x, const struct conf_section *y)
{
	return str_eq(conf_section_text(a, x), conf_section_text(a, y));
}

/* ---- reading ---- */

enum err conf_parse(struct ctx *c, struct str text, struct conf *ret)
{
	static const struct conf_words WORDS = { .types = conf_type_names, .n = CONF_TYPES, .example = "[calendar office]",
						 .there_are = "There are calendar, hours, holiday, rule, automation and target." };
	return conf_read(c, &WORDS, text, ret);
}

/* ---- targets, hours ---- */

/* The next word; commas end words and belong to none. *ret_more: a comma followed it. */
static bool word(struct str *rest, struct str *ret, bool *ret_more)
{
	struct str s = str_trim(*rest);
	size_t n = 0;
	while (n < s.n && s.p[n] != ' ' && s.p[n] != ',')
		n++;
	*ret = str_slice(s, 0, n);
	s = str_trim(str_slice(s, n, s.n));
	*ret_more = s.n && s.p[0] == ',';
	*rest = *ret_more ? str_slice(s, 1, s.n) : s;
	return n > 0;
}

static const char *parse_warn(struct str *rest, struct conf_target *t)
{
	struct str w;
	bool more = true;
	while (more) {
		if (!word(rest, &w, &more) || t->n_warn == SLA_WARNINGS || !conf_parse_amount(w, &t->warn_s[t->n_warn]))
			return "after “warn” stand up to four amounts: warn 2h, 30m.";
		t->n_warn++;
	}
	return NULL;
}

static const char *parse_pause(struct str *rest, struct conf_target *t)
{
	struct str w;
	bool more = true;
	t->pause_set = true;
	while (more) {
		enum sla_status status;
		if (!word(rest, &w, &more))
			return "after “pause” stand the statuses in which the clock rests: pending, on_hold, or never.";
		if (str_eq(w, S("never")))
			continue;
		if (!sla_status_parse(str_eq(w, S("on_hold")) ? S("hold") : w, &status) || status > SLA_HOLD)
			return "a clock can rest in new, open, pending and on_hold only (or never).";
		t->pause_on |= 1u << status;
	}
	return NULL;
}

const char *conf_parse_target(struct str s, struct conf_target *ret)
{
	struct str rest = s, w;
	bool more;
	*ret = (struct conf_target){ .calendar = STR_NULL };
	if (!word(&rest, &w, &more) || more || !conf_parse_amount(w, &ret->seconds))
		return "a target begins with an amount of at most 100 years: 8h, 1h30m, 45m.";
	if (!word(&rest, &w, &more) || more || !(str_eq(w, S("business")) || str_eq(w, S("wall"))))
		return "after the amount stands “business” (open hours) or “wall” (day and night).";
	ret->wall = str_eq(w, S("wall"));
	while (word(&rest, &w, &more)) {
		const char *bad = "after that may stand warn, pause and calendar.";
		if (more)
			return bad;
		if (str_eq(w, S("warn")))
			bad = parse_warn(&rest, ret);
		else if (str_eq(w, S("pause")))
			bad = parse_pause(&rest, ret);
		else if (str_eq(w, S("calendar")))
			bad = word(&rest, &ret->calendar, &more) && !more ? NULL : "after “calendar” stands its name.";
		if (bad)
			return bad;
	}
	return NULL;
}

static bool weekday(struct str s, int *ret)
{
	enum cal_weekday d;
	if (!cal_parse_weekday(s, &d))
		return false;
	*ret = (int)d;
	return true;
}

const char *conf_parse_weekly(struct str s, struct cal_hours *ret, size_t *ret_n)
{
	static const char how[] = "hours are written “mon-fri 09:00-17:00; sat 10:00-14:00”; 24:00 ends a day, “closed” is never open.";
	struct str rest = s, part;
	*ret_n = 0;
	if (str_eq(str_trim(s), S("closed")))
		return NULL;
	for (bool more = true; more;) {
		struct str days, first, last, from, to;
		more = str_cut(rest, ';', &part, &rest);
		part = str_trim(part);
		int a, b;
		if (!str_cut(part, ' ', &days, &part))
			return how;
		if (!str_cut(days, '-', &first, &last))
			first = last = days;
		if (!weekday(first, &a) || !weekday(last, &b) || a > b)
			return how;
		for (bool again = true; again;) {
			struct str one;
			struct cal_hours h = { 0 };
			again = str_cut(part, ',', &one, &part);
			if (!str_cut(str_trim(one), '-', &from, &to) || !cal_parse_time(from, &h.from_s) || !cal_parse_time(to, &h.to_s) || h.from_s >= h.to_s)
				return how;
			for (int d = a; d <= b; d++) {
				if (*ret_n == CAL_HOURS_MOST)
					return "too many opening times.";
				h.weekday = (enum cal_weekday)d;
				ret[(*ret_n)++] = h;
			}
		}
	}
	return NULL;
}
