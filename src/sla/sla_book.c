/* sla_book.c: every edition of the rows, compiled for the engine, kept by the process until the rows change.
 *
 * What was compiled is shared and never changed; who looks at it holds it. The newest edition's random stamp tells whether it is old: a rolled-back
 * edition's number can come again, its stamp cannot. */
#include "sla/sla_int.h"

#include "base/map.h"
#include "core/desk.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct sla_words {
	struct map word[WORD_KINDS];
	struct map tags, entitlements;     /* a bit each */
};

struct sla_kept {
	atomic_int holders;
	struct arena arena;
	int64_t newest, stamp, print;
	bool many;
	struct sla_rows rows;
	struct sla_edition_all_row *editions;
	size_t n_editions;
	struct sla_words words;
	struct sla_book book;
	const struct sla_rules **rules;    /* by number of edition - 1 */
	struct named_calendar *newest_cals;
	size_t n_newest_cals;
};

struct named_calendar {
	struct str name;
	bool standard;
	const struct calendar *cal;
};

const struct calendar *sla_kept_calendar(const struct sla_kept *k, int64_t edition, struct str name)
{
	for (size_t i = 0; edition == k->newest && i < k->n_newest_cals; i++)
		if (str_eq(k->newest_cals[i].name, name))
			return k->newest_cals[i].cal;
	return NULL;
}

const struct sla_book *sla_kept_book(const struct sla_kept *k)
{
	return &k->book;
}

int64_t sla_kept_newest(const struct sla_kept *k)
{
	return k->newest;
}

int64_t sla_kept_at(const struct sla_kept *k, utime at)
{
	int64_t e = 1;
	for (size_t i = 0; i < k->n_editions; i++)
		if (k->editions[i].created_us <= at)
			e = k->editions[i].id;
	return e;
}

const struct sla_edition_all_row *sla_kept_edition(const struct sla_kept *k, int64_t edition)
{
	for (size_t i = 0; i < k->n_editions; i++)
		if (k->editions[i].id == edition)
			return &k->editions[i];
	return NULL;
}

bool sla_kept_many(const struct sla_kept *k)
{
	return k->many;
}

int64_t sla_kept_print(const struct sla_kept *k)
{
	return k->print;
}

const struct sla_rows *sla_kept_rows(const struct sla_kept *k)
{
	return &k->rows;
}

const struct sla_rule_all_row *sla_kept_rule(const struct sla_kept *k, uint32_t rules, int32_t row)
{
	const struct sla_row *r = rules < k->book.n ? sla_rules_row(k->book.rules[rules], row) : NULL;
	return r ? &k->rows.rules[r->ref] : NULL;
}

/* ---- words ---- */

int64_t sla_word(const struct sla_kept *k, enum word_kind kind, struct str word)
{
	char small[128];
	if (!word.n || word.n > sizeof(small))
		return 0;
	for (size_t i = 0; i < word.n; i++)
		small[i] = word.p[i] >= 'A' && word.p[i] <= 'Z' ? (char)(word.p[i] + 32) : word.p[i];
	struct opt_i64 v = map_i64(&k->words.word[kind], (struct str){ small, word.n });
	return v.set ? v.v : 0;
}

static uint64_t bit_of(const struct map *m, struct str s)
{
	struct opt_i64 v = map_i64(m, s);
	return v.set ? UINT64_C(1) << v.v : 0;
}

uint64_t sla_tag_bit(const struct sla_kept *k, struct str tag)
{
	return bit_of(&k->words.tags, tag);
}

uint64_t sla_entitlement_bit(const struct sla_kept *k, struct str name)
{
	return bit_of(&k->words.entitlements, name);
}

bool sla_kept_entitlements(const struct sla_kept *k)
{
	return k->words.entitlements.n > 0;
}

/* "a, b": each its number. A number once given stays: the lists of all editions are read in one order. */
static void learn(struct map *m, struct str list, bool from_zero)
{
	struct str w;
	for (bool more = list.p != NULL; more;) {
		more = str_cut(list, ',', &w, &list);
		w = str_trim(w);
		if (w.n && !map_find(m, w))
			map_put_i64(m, w, (int64_t)m->n + !from_zero);
	}
}

static void learn_all(struct sla_kept *k)
{
	struct sla_words *w = &k->words;
	for (int i = 0; i < WORD_KINDS; i++)
		map_init(&w->word[i], &k->arena);
	map_init(&w->tags, &k->arena);
	map_init(&w->entitlements, &k->arena);
	for (size_t i = 0; i < k->rows.n_rules; i++) {
		const struct sla_rule_all_row *r = &k->rows.rules[i];
		learn(&w->word[WORD_STAGE], r->stage, false);
		learn(&w->word[WORD_TIER], r->tier, false);
		learn(&w->word[WORD_PLAN], r->plan, false);
		learn(&w->word[WORD_DEPLOYMENT], r->deployment, false);
		learn(&w->word[WORD_CHANNEL], r->channel, false);
		learn(&w->tags, r->tag, true);
		learn(&w->entitlements, r->entitlement, true);
		k->many = k->many || (str_eq(r->track, S("promise")) && (str_find(r->targets, S("next_response")) >= 0 || str_find(r->targets, S("periodic_update")) >= 0));
	}
}

/* ---- calendars ---- */

struct compile {
	struct ctx *c;
	struct sla_kept *k;
	const struct sla_rows *rows;       /* of this edition */
	struct named_calendar *cals;
	size_t n_cals;
	struct sla_row *out;
	size_t n_out, cap_out;
};

static int64_t day_of(struct str date)
{
	int64_t day = 0;
	return cal_parse_date(date, &day) ? day : 0;
}

static enum err build_calendar(struct compile *m, const struct sla_calendar_all_row *row, const struct calendar **ret)
{
	struct arena *a = m->c->arena;
	const struct sla_rows *r = m->rows;
	struct cal_version *versions = arena_array(a, struct cal_version, r->n_hours);
	struct cal_holiday *holidays = arena_array(a, struct cal_holiday, r->n_holidays);
	size_t n_versions = 0, n_holidays = 0;
	for (size_t i = 0; i < r->n_holidays; i++) {
		const struct sla_holiday_all_row *h = &r->holidays[i];
		if (str_eq(h->calendar, row->name))
			holidays[n_holidays++] = (struct cal_holiday){ .day = day_of(h->day), .name = h->name, .yearly = h->yearly,
								       .until_day = h->last_day.p ? SOME(day_of(h->last_day)) : NONE };
	}
	for (size_t i = 0; i < r->n_hours; i++) {
		const struct sla_hours_all_row *h = &r->hours[i];
		if (!str_eq(h->calendar, row->name))
			continue;
		struct cal_hours *hours = arena_array(a, struct cal_hours, CAL_HOURS_MOST);
		struct cal_version *v = &versions[n_versions++];
		const char *wrong = conf_parse_weekly(h->weekly, hours, &v->n_hours);
		if (wrong)
			return fail(m->c, ERR_INPUT, "The hours of %.*s: %s", STR_ARG(row->name), wrong);
		v->from_day = day_of(h->valid_from);
		v->hours = hours;
		v->holidays = holidays;
		v->n_holidays = n_holidays;
	}
	return calendar_build(&m->k->arena, &(struct cal_spec){ .zone = row->zone, .versions = versions, .n_versions = n_versions }, &m->c->fault, ret);
}

static const struct calendar *calendar_named(const struct compile *m, struct str name)
{
	for (size_t i = 0; i < m->n_cals; i++)
		if (name.p ? str_eq(m->cals[i].name, name) : m->cals[i].standard)
			return m->cals[i].cal;
	return NULL;
}

/* ---- rules ---- */

static void put_targets(const struct compile *m, const struct sla_rule_all_row *r, struct sla_row *x)
{
	struct str rest = r->targets, line, name, value;
	while (str_line(&rest, &line)) {
		struct conf_target t;
		if (!str_cut(line, '=', &name, &value) || conf_parse_target(str_trim(value), &t))
			continue;
		for (int i = 0; i < SLA_CLOCKS; i++) {
			if (!str_eq(str_trim(name), sla_clock_name((enum sla_clock)i)))
				continue;
			x->target[i] = (struct sla_target){
				.set = true, .basis = t.wall ? SLA_WALL : SLA_BUSINESS, .seconds = t.seconds, .pause_set = t.pause_set, .pause_on = t.pause_on,
				.cal = t.calendar.p ? calendar_named(m, t.calendar) : NULL, .n_warn = t.n_warn,
			};
			memcpy(x->target[i].warn_remaining_s, t.warn_s, sizeof(t.warn_s));
		}
	}
}

static void add_row(struct compile *m, const struct sla_row *x)
{
	if (m->n_out == m->cap_out) {
		size_t cap = m->cap_out ? m->cap_out * 2 : 64;
		m->out = arena_grow(m->c->arena, m->out, m->cap_out * sizeof(*m->out), cap * sizeof(*m->out));
		m->cap_out = cap;
	}
	m->out[m->n_out++] = *x;
}

/* One of a list for each key that has one: a row that names two tiers is two rows to the engine. */
static void expand(struct compile *m, const struct sla_rule_all_row *r, struct sla_row x, int key)
{
	static const uint32_t bits[] = { SLA_KEY_STAGE, SLA_KEY_TIER, SLA_KEY_PLAN, SLA_KEY_DEPLOYMENT, SLA_KEY_CHANNEL, SLA_KEY_SEVERITY };
	const struct str lists[] = { r->stage, r->tier, r->plan, r->deployment, r->channel, r->severity };
	static const enum word_kind kinds[] = { WORD_STAGE, WORD_TIER, WORD_PLAN, WORD_DEPLOYMENT, WORD_CHANNEL };
	if (key == (int)ARRAY_LEN(bits)) {
		add_row(m, &x);
		return;
	}
	struct str rest = lists[key], w;
	if (!rest.p) {
		expand(m, r, x, key + 1);
		return;
	}
	x.match.keys |= bits[key];
	for (bool more = true; more;) {
		more = str_cut(rest, ',', &w, &rest);
		w = str_trim(w);
		struct sla_case_facts *is = &x.match.is;
		int64_t *to[] = { &is->stage, &is->tier, &is->plan, &is->deployment, &is->channel }, v = SLA_UNTRIAGED;
		if (bits[key] != SLA_KEY_SEVERITY)
			*to[key] = sla_word(m->k, kinds[key], w);
		else if (str_eq(w, S("untriaged")) || str_i64(w, &v))
			is->severity = (int32_t)v;
		expand(m, r, x, key + 1);
	}
}

static uint64_t bits_of(const struct map *m, struct str list)
{
	uint64_t bits = 0;
	struct str w;
	for (bool more = list.p != NULL; more;) {
		more = str_cut(list, ',', &w, &list);
		bits |= bit_of(m, str_trim(w));
	}
	return bits;
}

static enum err compile_rule(struct compile *m, const struct sla_rule_all_row *r)
{
	struct sla_row x = {
		.id = r->code, .ref = r - m->k->rows.rules, .version = (int32_t)r->version, .rank = (int32_t)r->position,
		.track = str_eq(r->track, S("aim")) ? SLA_AIM : SLA_PROMISE, .cal = calendar_named(m, r->calendar),
		.from_s = r->from_us.set ? cal_seconds(r->from_us.v) : SLA_SINCE_EVER, .to_s = r->to_us.set ? cal_seconds(r->to_us.v) : SLA_FOR_EVER,
	};
	if (r->organisation_id.set) {
		x.match.keys |= SLA_KEY_ORG;
		x.match.is.org = r->organisation_id.v;
	}
	x.match.is.tags = bits_of(&m->k->words.tags, r->tag);
	x.match.is.entitlements = bits_of(&m->k->words.entitlements, r->entitlement);
	put_targets(m, r, &x);
	expand(m, r, x, 0);
	return OK;
}

static struct sla_delay delay_of(struct str s)
{
	struct conf_target t;
	if (!s.p || conf_parse_target(s, &t))
		return (struct sla_delay){ 0 };
	return (struct sla_delay){ .set = true, .basis = t.wall ? SLA_WALL : SLA_BUSINESS, .seconds = t.seconds };
}

static enum err compile_edition(struct ctx *c, struct sla_kept *k, int64_t edition, const struct compile *before, struct compile *m)
{
	struct sla_rows rows;
	sla_rows_of(c->arena, &k->rows, edition, &rows);
	*m = (struct compile){ .c = c, .k = k, .rows = &rows, .cals = arena_array(c->arena, struct named_calendar, rows.n_calendars) };
	for (size_t i = 0; i < rows.n_calendars; i++) {
		const struct sla_calendar_all_row *r = &rows.calendars[i];
		struct named_calendar *n = &m->cals[i];
		*n = (struct named_calendar){ .name = r->name, .standard = r->standard };
		TRY(build_calendar(m, r, &n->cal));
		/* the same answers as in the edition before: the same calendar, so that nobody sees a change where there is none */
		const struct calendar *made = n->cal;
		for (size_t b = 0; before && b < before->n_cals; b++)
			if (str_eq(before->cals[b].name, r->name) && calendar_fingerprint(before->cals[b].cal) == calendar_fingerprint(n->cal))
				n->cal = before->cals[b].cal;
		if (n->cal == made)
			calendar_quicken(&k->arena, made);
		m->n_cals++;
	}
	/* from k->rows, whose places the engine's rows refer to */
	for (size_t i = 0; i < k->rows.n_rules; i++) {
		const struct sla_rule_all_row *r = &k->rows.rules[i];
		if (r->since <= edition && (!r->until.set || r->until.v > edition))
			TRY(compile_rule(m, r));
	}
	struct sla_automation *autos = arena_array(c->arena, struct sla_automation, rows.n_automations);
	for (size_t i = 0; i < rows.n_automations; i++) {
		const struct sla_automation_all_row *r = &rows.automations[i];
		autos[i] = (struct sla_automation){ .from_s = r->from_us.set ? cal_seconds(r->from_us.v) : SLA_SINCE_EVER,
						    .pending_to_solved = delay_of(r->pending_to_solved), .solved_to_closed = delay_of(r->solved_to_closed) };
	}
	struct sla_rules_spec spec = { .default_calendar = calendar_named(m, STR_NULL), .rows = m->out, .n_rows = m->n_out, .automation = autos,
				       .n_automation = rows.n_automations };
	m->rows = NULL;
	return sla_rules_build(&k->arena, &spec, &c->fault, &k->rules[edition - 1]);
}

static void mix(struct sla_kept *k, uint64_t v)
{
	uint64_t h = ((uint64_t)k->print ^ v) * UINT64_C(0xff51afd7ed558ccd);
	k->print = (int64_t)(h ^ h >> 32);
}

static enum err compile(struct ctx *c, struct sla_kept *k)
{
	struct compile *two = arena_array(c->arena, struct compile, 2);
	learn_all(k);
	if (k->words.tags.n > 64 || k->words.entitlements.n > 64)
		return fail(c, ERR_LIMIT, "Rows can ask for 64 different tags and 64 entitlements at most.");
	k->rules = arena_array(&k->arena, const struct sla_rules *, (size_t)k->newest);
	mix(k, (uint64_t)k->newest);
	mix(k, (uint64_t)k->stamp);
	for (int64_t e = 1; e <= k->newest; e++) {
		struct compile *m = &two[e % 2];
		TRY(compile_edition(c, k, e, e > 1 ? &two[(e - 1) % 2] : NULL, m));
		for (size_t i = 0; i < m->n_cals; i++)
			mix(k, calendar_fingerprint(m->cals[i].cal));
	}
	k->book = (struct sla_book){ .rules = k->rules, .n = (size_t)k->newest };
	if (k->newest) {
		const struct compile *last = &two[k->newest % 2];
		k->n_newest_cals = last->n_cals;
		k->newest_cals = arena_array(&k->arena, struct named_calendar, last->n_cals);
		memcpy(k->newest_cals, last->cals, last->n_cals * sizeof(*last->cals));
	}
	return OK;
}

/* ---- keeping ---- */

static struct sla_kept *kept_new(void)
{
	struct sla_kept *k = calloc(1, sizeof(*k));
	ASSERT(k);
	arena_init(&k->arena);
	atomic_init(&k->holders, 1);
	return k;
}

void sla_book_put(struct sla_kept *k)
{
	if (k && atomic_fetch_sub(&k->holders, 1) == 1) {
		arena_done(&k->arena);
		free(k);
	}
}

static void drop(void *p)
{
	sla_book_put(p);
}

/* Loads and compiles all editions; texts live in the book's own arena. */
static enum err load(struct ctx *c, struct sla_kept *k)
{
	struct arena *outer = c->arena;
	struct sla_newest_edition_row newest;
	bool any;
	c->arena = &k->arena;
	enum err e = sla_rows_load(c, &k->rows);
	if (e == OK)
		e = sla_edition_all(c->db, &k->arena, &k->editions, &k->n_editions);
	c->arena = outer;
	TRY(e);
	TRY(sla_newest_edition(c->db, c->arena, &newest, &any));
	k->newest = any ? newest.id : 0;
	k->stamp = any ? newest.stamp : 0;
	return compile(c, k);
}

enum err sla_book_get(struct ctx *c, struct sla_kept **ret)
{
	struct desk_place *place = &c->desk->place[PLACE_SLA];
	struct sla_newest_edition_row newest = { 0 };
	bool any;
	TRY(sla_newest_edition(c->db, c->arena, &newest, &any));
	pthread_mutex_lock(&place->lock);
	struct sla_kept *k = place->p;
	if (k && k->newest == newest.id && k->stamp == newest.stamp)
		atomic_fetch_add(&k->holders, 1);
	else
		k = NULL;
	pthread_mutex_unlock(&place->lock);
	if (k) {
		*ret = k;
		return OK;
	}
	k = kept_new();
	enum err e = load(c, k);
	if (e != OK) {
		sla_book_put(k);
		return e;
	}
	pthread_mutex_lock(&place->lock);
	struct sla_kept *old = place->p;
	atomic_fetch_add(&k->holders, 1);
	place->p = k;
	place->drop = drop;
	pthread_mutex_unlock(&place->lock);
	sla_book_put(old);
	*ret = k;
	return OK;
}

/* ---- rows ---- */

enum err sla_rows_load(struct ctx *c, struct sla_rows *r)
{
	TRY(sla_calendar_all(c->db, c->arena, &r->calendars, &r->n_calendars));
	TRY(sla_hours_all(c->db, c->arena, &r->hours, &r->n_hours));
	TRY(sla_holiday_all(c->db, c->arena, &r->holidays, &r->n_holidays));
	TRY(sla_rule_all(c->db, c->arena, &r->rules, &r->n_rules));
	TRY(sla_automation_all(c->db, c->arena, &r->automations, &r->n_automations));
	return sla_target_all(c->db, c->arena, &r->targets, &r->n_targets);
}

#define IN_EDITION(x) ((x).since <= edition && (!(x).until.set || (x).until.v > edition))
#define PICK(T, v, n)                                                                                                   \
	do {                                                                                                            \
		ret->v = arena_array(a, struct T, all->n);                                                              \
		for (size_t i = 0; i < all->n; i++)                                                                     \
			if (IN_EDITION(all->v[i]))                                                                      \
				ret->v[ret->n++] = all->v[i];                                                           \
	} while (0)

void sla_rows_of(struct arena *a, const struct sla_rows *all, int64_t edition, struct sla_rows *ret)
{
	*ret = (struct sla_rows){ 0 };
	PICK(sla_calendar_all_row, calendars, n_calendars);
	PICK(sla_hours_all_row, hours, n_hours);
	PICK(sla_holiday_all_row, holidays, n_holidays);
	PICK(sla_rule_all_row, rules, n_rules);
	PICK(sla_automation_all_row, automations, n_automations);
	PICK(sla_target_all_row, targets, n_targets);
}

enum err sla_rows_now(struct ctx *c, struct sla_rows *ret)
{
	struct sla_rows all = { 0 };
	struct sla_newest_edition_row newest = { 0 };
	bool any;
	TRY(sla_newest_edition(c->db, c->arena, &newest, &any));
	TRY(sla_rows_load(c, &all));
	sla_rows_of(c->arena, &all, newest.id, ret);
	return OK;
}

#define APPEND(T, v, n)                                                                                                 \
	do {                                                                                                            \
		struct T *to = arena_array(&k->arena, struct T, k->rows.n + more->n);                                   \
		size_t kept = k->rows.n;                                                                                \
		if (kept)                                                                                               \
			memcpy(to, k->rows.v, kept * sizeof(*to));                                                      \
		for (size_t i = 0; i < kept; i++)                                                                       \
			if (!to[i].until.set)                                                                           \
				to[i].until = SOME(edition);                                                            \
		for (size_t i = 0; i < more->n; i++) {                                                                  \
			to[kept + i] = more->v[i];                                                                      \
			to[kept + i].since = edition;                                                                   \
			to[kept + i].until = NONE;                                                                      \
		}                                                                                                       \
		k->rows.v = to;                                                                                         \
		k->rows.n = kept + more->n;                                                                             \
	} while (0)

enum err sla_book_with(struct ctx *c, const struct sla_rows *more, struct sla_kept **ret)
{
	struct sla_kept *k = kept_new();
	struct arena *outer = c->arena;
	c->arena = &k->arena;
	enum err e = sla_rows_load(c, &k->rows);
	if (e == OK)
		e = sla_edition_all(c->db, &k->arena, &k->editions, &k->n_editions);
	c->arena = outer;
	int64_t edition = e == OK && k->n_editions ? k->editions[k->n_editions - 1].id + 1 : 1;
	if (e == OK) {
		APPEND(sla_calendar_all_row, calendars, n_calendars);
		APPEND(sla_hours_all_row, hours, n_hours);
		APPEND(sla_holiday_all_row, holidays, n_holidays);
		APPEND(sla_rule_all_row, rules, n_rules);
		APPEND(sla_automation_all_row, automations, n_automations);
		APPEND(sla_target_all_row, targets, n_targets);
		k->newest = edition;
		e = compile(c, k);
	}
	if (e != OK) {
		sla_book_put(k);
		return e;
	}
	*ret = k;
	return OK;
}
