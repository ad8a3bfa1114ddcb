/* owner.c: whose is it? The first row that fits on a day, and why in words; see owner.h. No tables are known above owner_load(). */
#include "triage/owner.h"
#include "triage/triage.h"

#include <string.h>

static const struct {
	int64_t position;
	const char *code, *asks, *stage, *strategic, *ce, *ta, *owner, *action, *route, *macro, *from, *to, *reading, *source;
} PRESETS[] = {
#define OWNER_RULE(position, code, asks, stage, strategic, ce, ta, owner, action, route, macro, from, to, reading, source) \
	{ position, code, asks, stage, strategic, ce, ta, owner, action, route, macro, from, to, reading, source },
#include "handbook/ownership.def"
#undef OWNER_RULE
};

#include "base/banned.h"

enum { RULES_MOST = 2000 };
_Static_assert(sizeof(struct owner_rule_all_row) == sizeof(struct owner_rule_rows_row), "owner.sql");
_Static_assert(sizeof(struct owner_rule_on_row) == sizeof(struct owner_rule_rows_row), "owner.sql");

static const struct {
	const char *owner, *words;
} OWNERS[] = {
	{ "support", "support" }, { "ce", "the customer engineer" }, { "ta", "the technical advisor" }, { "ae", "the account executive" },
	{ "scaled_success", "Scaled Success" }, { "product", "product" }, { "engineering", "engineering" }, { "security", "security" },
	{ "people_ops", "the people team" }, { "finance", "finance" }, { "marketing", "marketing" }, { "bizops", "business operations" },
	{ "data", "Data & Analytics" }, { "nobody", "nobody" },
};
const char *const owner_owners[] = { "support", "ce", "ta", "ae", "scaled_success", "product", "engineering", "security", "people_ops", "finance", "marketing",
				     "bizops", "data", "nobody", NULL };
static const struct {
	const char *action, *words;
	bool ours;
} ACTIONS[] = {
	{ "here", "support works on it", true }, { "file", "support files it and says where", true },
	{ "best_effort", "support tries, without a promise", true }, { "ask", "the team is asked", true },
	{ "hand_on", "handed on: no action for support", false }, { "forward", "forwarded: no action for support", false },
	{ "link", "answered with a link: no action for support", false }, { "spam", "put aside as spam", false }, { "delete", "deleted", false },
};
const char *const owner_actions[] = { "here", "file", "best_effort", "ask", "hand_on", "forward", "link", "spam", "delete", NULL };
const char *const owner_yes_no[] = { "yes", "no", NULL };

const char *owner_words(struct str owner)
{
	for (size_t i = 0; i < ARRAY_LEN(OWNERS); i++)
		if (str_eq(owner, str_c(OWNERS[i].owner)))
			return OWNERS[i].words;
	return "somebody";
}

const char *owner_action_words(struct str action)
{
	for (size_t i = 0; i < ARRAY_LEN(ACTIONS); i++)
		if (str_eq(action, str_c(ACTIONS[i].action)))
			return ACTIONS[i].words;
	return "";
}

bool owner_action_ours(struct str action)
{
	for (size_t i = 0; i < ARRAY_LEN(ACTIONS); i++)
		if (str_eq(action, str_c(ACTIONS[i].action)))
			return ACTIONS[i].ours;
	return true;
}

/* "" fits everything; else one of the words between commas. */
static bool lists(struct str list, struct str word)
{
	struct str one, rest = list;
	if (!list.n)
		return true;
	while (rest.n) {
		str_cut(rest, ',', &one, &rest);
		if (str_eq(str_trim(one), word))
			return true;
	}
	return false;
}

static bool fits(struct str want, bool is)
{
	return !want.n || str_eq(want, is ? S("yes") : S("no"));
}

const struct owner_rule_rows_row *owner_pick(const struct owner_rule_rows_row *v, size_t n, const struct owner_facts *f)
{
	for (size_t i = 0; i < n; i++) {
		const struct owner_rule_rows_row *r = &v[i];
		if (str_cmp(r->valid_from, f->date) > 0 || (r->valid_to.p && str_cmp(r->valid_to, f->date) <= 0))
			continue;
		if (lists(r->asks, f->ask) && lists(r->stage, f->stage) && fits(r->strategic, f->strategic) && fits(r->ce, f->ce) && fits(r->ta, f->ta))
			return r;
	}
	return NULL;
}

/* ---- in words ---- */

static const char *stage_words(struct str stage)
{
	return str_eq(stage, S("pre_sales")) ? "before the sale" : str_eq(stage, S("post_sales")) ? "after the sale" : "outside a sale";
}

/* What the row looked at, and what it saw there. */
static void because(struct buf *b, const struct owner_rule_rows_row *r, const struct owner_facts *f)
{
	buf_fmt(b, "it %s", triage_ask_because(f->ask));
	if (r->strategic.n)
		buf_fmt(b, ", %s", f->strategic ? "of a strategic customer" : "of a customer that is not strategic");
	if (r->stage.n)
		buf_fmt(b, ", %s", stage_words(f->stage));
	if (r->ce.n)
		buf_fmt(b, ", %s customer engineer is named for them", f->ce ? "a" : "no");
	if (r->ta.n)
		buf_fmt(b, ", %s technical advisor is named for them", f->ta ? "a" : "no");
}

struct str owner_reason(struct arena *a, const struct owner_rule_rows_row *r, const struct owner_facts *f)
{
	struct buf b;
	buf_init(&b, a, 1500);
	if (!r) {
		buf_fmt(&b, "No row says whose it is on %.*s: support decides.", STR_ARG(f->date));
		return buf_str(&b);
	}
	buf_fmt(&b, "Belongs to %s, because ", owner_words(r->owner));
	because(&b, r, f);
	if (str_eq(r->valid_from, S("0001-01-01")))
		buf_fmt(&b, "; row %.*s, from the beginning.", STR_ARG(r->code));
	else
		buf_fmt(&b, "; row %.*s, since %.*s.", STR_ARG(r->code), STR_ARG(r->valid_from));
	return buf_str(&b);
}

/* ---- rows ---- */

enum err owner_load(struct ctx *c, struct owner_rule_rows_row **ret, size_t *ret_n)
{
	return owner_rule_all(c->db, c->arena, (struct owner_rule_all_row **)(void *)ret, ret_n, .max = RULES_MOST);
}

enum err owner_load_for(struct ctx *c, const struct owner_facts *f, struct owner_rule_rows_row **ret, size_t *ret_n)
{
	return owner_rule_on(c->db, c->arena, (struct owner_rule_on_row **)(void *)ret, ret_n, .day = f->date, .ask = f->ask, .max = RULES_MOST);
}

size_t owner_preset_rows(struct arena *a, struct owner_rule_rows_row **ret)
{
	struct owner_rule_rows_row *v = arena_array(a, struct owner_rule_rows_row, ARRAY_LEN(PRESETS));
	for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++)
		v[i] = (struct owner_rule_rows_row){
			.code = str_c(PRESETS[i].code), .position = PRESETS[i].position, .asks = str_c(PRESETS[i].asks), .stage = str_c(PRESETS[i].stage),
			.strategic = str_c(PRESETS[i].strategic), .ce = str_c(PRESETS[i].ce), .ta = str_c(PRESETS[i].ta), .owner = str_c(PRESETS[i].owner),
			.action = str_c(PRESETS[i].action), .route = str_c(PRESETS[i].route), .dest = S(""), .macro = str_c(PRESETS[i].macro),
			.valid_from = str_c(PRESETS[i].from), .valid_to = PRESETS[i].to ? str_c(PRESETS[i].to) : STR_NULL, .reading = str_c(PRESETS[i].reading),
			.source = str_c(PRESETS[i].source),
		};
	*ret = v;
	return ARRAY_LEN(PRESETS);
}
