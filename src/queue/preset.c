/* preset.c: the dated rows: those of the handbook (presets/handbook/queue.def) as they come with a new desk, and the commands that set them from a date on.
 * A row of the same name and date is replaced; rows of other dates stay, so that the past keeps its order. */
#include "queue/parts.h"

#include "queue.sql.h"

static const struct {
	const char *mode, *valid_from, *valid_to, *keys, *words, *source;
} RANK_ORDER_PRESETS[] = {
#define RANK_ORDER(mode_, from_, to_, keys_, words_, source_) { .mode = mode_, .valid_from = from_, .valid_to = to_, .keys = keys_, .words = words_, .source = source_ },
#define RANK_TIER(...)
#define RANK_PRIORITY(...)
#define CAPACITY_RULE(...)
#define CAPACITY_STEP(...)
#define COVERAGE_BLOCK(...)
#include "handbook/queue.def"
#undef RANK_ORDER
#undef RANK_TIER
#undef RANK_PRIORITY
#undef CAPACITY_RULE
#undef CAPACITY_STEP
#undef COVERAGE_BLOCK
};

static const struct {
	const char *valid_from, *valid_to, *name, *stage, *tier, *contact, *source;
	int64_t place, last;
} RANK_TIER_PRESETS[] = {
#define RANK_ORDER(...)
#define RANK_TIER(from_, to_, place_, name_, stage_, tier_, contact_, last_, source_) { .valid_from = from_, .valid_to = to_, .place = place_, .name = name_, .stage = stage_, .tier = tier_, .contact = contact_, .last = last_, .source = source_ },
#define RANK_PRIORITY(...)
#define CAPACITY_RULE(...)
#define CAPACITY_STEP(...)
#define COVERAGE_BLOCK(...)
#include "handbook/queue.def"
#undef RANK_ORDER
#undef RANK_TIER
#undef RANK_PRIORITY
#undef CAPACITY_RULE
#undef CAPACITY_STEP
#undef COVERAGE_BLOCK
};

static const struct {
	const char *priority, *valid_from, *valid_to, *standing, *words, *source;
} RANK_PRIORITY_PRESETS[] = {
#define RANK_ORDER(...)
#define RANK_TIER(...)
#define RANK_PRIORITY(priority_, from_, to_, standing_, words_, source_) { .priority = priority_, .valid_from = from_, .valid_to = to_, .standing = standing_, .words = words_, .source = source_ },
#define CAPACITY_RULE(...)
#define CAPACITY_STEP(...)
#define COVERAGE_BLOCK(...)
#include "handbook/queue.def"
#undef RANK_ORDER
#undef RANK_TIER
#undef RANK_PRIORITY
#undef CAPACITY_RULE
#undef CAPACITY_STEP
#undef COVERAGE_BLOCK
};

static const struct {
	const char *name, *valid_from, *valid_to, *words, *source;
	struct opt_i64 n;
} CAPACITY_RULE_PRESETS[] = {
#define RANK_ORDER(...)
#define RANK_TIER(...)
#define RANK_PRIORITY(...)
#define CAPACITY_RULE(name_, from_, to_, n_, words_, source_) { .name = name_, .valid_from = from_, .valid_to = to_, .n = n_, .words = words_, .source = source_ },
#define CAPACITY_STEP(...)
#define COVERAGE_BLOCK(...)
#include "handbook/queue.def"
#undef RANK_ORDER
#undef RANK_TIER
#undef RANK_PRIORITY
#undef CAPACITY_RULE
#undef CAPACITY_STEP
#undef COVERAGE_BLOCK
};

static const struct {
	const char *valid_from, *valid_to, *logic, *words, *source;
	int64_t level, east_least, east_most, west_least, west_most;
	struct opt_i64 active_over;
} CAPACITY_STEP_PRESETS[] = {
#define RANK_ORDER(...)
#define RANK_TIER(...)
#define RANK_PRIORITY(...)
#define CAPACITY_RULE(...)
#define CAPACITY_STEP(level_, from_, to_, east_least_, east_most_, west_least_, west_most_, active_over_, logic_, words_, source_) { .level = level_, .valid_from = from_, .valid_to = to_, .east_least = east_least_, .east_most = east_most_, .west_least = west_least_, .west_most = west_most_, .active_over = active_over_, .logic = logic_, .words = words_, .source = source_ },
#define COVERAGE_BLOCK(...)
#include "handbook/queue.def"
#undef RANK_ORDER
#undef RANK_TIER
#undef RANK_PRIORITY
#undef CAPACITY_RULE
#undef CAPACITY_STEP
#undef COVERAGE_BLOCK
};

static const struct {
	const char *name, *zones, *side, *valid_from, *valid_to, *source;
	int64_t place;
} COVERAGE_BLOCK_PRESETS[] = {
#define RANK_ORDER(...)
#define RANK_TIER(...)
#define RANK_PRIORITY(...)
#define CAPACITY_RULE(...)
#define CAPACITY_STEP(...)
#define COVERAGE_BLOCK(place_, name_, zones_, side_, from_, to_, source_) { .place = place_, .name = name_, .zones = zones_, .side = side_, .valid_from = from_, .valid_to = to_, .source = source_ },
#include "handbook/queue.def"
#undef RANK_ORDER
#undef RANK_TIER
#undef RANK_PRIORITY
#undef CAPACITY_RULE
#undef CAPACITY_STEP
#undef COVERAGE_BLOCK
};

#include "base/banned.h"

static const char *const MODES[] = { "normal", "overload", NULL };
static const char *const PRIORITIES[] = { "p0", "p1", "p2", "p3", NULL };
static const char *const STANDINGS[] = { "first", "last", NULL };
static const char *const RULES[] = { "active", "new_per_week", "levels", "flag", "fill_in", "notice", "block", NULL };
static const char *const LOGICS[] = { "all", "any", NULL };
static const char *const SIDES[] = { "east", "west", NULL };

#define DATE_FIELDS(T)                                                                                                         \
	FIELD(T, valid_from, FIELD_DATE, .required = true, .help = "the first day on which it is so"),                          \
	FIELD(T, valid_to, FIELD_DATE, .help = "the first day on which it is no longer so"),                                    \
	FIELD(T, source, FIELD_STR, .max = 300, .help = "who decided, or where it is written")

static enum err after(struct ctx *c, struct str from, struct str to)
{
	return !to.p || str_cmp(to, from) > 0 ? OK : fail_field(c, S("valid_to"), "It must end after it begins.");
}

static struct str source_of(struct str source)
{
	return source.n ? source : S("set at this desk");
}

static enum err said(struct ctx *c, int64_t id)
{
	json_ki64(c->out, "row", id);
	json_kstr(c->out, "said", S("Set. It holds from its date on; what was before keeps its row."));
	return OK;
}

/* ---- rank.order ---- */

struct rank_order_in {
	struct str mode, keys, words, valid_from, valid_to, source;
};
static const struct field rank_order_fields[] = {
	FIELD(struct rank_order_in, mode, FIELD_ENUM, .required = true, .choices = MODES, .positional = true, .help = "under normal load, or under overload"),
	FIELD(struct rank_order_in, keys, FIELD_STR, .required = true, .max = 200, .help = "words in their order", .example = "session first last risk arrival"),
	FIELD(struct rank_order_in, words, FIELD_STR, .required = true, .max = 300, .help = "the same in words, for everybody to read"),
	DATE_FIELDS(struct rank_order_in),
};

static enum err rank_order_set(struct ctx *c, struct rank_order_rows_row *row, bool replace)
{
	struct rank_order_of_date_row there;
	bool found;
	TRY(rank_order_of_date(c->db, c->arena, &there, &found, .mode = row->mode, .valid_from = row->valid_from));
	return queue_row_set(c, &rank_order_rows_stmt, found ? there.id : 0, row, replace, "rank.row_set");
}

static enum err rank_order_run(struct ctx *c, const struct rank_order_in *in)
{
	enum rank_key keys[RANK_KEYS];
	size_t n;
	struct str wrong;
	if (!rank_keys_parse(in->keys, keys, &n, &wrong))
		return fail_field(c, S("keys"), "“%.*s” is no key, or comes twice. There are session, first, last, risk, tier, severity, time_left and arrival.", STR_ARG(wrong));
	TRY(after(c, in->valid_from, in->valid_to));
	struct rank_order_rows_row row = {
		.mode = in->mode,
		.valid_from = in->valid_from,
		.valid_to = in->valid_to,
		.keys = in->keys,
		.words = in->words,
		.source = source_of(in->source),
	};
	TRY(rank_order_set(c, &row, true));
	return said(c, row.id);
}
COMMAND_RUN(rank_order_run)

const struct command rank_order_cmd = {
	.name = "rank.order", .help = "Set by which keys the line is ordered from a date on", FIELDS(rank_order_fields, struct rank_order_in), .need = CAN_ADMIN, .run = RUN(rank_order_run),
};

/* ---- rank.tier ---- */

struct rank_tier_in {
	struct str name, stage, tier, contact, valid_from, valid_to, source;
	int64_t place;
	bool last;
};
static const struct field rank_tier_fields[] = {
	FIELD(struct rank_tier_in, name, FIELD_STR, .required = true, .max = 80, .positional = true, .help = "what it is called in reasons", .example = "enterprise"),
	FIELD(struct rank_tier_in, place, FIELD_INT, .required = true, .min = 1, .max = 1000, .help = "its place, small first; the first row that fits counts"),
	FIELD(struct rank_tier_in, stage, FIELD_STR, .max = 200, .help = "only customers of this stage: one, or “a, b”"),
	FIELD(struct rank_tier_in, tier, FIELD_STR, .max = 200, .help = "only customers of this tier"),
	FIELD(struct rank_tier_in, contact, FIELD_STR, .max = 200, .help = "only requesters of this kind"),
	FIELD(struct rank_tier_in, last, FIELD_BOOL, .help = "behind all others in any order"),
	DATE_FIELDS(struct rank_tier_in),
};

static enum err rank_tier_set(struct ctx *c, struct rank_tier_rows_row *row, bool replace)
{
	struct rank_tier_of_date_row there;
	bool found;
	TRY(rank_tier_of_date(c->db, c->arena, &there, &found, .name = row->name, .valid_from = row->valid_from));
	return queue_row_set(c, &rank_tier_rows_stmt, found ? there.id : 0, row, replace, "rank.row_set");
}

static enum err rank_tier_run(struct ctx *c, const struct rank_tier_in *in)
{
	TRY(after(c, in->valid_from, in->valid_to));
	struct rank_tier_rows_row row = {
		.valid_from = in->valid_from,
		.valid_to = in->valid_to,
		.place = in->place,
		.name = in->name,
		.stage = in->stage.n ? in->stage : STR_NULL,
		.tier = in->tier.n ? in->tier : STR_NULL,
		.contact = in->contact.n ? in->contact : STR_NULL,
		.last = in->last,
		.source = source_of(in->source),
	};
	TRY(rank_tier_set(c, &row, true));
	return said(c, row.id);
}
COMMAND_RUN(rank_tier_run)

const struct command rank_tier_cmd = {
	.name = "rank.tier", .help = "Set the rank of a tier under overload from a date on", FIELDS(rank_tier_fields, struct rank_tier_in), .need = CAN_ADMIN, .run = RUN(rank_tier_run),
};

/* ---- rank.priority ---- */

struct rank_priority_in {
	struct str priority, standing, words, valid_from, valid_to, source;
};
static const struct field rank_priority_fields[] = {
	FIELD(struct rank_priority_in, priority, FIELD_ENUM, .required = true, .choices = PRIORITIES, .positional = true, .help = "which priority"),
	FIELD(struct rank_priority_in, standing, FIELD_ENUM, .choices = STANDINGS, .help = "before or behind all others; by the other keys when not given"),
	FIELD(struct rank_priority_in, words, FIELD_STR, .required = true, .max = 300, .help = "what it means"),
	DATE_FIELDS(struct rank_priority_in),
};

static enum err rank_priority_set(struct ctx *c, struct rank_priority_rows_row *row, bool replace)
{
	struct rank_priority_of_date_row there;
	bool found;
	TRY(rank_priority_of_date(c->db, c->arena, &there, &found, .priority = row->priority, .valid_from = row->valid_from));
	return queue_row_set(c, &rank_priority_rows_stmt, found ? there.id : 0, row, replace, "rank.row_set");
}

static enum err rank_priority_run(struct ctx *c, const struct rank_priority_in *in)
{
	TRY(after(c, in->valid_from, in->valid_to));
	struct rank_priority_rows_row row = {
		.priority = in->priority,
		.valid_from = in->valid_from,
		.valid_to = in->valid_to,
		.standing = in->standing.n ? in->standing : S(""),
		.words = in->words,
		.source = source_of(in->source),
	};
	TRY(rank_priority_set(c, &row, true));
	return said(c, row.id);
}
COMMAND_RUN(rank_priority_run)

const struct command rank_priority_cmd = {
	.name = "rank.priority", .help = "Set what a work priority means from a date on", FIELDS(rank_priority_fields, struct rank_priority_in), .need = CAN_ADMIN, .run = RUN(rank_priority_run),
};

/* ---- capacity.rule ---- */

struct capacity_rule_in {
	struct str name, words, valid_from, valid_to, source;
	struct opt_i64 n;
};
static const struct field capacity_rule_fields[] = {
	FIELD(struct capacity_rule_in, name, FIELD_ENUM, .required = true, .choices = RULES, .positional = true, .help = "which rule"),
	FIELD(struct capacity_rule_in, n, FIELD_INT, .min = 0, .max = 1000, .help = "its figure, when it has one"),
	FIELD(struct capacity_rule_in, words, FIELD_STR, .required = true, .max = 300, .help = "the rule in words"),
	DATE_FIELDS(struct capacity_rule_in),
};

static enum err capacity_rule_set(struct ctx *c, struct capacity_rule_rows_row *row, bool replace)
{
	struct capacity_rule_of_date_row there;
	bool found;
	TRY(capacity_rule_of_date(c->db, c->arena, &there, &found, .name = row->name, .valid_from = row->valid_from));
	return queue_row_set(c, &capacity_rule_rows_stmt, found ? there.id : 0, row, replace, "capacity.row_set");
}

static enum err capacity_rule_run(struct ctx *c, const struct capacity_rule_in *in)
{
	TRY(after(c, in->valid_from, in->valid_to));
	struct capacity_rule_rows_row row = {
		.name = in->name,
		.valid_from = in->valid_from,
		.valid_to = in->valid_to,
		.n = in->n,
		.words = in->words,
		.source = source_of(in->source),
	};
	TRY(capacity_rule_set(c, &row, true));
	return said(c, row.id);
}
COMMAND_RUN(capacity_rule_run)

const struct command capacity_rule_cmd = {
	.name = "capacity.rule", .help = "Set a rule of capacity from a date on", FIELDS(capacity_rule_fields, struct capacity_rule_in), .need = CAN_ADMIN, .run = RUN(capacity_rule_run),
};

/* ---- capacity.level ---- */

struct capacity_step_in {
	struct str logic, words, valid_from, valid_to, source;
	int64_t level, east_least, east_most, west_least, west_most;
	struct opt_i64 active_over;
};
static const struct field capacity_step_fields[] = {
	FIELD(struct capacity_step_in, level, FIELD_INT, .required = true, .min = 1, .max = 20, .positional = true, .help = "which level"),
	FIELD(struct capacity_step_in, east_least, FIELD_INT, .required = true, .min = 0, .max = 1000, .help = "people there on the east side, from"),
	FIELD(struct capacity_step_in, east_most, FIELD_INT, .required = true, .min = 0, .max = 1000, .help = "up to"),
	FIELD(struct capacity_step_in, west_least, FIELD_INT, .required = true, .min = 0, .max = 1000, .help = "people there on the west side, from"),
	FIELD(struct capacity_step_in, west_most, FIELD_INT, .required = true, .min = 0, .max = 1000, .help = "up to"),
	FIELD(struct capacity_step_in, active_over, FIELD_INT, .min = 0, .max = 1000, .help = "more active cases each than this"),
	FIELD(struct capacity_step_in, logic, FIELD_ENUM, .required = true, .choices = LOGICS, .help = "all of it must be so, or any of it"),
	FIELD(struct capacity_step_in, words, FIELD_STR, .required = true, .max = 300, .help = "what is done then"),
	DATE_FIELDS(struct capacity_step_in),
};

static enum err capacity_step_set(struct ctx *c, struct capacity_step_rows_row *row, bool replace)
{
	struct capacity_step_of_date_row there;
	bool found;
	TRY(capacity_step_of_date(c->db, c->arena, &there, &found, .level = row->level, .valid_from = row->valid_from));
	return queue_row_set(c, &capacity_step_rows_stmt, found ? there.id : 0, row, replace, "capacity.row_set");
}

static enum err capacity_step_run(struct ctx *c, const struct capacity_step_in *in)
{
	if (in->east_least > in->east_most || in->west_least > in->west_most)
		return fail_field(c, S("east_most"), "The most are not fewer than the least.");
	TRY(after(c, in->valid_from, in->valid_to));
	struct capacity_step_rows_row row = {
		.level = in->level,
		.valid_from = in->valid_from,
		.valid_to = in->valid_to,
		.east_least = in->east_least,
		.east_most = in->east_most,
		.west_least = in->west_least,
		.west_most = in->west_most,
		.active_over = in->active_over,
		.logic = in->logic,
		.words = in->words,
		.source = source_of(in->source),
	};
	TRY(capacity_step_set(c, &row, true));
	return said(c, row.id);
}
COMMAND_RUN(capacity_step_run)

const struct command capacity_step_cmd = {
	.name = "capacity.level", .help = "Set what a level means from a date on", FIELDS(capacity_step_fields, struct capacity_step_in), .need = CAN_ADMIN, .run = RUN(capacity_step_run),
};

/* ---- coverage.block ---- */

struct coverage_block_in {
	struct str name, zones, side, valid_from, valid_to, source;
	int64_t place;
};
static const struct field coverage_block_fields[] = {
	FIELD(struct coverage_block_in, name, FIELD_STR, .required = true, .max = 60, .positional = true, .help = "what it is called", .example = "EMEA"),
	FIELD(struct coverage_block_in, place, FIELD_INT, .required = true, .min = 1, .max = 1000, .help = "which row is looked at first"),
	FIELD(struct coverage_block_in, zones, FIELD_STR, .required = true, .max = 1000, .help = "time zones or their beginnings, with commas between", .example = "Europe/, Africa/"),
	FIELD(struct coverage_block_in, side, FIELD_ENUM, .choices = SIDES, .help = "the side it counts for in levels; neither when not given"),
	DATE_FIELDS(struct coverage_block_in),
};

static enum err coverage_block_set(struct ctx *c, struct coverage_block_rows_row *row, bool replace)
{
	struct coverage_block_of_date_row there;
	bool found;
	TRY(coverage_block_of_date(c->db, c->arena, &there, &found, .name = row->name, .valid_from = row->valid_from));
	return queue_row_set(c, &coverage_block_rows_stmt, found ? there.id : 0, row, replace, "capacity.row_set");
}

static enum err coverage_block_run(struct ctx *c, const struct coverage_block_in *in)
{
	TRY(after(c, in->valid_from, in->valid_to));
	struct coverage_block_rows_row row = {
		.place = in->place,
		.name = in->name,
		.zones = in->zones,
		.side = in->side.n ? in->side : S(""),
		.valid_from = in->valid_from,
		.valid_to = in->valid_to,
		.source = source_of(in->source),
	};
	TRY(coverage_block_set(c, &row, true));
	return said(c, row.id);
}
COMMAND_RUN(coverage_block_run)

const struct command coverage_block_cmd = {
	.name = "coverage.block", .help = "Set which time zones cover a part of the day from a date on", FIELDS(coverage_block_fields, struct coverage_block_in), .need = CAN_ADMIN, .run = RUN(coverage_block_run),
};

/* ---- as they come with a new desk ---- */

enum err queue_presets(struct ctx *c)
{
	for (size_t i = 0; i < ARRAY_LEN(RANK_ORDER_PRESETS); i++) {
		struct rank_order_rows_row row = {
			.mode = str_c(RANK_ORDER_PRESETS[i].mode),
			.valid_from = str_c(RANK_ORDER_PRESETS[i].valid_from),
			.valid_to = str_c(RANK_ORDER_PRESETS[i].valid_to),
			.keys = str_c(RANK_ORDER_PRESETS[i].keys),
			.words = str_c(RANK_ORDER_PRESETS[i].words),
			.source = str_c(RANK_ORDER_PRESETS[i].source),
		};
		TRY(rank_order_set(c, &row, false));
	}
	for (size_t i = 0; i < ARRAY_LEN(RANK_TIER_PRESETS); i++) {
		struct rank_tier_rows_row row = {
			.valid_from = str_c(RANK_TIER_PRESETS[i].valid_from),
			.valid_to = str_c(RANK_TIER_PRESETS[i].valid_to),
			.place = RANK_TIER_PRESETS[i].place,
			.name = str_c(RANK_TIER_PRESETS[i].name),
			.stage = str_c(RANK_TIER_PRESETS[i].stage),
			.tier = str_c(RANK_TIER_PRESETS[i].tier),
			.contact = str_c(RANK_TIER_PRESETS[i].contact),
			.last = RANK_TIER_PRESETS[i].last,
			.source = str_c(RANK_TIER_PRESETS[i].source),
		};
		TRY(rank_tier_set(c, &row, false));
	}
	for (size_t i = 0; i < ARRAY_LEN(RANK_PRIORITY_PRESETS); i++) {
		struct rank_priority_rows_row row = {
			.priority = str_c(RANK_PRIORITY_PRESETS[i].priority),
			.valid_from = str_c(RANK_PRIORITY_PRESETS[i].valid_from),
			.valid_to = str_c(RANK_PRIORITY_PRESETS[i].valid_to),
			.standing = str_c(RANK_PRIORITY_PRESETS[i].standing),
			.words = str_c(RANK_PRIORITY_PRESETS[i].words),
			.source = str_c(RANK_PRIORITY_PRESETS[i].source),
		};
		TRY(rank_priority_set(c, &row, false));
	}
	for (size_t i = 0; i < ARRAY_LEN(CAPACITY_RULE_PRESETS); i++) {
		struct capacity_rule_rows_row row = {
			.name = str_c(CAPACITY_RULE_PRESETS[i].name),
			.valid_from = str_c(CAPACITY_RULE_PRESETS[i].valid_from),
			.valid_to = str_c(CAPACITY_RULE_PRESETS[i].valid_to),
			.n = CAPACITY_RULE_PRESETS[i].n,
			.words = str_c(CAPACITY_RULE_PRESETS[i].words),
			.source = str_c(CAPACITY_RULE_PRESETS[i].source),
		};
		TRY(capacity_rule_set(c, &row, false));
	}
	for (size_t i = 0; i < ARRAY_LEN(CAPACITY_STEP_PRESETS); i++) {
		struct capacity_step_rows_row row = {
			.level = CAPACITY_STEP_PRESETS[i].level,
			.valid_from = str_c(CAPACITY_STEP_PRESETS[i].valid_from),
			.valid_to = str_c(CAPACITY_STEP_PRESETS[i].valid_to),
			.east_least = CAPACITY_STEP_PRESETS[i].east_least,
			.east_most = CAPACITY_STEP_PRESETS[i].east_most,
			.west_least = CAPACITY_STEP_PRESETS[i].west_least,
			.west_most = CAPACITY_STEP_PRESETS[i].west_most,
			.active_over = CAPACITY_STEP_PRESETS[i].active_over,
			.logic = str_c(CAPACITY_STEP_PRESETS[i].logic),
			.words = str_c(CAPACITY_STEP_PRESETS[i].words),
			.source = str_c(CAPACITY_STEP_PRESETS[i].source),
		};
		TRY(capacity_step_set(c, &row, false));
	}
	for (size_t i = 0; i < ARRAY_LEN(COVERAGE_BLOCK_PRESETS); i++) {
		struct coverage_block_rows_row row = {
			.place = COVERAGE_BLOCK_PRESETS[i].place,
			.name = str_c(COVERAGE_BLOCK_PRESETS[i].name),
			.zones = str_c(COVERAGE_BLOCK_PRESETS[i].zones),
			.side = str_c(COVERAGE_BLOCK_PRESETS[i].side),
			.valid_from = str_c(COVERAGE_BLOCK_PRESETS[i].valid_from),
			.valid_to = str_c(COVERAGE_BLOCK_PRESETS[i].valid_to),
			.source = str_c(COVERAGE_BLOCK_PRESETS[i].source),
		};
		TRY(coverage_block_set(c, &row, false));
	}
	return OK;
}
