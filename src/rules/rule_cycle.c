/* rule_cycle.c: rules that would call each other, found before they do. A warning, not a refusal: whether a cycle closes depends on the case, and at run time
 * it is stopped (rule_run.c). */
#include "rules/rules.h"

#include "base/map.h"

#include "base/banned.h"

enum { LINES_BYTES = 1000 };

/* What the steps make happen. */
static uint32_t makes(const struct rule *r, uint32_t *ret_fields)
{
	uint32_t bits = 0;
	*ret_fields = 0;
	for (size_t i = 0; i < r->n_acts; i++) {
		switch (r->acts[i].what) {
		case DO_STATUS:
			bits |= 1u << RULE_STATUS;
			break;
		case DO_PRIORITY:
			*ret_fields |= 1u << RULE_F_PRIORITY;
			break;
		case DO_SEVERITY:
			*ret_fields |= 1u << RULE_F_SEVERITY;
			break;
		case DO_KIND:
			*ret_fields |= 1u << RULE_F_KIND;
			break;
		case DO_EFFORT:
			*ret_fields |= 1u << RULE_F_EFFORT;
			break;
		case DO_TEAM:
			*ret_fields |= 1u << RULE_F_TEAM;
			break;
		case DO_ASSIGN:
			bits |= 1u << RULE_ASSIGNED;
			break;
		case DO_TAG:
			bits |= 1u << RULE_TAGGED;
			break;
		case DO_UNTAG:
			bits |= 1u << RULE_UNTAGGED;
			break;
		case DO_NOTE:
			bits |= 1u << RULE_NOTE;
			break;
		case DO_MACRO:
			bits |= 1u << RULE_NOTE | 1u << RULE_TAGGED;
			break;
		case DO_MAIL:
			bits |= 1u << RULE_REPLY | 1u << RULE_TAGGED | 1u << RULE_STATUS;
			break;
		case DO_FOLLOW:
		case DO_UNFOLLOW:
		case DO_NOTIFY:
		case DO_COUNT:
			break;
		}
	}
	return bits | (*ret_fields ? 1u << RULE_CHANGED : 0);
}

/* The value that a must-condition at the top wants of a field, against what the other rule sets it to. */
static bool contradicts(const struct rule_node *n, enum rule_of of, struct str set)
{
	if (!n)
		return false;
	if (n->type == RULE_ALL && !n->negated) {
		for (size_t i = 0; i < n->n_kids; i++)
			if (contradicts(n->kids[i], of, set))
				return true;
		return false;
	}
	if (n->type != RULE_TERM || n->of != of)
		return false;
	for (size_t i = 0; i < n->n_values; i++)
		if (str_eq(n->values[i].text, set))
			return n->negated;
	return !n->negated;
}

/* May what a does begin b? */
static bool leads(const struct rule *a, const struct rule *b)
{
	uint32_t fields, bits = makes(a, &fields);
	bool begins = false;
	for (size_t i = 0; i < a->n_acts; i++) {
		const struct rule_act *act = &a->acts[i];
		enum rule_of of = act->what == DO_STATUS ? OF_STATUS : act->what == DO_PRIORITY ? OF_PRIORITY : act->what == DO_KIND ? OF_KIND : OF_COUNT;
		if (of != OF_COUNT && contradicts(b->cond, of, act->word))
			return false;
		bool tag = act->what == DO_TAG || act->what == DO_UNTAG;
		for (size_t t = 0; tag && t < b->when.n_tags; t++)
			begins |= str_ends(act->word, b->when.tags[t]) && (b->when.events & 1u << (act->what == DO_TAG ? RULE_TAGGED : RULE_UNTAGGED));
		if (!b->when.events)
			begins |= act->what == DO_STATUS && b->when.since == RULE_IN_STATUS && act->status == b->when.status;
	}
	uint32_t both = bits & b->when.events;
	if ((both & 1u << RULE_CHANGED) && b->when.fields && !(b->when.fields & fields))
		both &= ~(1u << RULE_CHANGED);
	if (b->when.n_tags)
		both &= ~(1u << RULE_TAGGED | 1u << RULE_UNTAGGED);
	return begins || both;
}

struct walk {
	struct ctx *c;
	const struct rule *start;
	const struct rule *path[8];
	size_t depth;
	struct map seen;
	struct buf lines;
};

static void tell(struct walk *w)
{
	buf_add(&w->lines, w->lines.n ? S(" ") : S(""));
	for (size_t i = 0; i < w->depth; i++)
		buf_fmt(&w->lines, "%s“%.*s”", i ? " → " : "", STR_ARG(w->path[i]->title));
	buf_fmt(&w->lines, " → “%.*s”%s", STR_ARG(w->start->title), w->depth == 1 ? " begins itself; each case is stopped after one round." : " is a circle; it is stopped after one round.");
}

static void step(struct walk *w, const struct rule *at, const struct rule *all, size_t n)
{
	if (w->depth == ARRAY_LEN(w->path) || w->lines.n > LINES_BYTES / 2)
		return;
	w->path[w->depth++] = at;
	if (leads(at, w->start))
		tell(w);
	for (size_t i = 0; i < n; i++) {
		const struct rule *next = &all[i];
		if (str_eq(next->slug, w->start->slug) || next->broken.n || !str_eq(next->state, S("on")) || !leads(at, next) || !map_put(&w->seen, next->slug, w))
			continue;
		step(w, next, all, n);
	}
	w->depth--;
}

struct str rule_cycles(struct ctx *c, const struct rule *r, const struct rule *all, size_t n)
{
	struct walk w = { .c = c, .start = r };
	map_init(&w.seen, c->arena);
	buf_init(&w.lines, c->arena, LINES_BYTES);
	step(&w, r, all, n);
	return buf_str(&w.lines);
}
