/* owner_test.c: every cell of the ownership table by date, stage and flags: the presets as they are seeded, asked by the pure function alone. */
#include "triage/owner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/banned.h"

enum { CE = 1, TA = 2, STRATEGIC = 4 };
#define POST "post_sales"
#define PRE "pre_sales"

static const struct cell {
	const char *ask, *date, *stage;
	int flags;
	const char *owner, *action, *code;
} CELLS[] = {
	/* something not working: support at any stage until fiscal year 24; then the customer engineer before the sale */
	{ "not_working", "2021-06-22", PRE, 0, "support", "here", "not-working" },
	{ "not_working", "2021-06-22", POST, STRATEGIC | CE, "support", "here", "not-working" },
	{ "not_working", "2021-08-06", POST, 0, "support", "here", "not-working" },
	{ "not_working", "2022-04-15", PRE, CE, "support", "here", "not-working" },
	{ "not_working", "2023-01-31", PRE, CE, "support", "here", "not-working" },
	{ "not_working", "2023-02-01", PRE, CE, "ce", "hand_on", "not-working-presales" },
	{ "not_working", "2024-06-25", PRE, 0, "ce", "hand_on", "not-working-presales" },
	{ "not_working", "2024-06-25", POST, CE | TA, "support", "here", "not-working-later" },
	{ "not_working", "2024-06-25", "none", 0, "support", "here", "not-working-later" },
	/* how-to: C9, keyed by date */
	{ "how_to", "2021-03-15", POST, 0, "ce", "hand_on", "howto-ce" },
	{ "how_to", "2021-06-22", PRE, STRATEGIC, "ce", "hand_on", "howto-ce" },
	{ "how_to", "2021-07-30", POST, 0, "ce", "hand_on", "howto-ce" },
	{ "how_to", "2021-07-31", POST, STRATEGIC, "ce", "hand_on", "howto-strategic" },
	{ "how_to", "2021-07-31", POST, 0, "support", "here", "howto-others" },
	{ "how_to", "2021-08-05", PRE, 0, "support", "here", "howto-others" },
	{ "how_to", "2021-08-06", POST, STRATEGIC | CE, "support", "here", "howto-triage" },
	{ "how_to", "2022-03-31", POST, 0, "support", "here", "howto-triage" },
	{ "how_to", "2022-04-01", POST, CE, "support", "here", "howto-accountable" },
	{ "how_to", "2022-06-16", POST, CE, "support", "here", "howto-htq" },
	{ "how_to", "2024-06-25", PRE, STRATEGIC | TA, "support", "here", "howto-htq" },
	/* features */
	{ "feature_request", "2021-06-22", POST, 0, "ce", "hand_on", "feature-ce" },
	{ "feature_request", "2021-08-01", POST, STRATEGIC, "ce", "hand_on", "feature-strategic" },
	{ "feature_request", "2021-08-01", POST, 0, "support", "file", "feature-others" },
	{ "feature_request", "2021-08-06", POST, CE, "ce", "hand_on", "feature-assigned" },
	{ "feature_request", "2021-08-06", POST, 0, "support", "file", "feature-unassigned" },
	{ "feature_request", "2022-04-01", POST, CE, "ce", "hand_on", "feature-faq" },
	{ "feature_request", "2022-04-01", POST, 0, "support", "file", "feature-faq-nobody" },
	{ "feature_request", "2024-03-14", POST, CE | TA, "ce", "hand_on", "feature-faq" },
	{ "feature_request", "2024-03-15", POST, CE | TA, "ta", "hand_on", "gap-ta" },
	{ "feature_request", "2024-03-15", POST, CE, "scaled_success", "file", "gap-scaled" },
	{ "feature_request", "2024-06-25", "none", 0, "support", "file", "gap-support" },
	{ "feature_request", "2024-06-25", PRE, CE, "support", "file", "gap-support" },
	/* feedback: nothing is said of it before the process of 2024 */
	{ "feedback", "2021-06-22", POST, CE, "support", "here", "unsaid" },
	{ "feedback", "2022-04-01", POST, CE, "support", "here", "unsaid" },
	{ "feedback", "2024-04-08", POST, TA, "support", "here", "unsaid" },
	{ "feedback", "2024-04-09", POST, TA, "product", "file", "feedback" },
	/* security */
	{ "security_question", "2021-06-22", POST, CE, "support", "here", "unsaid" },
	{ "security_question", "2021-08-06", POST, CE, "ce", "hand_on", "security-assigned" },
	{ "security_questionnaire", "2021-08-06", POST, 0, "support", "here", "security-unassigned" },
	{ "security_question", "2022-04-01", POST, 0, "ce", "hand_on", "security-faq" },
	{ "security_questionnaire", "2022-11-20", PRE, 0, "ce", "hand_on", "security-faq" },
	{ "security_question", "2022-11-21", POST, TA, "ta", "hand_on", "security-ta" },
	{ "security_question", "2024-06-25", POST, CE, "support", "here", "security-support" },
	{ "security_questionnaire", "2024-06-25", POST, TA, "ce", "hand_on", "questionnaire" },
	{ "security_bug", "2021-08-06", POST, 0, "support", "here", "unsaid" },
	{ "security_bug", "2022-04-01", POST, CE, "support", "here", "vulnerability" },
	{ "security_bug", "2024-06-25", POST, CE | TA, "support", "here", "vulnerability" },
	/* licences, renewals */
	{ "licensing", "2021-06-22", POST, CE, "support", "here", "unsaid" },
	{ "licensing", "2021-08-06", POST, 0, "ce", "hand_on", "licence-ce" },
	{ "licence_renewal", "2022-04-01", POST, 0, "ce", "hand_on", "licence-ce" },
	{ "licensing", "2024-06-25", PRE, TA, "ce", "hand_on", "licence-new" },
	{ "licence_renewal", "2024-06-25", POST, 0, "ta", "hand_on", "licence-renewal" },
	{ "renewal", "2024-06-25", POST, TA, "ce", "hand_on", "renewal" },
	/* deployment, adoption */
	{ "deployment_advice", "2021-06-22", PRE, 0, "ce", "hand_on", "deploy-coach" },
	{ "deployment_advice", "2021-08-06", POST, CE, "ce", "hand_on", "deploy-coach" },
	{ "deployment_advice", "2022-04-01", POST, CE, "ce", "hand_on", "deploy-recommend" },
	{ "deployment_advice", "2024-06-25", POST, TA, "ce", "hand_on", "deploy-now" },
	{ "adoption", "2021-06-22", POST, 0, "ce", "hand_on", "adoption-ce" },
	{ "adoption", "2021-08-06", POST, 0, "ce", "hand_on", "adoption-ce" },
	{ "adoption", "2022-04-01", POST, 0, "ce", "hand_on", "adoption-ce" },
	{ "adoption", "2024-06-25", POST, TA, "ta", "hand_on", "adoption-ta" },
	/* what we wrote beside the product; what we do not support */
	{ "account_script", "2021-06-22", POST, CE, "support", "here", "unsaid" },
	{ "account_script", "2021-08-06", POST, CE, "ce", "hand_on", "script-triage" },
	{ "account_script", "2022-04-01", POST, CE, "support", "best_effort", "script-best-effort" },
	{ "account_script", "2024-06-25", POST, CE | TA, "ta", "hand_on", "script-ta" },
	{ "account_script", "2024-06-25", PRE, CE, "ce", "hand_on", "script-ce" },
	{ "unsupported", "2021-08-06", POST, 0, "support", "here", "unsaid" },
	{ "unsupported", "2022-04-01", POST, 0, "support", "best_effort", "unsupported" },
	{ "unsupported", "2024-06-25", POST, 0, "support", "best_effort", "unsupported" },
	/* incidents, deletion, figures */
	{ "incident", "2021-03-15", POST, 0, "support", "here", "incident" },
	{ "incident", "2021-08-06", POST, 0, "support", "here", "incident" },
	{ "incident", "2022-04-01", POST, 0, "support", "here", "incident-messenger" },
	{ "incident", "2024-06-25", POST, 0, "support", "here", "incident-messenger" },
	{ "data_deletion", "2021-06-22", POST, CE, "ce", "hand_on", "deletion-ce" },
	{ "data_deletion", "2021-08-06", POST, CE, "support", "here", "deletion" },
	{ "data_deletion", "2024-06-25", "none", 0, "support", "here", "deletion" },
	{ "usage_statistics", "2021-09-30", POST, 0, "bizops", "hand_on", "usage-bizops" },
	{ "usage_statistics", "2024-06-25", POST, 0, "data", "hand_on", "usage-data" },
	/* what is no support at all */
	{ "employment_verification", "2022-01-10", "none", 0, "people_ops", "link", "employment-link" },
	{ "employment_verification", "2024-06-25", "none", 0, "people_ops", "forward", "employment" },
	{ "job_application", "2022-01-10", "none", 0, "people_ops", "forward", "jobs" },
	{ "bill", "2022-01-10", "none", 0, "finance", "delete", "bills-2021" },
	{ "bill", "2024-06-25", "none", 0, "finance", "forward", "bills" },
	{ "cold_outreach", "2024-06-25", "none", 0, "marketing", "forward", "outreach" },
	{ "internal_update", "2024-06-25", "none", 0, "nobody", "delete", "updates" },
	{ "spam", "2022-01-10", "none", 0, "nobody", "delete", "spam-2021" },
	{ "spam", "2024-06-25", "none", 0, "nobody", "spam", "spam" },
	{ "unclear", "2024-06-25", "none", 0, "support", "ask", "unclear" },
};

static struct owner_facts facts(const struct cell *x)
{
	return (struct owner_facts){ .ask = str_c(x->ask), .stage = str_c(x->stage), .strategic = x->flags & STRATEGIC, .ce = x->flags & CE, .ta = x->flags & TA,
				     .date = str_c(x->date) };
}

static void every_cell(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct owner_rule_rows_row *rows;
	size_t n = owner_preset_rows(&a, &rows);
	int wrong = 0;
	for (size_t i = 0; i < ARRAY_LEN(CELLS); i++) {
		struct owner_facts f = facts(&CELLS[i]);
		const struct owner_rule_rows_row *r = owner_pick(rows, n, &f);
		assert_non_null(r);
		if (str_eq(r->owner, str_c(CELLS[i].owner)) && str_eq(r->action, str_c(CELLS[i].action)) && str_eq(r->code, str_c(CELLS[i].code)))
			continue;
		print_error("%s on %s, %s, flags %d: %.*s %.*s by %.*s, not %s %s by %s\n", CELLS[i].ask, CELLS[i].date, CELLS[i].stage, CELLS[i].flags, STR_ARG(r->owner),
			    STR_ARG(r->action), STR_ARG(r->code), CELLS[i].owner, CELLS[i].action, CELLS[i].code);
		wrong++;
	}
	assert_int_equal(wrong, 0);
	arena_done(&a);
}

/* Each row of the presets wins somewhere; on no day do two rows of one code hold; each day has an answer for each type. */
static void no_row_is_dead(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct owner_rule_rows_row *rows;
	size_t n = owner_preset_rows(&a, &rows);
	for (size_t i = 0; i < n; i++) {
		bool won = false;
		static const char *const STAGES[] = { POST, PRE, "none" };
		struct str asks = rows[i].asks.n ? rows[i].asks : S("feedback"), ask, rest;
		str_cut(asks, ',', &ask, &rest);
		for (int flags = 0; flags < 8; flags++)
			for (size_t s = 0; s < ARRAY_LEN(STAGES); s++) {
				struct owner_facts f = { .ask = ask, .stage = str_c(STAGES[s]), .strategic = flags & STRATEGIC, .ce = flags & CE, .ta = flags & TA,
							 .date = rows[i].valid_from };
				won |= owner_pick(rows, n, &f) == &rows[i];
			}
		if (!won)
			print_error("%.*s never wins\n", STR_ARG(rows[i].code));
		assert_true(won);
		assert_true(i == 0 || rows[i].position > rows[i - 1].position);
		for (size_t k = 0; k < i; k++)
			assert_false(str_eq(rows[i].code, rows[k].code));
		assert_true(rows[i].source.n > 0);
	}
	arena_done(&a);
}

static void reasons_in_words(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct owner_rule_rows_row *rows;
	size_t n = owner_preset_rows(&a, &rows);
	struct owner_facts f = { .ask = S("how_to"), .stage = S(PRE), .strategic = true, .date = S("2021-08-01") };
	assert_string_equal(arena_cstr(&a, owner_reason(&a, owner_pick(rows, n, &f), &f)),
			    "Belongs to the customer engineer, because it asks how to do something, of a strategic customer; row howto-strategic, since 2021-07-31.");
	f = (struct owner_facts){ .ask = S("not_working"), .stage = S(PRE), .date = S("2024-06-25") };
	assert_string_equal(arena_cstr(&a, owner_reason(&a, owner_pick(rows, n, &f), &f)),
			    "Belongs to the customer engineer, because it says that something does not work, before the sale; row not-working-presales, since 2023-02-01.");
	f = (struct owner_facts){ .ask = S("feature_request"), .stage = S(POST), .ta = true, .date = S("2024-06-25") };
	assert_string_equal(arena_cstr(&a, owner_reason(&a, owner_pick(rows, n, &f), &f)),
			    "Belongs to the technical advisor, because it asks for a feature, a technical advisor is named for them; row gap-ta, since 2024-03-15.");
	/* without rows support decides, and says so */
	assert_string_equal(arena_cstr(&a, owner_reason(&a, owner_pick(rows, 0, &f), &f)), "No row says whose it is on 2024-06-25: support decides.");
	for (size_t i = 0; owner_actions[i]; i++)
		assert_true(*owner_action_words(str_c(owner_actions[i])));
	for (size_t i = 0; owner_owners[i]; i++)
		assert_string_not_equal(owner_words(str_c(owner_owners[i])), "somebody");
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_cell), cmocka_unit_test(no_row_is_dead), cmocka_unit_test(reasons_in_words) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
