/* ticket_feature.c: all that this slice brings to the house, in one place. */
#include "ticket/handover.h"
#include "ticket/ticket_int.h"

#include "confirm.sql.h"

#include "base/banned.h"

static const struct command *const commands[] = {
	&ticket_create_cmd,      &ticket_reply_cmd,
	&ticket_note_cmd,        &ticket_undo_send_cmd,
	&ticket_take_cmd,        &ticket_release_cmd,
	&ticket_assign_cmd,      &ticket_status_cmd,
	&ticket_update_cmd,      &ticket_tag_cmd,
	&ticket_untag_cmd,       &ticket_requester_cmd,
	&ticket_cc_add_cmd,      &ticket_cc_remove_cmd,
	&ticket_cc_approve_cmd,  &ticket_follow_cmd,
	&ticket_unfollow_cmd,    &ticket_link_cmd,
	&ticket_unlink_cmd,      &ticket_merge_cmd,
	&ticket_unmerge_cmd,     &ticket_split_cmd,
	&ticket_task_cmd,        &ticket_suspend_cmd,
	&ticket_unsuspend_cmd,   &ticket_delete_cmd,
	&ticket_restore_cmd,     &ticket_promise_cmd,
	&ticket_confirm_ask_cmd, &ticket_confirm_cmd,
	&draft_save_cmd,         &draft_drop_cmd,
	&ticket_list_cmd,        &ticket_show_cmd,
	&ticket_messages_cmd,    &ticket_history_cmd,
	&ticket_attachments_cmd, &ticket_read_reply_cmd,
	&ticket_resolve_cmd,     &ticket_closing_cmd,
	&resolve_fit_cmd,        &resolve_rules_cmd,
	&resolve_rule_cmd,       &resolve_field_cmd,
	&resolve_to_fill_cmd,    &handover_offer_cmd,
	&handover_accept_cmd,    &handover_decline_cmd,
	&handover_withdraw_cmd,  &handover_give_cmd,
	&handover_list_cmd,      &ticket_held_cmd,
	NULL,
};

static const struct reaction reactions[] = {
	{ .kind = "ticket.updated", .when = IN_TX, .fold = resolve_on_filled },
	{ .kind = "ticket.closing_filled", .when = IN_TX, .fold = resolve_on_filled },
	{ .kind = "ticket.replied", .when = IN_TX, .fold = handover_on_reply },
	{ .kind = "summary.written", .when = IN_TX, .fold = resolve_on_filled },
	{ .kind = "summary.changed", .when = IN_TX, .fold = resolve_on_filled },
	{ .kind = "contact.merged", .when = IN_TX, .fold = ticket_on_contact_merged },
	{ .kind = "contact.unmerged", .when = IN_TX, .fold = ticket_on_contact_unmerged },
	{ 0 },
};

static const struct job_kind jobs[] = {
	{ .name = "ticket.sent",
	  .version = 1,
	  .max_attempts = 20,
	  .lease_us = UTIME_US_PER_MINUTE,
	  .run = ticket_job_sent },
	{ .name = "ticket.handover",
	  .version = 1,
	  .max_attempts = 20,
	  .lease_us = UTIME_US_PER_MINUTE,
	  .every_us = UTIME_US_PER_HOUR,
	  .next_us = handover_next,
	  .run = handover_job },
	{ 0 },
};

static const struct fold folds[] = {
	{ .entity = "ticket", .rows = &ticket_rows_stmt },
	{ .entity = "message", .rows = &message_rows_stmt },
	{ .entity = "attachment", .rows = &attachment_rows_stmt },
	{ .entity = "ticket_tag", .rows = &ticket_tag_rows_stmt },
	{ .entity = "ticket_link", .rows = &ticket_link_rows_stmt },
	{ .entity = "ticket_follower", .rows = &ticket_follower_rows_stmt },
	{ .entity = "ticket_cc", .rows = &ticket_cc_rows_stmt },
	{ .entity = "confirmation", .rows = &confirmation_rows_stmt },
	{ .entity = "resolve_rule", .rows = &resolve_rule_rows_stmt },
	{ .entity = "close_field", .rows = &close_field_rows_stmt },
	{ .entity = "closing", .rows = &closing_rows_stmt },
	{ .entity = "resolution", .rows = &resolution_rows_stmt },
	{ .entity = "handover", .rows = &handover_rows_stmt },
	{ 0 },
};

static const struct setting settings[] = {
	{ .key = "ticket.undo_seconds",
	  .type = SETTING_INT,
	  .min = 0,
	  .max = 120,
	  .standard = "10",
	  .help = "How long a public reply is held so that it can be taken back, in seconds; 0 sends at once" },
	{ .key = "ticket.confirm_days",
	  .type = SETTING_INT,
	  .min = 1,
	  .max = 365,
	  .standard = "30",
	  .help = "How many days a customer can answer “is it solved?” by the link in our mail" },
	{ .key = "ticket.assign_by_organisation",
	  .type = SETTING_BOOL,
	  .min = 0,
	  .max = 1,
	  .standard = "1",
	  .help = "A new ticket goes to the engineer assigned to the customer's organisation, and the backup follows "
		  "it" },
	{ 0 },
};

static enum err verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints)
{
	TRY(resolve_verify(c, say, arg, complaints));
	return held_verify(c, say, arg, complaints);
}

static enum err prepare(struct ctx *c)
{
	TRY(resolve_presets(c));
	return ticket_recount_all(c);
}

static const struct carry carries[] = {
	{ "confirmation", &confirmation_rows_stmt, .refs = "ticket_id ticket, contact_id contact", .words = "answer yes|no" },
	{ "resolve_rule", &resolve_rule_rows_stmt, .key = "code, valid_from" },
	{ "close_field", &close_field_rows_stmt, .key = "field, valid_from" },
	{ "closing", &closing_rows_stmt, .refs = "ticket_id ticket" },
	{ "resolution", &resolution_rows_stmt, .refs = "ticket_id ticket, rule_id resolve_rule, confirmation_id confirmation, holder_id teammate" },
	{ "handover", &handover_rows_stmt,
	  .refs = "ticket_id ticket, from_id teammate, to_id teammate, to_team_id team, note_id message, told_id message, taken_by teammate",
	  .words = "state offered|accepted|declined|withdrawn|fallen_back|taken, reason time_zone|vacation|shortage|overload, way direct|asynchronous" },
	{ 0 },
};

const struct feature ticket_feature = {
	.name = "ticket",
	.commands = commands,
	.reactions = reactions,
	.jobs = jobs,
	.folds = folds,
	.carries = carries,
	.settings = settings,
	.prepare = prepare,
	.verify = verify,
};
