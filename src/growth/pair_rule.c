/* pair_rule.c: what an admin sets: the dated rules of pairings, whom to ask when a mentor is not sure, which teams stand next to each other. The handbook's
 * rules come from presets/handbook/pairing.def. */
#include "growth/pair_parts.h"

#include "account/account_parts.h"
#include "growth/cert_parts.h"

static const struct preset {
	const char *kind, *role, *from, *to, *partner, *team;
	int64_t tenure, load, partners, overlap, days;
	const char *meet;
	int64_t every, until;
	const char *words, *source;
} PRESETS[] = {
#define PAIRING_RULE(...) { __VA_ARGS__ },
#include "handbook/pairing.def"
#undef PAIRING_RULE
};

#include "base/banned.h"

_Static_assert(sizeof(struct pair_neighbour_find_row) == sizeof(struct pairing_neighbour_rows_row), "pair.sql");

static const char *const teams[] = { "same", "other", "adjacent", "any", NULL };

struct rule_in {
	struct str kind, newcomer_role, valid_from, valid_to, partner_role, team, meet_days, meet_words, source;
	int64_t min_tenure_days, max_load, max_partners, min_overlap_min, days, meet_every_days, meet_until_days;
	struct opt_i64 quarter_month;
};
#define IN struct rule_in
static const struct field rule_fields[] = {
	FIELD(IN, kind, FIELD_ENUM, .required = true, .choices = pair_kinds, .help = "what kind of pairing"),
	FIELD(IN, newcomer_role, FIELD_STR, .max = 60, .help = "only for newcomers of this role; left out: everybody else"),
	FIELD(IN, valid_from, FIELD_DATE, .required = true, .help = "the first day of the rule"),
	FIELD(IN, valid_to, FIELD_DATE, .help = "the first day on which it is no longer so"),
	FIELD(IN, partner_role, FIELD_STR, .required = true, .max = 60, .help = "same, any, or the key of a role"),
	FIELD(IN, team, FIELD_ENUM, .required = true, .choices = teams, .help = "the partner's team, seen from the newcomer's"),
	FIELD(IN, min_tenure_days, FIELD_INT, .required = true, .min = 0, .max = 4000, .help = "how long the partner has been here at least"),
	FIELD(IN, max_load, FIELD_INT, .required = true, .min = 0, .max = 100, .help = "how many a partner begins in a quarter at most; 0 = any number"),
	FIELD(IN, quarter_month, FIELD_INT, .min = 1, .max = 3, .help = "the month in which a quarter begins (2: February, May …)"),
	FIELD(IN, max_partners, FIELD_INT, .required = true, .min = 1, .max = 20, .help = "how many a newcomer has at one time"),
	FIELD(IN, min_overlap_min, FIELD_INT, .required = true, .min = 0, .max = 1440, .help = "shared working minutes a day at least"),
	FIELD(IN, days, FIELD_INT, .required = true, .min = 0, .max = 1000, .help = "how long it lasts; 0 = until it is ended"),
	FIELD(IN, meet_days, FIELD_STR, .max = 200, .help = "days after the first on which they meet", .example = "2,9,16"),
	FIELD(IN, meet_every_days, FIELD_INT, .required = true, .min = 0, .max = 90, .help = "and then every so many days; 0 = no more"),
	FIELD(IN, meet_until_days, FIELD_INT, .required = true, .min = 0, .max = 400, .help = "until this day"),
	FIELD(IN, meet_words, FIELD_STR, .max = 300, .help = "what the meetings are for"),
	FIELD(IN, source, FIELD_STR, .max = 300, .help = "who decided, or where it is written"),
};
#undef IN

static enum err rule_put(struct ctx *c, struct pairing_rule_rows_row *row, bool replace)
{
	struct pairing_rule_of_date_row there;
	struct pairing_rule_rows_row before;
	bool found;
	TRY(pairing_rule_of_date(c->db, c->arena, &there, &found, .kind = row->kind, .newcomer_role = row->newcomer_role, .valid_from = row->valid_from));
	if (!found)
		return pairing_rule_new(c, row, "pairing.rule_set");
	row->id = there.id;
	if (!replace)
		return OK;
	TRY(pairing_rule_read(c, there.id, &before));
	return pairing_rule_save(c, &before, row, "pairing.rule_set", STR_NULL);
}

static enum err pair_rule_run(struct ctx *c, const struct rule_in *in)
{
	struct str *days;
	size_t n = cert_split(c->arena, str_or_empty(in->meet_days), &days);
	int64_t day, last = -1;
	for (size_t i = 0; i < n; i++, last = day)
		if (!str_i64(days[i], &day) || day <= last || day > 400)
			return fail_field(c, S("meet_days"), "Whole numbers in ascending order, with commas between them.");
	if (in->valid_to.p && str_cmp(in->valid_to, in->valid_from) <= 0)
		return fail_field(c, S("valid_to"), "It must end after it begins.");
	struct pairing_rule_rows_row row = {
		.kind = in->kind, .newcomer_role = str_or_empty(in->newcomer_role), .valid_from = in->valid_from, .valid_to = str_or_null(in->valid_to),
		.partner_role = in->partner_role, .team = in->team, .min_tenure_days = in->min_tenure_days, .max_load = in->max_load,
		.quarter_month = in->quarter_month.set ? in->quarter_month.v : 2, .max_partners = in->max_partners, .min_overlap_min = in->min_overlap_min,
		.days = in->days, .meet_days = str_or_empty(in->meet_days), .meet_every_days = in->meet_every_days, .meet_until_days = in->meet_until_days,
		.meet_words = str_or_empty(in->meet_words), .source = in->source.n ? in->source : S("set at this desk"),
	};
	TRY(rule_put(c, &row, true));
	json_ki64(c->out, "rule", row.id);
	json_kstr(c->out, "said", S("The rule is set. Pairings that began before keep theirs."));
	return OK;
}
COMMAND_RUN(pair_rule_run)

const struct command pair_rule_cmd = {
	.name = "pairing.rule", .help = "Set who may be paired with whom from a date on", FIELDS(rule_fields, struct rule_in), .need = CAN_ADMIN,
	.run = RUN(pair_rule_run),
};

enum err pair_presets(struct ctx *c)
{
	for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++) {
		const struct preset *p = &PRESETS[i];
		struct pairing_rule_rows_row row = {
			.kind = str_c(p->kind), .newcomer_role = str_c(p->role), .valid_from = str_c(p->from), .valid_to = str_c(p->to),
			.partner_role = str_c(p->partner), .team = str_c(p->team), .min_tenure_days = p->tenure, .max_load = p->load, .quarter_month = 2,
			.max_partners = p->partners, .min_overlap_min = p->overlap, .days = p->days, .meet_days = str_c(p->meet), .meet_every_days = p->every,
			.meet_until_days = p->until, .meet_words = str_c(p->words), .source = str_c(p->source),
		};
		TRY(rule_put(c, &row, false));
	}
	return OK;
}

/* ---- whom to ask instead ---- */

struct fallback_in {
	struct str topic, note;
	int64_t teammate;
	struct opt_i64 position;
};
static const struct field fallback_fields[] = {
	FIELD(struct fallback_in, topic, FIELD_STR, .required = true, .max = 120, .help = "what about", .example = "Time off, pay, contracts"),
	FIELD(struct fallback_in, teammate, FIELD_ID, .required = true, .help = "whom to ask"),
	FIELD(struct fallback_in, note, FIELD_STR, .max = 300, .help = "how they like to be asked"),
	FIELD(struct fallback_in, position, FIELD_INT, .min = 0, .max = 1000, .help = "where in the list (at the end)"),
};

static enum err pair_fallback(struct ctx *c, const struct fallback_in *in)
{
	struct cert_person_row who;
	TRY(cert_person_read(c, in->teammate, "teammate", &who));
	struct pairing_fallback_rows_row row = { .topic = in->topic, .teammate_id = in->teammate, .note = str_or_empty(in->note),
						 .position = in->position.set ? in->position.v : 1000, .created_us = c->now_us };
	TRY(pairing_fallback_new(c, &row, "pairing.fallback_set"));
	json_ki64(c->out, "contact", row.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%.*s is shown for “%.*s”.", STR_ARG(who.name), STR_ARG(in->topic)));
	return OK;
}
COMMAND_RUN(pair_fallback)

const struct command pair_fallback_cmd = {
	.name = "pairing.fallback", .help = "Name whom newcomers ask about what is not technical, when the mentor is not sure",
	FIELDS(fallback_fields, struct fallback_in), .need = CAN_LEAD, .run = RUN(pair_fallback),
};

struct fallback_end_in {
	int64_t contact;
};
static const struct field fallback_end_fields[] = {
	FIELD(struct fallback_end_in, contact, FIELD_ID, .required = true, .positional = true, .help = "number of the entry"),
};

static enum err pair_fallback_end(struct ctx *c, const struct fallback_end_in *in)
{
	struct pairing_fallback_rows_row before, row;
	TRY(pairing_fallback_read(c, in->contact, &before));
	if (before.ended_us.set)
		return fail(c, ERR_CONFLICT, "It is taken away already.");
	row = before;
	row.ended_us = SOME(c->now_us);
	TRY(pairing_fallback_save(c, &before, &row, "pairing.fallback_set", STR_NULL));
	json_ki64(c->out, "contact", row.id);
	json_kstr(c->out, "said", S("Taken away."));
	return OK;
}
COMMAND_RUN(pair_fallback_end)

const struct command pair_fallback_end_cmd = {
	.name = "pairing.fallback_end", .help = "Take somebody off the list of whom to ask", FIELDS(fallback_end_fields, struct fallback_end_in), .need = CAN_LEAD,
	.run = RUN(pair_fallback_end),
};

/* ---- neighbouring teams ---- */

struct neighbours_in {
	int64_t team, other;
	bool apart;
};
static const struct field neighbours_fields[] = {
	FIELD(struct neighbours_in, team, FIELD_ID, .required = true, .help = "a team"),
	FIELD(struct neighbours_in, other, FIELD_ID, .required = true, .help = "the team next to it"),
	FIELD(struct neighbours_in, apart, FIELD_BOOL, .help = "they are neighbours no more"),
};

static enum err pair_neighbours(struct ctx *c, const struct neighbours_in *in)
{
	int64_t a = in->team < in->other ? in->team : in->other, b = in->team < in->other ? in->other : in->team;
	struct pairing_neighbour_rows_row before, row;
	struct pair_team_row team;
	bool found;
	if (a == b)
		return fail_field(c, S("other"), "A team is not its own neighbour.");
	TRY(pair_team(c->db, c->arena, &team, &found, .id = in->team));
	if (!found)
		return fail_field(c, S("team"), "There is no such team.");
	TRY(pair_team(c->db, c->arena, &team, &found, .id = in->other));
	if (!found)
		return fail_field(c, S("other"), "There is no such team.");
	TRY(pair_neighbour_find(c->db, c->arena, (struct pair_neighbour_find_row *)&before, &found, .team_id = a, .other_id = b));
	json_kstr(c->out, "said", in->apart ? S("No neighbours any more.") : S("Neighbours: buddies may come from either."));
	if (!found && in->apart)
		return fail(c, ERR_NOT_FOUND, "They are no neighbours.");
	if (!found) {
		row = (struct pairing_neighbour_rows_row){ .team_id = a, .other_id = b };
		return pairing_neighbour_new(c, &row, "pairing.neighbours_set");
	}
	row = before;
	row.ended_us = in->apart ? SOME(c->now_us) : NONE;
	return pairing_neighbour_save(c, &before, &row, "pairing.neighbours_set", STR_NULL);
}
COMMAND_RUN(pair_neighbours)

const struct command pair_neighbours_cmd = {
	.name = "pairing.neighbours", .help = "Say which teams stand next to each other", FIELDS(neighbours_fields, struct neighbours_in), .need = CAN_LEAD,
	.run = RUN(pair_neighbours),
};
