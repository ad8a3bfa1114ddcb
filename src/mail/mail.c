/* mail.c: addresses of ours, the commands on what came in, settings; see mail.h. The slice's list is in mail_page.c. */
#include "mail/mail.h"

#include "core/secret.h"
#include "mail/mail_job.h"
#include "mail/mail_parts.h"

#include "mail.sql.h"

#include <string.h>

static const char ANSWER_AIM_STANDARD[] =
#define ANSWER_AIM(words, source) words
#include "handbook/answer_aim.def"
#undef ANSWER_AIM
	;

#include "base/banned.h"

/* ---- addresses ---- */

static const char *const KINDS[] = { "support", "trial", "feedback", "noreply", NULL };

struct address_add_in {
	struct str address, label, kind;
	struct opt_i64 team;
	bool no_acknowledgement;
};
static const struct field address_add_fields[] = {
	FIELD(struct address_add_in, address, FIELD_EMAIL, .required = true, .positional = true, .help = "the address", .example = "support@desk.example"),
	FIELD(struct address_add_in, label, FIELD_STR, .help = "what it is for, for people"),
	FIELD(struct address_add_in, kind, FIELD_ENUM, .choices = KINDS, .help = "what kind of mail comes there"),
	FIELD(struct address_add_in, team, FIELD_ID, .help = "the team whose queue it feeds"),
	FIELD(struct address_add_in, no_acknowledgement, FIELD_BOOL, .help = "do not acknowledge new tickets"),
};

static enum err address_add(struct ctx *c, const struct address_add_in *in)
{
	struct mail_address_find_row old;
	bool found;
	TRY(mail_address_find(c->db, c->arena, &old, &found, .address = in->address));
	if (found)
		return fail_field(c, S("address"), "This address is here already.");
	if (str_find_ch(in->address, '+') >= 0)
		return fail_field(c, S("address"), "Without a plus sign, please: replies carry their token there.");
	if (str_starts(in->address, S("bounce@")))
		return fail_field(c, S("address"), "bounce@ is where reports about undelivered mail come to. Another name, please.");
	if (in->team.set) {
		struct mail_team_row team;
		TRY(mail_team(c->db, c->arena, &team, &found, .id = in->team.v));
		if (!found)
			return fail_field(c, S("team"), "There is no team %lld.", (long long)in->team.v);
	}
	struct mail_address_rows_row row = {
		.address = in->address, .label = in->label.n ? in->label : in->address, .kind = in->kind.n ? in->kind : S("support"), .team_id = in->team,
		.acknowledge = !in->no_acknowledgement, .active = 1, .created_us = c->now_us,
	};
	struct mail_address_insert_row id;
	TRY(mail_address_insert(c->db, c->arena, &id, .address = row.address, .label = row.label, .kind = row.kind, .team_id = row.team_id,
				.acknowledge = row.acknowledge, .active = row.active, .created_us = row.created_us));
	json_ki64(c->out, "address", id.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "Mail to %.*s becomes tickets now. Let your mail server deliver it here.", STR_ARG(in->address)));
	return event_append(c, &(struct event_new){ .kind = "mail.address_added", .entity = "mail_address", .entity_id = id.id,
						    .data = fold_set_all(c->arena, &mail_address_rows_stmt, &row) }, NULL);
}
COMMAND_RUN(address_add)

enum err mail_address_add(struct ctx *c, struct str address, struct str label)
{
	return address_add(c, &(struct address_add_in){ .address = address, .label = label });
}

struct address_update_in {
	int64_t address;
	struct str label, kind;
	struct opt_i64 acknowledge, active;
};
static const struct field address_update_fields[] = {
	FIELD(struct address_update_in, address, FIELD_ID, .required = true, .positional = true, .help = "its number"),
	FIELD(struct address_update_in, label, FIELD_STR, .help = "what it is for, for people"),
	FIELD(struct address_update_in, kind, FIELD_ENUM, .choices = KINDS, .help = "what kind of mail comes there"),
	FIELD(struct address_update_in, acknowledge, FIELD_INT, .min = 0, .max = 1, .help = "acknowledge new tickets: 1 or 0"),
	FIELD(struct address_update_in, active, FIELD_INT, .min = 0, .max = 1, .help = "take mail: 1 or 0"),
};

static enum err address_update(struct ctx *c, const struct address_update_in *in)
{
	struct mail_address_get_row before, after;
	TRY(mail_address_get(c->db, c->arena, &before, .id = in->address));
	after = before;
	if (in->label.n)
		after.label = in->label;
	if (in->kind.n)
		after.kind = in->kind;
	if (in->acknowledge.set)
		after.acknowledge = in->acknowledge.v;
	if (in->active.set)
		after.active = in->active.v;
	struct str data = fold_set_diff(c->arena, &mail_address_rows_stmt, &before, &after);
	json_ki64(c->out, "address", in->address);
	if (!data.p)
		return OK;
	TRY(mail_address_put(c->db, .id = after.id, .label = after.label, .kind = after.kind, .team_id = after.team_id,
			     .acknowledge = after.acknowledge, .active = after.active));
	return event_append(c, &(struct event_new){ .kind = "mail.address_updated", .entity = "mail_address", .entity_id = after.id, .data = data }, NULL);
}
COMMAND_RUN(address_update)

static enum err address_list(struct ctx *c, const void *in)
{
	(void)in;
	struct mail_address_all_row *rows;
	size_t n;
	TRY(mail_address_all(c->db, c->arena, &rows, &n));
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", rows[i].id);
		json_kstr(c->out, "address", rows[i].address);
		json_kstr(c->out, "label", rows[i].label);
		json_kstr(c->out, "kind", rows[i].kind);
		json_kbool(c->out, "acknowledge", rows[i].acknowledge);
		json_kbool(c->out, "active", rows[i].active);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	return OK;
}

/* ---- what came in ---- */

struct inbox_row_in {
	int64_t id;
};
static const struct field inbox_row_fields[] = {
	FIELD(struct inbox_row_in, id, FIELD_ID, .required = true, .positional = true, .help = "number of the incoming mail"),
};

static enum err try_again(struct ctx *c, const struct inbox_row_in *in, bool released, const char *event)
{
	struct inbox_get_row row;
	bool found;
	TRY(inbox_get(c->db, c->arena, &row, &found, .id = in->id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "No incoming mail has this number.");
	if (!str_eq(row.state, S("parked")) && !str_eq(row.state, S("suspended")) && !str_eq(row.state, S("discarded")))
		return fail(c, ERR_CONFLICT, "This mail was handled already: %.*s.", STR_ARG(row.outcome.n ? row.outcome : row.state));
	TRY(inbox_again(c->db, .id = in->id));
	TRY(mail_parse_add(c, in->id, row.attempt, released));
	json_ki64(c->out, "inbox", in->id);
	json_kstr(c->out, "said", released ? S("Released: it is being taken in as a mail for us.") : S("It is being read again."));
	return event_append(c, &(struct event_new){ .kind = event, .entity = "inbox", .entity_id = in->id }, NULL);
}

static enum err mail_retry(struct ctx *c, const struct inbox_row_in *in)
{
	return try_again(c, in, false, "mail.retried");
}
COMMAND_RUN(mail_retry)

static enum err mail_release(struct ctx *c, const struct inbox_row_in *in)
{
	return try_again(c, in, true, "mail.released");
}
COMMAND_RUN(mail_release)

static enum err mail_discard(struct ctx *c, const struct inbox_row_in *in)
{
	struct inbox_get_row row;
	bool found;
	TRY(inbox_get(c->db, c->arena, &row, &found, .id = in->id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "No incoming mail has this number.");
	if (!str_eq(row.state, S("parked")) && !str_eq(row.state, S("suspended")))
		return fail(c, ERR_CONFLICT, "Only a mail that waits for a person can be put away.");
	TRY(inbox_settle(c->db, .id = in->id, .state = S("discarded"), .outcome = row.outcome.p ? row.outcome : S("discarded"),
			 .reason = row.reason.p ? row.reason : S(""), .trace = row.trace.p ? row.trace : S(""), .ticket_id = row.ticket_id,
			 .message_id = row.message_id, .settled_us = c->now_us));
	json_ki64(c->out, "inbox", in->id);
	json_kstr(c->out, "said", S("Put away. The original stays, and it can be released later."));
	return event_append(c, &(struct event_new){ .kind = "mail.discarded", .entity = "inbox", .entity_id = in->id }, NULL);
}
COMMAND_RUN(mail_discard)

static const char *const STATES[] = { "new", "done", "parked", "suspended", "discarded", NULL };

struct inbox_page_in {
	struct str state;
	struct opt_i64 after, max;
};
static const struct field inbox_page_fields[] = {
	FIELD(struct inbox_page_in, state, FIELD_ENUM, .choices = STATES, .help = "only these"),
	FIELD(struct inbox_page_in, after, FIELD_ID, .help = "go on below this number (the “next” of the answer before)"),
	FIELD(struct inbox_page_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err inbox_list_run(struct ctx *c, const struct inbox_page_in *in)
{
	struct inbox_list_row *rows;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(inbox_list(c->db, c->arena, &rows, &n, .state = in->state, .before_id = in->after, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", rows[i].id);
		json_ktime(c->out, "received", rows[i].received_us);
		json_kstr(c->out, "from", rows[i].sender);
		json_kstr(c->out, "to", rows[i].dest);
		json_ki64(c->out, "bytes", rows[i].raw_bytes);
		json_kstr(c->out, "state", rows[i].state);
		json_kstr(c->out, "outcome", rows[i].outcome);
		json_kstr(c->out, "reason", rows[i].reason);
		json_kopt(c->out, "ticket", rows[i].ticket_id);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(rows[max - 1].id) : NONE);
	return OK;
}
COMMAND_RUN(inbox_list_run)

static enum err mail_why(struct ctx *c, const struct inbox_row_in *in)
{
	struct inbox_get_row row;
	bool found;
	TRY(inbox_get(c->db, c->arena, &row, &found, .id = in->id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "No incoming mail has this number.");
	json_obj(c->out);
	json_ki64(c->out, "id", row.id);
	json_ktime(c->out, "received", row.received_us);
	json_kstr(c->out, "from", row.sender);
	json_kstr(c->out, "to", row.dest);
	json_kstr(c->out, "state", row.state);
	json_kstr(c->out, "outcome", row.outcome);
	json_kstr(c->out, "reason", row.reason);
	json_kopt(c->out, "ticket", row.ticket_id);
	json_kopt(c->out, "message", row.message_id);
	json_key(c->out, "steps");
	json_arr(c->out);
	struct str rest = row.trace, line;
	while (str_line(&rest, &line))
		json_str(c->out, line);
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(mail_why)

static const struct command
	address_add_cmd = { .name = "mail.address_add", .help = "Take mail at a further address", FIELDS(address_add_fields, struct address_add_in),
			    .need = CAN_ADMIN, .run = RUN(address_add) },
	address_update_cmd = { .name = "mail.address_update", .help = "Change one of our addresses", FIELDS(address_update_fields, struct address_update_in),
			       .need = CAN_ADMIN, .run = RUN(address_update) },
	address_list_cmd = { .name = "mail.address_list", .help = "Show the addresses of this desk", NO_FIELDS, .need = CAN_READ, .reads = true,
			     .run = address_list },
	mail_retry_cmd = { .name = "mail.retry", .help = "Read a parked mail again", FIELDS(inbox_row_fields, struct inbox_row_in), .need = CAN_REPLY,
			   .run = RUN(mail_retry) },
	mail_release_cmd = { .name = "mail.release", .help = "Take a suspended mail in as a mail for us", FIELDS(inbox_row_fields, struct inbox_row_in),
			     .need = CAN_REPLY, .run = RUN(mail_release) },
	mail_discard_cmd = { .name = "mail.discard", .help = "Put a parked or suspended mail away", FIELDS(inbox_row_fields, struct inbox_row_in),
			     .need = CAN_REPLY, .run = RUN(mail_discard) },
	inbox_list_cmd = { .name = "mail.inbox", .help = "Show what came in and what became of it", FIELDS(inbox_page_fields, struct inbox_page_in),
			   .need = CAN_REPLY, .reads = true, .run = RUN(inbox_list_run) },
	mail_why_cmd = { .name = "mail.why", .help = "Say why a mail landed where it did", FIELDS(inbox_row_fields, struct inbox_row_in),
			 .need = CAN_READ, .reads = true, .run = RUN(mail_why) };

const struct command *const mail_commands[] = {
	&address_add_cmd, &address_update_cmd, &address_list_cmd, &inbox_list_cmd, &mail_why_cmd, &mail_retry_cmd, &mail_release_cmd, &mail_discard_cmd,
	NULL,
};

const struct carry mail_carries[] = { { "mail_address", &mail_address_rows_stmt, .refs = "team_id team", .key = "address" }, { 0 } };
const struct fold mail_folds[] = { { .entity = "mail_address", .rows = &mail_address_rows_stmt }, { 0 } };

const struct setting mail_settings[] = {
	{ "mail.team_name", SETTING_STR, 0, 80, "Support", "the name our mails come from" },
	{ "mail.from_address", SETTING_STR, 0, 254, "", "the address of mails that belong to no inbound address; empty = the first one" },
	{ "mail.how_we_work_url", SETTING_STR, 0, 400, "", "a page about how you work, linked from acknowledgements" },
	{ "mail.answer_aim", SETTING_STR, 1, 80, ANSWER_AIM_STANDARD, "how soon a first answer mostly comes, as acknowledgements say it (“… within a working day”)" },
	{ "mail.authserv_id", SETTING_STR, 0, 200, "", "the name your mail server signs Authentication-Results with; empty = the mail domain" },
	{ "mail.own_hops", SETTING_INT, 0, 5, "0", "how many Received lines your own servers put above Authentication-Results; more than 0 only if they strip forged ones" },
	{ "mail.require_proof", SETTING_BOOL, 0, 1, "0", "trust a reply only when your mail server vouches for its sender, even with the right token" },
	{ "mail.per_ticket_hour", SETTING_INT, 1, 1000, "20", "mails on one ticket within an hour before nothing reopens any more" },
	{ "mail.auto_per_address_hour", SETTING_INT, 0, 100, "5", "automatic mails to one address within an hour" },
	{ "mail.ack_per_address_day", SETTING_INT, 0, 100, "1", "acknowledgements to one address within a day" },
	{ "mail.auto_per_hour", SETTING_INT, 0, 100000, "300", "automatic mails of the whole desk within an hour" },
	{ "mail.attach_megabytes", SETTING_INT, 0, 50, "20", "files that go out with one mail, in MiB" },
	{ 0 },
};
