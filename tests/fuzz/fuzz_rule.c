/* fuzz_rule.c: any bytes as a rule: three lines, when, if and then. What is read stays within its ceilings and depth, can be said in words and asked of a case,
 * and what is refused says why in valid text. */
#include "base/utf8.h"
#include "rules/rules.h"

#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static int depth(const struct rule_node *n, size_t *terms)
{
	int deepest = 0;
	if (n->type == RULE_TERM) {
		++*terms;
		ASSERT(n->n_values > 0 && n->n_values <= RULE_VALUES_MOST && !n->n_kids);
		for (size_t i = 0; i < n->n_values; i++)
			ASSERT(n->values[i].text.n > 0);
		return 0;
	}
	ASSERT(n->n_kids > 0 && !n->n_values);
	for (size_t i = 0; i < n->n_kids; i++) {
		int d = depth(n->kids[i], terms);
		deepest = d > deepest ? d : deepest;
	}
	return deepest + 1;
}

static void ask(struct arena *a, const struct rule *r)
{
	struct rule_tag tag = { 1, S("plain"), S("x"), true };
	struct rule_case k = {
		.t = { .id = 1, .status = S("open"), .kind = S("defect"), .priority = S("p1"), .subject = S("x"), .origin = S("mail"), .assignee_id = SOME(1) },
		.tags = &tag, .n_tags = 1, .email = S("a@b.example"), .requester_kind = S("customer"), .by = S("customer"), .tag = S("x"), .subject = S(" x "), .message = S(" x "),
		.text = S(" x "), .open_hours = SOME(1), .now_us = 5, .events = r->when.events, .fields = r->when.fields,
	};
	struct json_out j;
	utime entered, due;
	json_init(&j, a, 1 << 20);
	bool met = rule_asks(r->cond, &k);
	ASSERT(rule_asks_why(r->cond, &k, &j) == met);
	json_done(&j);
	if (r->when.events)
		ASSERT(rule_begins(r, &k) || r->when.n_tags);
	else
		rule_waits(&k.t, &r->when, NULL, &entered, &due);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct rule r = { .broken = S("") };
	struct str rest, when, cond, wrong = S("");
	arena_init(&a);
	struct str typed = utf8_clean(&a, (struct str){ (const char *)p, n });
	str_cut(typed, '\n', &when, &rest);
	str_cut(rest, '\n', &cond, &rest);
	bool good = rule_read_when(&a, when, &r.when, &wrong);
	ASSERT(good || wrong.n);
	bool asks = rule_read_if(&a, cond, &r.cond, &wrong);
	ASSERT(asks || wrong.n);
	bool acts = rule_read_then(&a, rest, &r.acts, &r.n_acts, &wrong);
	ASSERT(acts || wrong.n);
	ASSERT(utf8_valid(wrong));
	if (good)
		ASSERT((r.when.events != 0) == (r.when.wait_s == 0 && r.when.events) || !r.when.events);
	size_t terms = 0;
	if (asks && r.cond) {
		ASSERT(depth(r.cond, &terms) <= 2 * (RULE_DEPTH_MOST + 1));
		ASSERT(terms <= RULE_TERMS_MOST);
	}
	if (acts)
		ASSERT(r.n_acts > 0 && r.n_acts <= RULE_ACTS_MOST);
	if (good && asks && acts) {
		ASSERT(utf8_valid(rule_words(&a, &r)));
		ask(&a, &r);
	}
	arena_done(&a);
	return 0;
}
