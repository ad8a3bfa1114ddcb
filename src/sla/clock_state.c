/* clock_state.c: the state of a case's clocks as bytes, for keeping it beside the case, and back; see clock.h.
 *
 * One walk over the members serves both ways, so that what is written and what is read cannot differ. Numbers are short where they are small; instants are
 * told from the case's creation. The bytes depend on the state alone: equal states are equal bytes. The end is a sum over all before it. What follows from the rest
 * (what the row says, the calendar's last answer, rows looked up) is not written. */
#include "sla/clock_int.h"

#include <string.h>

#include "base/banned.h"

enum {
	STATE_FORMAT = 2,        /* another one whenever the members below, or what they mean, change */
	NUMBER_BYTES_MOST = 10,
	NUMBERS_MOST = 400,      /* of a state without its changes of status */
	NUMBERS_OF_CHANGE = 3,
	CHANGES_MOST = 1 << 24,
	CODE_NEVER = 0, CODE_SINCE_EVER = 1, CODES = 2,
};

struct pipe {
	char *to;                /* writing; NULL: reading */
	const char *from, *end;
	bool bad, untold;        /* untold: without what was told */
	int64_t zero_s;          /* instants are told from here */
};

static void number(struct pipe *p, uint64_t *v)
{
	if (p->to) {
		uint64_t rest = *v;
		for (; rest >= 0x80; rest >>= 7)
			*p->to++ = (char)(rest | 0x80);
		*p->to++ = (char)rest;
		return;
	}
	uint64_t got = 0;
	for (int shift = 0; shift < 64 && p->from < p->end; shift += 7) {
		uint64_t byte = (unsigned char)*p->from++;
		got |= (byte & 0x7f) << shift;
		if (byte < 0x80) {
			*v = got;
			return;
		}
	}
	p->bad = true;
}

static void u64(struct pipe *p, uint64_t *v)
{
	number(p, v);
}

static void i64(struct pipe *p, int64_t *v)
{
	uint64_t x = (uint64_t)*v << 1 ^ -((uint64_t)*v >> 63);
	number(p, &x);
	*v = (int64_t)(x >> 1 ^ -(x & 1));
}

/* Instants, CAL_NEVER and "since ever" among them. */
static void instant(struct pipe *p, int64_t *t_s)
{
	int64_t since = *t_s - p->zero_s;   /* wraps where it must: -fwrapv */
	uint64_t x = ((uint64_t)since << 1 ^ -((uint64_t)since >> 63)) + CODES;
	if (*t_s == CAL_NEVER)
		x = CODE_NEVER;
	else if (*t_s == INT64_MIN)
		x = CODE_SINCE_EVER;
	number(p, &x);
	if (x < CODES) {
		*t_s = x == CODE_NEVER ? CAL_NEVER : INT64_MIN;
		return;
	}
	x -= CODES;
	*t_s = (int64_t)(x >> 1 ^ -(x & 1)) + p->zero_s;
}

static void u32(struct pipe *p, uint32_t *v)
{
	uint64_t x = *v;
	number(p, &x);
	p->bad |= x > UINT32_MAX;
	*v = (uint32_t)x;
}

static void i32(struct pipe *p, int32_t *v)
{
	int64_t x = *v;
	i64(p, &x);
	p->bad |= x < INT32_MIN || x > INT32_MAX;
	*v = (int32_t)x;
}

static void small(struct pipe *p, uint8_t *v, uint8_t most)
{
	uint64_t x = *v;
	number(p, &x);
	p->bad |= x > most;
	*v = (uint8_t)x;
}

static void yes(struct pipe *p, bool *v)
{
	uint8_t x = *v;
	small(p, &x, 1);
	*v = x;
}

static void facts(struct pipe *p, struct sla_case_facts *f)
{
	i64(p, &f->org);
	i64(p, &f->stage);
	i64(p, &f->tier);
	i64(p, &f->plan);
	i64(p, &f->deployment);
	i64(p, &f->channel);
	i32(p, &f->severity);
	u64(p, &f->entitlements);
	u64(p, &f->tags);
}

/* Sets and rows must be there: the bytes may be of another desk's book. */
static void row(struct pipe *p, const struct sla_case *c, enum sla_clock clock, struct sla_promise *x)
{
	i32(p, &x->row);
	u32(p, &x->rules);
	p->bad |= x->rules >= c->book->n || x->row < -1 || x->row >= (int64_t)sla_rules_n(c->book->rules[x->rules]);
	if (!p->to && !p->bad)
		sla_bind(x, x->rules, x->row, &sla_rules_offers(c->book->rules[x->rules], x->row)[clock]);
}

/* What is promised nothing has counted nothing. */
static void promise(struct pipe *p, const struct sla_case *c, enum sla_clock clock, struct sla_promise *x)
{
	row(p, c, clock, x);
	if (p->bad)
		return;
	small(p, &x->mode, SLA_IDLES);
	instant(p, &x->base_s);
	instant(p, &x->floor_s);
	instant(p, &x->breach_s);
	uint32_t told = p->untold ? 0 : x->told;
	u32(p, &told);
	x->told = p->untold ? x->told : told;
	instant(p, &x->due_s);
	if (!x->target)
		return;
	i64(p, &x->acc_s);
	i64(p, &x->open_s);
	i64(p, &x->paused_wall_s);
	i64(p, &x->paused_business_s);
	for (int i = 0; i < SLA_WARNINGS; i++)
		instant(p, &x->warn_fixed_s[i]);
}

static void instance(struct pipe *p, struct sla_case *c, enum sla_clock clock)
{
	struct sla_instance *in = &c->clock[clock];
	u32(p, &in->no);
	yes(p, &in->begun);
	if (!in->begun || p->bad)
		return;
	yes(p, &in->live);
	yes(p, &in->final);
	small(p, &in->pending, 1 + SLA_FROM_START);
	instant(p, &in->start_s);
	instant(p, &in->stopped_s);
	instant(p, &in->achieved_s);
	instant(p, &in->mark_s);
	uint32_t seen = in->live ? 0 : in->n_changes;   /* of a running one nobody asks */
	u32(p, &seen);
	in->n_changes = seen;
	for (int k = 0; k < sla_tracks(c) && !p->bad; k++)
		promise(p, c, clock, &in->on[k]);
}

/* All but the changes of status, whose number comes first: they need room. */
static void whole(struct pipe *p, struct sla_case *c)
{
	u32(p, &c->n_changes);
	i64(p, &c->created_s);
	p->zero_s = c->created_s;
	yes(p, &c->created);
	yes(p, &c->outreach);
	yes(p, &c->aims);
	small(p, &c->status, SLA_STATUSES - 1);
	u32(p, &c->rules);
	p->bad |= c->rules >= c->book->n;
	instant(p, &c->known_s);
	instant(p, &c->last_s);
	instant(p, &c->merged_s);
	instant(p, &c->entered_s);
	instant(p, &c->solved_message_s);
	instant(p, &c->any_reply_s);
	facts(p, &c->facts);
	for (int i = 0; i < SLA_CLOCKS && !p->bad; i++)
		instance(p, c, (enum sla_clock)i);
}

static void changes(struct pipe *p, struct sla_case *c)
{
	int64_t t_s = p->zero_s, id = 0;
	for (uint32_t i = 0; i < c->n_changes && !p->bad; i++) {
		struct sla_change *x = &c->changes[i];
		int64_t later = x->t_s - t_s, further = x->id - id;
		i64(p, &later);
		i64(p, &further);
		small(p, &x->status, SLA_STATUSES - 1);
		x->t_s = t_s + later;
		x->id = id + further;
		t_s = x->t_s;
		id = x->id;
	}
}

/* Eight bytes at a time. */
static uint64_t sum_of(const char *p, size_t n)
{
	uint64_t h = UINT64_C(0x9e3779b97f4a7c15) ^ n, w;
	for (; n >= sizeof(w); p += sizeof(w), n -= sizeof(w)) {
		memcpy(&w, p, sizeof(w));
		h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 32;
	}
	w = 0;
	memcpy(&w, p, n);
	h = (h ^ w) * UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ h >> 29;
}

static void save(const struct sla_case *c, struct buf *out, bool untold)
{
	size_t most = (NUMBERS_MOST + (size_t)c->n_changes * NUMBERS_OF_CHANGE) * NUMBER_BYTES_MOST + sizeof(uint64_t);
	char *from = buf_room(out, most);
	if (!from)
		return;
	struct pipe p = { .to = from, .untold = untold };
	struct sla_case *read_only = (struct sla_case *)(uintptr_t)c;   /* writing writes back what was there */
	uint32_t format = STATE_FORMAT;
	u32(&p, &format);
	whole(&p, read_only);
	changes(&p, read_only);
	size_t n = (size_t)(p.to - from);
	uint64_t sum = sum_of(from, n);
	memcpy(p.to, &sum, sizeof(sum));
	buf_grew(out, n + sizeof(sum));
}

void sla_case_save(const struct sla_case *c, struct buf *out)
{
	save(c, out, false);
}

bool sla_case_same(const struct sla_case *a, const struct sla_case *b, struct arena *scratch)
{
	struct buf x, y;
	buf_init(&x, scratch, 1 << 28);
	buf_init(&y, scratch, 1 << 28);
	save(a, &x, true);
	save(b, &y, true);
	return !x.full && !y.full && str_eq(buf_str(&x), buf_str(&y));
}

static bool load(struct sla_case *c, struct pipe *p)
{
	uint32_t format = 0;
	u32(p, &format);
	if (p->bad || format != STATE_FORMAT)
		return false;
	whole(p, c);
	if (p->bad || c->n_changes > CHANGES_MOST || (c->created && !c->n_changes))
		return false;
	for (int i = 0; i < SLA_CLOCKS; i++)
		if (c->clock[i].begun && !c->clock[i].live && (c->clock[i].n_changes == 0 || c->clock[i].n_changes > c->n_changes))
			return false;
	if (c->n_changes > SLA_CHANGES_INSIDE) {
		c->cap_changes = c->n_changes + SLA_CHANGES_INSIDE;
		c->changes = arena_calloc(c->arena, c->cap_changes, sizeof(*c->changes));
	}
	changes(p, c);
	return !p->bad && p->from == p->end;
}

bool sla_case_load(struct sla_case *c, struct str bytes)
{
	uint64_t sum;
	sla_case_init(c, c->arena, c->book, c->sink);
	if (bytes.n < sizeof(sum))
		return false;
	size_t n = bytes.n - sizeof(sum);
	memcpy(&sum, bytes.p + n, sizeof(sum));
	if (sum_of(bytes.p, n) != sum)
		return false;
	struct pipe p = { .from = bytes.p, .end = bytes.p + n };
	if (load(c, &p))
		return true;
	sla_case_init(c, c->arena, c->book, c->sink);
	return false;
}
