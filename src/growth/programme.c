/* programme.c: reading programmes: which revision is for whom, what a person's plan would be, what differs between two revisions.
 *
 * Merging. Every programme in use is looked at: by role, level, team, and by whether a published revision is for that start date. Its outcomes that are for
 * the role and level are dated from the start. Two programmes that ask for the same thing (the same words) give one line; the
 * date is the first one's, and the company's programmes come first. */
#include "growth/programme.h"

#include "people/people.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

const char *const programme_units[] = { "day", "week", "month", NULL };
const char *const programme_proofs[] = { "self", "acknowledged", "evidence", "two", "certification", NULL };
const char *const programme_ackers[] = { "mentor", "manager", "anyone", NULL };
const char *const programme_scopes[] = { "company", "team", NULL };

_Static_assert(sizeof(struct programme_outcomes_of_row) == sizeof(struct programme_outcome_row_row), "the columns of a programme_outcome, in their order");

/* ---- rows with their events ---- */

enum err growth_logged(struct ctx *c, enum err done, const char *kind, const char *entity, const struct db_stmt *rows, const void *row)
{
	if (done != OK)
		return done;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = entity, .entity_id = *(const int64_t *)row, .data = fold_set_all(c->arena, rows, row) }, NULL);
}

enum err growth_logged_diff(struct ctx *c, enum err done, const char *kind, const char *entity, int64_t id, struct str diff, struct str reason)
{
	if (done != OK)
		return done;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = entity, .entity_id = id, .data = diff, .reason = reason }, NULL);
}

enum err growth_gone(struct ctx *c, enum err done, const char *kind, const char *entity, int64_t id)
{
	return growth_logged_diff(c, done, kind, entity, id, S("{\"gone\":true}"), STR_NULL);
}

struct str or_empty(struct str s)
{
	return s.p ? s : S("");
}

struct str growth_words(struct arena *a, struct str name)
{
	char *p = arena_alloc(a, name.n + 1);
	for (size_t i = 0; i < name.n; i++)
		p[i] = name.p[i] == '_' ? ' ' : name.p[i];
	return (struct str){ p, name.n };
}

struct opt_i64 growth_actor(const struct ctx *c)
{
	return c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE;
}

enum err growth_whose(struct ctx *c, struct opt_i64 teammate, int64_t *ret)
{
	struct teammate t;
	if (!teammate.set && c->actor.kind != ACTOR_TEAMMATE)
		return fail_field(c, S("teammate"), "Say whose it is: you act as nobody of the team.");
	*ret = teammate.set ? teammate.v : c->actor.id;
	if (c->actor.kind == ACTOR_TEAMMATE && *ret != c->actor.id && !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "This is another person's: they, or a lead, can do it.");
	return people_get(c, *ret, &t);
}

enum err growth_url_check(struct ctx *c, const char *field, struct str url, bool wanted)
{
	if (!url.n)
		return wanted ? fail_field(c, str_c(field), "The link, please: it is what proves it.") : OK;
	if (str_starts(url, S("https://")) || str_starts(url, S("http://")) || (str_starts(url, S("/")) && !str_starts(url, S("//"))))
		return OK;
	return fail_field(c, str_c(field), "A whole web address, please: https://…");
}

/* ---- reading ---- */

enum err programme_rev_for(struct ctx *c, int64_t programme, struct str date, struct programme_rev_row_row *ret, bool *ret_found)
{
	struct programme_rev_on_row on;
	TRY(programme_rev_on(c->db, c->arena, &on, ret_found, .programme_id = programme, .date = date));
	return *ret_found ? programme_rev_row(c->db, c->arena, ret, ret_found, .id = on.id) : OK;
}

enum err programme_outcomes(struct ctx *c, int64_t rev, struct programme_outcomes_of_row **ret, size_t *ret_n)
{
	return programme_outcomes_of(c->db, c->arena, ret, ret_n, .rev_id = rev);
}

static bool in_band(struct opt_i64 from, struct opt_i64 to, struct opt_i64 level)
{
	int64_t at = level.set ? level.v : 1;
	return (!from.set || at >= from.v) && (!to.set || at <= to.v);
}

bool programme_applies(const struct programme_outcomes_of_row *o, struct str role, struct opt_i64 level)
{
	return (!o->role.n || str_eq(o->role, role)) && in_band(o->level_from, o->level_to, level);
}

struct str programme_due_words(struct arena *a, struct str unit, int64_t n)
{
	if (str_eq(unit, S("day")))
		return n == 1 ? S("on the first day") : arena_fmt(a, "within %lld days", (long long)n);
	return arena_fmt(a, "by the end of %.*s %lld", STR_ARG(unit), (long long)n);
}

struct str programme_proof_words(struct arena *a, struct str proof, struct str ack_by, struct str evidence, int64_t need)
{
	const char *who = str_eq(ack_by, S("manager")) ? "their manager" : str_eq(ack_by, S("mentor")) ? "their mentor or manager" : "any colleague";
	if (str_eq(proof, S("self")))
		return S("they say so themselves");
	if (str_eq(proof, S("acknowledged")))
		return arena_fmt(a, "%s says so", who);
	if (str_eq(proof, S("two")))
		return arena_fmt(a, "they and %s both sign", who);
	if (str_eq(proof, S("certification")))
		return S("true once they are certified");
	const struct evidence_kind *k = evidence_find(evidence);
	return arena_fmt(a, "counted by itself: %s%s, at least %lld", k ? k->words : "", k ? "" : "unknown", (long long)need);
}

/* ---- merging ---- */

struct merge {
	struct ctx *c;
	const struct programme_who *who;
	int64_t start;
	const struct zone *zone;
	struct programme_line *lines;
	size_t n, cap;
};

static void add_line(struct merge *m, const struct programme_outcomes_of_row *o, int64_t programme, struct str name, const struct programme_rev_row_row *rev,
		     const struct playbook_days *days)
{
	int64_t due = growth_due(m->start, o->due_unit, o->due_n, days);
	struct programme_line l = {
		.o = o, .programme = programme, .rev = rev->id, .programme_name = name, .due_date = due_date_text(m->c->arena, due),
		.due_us = growth_day_begins(m->zone, due + 1), .soft = due < m->start + rev->soft_days,
	};
	for (size_t i = 0; i < m->n; i++) {
		struct programme_line *old = &m->lines[i];
		if (old->programme == programme || !str_ieq(str_trim(old->o->title), str_trim(o->title)))
			continue;
		old->also = old->also ? old->also : programme;
		return;
	}
	if (m->n == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 64;
		m->lines = arena_grow(m->c->arena, m->lines, m->cap * sizeof(*m->lines), cap * sizeof(*m->lines));
		m->cap = cap;
	}
	m->lines[m->n++] = l;
}

static int by_due(const void *a, const void *b)
{
	const struct programme_line *x = a, *y = b;
	if (x->due_us != y->due_us)
		return x->due_us < y->due_us ? -1 : 1;
	if (x->programme != y->programme)
		return x->programme < y->programme ? -1 : 1;
	return x->o->position != y->o->position ? (x->o->position < y->o->position ? -1 : 1) : str_cmp(x->o->key, y->o->key);
}

/* Why a programme is for them; STR_NULL when it is not. */
static struct str reason_for(struct ctx *c, const struct programme_in_use_row *p, const struct programme_who *who, const struct programme_teams_of_row *teams, size_t n)
{
	bool in_team = !p->team_id.set;
	for (size_t i = 0; i < n; i++)
		in_team |= teams[i].team_id == p->team_id.v;
	if (!in_team || (p->role.n && !str_eq(p->role, who->role)) || !in_band(p->level_from, p->level_to, who->level))
		return STR_NULL;
	if (!p->role.n)
		return p->team_id.set ? S("everybody in the team") : S("everybody in the company");
	struct str title = people_title(c, p->role, who->start_date);
	return p->level_from.set ? arena_fmt(c->arena, "%.*s, level %lld to %lld", STR_ARG(title), (long long)p->level_from.v, (long long)(p->level_to.set ? p->level_to.v : 7))
				 : title;
}

enum err programme_merge(struct ctx *c, const struct programme_who *who, struct programme_pick **ret_picks, size_t *ret_n_picks, struct programme_line **ret_lines,
			 size_t *ret_n_lines)
{
	struct merge m = { .c = c, .who = who, .zone = growth_zone(who->zone) };
	if (!due_parse_date(who->start_date, &m.start))
		return fail_field(c, S("start_date"), "A date like 2026-11-24, please.");
	struct programme_in_use_row *all;
	struct programme_teams_of_row *teams = NULL;
	struct programme_rev_row_row only = { 0 };
	size_t n, n_teams = 0;
	TRY(programme_in_use(c->db, c->arena, &all, &n));
	if (who->teammate)
		TRY(programme_teams_of(c->db, c->arena, &teams, &n_teams, .teammate_id = who->teammate));
	if (who->only_rev.set)
		TRY(GROWTH_GET(c, programme_rev, &only, who->only_rev.v, "revision"));
	struct programme_pick *picks = arena_array(c->arena, struct programme_pick, n + 1);
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		struct programme_rev_row_row rev = only;
		bool found = only.id && only.programme_id == all[i].id;
		struct str why = reason_for(c, &all[i], who, teams, n_teams);
		if (!why.p && !found)
			continue;
		if (!found)
			TRY(programme_rev_for(c, all[i].id, who->start_date, &rev, &found));
		if (!found)
			continue;
		struct programme_outcomes_of_row *outcomes;
		struct playbook_days days;
		size_t n_outcomes;
		TRY(programme_outcomes(c, rev.id, &outcomes, &n_outcomes));
		TRY(growth_days_of(c, rev.calendar, &who->work_days, m.start, &days));
		picks[k++] = (struct programme_pick){ all[i].id, rev.id, all[i].name, why.p ? why : S("chosen to look at") };
		for (size_t j = 0; j < n_outcomes; j++)
			if (programme_applies(&outcomes[j], who->role, who->level))
				add_line(&m, &outcomes[j], all[i].id, all[i].name, &rev, &days);
	}
	if (m.n)
		qsort(m.lines, m.n, sizeof(*m.lines), by_due);
	*ret_picks = picks;
	*ret_n_picks = k;
	*ret_lines = m.lines;
	*ret_n_lines = m.n;
	return OK;
}

/* ---- differences ---- */

static void differs(struct buf *b, const char *what, bool differs)
{
	if (!differs)
		return;
	buf_add(b, b->n ? S(", ") : S(""));
	buf_add(b, str_c(what));
}

static bool same_opt(struct opt_i64 a, struct opt_i64 b)
{
	return a.set == b.set && (!a.set || a.v == b.v);
}

static struct str what_differs(struct arena *a, const struct programme_outcomes_of_row *x, const struct programme_outcomes_of_row *y)
{
	struct buf b;
	buf_init(&b, a, 400);
	differs(&b, "words", !str_eq(x->title, y->title));
	differs(&b, "explanation", !str_eq(x->help, y->help));
	differs(&b, "date", !str_eq(x->due_unit, y->due_unit) || x->due_n != y->due_n);
	differs(&b, "how it is proved", !str_eq(x->proof, y->proof) || !str_eq(x->ack_by, y->ack_by) || !str_eq(x->evidence, y->evidence) ||
						x->since_months != y->since_months);
	differs(&b, "how much", x->need != y->need);
	differs(&b, "for whom", !same_opt(x->level_from, y->level_from) || !same_opt(x->level_to, y->level_to) || !str_eq(x->role, y->role));
	return buf_str(&b);
}

static const struct programme_outcomes_of_row *find_key(const struct programme_outcomes_of_row *v, size_t n, struct str key)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].key, key))
			return &v[i];
	return NULL;
}

enum err programme_diff(struct ctx *c, int64_t from_rev, int64_t to_rev, struct programme_change **ret, size_t *ret_n)
{
	struct programme_outcomes_of_row *x, *y;
	size_t nx, ny, k = 0;
	TRY(programme_outcomes(c, from_rev, &x, &nx));
	TRY(programme_outcomes(c, to_rev, &y, &ny));
	struct programme_change *v = arena_array(c->arena, struct programme_change, nx + ny + 1);
	for (size_t i = 0; i < ny; i++) {
		const struct programme_outcomes_of_row *old = find_key(x, nx, y[i].key);
		struct str what = old ? what_differs(c->arena, old, &y[i]) : S("new");
		if (what.n)
			v[k++] = (struct programme_change){ y[i].key, what, old, &y[i] };
	}
	for (size_t i = 0; i < nx; i++)
		if (!find_key(y, ny, x[i].key))
			v[k++] = (struct programme_change){ x[i].key, S("gone"), &x[i], NULL };
	*ret = v;
	*ret_n = k;
	return OK;
}

struct str programme_ramp_words(struct arena *a, struct str unit, int64_t n)
{
	return n ? arena_fmt(a, "%lld %.*s%s", (long long)n, STR_ARG(unit), n == 1 ? "" : "s") : S("nothing said");
}

static void differs_from(struct buf *b, const char *what, struct str before, struct str after)
{
	if (str_eq(before, after))
		return;
	buf_fmt(b, "%s%s: %.*s, before that %.*s", b->n ? ". " : "", what, STR_ARG(after), STR_ARG(before));
}

struct str programme_edition_diff(struct arena *a, const struct programme_rev_row_row *from, const struct programme_rev_row_row *to)
{
	const struct str own = S("the person’s own week"), open = S("no end");
	struct buf b;
	buf_init(&b, a, 2000);
	differs_from(&b, "For those who start from", from->valid_from, to->valid_from);
	differs_from(&b, "No longer for those who start from", from->valid_to.n ? from->valid_to : open, to->valid_to.n ? to->valid_to : open);
	differs_from(&b, "Ramp", programme_ramp_words(a, from->ramp_unit, from->ramp_n), programme_ramp_words(a, to->ramp_unit, to->ramp_n));
	differs_from(&b, "Days with soft dates", arena_fmt(a, "%lld", (long long)from->soft_days), arena_fmt(a, "%lld", (long long)to->soft_days));
	differs_from(&b, "Working days", from->calendar.n ? from->calendar : own, to->calendar.n ? to->calendar : own);
	return b.n ? arena_fmt(a, "%.*s.", STR_ARG(buf_str(&b))) : S("");
}
