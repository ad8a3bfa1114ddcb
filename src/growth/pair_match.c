/* pair_match.c: who could be whose partner: candidates checked against the dated rule and ranked, each with the words for and against. */
#include "growth/pair_parts.h"
#include "growth/programme.h"

#include "account/account_parts.h"
#include "base/civil.h"
#include "people/people.h"

#include <stdlib.h>

#include "base/banned.h"

enum { SLOT_MIN = 30, SLOTS = 7 * 24 * 60 / SLOT_MIN, CANDIDATES_MOST = 300, TEAMS_MOST = 64 };

const char *const pair_kinds[] = { "buddy", "mentor", "account", NULL };

const char *pair_words(struct str kind)
{
	return str_eq(kind, S("mentor")) ? "Mentor" : str_eq(kind, S("buddy")) ? "Buddy" : "Account executive";
}

struct str pair_minutes(struct arena *a, int64_t min)
{
	if (min < 60)
		return arena_fmt(a, "%lld min", (long long)min);
	return min % 60 ? arena_fmt(a, "%lld h %lld min", (long long)(min / 60), (long long)(min % 60)) : arena_fmt(a, "%lld h", (long long)(min / 60));
}

static int64_t days_of(struct str date)
{
	utime t;
	char text[24] = "0000-00-00T00:00:00Z";
	for (size_t i = 0; i < 10 && i < date.n; i++)
		text[i] = date.p[i];
	return civil_parse_rfc3339((struct str){ text, 20 }, &t) ? t / UTIME_US_PER_DAY : 0;
}

struct str pair_date_add(struct ctx *c, struct str date, int64_t days)
{
	int32_t year;
	int month, day;
	civil_from_days(days_of(date) + days, &year, &month, &day);
	return arena_fmt(c->arena, "%04d-%02d-%02d", year, month, day);
}

enum err pair_rule_for(struct ctx *c, struct str kind, struct str role, struct str date, struct pairing_rule_rows_row *ret)
{
	struct pairing_rule_in_force_row r;
	bool found;
	TRY(pairing_rule_in_force(c->db, c->arena, &r, &found, .kind = kind, .newcomer_role = role, .date = date));
	if (!found)
		TRY(pairing_rule_in_force(c->db, c->arena, &r, &found, .kind = kind, .newcomer_role = S(""), .date = date));
	if (!found)
		return fail(c, ERR_CONFLICT, "There is no rule for such a pairing on %.*s. An admin can set one.", STR_ARG(date));
	return pairing_rule_read(c, r.id, ret);
}

/* ---- shared hours ---- */

struct week {
	bool at_work[SLOTS];
	bool fixed;               /* has working hours at all */
};

/* The week from `from` on, in half hours: who works when, wherever they are. */
static void week_of(const struct teammate *t, utime from, struct week *ret)
{
	struct work_span spans[WORK_SPANS_MAX];
	const char *why;
	size_t n = 0;
	const struct zone *z = zone_find(t->zone);
	*ret = (struct week){ 0 };
	if (!z || !people_hours_parse(t->work_hours, spans, &n, &why) || !n)
		return;
	ret->fixed = true;
	for (int i = 0; i < SLOTS; i++)
		ret->at_work[i] = people_at_work(spans, n, z, from + i * SLOT_MIN * UTIME_US_PER_MINUTE);
}

/* Shared minutes of a day, on average over the days on which the newcomer works; days are those of UTC, which is near enough for an average. */
static int64_t overlap(const struct week *newcomer, const struct week *partner)
{
	int64_t shared = 0, days = 0;
	for (int day = 0; day < 7; day++) {
		bool works = false;
		for (int i = day * SLOTS / 7; i < (day + 1) * SLOTS / 7; i++) {
			works |= newcomer->at_work[i];
			shared += newcomer->at_work[i] && partner->at_work[i] ? SLOT_MIN : 0;
		}
		days += works;
	}
	return days ? shared / days : 0;
}

/* ---- teams ---- */

struct teams {
	int64_t v[TEAMS_MOST];
	size_t n;
};

static enum err teams_of(struct ctx *c, int64_t teammate, struct teams *ret)
{
	struct pair_teams_of_row *v;
	size_t n;
	TRY(pair_teams_of(c->db, c->arena, &v, &n, .teammate_id = teammate));
	ret->n = 0;
	for (size_t i = 0; i < n && i < TEAMS_MOST; i++)
		ret->v[ret->n++] = v[i].team_id;
	return OK;
}

static bool meet(const struct teams *a, const struct teams *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++)
			if (a->v[i] == b->v[k])
				return true;
	return false;
}

static enum err neighbours_of(struct ctx *c, const struct teams *mine, struct teams *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < mine->n; i++) {
		struct pair_neighbours_of_row *v;
		size_t n;
		TRY(pair_neighbours_of(c->db, c->arena, &v, &n, .team_id = mine->v[i]));
		for (size_t k = 0; k < n && ret->n < TEAMS_MOST; k++)
			ret->v[ret->n++] = v[k].team_id;
	}
	return OK;
}

/* ---- one candidate ---- */

struct match {
	struct ctx *c;
	const struct pairing_rule_rows_row *rule;
	struct str kind, from_date, to_date;     /* the quarter */
	const struct teammate *newcomer;
	struct week week;
	struct teams teams, neighbours;
	utime starts_us;
};

static void say(struct ctx *c, struct str *to, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void say(struct ctx *c, struct str *to, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct str one = arena_vfmt(c->arena, fmt, ap);
	va_end(ap);
	*to = to->n ? arena_fmt(c->arena, "%.*s; %.*s", STR_ARG(*to), STR_ARG(one)) : one;
}

static enum err look_at_team(const struct match *m, int64_t id, struct pair_candidate *x)
{
	struct ctx *c = m->c;
	struct teams theirs;
	if (str_eq(m->rule->team, S("any")))
		return OK;
	TRY(teams_of(c, id, &theirs));
	bool same = meet(&m->teams, &theirs);
	if (str_eq(m->rule->team, S("same"))) {
		say(c, same ? &x->words : &x->against, same ? "same team" : "in another team");
	} else if (same) {
		say(c, &x->against, "in the same team");
	} else if (str_eq(m->rule->team, S("other")) || !m->neighbours.n) {
		say(c, &x->words, str_eq(m->rule->team, S("other")) ? "another team" : "another team (no neighbouring teams are set, so any other counts)");
	} else {
		bool beside = meet(&m->neighbours, &theirs);
		say(c, beside ? &x->words : &x->against, beside ? "a neighbouring team" : "not in a neighbouring team");
	}
	return OK;
}

/* Whole days since they began here; an account may be older or younger than that. */
static enum err tenure(const struct match *m, const struct teammate *t, int64_t *ret)
{
	struct pair_began_row row;
	bool found;
	int64_t began, starts;
	TRY(pair_began(m->c->db, m->c->arena, &row, &found, .teammate_id = t->id));
	if (!found || !row.began.n || !due_parse_date(row.began, &began))
		*ret = t->created_us < m->starts_us ? (m->starts_us - t->created_us) / UTIME_US_PER_DAY : 0;
	else
		*ret = due_parse_date(people_date(m->c->arena, m->starts_us), &starts) && starts > began ? starts - began : 0;
	return OK;
}

static enum err look_at(const struct match *m, const struct teammate *t, struct pair_candidate *x)
{
	struct ctx *c = m->c;
	const struct pairing_rule_rows_row *r = m->rule;
	struct pair_load_row load;
	struct week week;
	*x = (struct pair_candidate){ .id = t->id, .name = t->name, .role = t->role, .words = S(""), .against = S("") };
	struct str wanted = str_eq(r->partner_role, S("same")) ? m->newcomer->role : r->partner_role;
	if (!str_eq(wanted, S("any"))) {
		struct str title = people_title(c, t->role, people_date(c->arena, m->starts_us));
		if (str_eq(t->role, wanted))
			say(c, &x->words, "%.*s", STR_ARG(title));
		else
			say(c, &x->against, "is %.*s, not %.*s", STR_ARG(title), STR_ARG(people_title(c, wanted, people_date(c->arena, m->starts_us))));
	}
	TRY(look_at_team(m, t->id, x));
	TRY(tenure(m, t, &x->tenure_days));
	if (x->tenure_days < r->min_tenure_days)
		say(c, &x->against, "here for %lld days, %lld are asked for", (long long)x->tenure_days, (long long)r->min_tenure_days);
	else
		say(c, &x->words, x->tenure_days > 60 ? "here for %lld months" : "here for %lld days",
		    (long long)(x->tenure_days > 60 ? x->tenure_days * 12 / 365 : x->tenure_days));
	week_of(t, m->starts_us, &week);
	x->overlap_min = overlap(&m->week, &week);
	if (!m->week.fixed || !week.fixed)
		say(c, &x->words, "%s no working hours set, so shared hours cannot be checked", week.fixed ? "the newcomer has" : "has");
	else if (x->overlap_min < r->min_overlap_min)
		say(c, &x->against, "%.*s shared a day, %.*s are asked for", STR_ARG(pair_minutes(c->arena, x->overlap_min)),
		    STR_ARG(pair_minutes(c->arena, r->min_overlap_min)));
	else
		say(c, &x->words, "%.*s shared a day", STR_ARG(pair_minutes(c->arena, x->overlap_min)));
	TRY(pair_load(c->db, c->arena, &load, .partner_id = t->id, .kind = m->kind, .from_date = m->from_date, .to_date = m->to_date));
	x->load = load.n;
	if (r->max_load && load.n >= r->max_load)
		say(c, &x->against, "%lld begun this quarter, %lld at most", (long long)load.n, (long long)r->max_load);
	else
		say(c, &x->words, load.n ? "%lld begun this quarter" : "nobody else this quarter", (long long)load.n);
	x->fits = !x->against.n;
	return OK;
}

static int better(const void *a, const void *b)
{
	const struct pair_candidate *x = a, *y = b;
	if (x->fits != y->fits)
		return x->fits ? -1 : 1;
	if (x->load != y->load)
		return x->load < y->load ? -1 : 1;
	if (x->overlap_min != y->overlap_min)
		return x->overlap_min > y->overlap_min ? -1 : 1;
	if (x->tenure_days != y->tenure_days)
		return x->tenure_days > y->tenure_days ? -1 : 1;
	int by_name = str_cmp(x->name, y->name);
	return by_name ? by_name : x->id < y->id ? -1 : x->id > y->id;
}

static void quarter(struct ctx *c, struct str date, int64_t first_month, struct str *ret_from, struct str *ret_to)
{
	int32_t year;
	int month, day;
	civil_from_days(days_of(date), &year, &month, &day);
	int back = (int)((month - first_month + 12) % 3), from = month - back;
	int32_t from_year = from < 1 ? year - 1 : year;
	from = from < 1 ? from + 12 : from;
	*ret_from = arena_fmt(c->arena, "%04d-%02d-01", from_year, from);
	*ret_to = arena_fmt(c->arena, "%04d-%02d-01", from + 3 > 12 ? from_year + 1 : from_year, from + 3 > 12 ? from - 9 : from + 3);
}

enum err pair_candidates(struct ctx *c, struct str kind, int64_t newcomer, struct str starts_on, struct pairing_rule_rows_row *ret_rule,
			 struct pair_candidate **ret, size_t *ret_n)
{
	struct teammate me, *all;
	size_t n;
	TRY(people_get(c, newcomer, &me));
	TRY(pair_rule_for(c, kind, me.role, starts_on, ret_rule));
	struct match *m = arena_new(c->arena, struct match);
	*m = (struct match){ .c = c, .rule = ret_rule, .kind = kind, .newcomer = &me, .starts_us = days_of(starts_on) * UTIME_US_PER_DAY };
	quarter(c, starts_on, ret_rule->quarter_month, &m->from_date, &m->to_date);
	week_of(&me, m->starts_us, &m->week);
	TRY(teams_of(c, newcomer, &m->teams));
	TRY(neighbours_of(c, &m->teams, &m->neighbours));
	TRY(people_active(c, &all, &n));
	*ret = arena_array(c->arena, struct pair_candidate, n + 1);
	*ret_n = 0;
	for (size_t i = 0; i < n && *ret_n < CANDIDATES_MOST; i++)
		if (all[i].id != newcomer)
			TRY(look_at(m, &all[i], &(*ret)[(*ret_n)++]));
	qsort(*ret, *ret_n, sizeof(**ret), better);
	return OK;
}

struct candidates_in {
	int64_t newcomer;
	struct str kind, starts_on;
	struct opt_i64 max;
};
static const struct field candidates_fields[] = {
	FIELD(struct candidates_in, newcomer, FIELD_ID, .required = true, .positional = true, .help = "who is to get a partner"),
	FIELD(struct candidates_in, kind, FIELD_ENUM, .required = true, .choices = pair_kinds, .help = "what kind of pairing"),
	FIELD(struct candidates_in, starts_on, FIELD_DATE, .help = "the first day; today when not given"),
	FIELD(struct candidates_in, max, FIELD_INT, .min = 1, .max = 300, .help = "how many at most (20)"),
};

static enum err pair_candidates_run(struct ctx *c, const struct candidates_in *in)
{
	struct pairing_rule_rows_row rule;
	struct pair_candidate *v;
	size_t n, most = (size_t)(in->max.set ? in->max.v : 20);
	TRY(pair_candidates(c, in->kind, in->newcomer, in->starts_on.p ? in->starts_on : today(c), &rule, &v, &n));
	json_obj(c->out);
	json_kstr(c->out, "rule_from", rule.valid_from);
	json_kstr(c->out, "rule_source", rule.source);
	json_items(c->out);
	for (size_t i = 0; i < n && i < most; i++) {
		json_obj(c->out);
		json_ki64(c->out, "teammate", v[i].id);
		json_kstr(c->out, "name", v[i].name);
		json_kbool(c->out, "fits", v[i].fits);
		json_kstr(c->out, "for", v[i].words);
		json_kstr(c->out, "against", v[i].against);
		json_ki64(c->out, "shared_minutes", v[i].overlap_min);
		json_ki64(c->out, "load", v[i].load);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}
COMMAND_RUN(pair_candidates_run)

const struct command pair_candidates_cmd = {
	.name = "pairing.candidates", .help = "Who could be somebody's buddy, mentor or account executive, best first, with the reasons",
	FIELDS(candidates_fields, struct candidates_in), .need = CAN_READ, .reads = true, .run = RUN(pair_candidates_run),
};
