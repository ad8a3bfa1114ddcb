/* rule_dry.c: had this rule been in force. The log of each case is stepped through once, newest cases first, a bounded number at a time; nothing is written.
 * And which rules looked at an event, and why each did or did not act. */
#include "rules/rules.h"

#include "base/civil.h"

#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct rule_at_row) == sizeof(struct rule_rows_row), "rules.sql");

struct dry {
	struct ctx *c;
	const struct rule *r;
	struct rule_dry *d;
	struct rule_hours hours;
	struct arena *keep;          /* of the answer */
	struct str subject;
	bool hit_here;
	/* of a rule about time: the wait that is on, and the last one that was answered */
	bool waits;
	utime entered, due, answered;
};

static struct str why_of(struct arena *a, const struct rule *r, const struct rule_case *k)
{
	struct json_out j;
	json_init(&j, a, 64 << 10);
	rule_asks_why(r->cond, k, &j);
	return json_done(&j);
}

static void hit(struct dry *x, const struct rule_case *k, utime at, bool time)
{
	struct rule_dry *d = x->d;
	d->found++;
	d->cases += !x->hit_here;
	x->hit_here = true;
	if (d->n_hits == RULE_HITS_MOST)
		return;
	d->hits[d->n_hits++] = (struct rule_hit){ .ticket_id = k->t.id, .seq = k->seq, .subject = arena_str(x->keep, k->t.subject), .at_us = at, .time = time,
						  .would = arena_str(x->keep, rule_would(x->c, x->r, k)), .why = arena_str(x->keep, why_of(x->c->arena, x->r, k)) };
}

static bool within(const struct dry *x, utime at)
{
	return at >= x->d->from_us && at < x->d->to_us;
}

static bool takes_part(const struct rule_case *k)
{
	enum ticket_status s;
	return ticket_status_parse(k->t.status, &s) && s != TICKET_SUSPENDED && s != TICKET_DELETED && s != TICKET_MERGED;
}

/* The wait ends before anything else happens. */
static enum err time_passes(struct dry *x, struct rule_replay *p, utime until)
{
	struct rule_case k = p->k;
	if (!x->waits || x->due >= until || x->due > x->c->now_us || x->answered == x->entered)
		return OK;
	x->answered = x->entered;
	if (!within(x, x->due) || !takes_part(&k))
		return OK;
	k.now_us = x->due;
	k.events = 0;
	k.by = S("");
	k.open_hours = NONE;
	TRY(rule_case_more(x->c, x->r, &x->hours, &k));
	if (rule_asks(x->r->cond, &k))
		hit(x, &k, x->due, true);
	return OK;
}

static enum err one_event(struct dry *x, struct rule_replay *p)
{
	struct rule_case *k = &p->k;
	x->d->events++;
	if (!x->r->when.events) {
		utime entered, due;
		x->waits = rule_waits(&k->t, &x->r->when, x->hours.cal, &entered, &due);
		x->entered = x->waits ? entered : 0;
		x->due = x->waits ? due : INT64_MAX;
		return OK;
	}
	if (k->quiet || !within(x, k->at_us) || !rule_begins(x->r, k) || !takes_part(k))
		return OK;
	TRY(rule_case_more(x->c, x->r, &x->hours, k));
	if (rule_asks(x->r->cond, k))
		hit(x, k, k->at_us, false);
	return OK;
}

static enum err one_ticket(struct dry *x, int64_t id, struct rule_replay *p)
{
	bool more = true;
	x->hit_here = x->waits = false;
	x->answered = INT64_MIN;
	TRY(rule_replay_begin(x->c, id, p));
	while (more) {
		if (p->i > 0)
			TRY(time_passes(x, p, rule_replay_next_us(p)));
		TRY(rule_replay_step(x->c, p, &more));
		if (more)
			TRY(one_event(x, p));
	}
	x->d->tickets++;
	return OK;
}

static enum err walk(struct dry *x)
{
	struct ctx *c = x->c;
	struct rule_dry *d = x->d;
	struct rule_ticket_walk_row *rows, alone = { .id = d->ticket_id };
	struct rule_ticket_step_row end;
	struct rule_replay *p = arena_new(c->arena, struct rule_replay);
	size_t n = 1;
	bool found = false;
	*p = (struct rule_replay){ .lives = c->arena };
	map_init(&p->orgs, c->arena);
	rows = &alone;
	if (!d->ticket_id) {
		TRY(rule_ticket_walk(c->db, c->arena, &rows, &n, .before = d->before, .from_us = d->from_us, .to_us = d->to_us, .max = RULE_DRY_TICKETS));
		TRY(rule_ticket_step(c->db, c->arena, &end, &found, .before = d->before, .max = RULE_DRY_TICKETS));
	}
	d->next = found && end.id > 1 ? end.id : 0;
	for (size_t i = 0; i < n; i++) {
		struct arena a, *outer = c->arena;
		arena_init(&a);
		c->arena = &a;
		enum err e = one_ticket(x, rows[i].id, p);
		c->arena = outer;
		arena_done(&a);
		TRY(e);
	}
	return OK;
}

enum err rule_dry_run(struct ctx *c, const struct rule *r, struct rule_dry *d)
{
	struct dry x = { .c = c, .r = r, .d = d, .keep = c->arena };
	struct rule_ticket_newest_row newest;
	bool any;
	d->hits = arena_array(c->arena, struct rule_hit, RULE_HITS_MOST);
	d->n_hits = 0;
	d->found = d->cases = d->tickets = d->events = d->next = 0;
	TRY(rule_ticket_newest(c->db, c->arena, &newest, &any));
	d->newest = any ? newest.id : 0;
	TRY(rule_hours_get(c, &x.hours));
	enum err e = walk(&x);
	rule_hours_put(&x.hours);
	return e;
}

/* ---- which rules looked at an event ---- */

/* The first condition that was not met, as a sentence. */
static struct str first_not(struct ctx *c, const struct rule_node *n, const struct rule_case *k)
{
	if (n->type == RULE_ALL && !n->negated)
		for (size_t i = 0; i < n->n_kids; i++)
			if (!rule_asks(n->kids[i], k))
				return first_not(c, n->kids[i], k);
	struct str was = n->type == RULE_TERM ? rule_value_of(c->arena, n, k) : S("not so");
	return arena_fmt(c->arena, "It asks that %.*s; it was: %.*s.", STR_ARG(rule_node_words(c->arena, n)), STR_ARG(was));
}

enum err rules_look(struct ctx *c, int64_t ticket_id, int64_t seq, struct rule_look **ret, size_t *ret_n)
{
	struct rule_replay *p = arena_new(c->arena, struct rule_replay);
	struct rule_at_row *rows;
	struct rule_hours hours = { 0 };
	size_t n;
	bool more = true;
	*p = (struct rule_replay){ 0 };
	*ret_n = 0;
	TRY(rule_replay_begin(c, ticket_id, p));
	while (more && p->k.seq != seq)
		TRY(rule_replay_step(c, p, &more));
	if (p->k.seq != seq)
		return fail(c, ERR_NOT_FOUND, "Ticket %lld has no event %lld.", (long long)ticket_id, (long long)seq);
	TRY(rule_at(c->db, c->arena, &rows, &n, .at_us = p->k.at_us));
	*ret = arena_array(c->arena, struct rule_look, n);
	for (size_t i = 0; i < n; i++) {
		struct rule r;
		struct rule_rows_row row;
		const char *part;
		struct str wrong;
		memcpy(&row, &rows[i], sizeof(row));
		TRY(rule_compile(c, c->arena, &row, &r, &part, &wrong));
		struct rule_look *l = &(*ret)[(*ret_n)++];
		*l = (struct rule_look){ .slug = r.slug, .title = r.title, .state = r.state, .version = r.version, .why = S("[]"), .words = S("") };
		l->begins = r.when.events && rule_begins(&r, &p->k);
		if (!str_eq(r.state, S("on")))
			l->words = arena_fmt(c->arena, "It was %.*s.", STR_ARG(r.state));
		else if (!rule_valid_on(&r, c->arena, p->k.at_us))
			l->words = S("It was not in force on that day.");
		else if (r.broken.n)
			l->words = arena_fmt(c->arena, "It cannot be read any more: %.*s", STR_ARG(r.broken));
		else if (!r.when.events)
			l->words = S("It waits for time, not for events.");
		else if (!l->begins)
			l->words = arena_fmt(c->arena, "It begins otherwise: %.*s.", STR_ARG(rule_when_words(c->arena, &r.when)));
		if (l->words.n)
			continue;
		TRY(rule_case_more(c, &r, &hours, &p->k));
		l->met = rule_asks(r.cond, &p->k);
		l->why = why_of(c->arena, &r, &p->k);
		if (!l->met)
			l->words = first_not(c, r.cond, &p->k);
	}
	rule_hours_put(&hours);
	return OK;
}
