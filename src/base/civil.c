/* civil.c: dates, zones and the words for instants; see civil.h.
 *
 * A zone is a sorted list of transitions and the type (offset, daylight, abbreviation) that each begins. The
 * file's own transitions end somewhere (2037, or the last change of the law); after them its POSIX footer rules
 * for ever. The Gregorian calendar repeats every 400 years to the weekday, so the reader writes out 400 years of
 * the footer's transitions once and folds any later instant back by whole periods: every question is one binary
 * search, and there is no horizon.
 *
 *     at:        a0      a1      a2   …            a(n-1) │cycle_to_s
 *     type_of: 0 │   1   │   2   │   3   …                │ = 400 years earlier
 *
 * The cache of zones is shared by all threads. The law "no mutable file-scope variables" is there so that
 * no function's answer depends on who ran before; the cache keeps that: a zone is built privately, published
 * once with a release store, never changed and never freed, so that it can only make an answer faster. Readers
 * take no lock; loaders of new zones take one after another. Only names of zone files that exist are kept, so
 * strangers cannot make it grow. */
#include "base/civil.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum {
	DAY_S = 86400,
	OFFSET_LEAST_S = -89999, /* RFC 8536: -24:59:59 to +25:59:59 */
	OFFSET_MOST_S = 93599,
	AROUND_S = 26 * 3600,    /* no offset is larger */
	FILE_MOST_BYTES = 256 << 10,
	TRANSITIONS_MOST = 8192,
	TYPES_MOST = 256,
	CYCLE_YEARS = 400,
	NAME_MOST = 64,
	BUCKETS = 256,
};
#define CYCLE_S (INT64_C(146097) * DAY_S)
#define LAST_S INT64_C(253402300800) /* year 10000: no file goes there */

/* ---- the calendar ---- */

int64_t civil_days(int32_t year, int month, int day)
{
	/* Years begin in March, so that the leap day is the last one; eras are 400 years. */
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void civil_from_days(int64_t days, int32_t *ret_year, int *ret_month, int *ret_day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	uint32_t of_era = (uint32_t)(days - era * 146097);
	uint32_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint32_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	uint32_t m = (5 * of_year + 2) / 153;
	*ret_day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*ret_month = (int)(m < 10 ? m + 3 : m - 9);
	*ret_year = (int32_t)(year_of_era + era * 400 + (*ret_month <= 2));
}

int civil_weekday(int64_t days)
{
	int64_t d = (days + 3) % 7; /* 1970-01-01 was a Thursday */
	return (int)(d < 0 ? d + 7 : d);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t utc_seconds(const struct civil *c)
{
	return civil_days(c->year, c->month, c->day) * DAY_S + c->hour * 3600 + c->minute * 60 + c->second;
}

utime civil_utc(const struct civil *c)
{
	return utc_seconds(c) * UTIME_US_PER_SECOND + c->microsecond;
}

void civil_from_utc(utime t, struct civil *ret)
{
	int64_t days = floor_div(t, UTIME_US_PER_DAY);
	int64_t us = t - days * UTIME_US_PER_DAY;
	int32_t s = (int32_t)(us / UTIME_US_PER_SECOND);
	int month, day;
	civil_from_days(days, &ret->year, &month, &day);
	ret->month = (int8_t)month;
	ret->day = (int8_t)day;
	ret->hour = (int8_t)(s / 3600);
	ret->minute = (int8_t)(s / 60 % 60);
	ret->second = (int8_t)(s % 60);
	ret->microsecond = (int32_t)(us - s * UTIME_US_PER_SECOND);
}

/* ---- a zone ---- */

struct zone_type {
	int32_t offset_s;
	bool dst;
	struct str abbrev;
};

struct zone {
	struct str name;
	size_t n;                    /* transitions */
	const int64_t *at;           /* their instants in seconds, ascending */
	const uint16_t *type_of;     /* [n + 1]: before at[0], from at[0] on, … */
	const struct zone_type *types;
	bool cycles;                 /* the footer has daylight time */
	bool cycles_back;            /* and rules the past as well: a file without transitions */
	int64_t cycle_to_s;          /* from here on, look CYCLE_S earlier */
	const struct zone *next;     /* in the cache's bucket */
	struct arena arena;          /* of a cached zone: where it lives */
};

struct str zone_name(const struct zone *z)
{
	return z->name;
}

/* How far back (in seconds) to look for what holds at s. */
static int64_t fold(const struct zone *z, int64_t s)
{
	if (!z->cycles)
		return 0;
	if (s >= z->cycle_to_s)
		return ((s - z->cycle_to_s) / CYCLE_S + 1) * CYCLE_S;
	if (z->cycles_back && s < z->cycle_to_s - CYCLE_S)
		return -((z->cycle_to_s - s - 1) / CYCLE_S) * CYCLE_S;
	return 0;
}

/* How many transitions have happened at s: the index into type_of. */
static size_t happened(const struct zone *z, int64_t s)
{
	const int64_t *at = z->at;
	size_t n = z->n;
	while (n > 0) {
		size_t half = (n + 1) / 2;
		at += at[half - 1] <= s ? half : 0;
		n -= half;
	}
	return (size_t)(at - z->at);
}

static const struct zone_type *type_at(const struct zone *z, int64_t s)
{
	return &z->types[z->type_of[happened(z, s - fold(z, s))]];
}

int32_t zone_offset_s(const struct zone *z, utime t, bool *ret_dst, struct str *ret_abbrev)
{
	const struct zone_type *type = type_at(z, floor_div(t, UTIME_US_PER_SECOND));
	if (ret_dst)
		*ret_dst = type->dst;
	if (ret_abbrev)
		*ret_abbrev = type->abbrev;
	return type->offset_s;
}

bool zone_next_transition(const struct zone *z, utime t, utime *ret)
{
	int64_t s = floor_div(t, UTIME_US_PER_SECOND);
	int64_t back = fold(z, s);
	size_t i = happened(z, s - back);
	if (i == z->n)
		return false;
	return !__builtin_mul_overflow(z->at[i] + back, UTIME_US_PER_SECOND, ret);
}

int64_t zone_settled_s(const struct zone *z)
{
	if (z->cycles)
		return z->cycles_back ? INT64_MIN : z->cycle_to_s - CYCLE_S;
	return z->n ? z->at[z->n - 1] : INT64_MIN;
}

void civil_local(const struct zone *z, utime t, struct civil *ret)
{
	civil_from_utc(t + zone_offset_s(z, t, NULL, NULL) * UTIME_US_PER_SECOND, ret);
}

enum zone_fit civil_instant(const struct zone *z, const struct civil *local, utime *ret_first, utime *ret_last)
{
	int64_t want = utc_seconds(local);
	int64_t back = fold(z, want);
	want -= back;
	/* Each stretch between two transitions that can hold the local time is asked whether it does. */
	size_t i = happened(z, want - AROUND_S);
	int64_t first = 0, last = 0, after_gap = 0;
	unsigned found = 0;
	bool gap = false;
	for (;; i++) {
		int64_t s = want - z->types[z->type_of[i]].offset_s;
		bool begun = i == 0 || z->at[i - 1] <= s;
		bool over = i < z->n && z->at[i] <= s;
		if (begun && !over) {
			first = found ? first : s;
			last = s;
			found++;
		} else if (!begun && !gap) {
			after_gap = z->at[i - 1];
			gap = true;
		}
		if (i == z->n || z->at[i] > want + AROUND_S)
			break;
	}
	if (!found) {
		ASSERT(gap);
		*ret_first = *ret_last = (after_gap + back) * UTIME_US_PER_SECOND;
		return ZONE_GAP;
	}
	*ret_first = (first + back) * UTIME_US_PER_SECOND + local->microsecond;
	*ret_last = (last + back) * UTIME_US_PER_SECOND + local->microsecond;
	return found > 1 ? ZONE_FOLD : ZONE_UNIQUE;
}

/* ---- the POSIX footer: "CET-1CEST,M3.5.0,M10.5.0/3" ---- */

struct when {
	char kind;                   /* 'M' month.week.day, 'J' day 1–365 without leap day, '0' day 0–365 */
	int month, week, day;        /* day: 0 = Sunday for 'M' */
	int32_t time_s;              /* of local time before the change; -167 to 167 hours */
};

struct footer {
	struct zone_type std, dst;
	bool has_dst;
	struct when start, end;      /* of daylight time */
};

static bool take_ch(struct str *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = str_slice(*s, 1, s->n);
	return true;
}

static bool take_int(struct str *s, int most, int *ret)
{
	int v = 0;
	size_t i = 0;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		v = v * 10 + (s->p[i] - '0');
		if (i > 3 || v > most)
			return false;
	}
	if (i == 0)
		return false;
	*s = str_slice(*s, i, s->n);
	*ret = v;
	return true;
}

/* [+-]h[h[h]][:mm[:ss]] */
static bool take_hms(struct str *s, int most_hours, int32_t *ret_s)
{
	bool negative = take_ch(s, '-');
	if (!negative)
		take_ch(s, '+');
	int h, m = 0, sec = 0;
	if (!take_int(s, most_hours, &h))
		return false;
	if (take_ch(s, ':')) {
		if (!take_int(s, 59, &m))
			return false;
		if (take_ch(s, ':') && !take_int(s, 59, &sec))
			return false;
	}
	int32_t v = h * 3600 + m * 60 + sec;
	*ret_s = negative ? -v : v;
	return true;
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool take_name(struct str *s, struct str *ret)
{
	bool quoted = take_ch(s, '<');
	size_t n = 0;
	while (n < s->n && (is_alpha(s->p[n]) ||
			    (quoted && (is_digit(s->p[n]) || s->p[n] == '+' || s->p[n] == '-'))))
		n++;
	*ret = str_slice(*s, 0, n);
	*s = str_slice(*s, n, s->n);
	return n >= (quoted ? 1 : 3) && n <= 32 && (!quoted || take_ch(s, '>'));
}

static bool take_when(struct str *s, struct when *ret)
{
	*ret = (struct when){ .kind = '0', .time_s = 2 * 3600 };
	if (take_ch(s, 'M')) {
		ret->kind = 'M';
		if (!take_int(s, 12, &ret->month) || ret->month < 1 || !take_ch(s, '.') || !take_int(s, 5, &ret->week) ||
		    ret->week < 1 || !take_ch(s, '.') || !take_int(s, 6, &ret->day))
			return false;
	} else if (take_ch(s, 'J')) {
		ret->kind = 'J';
		if (!take_int(s, 365, &ret->day) || ret->day < 1)
			return false;
	} else if (!take_int(s, 365, &ret->day)) {
		return false;
	}
	return !take_ch(s, '/') || take_hms(s, 167, &ret->time_s);
}

static bool footer_parse(struct str s, struct footer *ret)
{
	*ret = (struct footer){ 0 };
	if (!take_name(&s, &ret->std.abbrev) || !take_hms(&s, 24, &ret->std.offset_s))
		return false;
	ret->std.offset_s = -ret->std.offset_s; /* POSIX counts west */
	if (!s.n)
		return true;
	ret->has_dst = ret->dst.dst = true;
	if (!take_name(&s, &ret->dst.abbrev))
		return false;
	ret->dst.offset_s = ret->std.offset_s + 3600;
	if (s.n && s.p[0] != ',') {
		if (!take_hms(&s, 24, &ret->dst.offset_s))
			return false;
		ret->dst.offset_s = -ret->dst.offset_s;
	}
	return take_ch(&s, ',') && take_when(&s, &ret->start) && take_ch(&s, ',') && take_when(&s, &ret->end) && !s.n;
}

static bool leap(int32_t y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* The local second (read as UTC) that w means in a year. */
static int64_t when_s(const struct when *w, int32_t year)
{
	int64_t first = civil_days(year, w->kind == 'M' ? w->month : 1, 1);
	if (w->kind == 'J')
		return (first + w->day - 1 + (w->day >= 60 && leap(year))) * DAY_S + w->time_s;
	if (w->kind == '0')
		return (first + w->day) * DAY_S + w->time_s;
	int sunday_based = (civil_weekday(first) + 1) % 7;
	int64_t day = first + (w->day - sunday_based + 7) % 7 + (w->week - 1) * 7;
	int64_t next_month = w->month == 12 ? civil_days(year + 1, 1, 1) : civil_days(year, w->month + 1, 1);
	return (day >= next_month ? day - 7 : day) * DAY_S + w->time_s;
}

/* ---- the TZif file ---- */

static bool same_type(const struct zone_type *a, const struct zone_type *b)
{
	return a->offset_s == b->offset_s && a->dst == b->dst && str_eq(a->abbrev, b->abbrev);
}

/* A zone's arrays while they may still be written. */
struct build {
	size_t n;
	int64_t *at;
	uint16_t *type_of;
	struct zone_type *types;
};

/* Appends a transition; one that changes nothing is none, and of two at once the later holds. */
static void push(struct build *b, int64_t at, size_t type)
{
	if (b->n && b->at[b->n - 1] == at)
		b->n--;
	if (same_type(&b->types[b->type_of[b->n]], &b->types[type]))
		return;
	b->at[b->n++] = at;
	b->type_of[b->n] = (uint16_t)type;
}

struct event {
	int64_t at;
	size_t type;
};

enum { CYCLE_EVENTS = 2 * (CYCLE_YEARS + 6) };

/* Writes out the footer's transitions after `from`, for a whole period and a little more on both sides. */
static void push_cycle(struct arena *a, struct build *b, const struct footer *f, bool any_before, int64_t from, size_t std,
		       int32_t year)
{
	struct event *e = arena_array(a, struct event, CYCLE_EVENTS);
	size_t n = 0;
	for (int32_t y = year - 2; y < year + CYCLE_YEARS + 4; y++) {
		e[n++] = (struct event){ when_s(&f->start, y) - f->std.offset_s, std + 1 };
		e[n++] = (struct event){ when_s(&f->end, y) - f->dst.offset_s, std };
	}
	/* Nearly sorted: a change moves at most past its neighbours. Stable, so that daylight time which ends the
	 * moment it begins again goes on all year. */
	for (size_t i = 1; i < n; i++) {
		struct event x = e[i];
		size_t k = i;
		for (; k > 0 && e[k - 1].at > x.at; k--)
			e[k] = e[k - 1];
		e[k] = x;
	}
	for (size_t i = 0; i < n; i++)
		if (!any_before || e[i].at > from)
			push(b, e[i].at, e[i].type);
}

struct tzif {
	char version;
	uint32_t n_isut, n_isstd, n_leap, n_time, n_type, n_char;
	size_t time_size;
	struct str block;
};

static uint32_t be32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

/* Takes a header and its data block off *rest. */
static bool take_block(struct str *rest, size_t time_size, struct tzif *ret)
{
	enum { HEADER = 44 };
	if (rest->n < HEADER || !str_starts(*rest, S("TZif")))
		return false;
	const char *p = rest->p;
	*ret = (struct tzif){ .version = p[4], .n_isut = be32(p + 20), .n_isstd = be32(p + 24), .n_leap = be32(p + 28),
			      .n_time = be32(p + 32), .n_type = be32(p + 36), .n_char = be32(p + 40),
			      .time_size = time_size };
	uint64_t size = (uint64_t)ret->n_time * (time_size + 1) + (uint64_t)ret->n_type * 6 + ret->n_char +
			(uint64_t)ret->n_leap * (time_size + 4) + ret->n_isstd + ret->n_isut;
	if (size > rest->n - HEADER)
		return false;
	ret->block = (struct str){ p + HEADER, size };
	*rest = str_slice(*rest, HEADER + size, rest->n);
	return true;
}

static bool block_types(const struct tzif *f, struct str chars, struct zone_type *types)
{
	const char *p = f->block.p + (size_t)f->n_time * (f->time_size + 1);
	for (uint32_t i = 0; i < f->n_type; i++, p += 6) {
		int32_t offset_s = (int32_t)be32(p);
		uint8_t dst = (uint8_t)p[4], from = (uint8_t)p[5];
		if (offset_s < OFFSET_LEAST_S || offset_s > OFFSET_MOST_S || dst > 1 || from >= chars.n)
			return false;
		struct str abbrev = str_slice(chars, from, chars.n);
		ptrdiff_t n = str_find_ch(abbrev, 0);
		if (n < 0)
			return false;
		types[i] = (struct zone_type){ offset_s, dst, str_slice(abbrev, 0, (size_t)n) };
	}
	return true;
}

static bool block_transitions(const struct tzif *f, struct build *b, int64_t *ret_last)
{
	const char *times = f->block.p;
	const uint8_t *types = (const uint8_t *)f->block.p + (size_t)f->n_time * f->time_size;
	int64_t before = 0;
	for (uint32_t i = 0; i < f->n_time; i++) {
		const char *p = times + i * f->time_size;
		int64_t at = f->time_size == 4 ? (int32_t)be32(p) : (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
		if ((i && at <= before) || at > LAST_S || types[i] >= f->n_type)
			return false;
		push(b, at, types[i]);
		before = at;
	}
	*ret_last = before;
	return true;
}

/* The line between two line feeds that ends a file of version 2 and later. */
static bool take_footer(struct str rest, struct str *ret)
{
	ptrdiff_t end;
	if (!take_ch(&rest, '\n') || (end = str_find_ch(rest, '\n')) < 0 || end > 128)
		return false;
	*ret = str_slice(rest, 0, (size_t)end);
	return true;
}

enum err zone_parse(struct arena *a, struct str name, struct str tzif, const struct zone **ret)
{
	struct tzif f;
	struct str footer_text = S(""), rest = tzif;
	if (tzif.n > FILE_MOST_BYTES)
		return ERR_LIMIT;
	if (!take_block(&rest, 4, &f))
		return ERR_INPUT;
	if (f.version != 0) {
		if (f.version < '2' || f.version > '9' || !take_block(&rest, 8, &f) || !take_footer(rest, &footer_text))
			return ERR_INPUT;
	}
	/* Files that count leap seconds ("right/…") count other seconds than the rest of the world. */
	if (f.n_leap || f.n_type < 1 || f.n_type > TYPES_MOST || f.n_char < 1 || f.n_time > TRANSITIONS_MOST ||
	    (f.n_isut && f.n_isut != f.n_type) || (f.n_isstd && f.n_isstd != f.n_type))
		return ERR_INPUT;
	struct footer footer = { 0 };
	if (footer_text.n && !footer_parse(footer_text, &footer))
		return ERR_INPUT;

	size_t room = f.n_time + (footer.has_dst ? CYCLE_EVENTS : 0);
	struct build b = { .at = arena_array(a, int64_t, room), .type_of = arena_array(a, uint16_t, room + 1),
			   .types = arena_array(a, struct zone_type, f.n_type + 2u) };
	size_t chars_at = (size_t)f.n_time * (f.time_size + 1) + (size_t)f.n_type * 6;
	struct str chars = arena_str(a, str_slice(f.block, chars_at, chars_at + f.n_char));
	if (!block_types(&f, chars, b.types))
		return ERR_INPUT;
	size_t std = f.n_type; /* then daylight */
	if (footer_text.n) {
		footer.std.abbrev = arena_str(a, footer.std.abbrev);
		footer.dst.abbrev = arena_str(a, footer.dst.abbrev);
		b.types[std] = footer.std;
		b.types[std + 1] = footer.dst;
		if (f.n_time == 0)
			b.type_of[0] = (uint16_t)std;
	}
	int64_t last = 0;
	if (!block_transitions(&f, &b, &last))
		return ERR_INPUT;
	int32_t year = 1970;
	int month, day;
	if (f.n_time)
		civil_from_days(floor_div(last, DAY_S), &year, &month, &day);
	if (footer.has_dst)
		push_cycle(a, &b, &footer, f.n_time > 0, last, std, year);
	struct zone *z = arena_new(a, struct zone);
	*z = (struct zone){ .name = arena_str(a, name), .n = b.n, .at = b.at, .type_of = b.type_of, .types = b.types,
			    .cycles = footer.has_dst, .cycles_back = f.n_time == 0,
			    .cycle_to_s = civil_days(year + CYCLE_YEARS + 2, 1, 1) * DAY_S };
	*ret = z;
	return OK;
}

/* ---- the cache ---- */

struct zone_cache {
	pthread_mutex_t loading;                 /* held while a zone is built; readers never take it */
	const struct zone *_Atomic bucket[BUCKETS];
};

static struct zone_cache *cache(void)
{
	static struct zone_cache the = { .loading = PTHREAD_MUTEX_INITIALIZER }; /* shared: see the head comment */
	return &the;
}

static const struct zone *utc_zone(void)
{
	static const uint16_t only_type[1] = { 0 };
	static const struct zone_type types[1] = { { .abbrev = { "UTC", 3 } } };
	static const struct zone utc = { .name = { "UTC", 3 }, .type_of = only_type, .types = types };
	return &utc;
}

/* Components of [A-Za-z0-9_+-], joined by single slashes: one spelling for one file. What lies in the folder and is no IANA name is no zone: "localtime"
 * is whatever this machine is set to, "posix/" and "right/" are other editions of all zones (the second with leap seconds). */
static bool good_name(struct str name)
{
	if (!name.n || name.n > NAME_MOST || name.p[0] == '/' || name.p[name.n - 1] == '/')
		return false;
	if (str_eq(name, S("localtime")) || str_eq(name, S("posixrules")) || str_starts(name, S("posix/")) || str_starts(name, S("right/")))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (c == '/' ? name.p[i - 1] == '/' : !is_alpha(c) && !is_digit(c) && c != '_' && c != '+' && c != '-')
			return false;
	}
	return true;
}

static bool read_zone_file(struct arena *a, struct str name, struct str *ret)
{
	const char *folder = getenv("TZDIR");
	struct str path = arena_fmt(a, "%s/%.*s", folder && folder[0] ? folder : "/usr/share/zoneinfo", STR_ARG(name));
	int fd = open(path.p, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	struct stat st;
	bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= FILE_MOST_BYTES;
	if (ok) {
		size_t n = (size_t)st.st_size, got = 0;
		char *p = arena_alloc(a, n);
		for (ssize_t r; got < n && (r = read(fd, p + got, n - got)) > 0;)
			got += (size_t)r;
		ok = got == n;
		*ret = (struct str){ p, n };
	}
	close(fd);
	return ok;
}

static const struct zone *look_up(const struct zone *z, struct str name)
{
	while (z && !str_eq(z->name, name))
		z = z->next;
	return z;
}

static const struct zone *load(struct str name, const struct zone *next)
{
	struct arena keep, scratch;
	arena_init(&keep);
	arena_init(&scratch);
	const struct zone *z = NULL;
	struct str bytes;
	if (!read_zone_file(&scratch, name, &bytes) || zone_parse(&keep, name, bytes, &z) != OK) {
		arena_done(&keep);
		z = NULL;
	} else {
		struct zone *mine = (struct zone *)z; /* nobody has seen it yet */
		mine->next = next;
		mine->arena = keep;
	}
	arena_done(&scratch);
	return z;
}

const struct zone *zone_find(struct str name)
{
	if (str_eq(name, S("UTC")))
		return utc_zone();
	if (!good_name(name))
		return NULL;
	struct zone_cache *c = cache();
	const struct zone *_Atomic *bucket = &c->bucket[str_hash(name) % BUCKETS];
	const struct zone *z = look_up(atomic_load_explicit(bucket, memory_order_acquire), name);
	if (z)
		return z;
	pthread_mutex_lock(&c->loading);
	const struct zone *first = atomic_load_explicit(bucket, memory_order_relaxed);
	z = look_up(first, name);
	if (!z) {
		z = load(name, first);
		if (z)
			atomic_store_explicit(bucket, z, memory_order_release);
	}
	pthread_mutex_unlock(&c->loading);
	return z;
}

/* ---- words for instants ---- */

static const char WEEKDAYS[7][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char MONTHS[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
				    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static bool digits(const char *p, size_t n, int *ret)
{
	int v = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(p[i]))
			return false;
		v = v * 10 + (p[i] - '0');
	}
	*ret = v;
	return true;
}

static int month_days(int32_t year, int month)
{
	return month == 2 ? 28 + leap(year) : 30 + ((month + (month > 7)) & 1);
}

/* "Z" or "+hh:mm": the whole of s. */
static bool parse_offset(struct str s, int32_t *ret_s)
{
	int h, m;
	*ret_s = 0;
	if (s.n == 1)
		return s.p[0] == 'Z' || s.p[0] == 'z';
	if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' || !digits(s.p + 1, 2, &h) ||
	    !digits(s.p + 4, 2, &m) || h > 23 || m > 59)
		return false;
	*ret_s = (s.p[0] == '-' ? -1 : 1) * (h * 3600 + m * 60);
	return true;
}

bool civil_parse_rfc3339(struct str s, utime *ret)
{
	int year, month, day, hour, minute, second;
	if (s.n < 20 || s.p[4] != '-' || s.p[7] != '-' || (s.p[10] != 'T' && s.p[10] != 't') || s.p[13] != ':' ||
	    s.p[16] != ':' || !digits(s.p, 4, &year) || !digits(s.p + 5, 2, &month) || !digits(s.p + 8, 2, &day) ||
	    !digits(s.p + 11, 2, &hour) || !digits(s.p + 14, 2, &minute) || !digits(s.p + 17, 2, &second))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > month_days(year, month) || hour > 23 || minute > 59 || second > 60)
		return false;
	struct str rest = str_slice(s, 19, s.n);
	int32_t us = 0;
	if (take_ch(&rest, '.')) {
		size_t n = 0;
		for (; n < rest.n && n < 6 && is_digit(rest.p[n]); n++)
			us = us * 10 + (rest.p[n] - '0');
		if (n == 0)
			return false;
		rest = str_slice(rest, n, rest.n);
		for (; n < 6; n++)
			us *= 10;
	}
	int32_t offset_s;
	if (!parse_offset(rest, &offset_s))
		return false;
	int64_t t = civil_days(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second - offset_s;
	if (second == 60 && t % DAY_S != 0) /* a leap second is the last of a day in UTC, and counts as the next */
		return false;
	*ret = t * UTIME_US_PER_SECOND + us;
	return true;
}

static void put_digits(char *p, size_t n, uint32_t v)
{
	while (n--) {
		p[n] = (char)('0' + v % 10);
		v /= 10;
	}
}

struct str civil_rfc3339(struct arena *a, utime t)
{
	/* The format has four digits for the year. */
	const utime least = civil_days(0, 1, 1) * UTIME_US_PER_DAY, most = civil_days(10000, 1, 1) * UTIME_US_PER_DAY - 1;
	struct civil c;
	civil_from_utc(t < least ? least : t > most ? most : t, &c);
	enum { N = sizeof("2026-11-24T08:00:00.000000Z") - 1 };
	char *p = arena_alloc(a, N + 1);
	memcpy(p, "0000-00-00T00:00:00.000000Z", N);
	put_digits(p, 4, (uint32_t)c.year);
	put_digits(p + 5, 2, (uint32_t)c.month);
	put_digits(p + 8, 2, (uint32_t)c.day);
	put_digits(p + 11, 2, (uint32_t)c.hour);
	put_digits(p + 14, 2, (uint32_t)c.minute);
	put_digits(p + 17, 2, (uint32_t)c.second);
	put_digits(p + 20, 6, (uint32_t)c.microsecond);
	return (struct str){ p, N };
}

struct str civil_rfc5322(struct arena *a, utime t)
{
	struct civil c;
	civil_from_utc(t, &c);
	int weekday = civil_weekday(floor_div(t, UTIME_US_PER_DAY));
	return arena_fmt(a, "%s, %d %s %04d %02d:%02d:%02d +0000", WEEKDAYS[weekday], c.day, MONTHS[c.month - 1],
			 (int)c.year, c.hour, c.minute, c.second);
}

struct str civil_short(struct arena *a, const struct zone *z, utime t, utime now)
{
	struct civil c, today;
	civil_local(z, t, &c);
	civil_local(z, now, &today);
	int64_t day = civil_days(c.year, c.month, c.day);
	int64_t away = day - civil_days(today.year, today.month, today.day);
	/* by hand: a page has dozens of these, and the formatter costs more than the calendar */
	char *p = arena_alloc(a, sizeof("24 Nov 14:00")), *at = p;
	if (away < -6 || away > 6) {
		if (c.year != today.year)
			return arena_fmt(a, "%d %s %d", c.day, MONTHS[c.month - 1], (int)c.year);
		put_digits(at, c.day < 10 ? 1 : 2, (uint32_t)c.day);
		at += c.day < 10 ? 1 : 2;
		*at++ = ' ';
	}
	memcpy(at, away < -6 || away > 6 ? MONTHS[c.month - 1] : WEEKDAYS[civil_weekday(day)], 3);
	memcpy(at + 3, " 00:00", 6);
	put_digits(at + 4, 2, (uint32_t)c.hour);
	put_digits(at + 7, 2, (uint32_t)c.minute);
	return (struct str){ p, (size_t)(at + 9 - p) };
}

struct str civil_span(struct arena *a, int64_t us)
{
	uint64_t v = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;
	static const struct {
		uint64_t us;
		const char *unit;
	} UNITS[] = {
		{ 7 * UTIME_US_PER_DAY, "wk" }, { UTIME_US_PER_DAY, "d" }, { UTIME_US_PER_HOUR, "h" }, { 0, "min" },
	};
	size_t i = 0;
	while (v < UNITS[i].us)
		i++;
	uint64_t one = UNITS[i].us ? UNITS[i].us : UTIME_US_PER_MINUTE;
	return arena_fmt(a, "%llu %s", (unsigned long long)(v / one), UNITS[i].unit);
}
