/* line.c: making, keeping and renewing the line; see line.h. */
#include "queue/line.h"

#include "base/civil.h"
#include "base/map.h"
#include "core/desk.h"
#include "core/event.h"
#include "core/setting.h"
#include "people/people.h"

#include "line.sql.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { NEWS_MOST = 400, CASES_MOST = 200000, KEPT_MOST_S = 60, IDS_MOST_BYTES = 64 << 10 };

struct tier_row {
	int64_t place;
	struct str name, stage, tier, contact;
	bool last;
};

struct line_kept {
	struct line line;
	atomic_int holders;
	struct arena arena;
	int64_t seq;                   /* of the newest event in it */
	utime stale_us;                /* from then on its order may be another one */
	utime made_us;                 /* when all rows were read */
	struct rank_case *cases;
	struct tier_row tiers[RANK_TIERS_MAX];
	bool priority_first[4], priority_last[4];
	int64_t promise_lead_us;
	utime day_end_us;
};

static struct line_kept *kept_new(void)
{
	struct line_kept *k = calloc(1, sizeof(*k));
	if (!k)
		abort();
	arena_init(&k->arena);
	atomic_init(&k->holders, 1);
	return k;
}

static void kept_put(void *p)
{
	struct line_kept *k = p;
	if (atomic_fetch_sub(&k->holders, 1) == 1) {
		arena_done(&k->arena);
		free(k);
	}
}

void line_put(const struct line *l)
{
	kept_put((void *)l);   /* the line is the first member */
}

/* ---- what is in force ---- */

static void put_priority(struct line_kept *k, const struct line_priorities_row *p)
{
	if (p->priority.n != 2 || p->priority.p[0] != 'p' || p->priority.p[1] < '0' || p->priority.p[1] > '3')
		return;
	int i = p->priority.p[1] - '0';
	k->line.rules.priority_words[i] = arena_str(&k->arena, p->words);
	k->priority_first[i] = str_eq(p->standing, S("first"));
	k->priority_last[i] = str_eq(p->standing, S("last"));
}

static enum err read_rows(struct ctx *c, struct line_kept *k)
{
	struct str date = people_date(c->arena, c->now_us);
	struct line_orders_row *orders;
	struct line_tiers_row *tiers;
	struct line_priorities_row *priorities;
	size_t n_orders, n_tiers, n_priorities;
	struct rank_rules *r = &k->line.rules;
	const char *mode = r->overload ? "overload" : "normal";
	TRY(line_orders(c->db, c->arena, &orders, &n_orders, .date = date));
	TRY(line_tiers(c->db, c->arena, &tiers, &n_tiers, .date = date, .max = RANK_TIERS_MAX - 1));
	TRY(line_priorities(c->db, c->arena, &priorities, &n_priorities, .date = date));
	for (size_t i = 0; i < n_orders && !r->n_keys; i++) {
		struct str wrong;
		if (str_eq(orders[i].mode, str_c(mode)) && rank_keys_parse(orders[i].keys, r->keys, &r->n_keys, &wrong))
			k->line.order_words = arena_str(&k->arena, orders[i].words);
	}
	if (!r->n_keys)
		k->line.order_words = S("in the order of their numbers: no row says how on this date");
	r->tiers[0] = (struct rank_tier){ .name = S("tier not known"), .place = INT64_MAX };
	r->n_tiers = 1;
	for (size_t i = 0; i < n_tiers; i++) {
		k->tiers[r->n_tiers] = (struct tier_row){
			.place = tiers[i].place, .name = arena_str(&k->arena, tiers[i].name), .stage = arena_str(&k->arena, tiers[i].stage),
			.tier = arena_str(&k->arena, tiers[i].tier), .contact = arena_str(&k->arena, tiers[i].contact), .last = tiers[i].last,
		};
		r->tiers[r->n_tiers] = (struct rank_tier){ .name = k->tiers[r->n_tiers].name, .place = tiers[i].place };
		r->n_tiers++;
	}
	for (size_t i = 0; i < 4; i++)
		r->priority_words[i] = S("no row says what it means");
	for (size_t i = 0; i < n_priorities; i++)
		put_priority(k, &priorities[i]);
	k->promise_lead_us = setting_i64(c, "queue.promise_lead_minutes") * UTIME_US_PER_MINUTE;
	return OK;
}

static enum err read_in_force(struct ctx *c, struct line_kept *k)
{
	struct line_overload_on_row o;
	struct line_sessions_row *s;
	size_t n;
	bool found;
	k->day_end_us = (c->now_us / UTIME_US_PER_DAY + 1) * UTIME_US_PER_DAY;
	k->stale_us = k->day_end_us;
	TRY(line_overload_on(c->db, c->arena, &o, &found, .now_us = c->now_us));
	if (found) {
		k->line.overload = (struct line_overload){ o.id, arena_str(&k->arena, o.declared_name), arena_str(&k->arena, o.why), o.since_us, o.until_us };
		if (o.until_us < k->stale_us)
			k->stale_us = o.until_us;
	}
	k->line.rules.overload = found;
	TRY(line_sessions(c->db, c->arena, &s, &n, .now_us = c->now_us));
	struct line_session *sessions = arena_array(&k->arena, struct line_session, n);
	int64_t *teams = arena_array(&k->arena, int64_t, n);
	for (size_t i = 0; i < n; i++) {
		sessions[i] = (struct line_session){ s[i].id, s[i].team_id.v, arena_str(&k->arena, s[i].title), arena_str(&k->arena, s[i].held_name), s[i].until_us };
		if (s[i].until_us < k->stale_us)
			k->stale_us = s[i].until_us;
		if (s[i].team_id.set)
			teams[k->line.rules.n_teams++] = s[i].team_id.v;
	}
	k->line.rules.teams = teams;
	k->line.sessions = sessions;
	k->line.n_sessions = n;
	return OK;
}

/* ---- the facts of a case ---- */

/* Whether a list of words, "a, b", names this one; no list names all. */
static bool names(struct str list, struct str word)
{
	struct str one;
	if (!list.p)
		return true;
	for (bool more = word.n > 0; more;) {
		more = str_cut(list, ',', &one, &list);
		if (str_eq(str_trim(one), word))
			return true;
	}
	return false;
}

static uint8_t tier_of(const struct line_kept *k, const struct line_cases_row *r)
{
	/* what one of us wrote down for ourselves has neither a customer nor a tier: it is internal */
	bool own = !r->requester_id.set && !r->organisation_id.set;
	struct str tier = own ? S("internal") : r->tier;
	for (size_t i = 1; i < k->line.rules.n_tiers; i++) {
		const struct tier_row *t = &k->tiers[i];
		if (names(t->stage, r->stage) && names(t->tier, tier) && names(t->contact, r->contact))
			return (uint8_t)i;
	}
	return RANK_TIER_UNKNOWN;
}

static uint8_t due_of(struct str clock)
{
	return str_eq(clock, S("first_response")) ? DUE_FIRST_RESPONSE : str_eq(clock, S("next_response")) ? DUE_NEXT_RESPONSE :
	       str_eq(clock, S("periodic_update")) ? DUE_UPDATE : DUE_RESOLUTION;
}

/* Since when it is our turn: since it came in, or since it came back after our last word. */
static utime arrived(const struct line_cases_row *r)
{
	if (!r->we_wrote_us.set)
		return r->created_us;
	return r->status_since_us > r->we_wrote_us.v ? r->status_since_us : r->we_wrote_us.v;
}

static void fill(const struct line_kept *k, const struct line_cases_row *r, struct rank_case *x)
{
	bool open = str_eq(r->status, S("open")), fresh = str_eq(r->status, S("new"));
	*x = (struct rank_case){
		.id = r->id, .assignee = r->assignee_id.v, .organisation = r->organisation_id.v, .team = r->team_id.v, .engineer = r->engineer_id.v, .backup = r->backup_id.v,
		.arrived_us = arrived(r), .due_us = RANK_NEVER, .risk_us = RANK_NEVER, .severity = r->severity.set ? (int8_t)r->severity.v : -1, .priority = -1,
		.tier = tier_of(k, r), .waits = !open && !fresh, .on_hold = str_eq(r->status, S("on_hold")), .is_new = fresh,
		.answered = r->we_wrote_us.set && (!r->customer_wrote_us.set || r->we_wrote_us.v >= r->customer_wrote_us.v),
	};
	if (r->priority.n == 2 && r->priority.p[1] >= '0' && r->priority.p[1] <= '3')
		x->priority = (int8_t)(r->priority.p[1] - '0');
	x->first = x->priority >= 0 && k->priority_first[x->priority];
	x->last = (x->priority >= 0 && k->priority_last[x->priority]) || k->tiers[x->tier].last;
	if (r->due_us.set) {
		x->due_us = r->due_us.v;
		x->due = due_of(r->due_clock);
		x->risk_us = r->warn_us.set && r->warn_us.v < r->due_us.v ? r->warn_us.v : r->due_us.v;
	}
	if (r->breached.v > 0 && (r->due_us.set || !x->waits)) {
		x->late = true;
		x->risk_us = 0;
	}
	if (r->promised_us.set) {
		utime risk = r->promised_us.v - k->promise_lead_us;
		if (r->promised_us.v < x->due_us) {
			x->due_us = r->promised_us.v;
			x->due = DUE_PROMISE;
		}
		if (risk < x->risk_us)
			x->risk_us = risk;
	}
}

static int case_by_id(const void *key, const void *x)
{
	int64_t a = *(const int64_t *)key, b = ((const struct rank_case *)x)->id;
	return a < b ? -1 : a > b;
}

static struct rank_case *find(const struct line_kept *k, int64_t id)
{
	return k->line.n ? bsearch(&id, k->cases, k->line.n, sizeof(*k->cases), case_by_id) : NULL;
}

static enum err put_sessions(struct ctx *c, struct line_kept *k)
{
	for (size_t i = 0; i < k->line.n; i++)
		k->cases[i].place = k->cases[i].team_place = 0;
	for (size_t s = 0; s < k->line.n_sessions; s++) {
		struct line_session_places_row *p;
		size_t n;
		TRY(line_session_places(c->db, c->arena, &p, &n, .session_id = k->line.sessions[s].id));
		for (size_t i = 0; i < n; i++) {
			struct rank_case *x = find(k, p[i].ticket_id);
			if (x && !k->line.sessions[s].team)
				x->place = (int32_t)p[i].place;
			else if (x)
				x->team_place = (int32_t)p[i].place;
		}
	}
	return OK;
}

static void put_order(struct ctx *c, struct line_kept *k)
{
	struct rank_place *order = arena_array(&k->arena, struct rank_place, k->line.n);
	k->line.n_order = rank_line(c->arena, &k->line.rules, k->cases, k->line.n, c->now_us, order);
	k->line.order = order;
	k->line.v = k->cases;
	k->line.at_us = c->now_us;
	for (size_t i = 0; i < k->line.n; i++)
		if (k->cases[i].risk_us > c->now_us && k->cases[i].risk_us < k->stale_us)
			k->stale_us = k->cases[i].risk_us;
}

/* ---- anew, and onward ---- */

static enum err read_all(struct ctx *c, struct line_kept *k)
{
	struct line_cases_row *rows;
	TRY(read_in_force(c, k));
	TRY(read_rows(c, k));
	TRY(line_cases(c->db, c->arena, &rows, &k->line.n, .max = CASES_MOST));
	k->cases = arena_array(&k->arena, struct rank_case, k->line.n);
	for (size_t i = 0; i < k->line.n; i++)
		fill(k, &rows[i], &k->cases[i]);
	k->made_us = c->now_us;
	TRY(put_sessions(c, k));
	put_order(c, k);
	return OK;
}

/* Rows that change many cases, or the order itself. */
static bool changes_all(struct str entity)
{
	static const char *const WHAT[] = { "organisation", "contact", "setting", "rank_order", "rank_tier", "rank_priority", "queue_overload", "queue_session",
					    "queue_session_place", "sla_edition", "sla_rule", "sla_calendar", "sla_holiday", "sla_hours" };
	for (size_t i = 0; i < ARRAY_LEN(WHAT); i++)
		if (str_eq(entity, str_c(WHAT[i])))
			return true;
	return false;
}

struct news {
	int64_t ids[NEWS_MOST];
	size_t n;
	int64_t seq;
	bool all;
};

static enum err read_news(struct ctx *c, int64_t seq, struct news *w)
{
	struct line_news_row *rows;
	size_t n;
	w->seq = seq;
	TRY(line_news(c->db, c->arena, &rows, &n, .seq = seq, .max = NEWS_MOST + 1));
	w->all = n > NEWS_MOST;
	for (size_t i = 0; i < n && !w->all; i++) {
		w->seq = rows[i].seq;
		w->all = changes_all(rows[i].entity);
		bool known = !rows[i].ticket_id.set;
		for (size_t k = 0; k < w->n && !known; k++)
			known = w->ids[k] == rows[i].ticket_id.v;
		if (!known)
			w->ids[w->n++] = rows[i].ticket_id.v;
	}
	return OK;
}

static bool in_news(const struct news *w, int64_t id)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->ids[i] == id)
			return true;
	return false;
}

/* The kept line with the cases that events named read again. */
static enum err read_on(struct ctx *c, const struct line_kept *old, const struct news *w, struct line_kept *k)
{
	struct line_cases_of_row *rows = NULL;
	size_t n_rows = 0, o = 0, r = 0;
	struct buf ids;
	TRY(read_in_force(c, k));
	TRY(read_rows(c, k));
	buf_init(&ids, c->arena, IDS_MOST_BYTES);
	for (size_t i = 0; i < w->n; i++)
		buf_fmt(&ids, "%s%lld", i ? "," : "[", (long long)w->ids[i]);
	buf_ch(&ids, ']');
	if (w->n)
		TRY(line_cases_of(c->db, c->arena, &rows, &n_rows, .ids = buf_str(&ids)));
	_Static_assert(sizeof(struct line_cases_of_row) == sizeof(struct line_cases_row), "line.sql: the same outputs");
	k->cases = arena_array(&k->arena, struct rank_case, old->line.n + n_rows);
	while (o < old->line.n || r < n_rows) {
		if (r == n_rows || (o < old->line.n && old->cases[o].id < rows[r].id)) {
			if (!in_news(w, old->cases[o].id))
				k->cases[k->line.n++] = old->cases[o];
			o++;
		} else {
			if (o < old->line.n && old->cases[o].id == rows[r].id)
				o++;
			fill(k, (const struct line_cases_row *)&rows[r++], &k->cases[k->line.n++]);
		}
	}
	k->made_us = old->made_us;
	TRY(put_sessions(c, k));
	put_order(c, k);
	return OK;
}

static enum err make(struct ctx *c, const struct line_kept *old, struct line_kept **ret)
{
	struct line_kept *k = kept_new();
	struct news w = { .all = true };
	enum err e = OK;
	/* the number is read before the rows: what comes in between is read again next time, which does no harm */
	if (old && c->now_us >= old->line.at_us && c->now_us - old->made_us < KEPT_MOST_S * UTIME_US_PER_SECOND && c->now_us < old->day_end_us) {
		w.all = false;
		e = read_news(c, old->seq, &w);
	}
	if (e == OK && w.all)
		e = event_last_seq(c, &k->seq);
	else
		k->seq = w.seq;
	if (e == OK)
		e = w.all ? read_all(c, k) : read_on(c, old, &w, k);
	if (e != OK) {
		kept_put(k);
		return e;
	}
	*ret = k;
	return OK;
}

static bool still_right(struct ctx *c, const struct line_kept *k, int64_t seq)
{
	return k && k->seq == seq && c->now_us >= k->line.at_us && c->now_us < k->stale_us && c->now_us - k->made_us < KEPT_MOST_S * UTIME_US_PER_SECOND;
}

enum err line_hold(struct ctx *c, const struct line **ret)
{
	struct desk_place *place = &c->desk->place[PLACE_QUEUE];
	struct line_kept *k = NULL, *made = NULL;
	int64_t seq;
	TRY(event_last_seq(c, &seq));
	pthread_mutex_lock(&place->lock);
	k = place->p;
	if (still_right(c, k, seq) || (k && c->db->in_write))
		atomic_fetch_add(&k->holders, 1);
	if (still_right(c, k, seq) || c->db->in_write) {
		pthread_mutex_unlock(&place->lock);
		if (still_right(c, k, seq)) {
			*ret = &k->line;
			return OK;
		}
		enum err e = make(c, k, &made);
		if (k)
			kept_put(k);
		if (e == OK)
			*ret = &made->line;
		return e;
	}
	enum err e = make(c, k, &made);
	if (e == OK) {
		atomic_fetch_add(&made->holders, 1);
		place->p = made;
		place->drop = kept_put;
		*ret = &made->line;
	}
	pthread_mutex_unlock(&place->lock);
	if (e == OK && k)
		kept_put(k);
	return e;
}

enum err line_anew(struct ctx *c, const struct line **ret)
{
	struct line_kept *k;
	TRY(make(c, NULL, &k));
	*ret = &k->line;
	return OK;
}

/* ---- looking ---- */

const struct rank_case *line_find(const struct line *l, int64_t ticket, size_t *ret_place)
{
	const struct rank_case *x = l->n ? bsearch(&ticket, l->v, l->n, sizeof(*l->v), case_by_id) : NULL;
	*ret_place = 0;
	for (size_t i = 0; x && i < l->n_order && !*ret_place; i++)
		if (&l->v[l->order[i].i] == x)
			*ret_place = i + 1;
	return x;
}

const struct rank_case *line_at(const struct line *l, size_t place)
{
	return place > 0 && place <= l->n_order ? &l->v[l->order[place - 1].i] : NULL;
}

struct str line_why(struct ctx *c, const struct line *l, size_t place)
{
	const struct rank_case *x = line_at(l, place);
	struct str why = x ? rank_reason(c->arena, &l->rules, x, line_at(l, place + 1), c->now_us) : S("");
	for (size_t i = 0; x && i < l->n_sessions; i++)
		if (x->place ? !l->sessions[i].team : x->team_place && l->sessions[i].team == x->team)
			return arena_fmt(c->arena, "%.*s “%.*s” of %.*s", STR_ARG(why), STR_ARG(l->sessions[i].title), STR_ARG(l->sessions[i].held_by));
	return why;
}
