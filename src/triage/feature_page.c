/* feature_page.c: all that this slice brings to the house, in one place. */
#include "core/carry.h"
#include "triage/context.h"
#include "triage/escalate.h"
#include "triage/forward.h"
#include "triage/triage.h"
#include "triage/triage_view.h"
#include "web/place.h"

#include "base/banned.h"

static const struct command *const commands[] = {
	&triage_decide_cmd, &triage_list_cmd, &triage_show_cmd, &triage_judge_cmd, &owner_ask_cmd, &owner_rule_list_cmd, &owner_rule_add_cmd, &owner_rule_end_cmd, &triage_cue_list_cmd,
	&triage_cue_add_cmd, &triage_cue_end_cmd, &triage_aim_list_cmd, &triage_aim_add_cmd, &triage_aim_end_cmd, &context_hand_over_cmd, &context_note_cmd,
	&context_remove_cmd, &context_list_cmd, &context_look_cmd, &account_fact_add_cmd, &account_fact_remove_cmd, &account_fact_restore_cmd, &account_fact_list_cmd, &account_case_list_cmd, &forward_undo_cmd,
	&forward_list_cmd, &escalation_raise_cmd, &escalation_settle_cmd, &escalation_refuse_cmd, &escalation_withdraw_cmd, &escalation_list_cmd,
	&escalation_step_set_cmd, &escalation_step_list_cmd, NULL,
};

static const struct reaction reactions[] = {
	{ .kind = "ticket.created", .when = IN_TX, .fold = triage_on_created },
	{ .kind = "ticket.*", .when = IN_TX, .fold = triage_on_changed },
	{ .kind = "organisation.changed", .when = IN_TX, .fold = triage_on_account },
	{ .kind = "organisation.person_added", .when = IN_TX, .fold = triage_on_account },
	{ .kind = "organisation.person_removed", .when = IN_TX, .fold = triage_on_account },
	{ 0 },
};

static const struct job_kind jobs[] = {
	{ .name = "triage.timers", .version = 1, .max_attempts = 20, .lease_us = UTIME_US_PER_MINUTE, .every_us = UTIME_US_PER_HOUR, .next_us = triage_next_wake,
	  .run = triage_job_timers },
	{ .name = "triage.again", .version = 1, .max_attempts = 5, .lease_us = UTIME_US_PER_MINUTE, .run = triage_job_again },
	{ 0 },
};

static const struct fold folds[] = {
	{ "owner_rule", &owner_rule_rows_stmt }, { "triage_cue", &triage_cue_rows_stmt }, { "triage_aim", &triage_aim_rows_stmt },
	{ "triage_case", &triage_case_rows_stmt }, { "case_context", &case_context_rows_stmt }, { "context_look", &context_look_rows_stmt },
	{ "account_fact", &account_fact_rows_stmt }, { "case_forward", &case_forward_rows_stmt },
	{ "escalation_step", &escalation_step_rows_stmt }, { "case_escalation", &case_escalation_rows_stmt }, { 0 },
};

static const struct carry carries[] = {
	{ "owner_rule", &owner_rule_rows_stmt, .key = "code, valid_from", .words = "strategic |yes|no, ce |yes|no, ta |yes|no" },
	{ "triage_cue", &triage_cue_rows_stmt, .words = "kind ask|area|theme|severity" },
	{ "triage_aim", &triage_aim_rows_stmt, .key = "valid_from" },
	{ "triage_case", &triage_case_rows_stmt, .refs = "ticket_id ticket, rule_id owner_rule", .words = "state waiting|decided|passed, ask_from words|kind|said" },
	{ "case_context", &case_context_rows_stmt, .refs = "ticket_id ticket, author_id teammate", .words = "kind hand_over|note, part ce|ae|ta|other" },
	{ "context_look", &context_look_rows_stmt, .refs = "ticket_id ticket, teammate_id teammate" },
	{ "case_forward", &case_forward_rows_stmt, .refs = "ticket_id ticket, told_id message" },
	{ "escalation_step", &escalation_step_rows_stmt, .key = "chain, step, valid_from", .words = "chain worry|disagreement, needs |views" },
	{ "case_escalation", &case_escalation_rows_stmt, .refs = "ticket_id ticket, to_id teammate, by_id teammate",
	  .words = "chain worry|disagreement, state open|settled|refused|withdrawn|further, outcome agree|alternative|disagree_and_commit" },
	{ "account_fact", &account_fact_rows_stmt, .refs = "organisation_id organisation, author_id teammate", .words = "kind document|health|licence|dashboard|environment" },
	{ 0 },
};

static const struct place places[] = {
	{ .label = "Triage", .url = "/triage/all", .under = "/triage", .need = CAN_READ, .work = true },
	{ .label = "My customers", .url = "/my-customers", .under = "/my-customers /hand-over", .need = CAN_READ },
	{ .label = "Disagreements", .url = "/escalations", .under = "/escalations", .need = CAN_READ },
	{ .label = "Hand over to support", .url = "/hand-over", .need = CAN_NOTE },
	{ 0 },
};

static const struct card cards[] = {
	{ triage_card, CARD_TICKET_SIDE },
	{ triage_list_card, CARD_LIST_TOP },
	{ 0 },
};

static const struct event_words words[] = {
	{ "triage.judged", "said whose it is", false },
	{ "triage.passed", "no longer waits for triage", false },
	{ "triage.returned", "waits for triage again", false },
	{ "triage.decided", "triaged it", true },
	{ "triage.forwarded", "passed it on by mail", true },
	{ "triage.forward_undone", "took back that it was passed on", true },
	{ "escalation.raised", "took it to the next in the chain", true },
	{ "escalation.went_on", "took it further", false },
	{ "escalation.settled", "settled a disagreement about it", true },
	{ "escalation.refused", "sent a disagreement back", true },
	{ "escalation.withdrawn", "withdrew a disagreement", true },
	{ "triage.warned", "noted that nobody had triaged it in time", true },
	{ "context.handed_over", "handed it over to support", true },
	{ "context.noted", "told support something about it", true },
	{ "context.removed", "took a note of the account team away", false },
	{ "context.looked", "looked at the context", false },
	{ 0 },
};

const struct feature triage_feature = {
	.name = "triage", .commands = commands, .reactions = reactions, .jobs = jobs, .folds = folds, .carries = carries, .prepare = triage_presets, .verify = triage_verify,
	.routes = triage_routes, .more_routes = triage_account_routes, .places = places, .cards = cards, .words = words,
};
