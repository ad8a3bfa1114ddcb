/* ticket.c: the rows of a ticket and their events, who may see it, and the small questions every command of this slice
 * asks.
 *
 * Law: a row is written only by the functions here that also append its event. */
#include "ticket/handover.h"
#include "ticket/ticket_int.h"

#include "base/civil.h"
#include "base/utf8.h"
#include "core/desk.h"
#include "core/secret.h"

/* The contract severity's scale by date. */
static const struct {
	const char *valid_from, *valid_to;
	int low, high;
} SEVERITY[] = {
#define SEVERITY_SCALE(from, to, least, most, source) { from, to, least, most },
#include "handbook/severity_scales.def"
#undef SEVERITY_SCALE
};

#include "base/banned.h"

/* Rows are handed to the writing statements as they are. */
_Static_assert(sizeof(struct ticket_row_put_in) == sizeof(struct ticket_get_row),
	       "ticket_row_put and ticket_get have the same columns");
_Static_assert(sizeof(struct ticket_row_add_in) + sizeof(int64_t) == sizeof(struct ticket_get_row),
	       "ticket_row_add: all columns but id");
_Static_assert(sizeof(struct ticket_find_row) == sizeof(struct ticket_get_row),
	       "ticket_find and ticket_get have the same columns");
_Static_assert(sizeof(struct ticket_rows_row) == sizeof(struct ticket_get_row),
	       "ticket_rows and ticket_get have the same columns");
_Static_assert(offsetof(struct message_get_row, mail_id) == sizeof(struct message_rows_row),
	       "message_get begins with message_rows");
_Static_assert(sizeof(struct message_row_add_in) + sizeof(int64_t) == sizeof(struct message_get_row),
	       "message_row_add: all columns but id");

/* {"set":{…}} to {…} */
static struct str inner(struct str set)
{
	ASSERT(str_starts(set, S("{\"set\":")) && str_ends(set, S("}")));
	return str_slice(set, 7, set.n - 1);
}

static struct str event_data(struct arena *a, struct str set, struct str was, struct str more)
{
	struct buf b;
	buf_init(&b, a, 1 << 20);
	buf_add(&b, S("{"));
	if (set.p) {
		buf_add(&b, S("\"set\":"));
		buf_add(&b, inner(set));
	}
	if (was.p) {
		buf_add(&b, S(",\"was\":"));
		buf_add(&b, inner(was));
	}
	if (more.n) {
		buf_add(&b, set.p ? S(",") : S(""));
		buf_add(&b, more);
	}
	buf_add(&b, S("}"));
	return buf_str(&b);
}

static const struct ticket_note_to_log NOTHING_MORE;

static bool solved(const struct ticket_get_row *t)
{
	return str_eq(t->status, S("solved")) || str_eq(t->status, S("closed"));
}

enum err ticket_insert(struct ctx *c, struct ticket_get_row *t, const struct ticket_note_to_log *log)
{
	log = log ? log : &NOTHING_MORE;
	struct ticket_row_add_row row;
	if (solved(t) && !log->cite && !log->back)
		return fail(c, ERR_BUG, "a ticket was about to be made solved without a rule");
	TRY(ticket_row_add_(c->db, c->arena, &row, (const struct ticket_row_add_in *)(const void *)&t->subject));
	t->id = row.id;
	if (solved(t) && !log->back)
		TRY(resolve_write(c, t, log->cite, log->at_us ? log->at_us : c->now_us));
	struct event_new e = {
		.kind = "ticket.created",
		.entity = "ticket",
		.entity_id = t->id,
		.ticket_id = t->id,
		.rule = log->rule,
		.reason = log->reason,
		.at_us = log->at_us,
		.data = event_data(c->arena, fold_set_all(c->arena, &ticket_rows_stmt, t), STR_NULL, log->more),
	};
	TRY(held_write(c, NULL, t, log->at_us ? log->at_us : c->now_us));
	return event_append(c, &e, NULL);
}

/* The old values of what changed; of status and assignee always both, when one of them did. */
static struct str was_of(struct arena *a, const struct ticket_get_row *before, const struct ticket_get_row *after)
{
	struct ticket_get_row now = *after;
	bool status = !str_eq(before->status, after->status);
	bool holder =
		before->assignee_id.set != after->assignee_id.set || before->assignee_id.v != after->assignee_id.v;
	if (status || holder) {
		now.status = S("");
		now.assignee_id = SOME(-1);
	}
	now.version_no = before->version_no;
	now.updated_us = before->updated_us;
	now.messages = before->messages;
	now.attachments = before->attachments;
	now.hands = before->hands;
	return fold_set_diff(a, &ticket_rows_stmt, &now, before);
}

/* Writes the row; by the short statement when no other column differs, which spares a dozen indexes. */
static enum err row_write(struct ctx *c, const struct ticket_get_row *before, const struct ticket_get_row *after)
{
	struct ticket_get_row t = *before;
	t.status = after->status;
	t.status_since_us = after->status_since_us;
	t.next_action = after->next_action;
	t.customer_wrote_us = after->customer_wrote_us;
	t.we_wrote_us = after->we_wrote_us;
	t.first_reply_us = after->first_reply_us;
	t.solved_us = after->solved_us;
	t.closed_us = after->closed_us;
	t.promised_us = after->promised_us;
	t.messages = after->messages;
	t.attachments = after->attachments;
	t.version_no = after->version_no;
	t.updated_us = after->updated_us;
	if (fold_differs(&ticket_rows_stmt, &t, after))
		return ticket_row_put_(c->db, (const struct ticket_row_put_in *)(const void *)after);
	return ticket_row_touch(c->db, .id = t.id, .status = t.status, .status_since_us = t.status_since_us, .next_action = t.next_action,
				.customer_wrote_us = t.customer_wrote_us, .we_wrote_us = t.we_wrote_us,
				.first_reply_us = t.first_reply_us, .solved_us = t.solved_us, .closed_us = t.closed_us,
				.promised_us = t.promised_us, .messages = t.messages, .attachments = t.attachments,
				.version_no = t.version_no, .updated_us = t.updated_us);
}

enum err ticket_save(struct ctx *c, const char *kind, const struct ticket_get_row *before, struct ticket_get_row *after,
		     const struct ticket_note_to_log *log)
{
	log = log ? log : &NOTHING_MORE;
	ASSERT(before->id == after->id);
	after->hands = before->hands;
	if (!fold_differs(&ticket_rows_stmt, before, after))
		return OK;
	utime at = log->at_us ? log->at_us : c->now_us;
	bool turns = before->assignee_id.set != after->assignee_id.set || before->assignee_id.v != after->assignee_id.v;
	bool solves = solved(after) && !solved(before) && !log->back;
	if (turns)
		TRY(held_write(c, before, after, at));
	if (solves && !log->cite)
		return fail(c, ERR_BUG, "ticket %lld was about to be solved without a rule", (long long)after->id);
	if (solves)
		TRY(resolve_write(c, after, log->cite, at));
	else if (solved(before) != solved(after) || (turns && solved(after)))
		TRY(resolve_moved(c, after, at));
	after->version_no = before->version_no + 1;
	after->updated_us = at > before->updated_us ? at : before->updated_us;
	struct str set = fold_set_diff(c->arena, &ticket_rows_stmt, before, after);
	TRY(row_write(c, before, after));
	struct event_new e = {
		.kind = kind,
		.entity = "ticket",
		.entity_id = after->id,
		.ticket_id = after->id,
		.rule = log->rule,
		.reason = log->reason,
		.at_us = at,
		.data = event_data(c->arena, set, was_of(c->arena, before, after), log->more),
	};
	TRY(event_append(c, &e, NULL));
	return turns && after->assignee_id.set ? handover_on_held(c, after) : OK;
}

struct str ticket_sha(struct ctx *c, struct str body)
{
	return secret_sha256_hex(c->arena, body);
}

enum err message_insert(struct ctx *c, struct message_get_row *m, const struct ticket_note_to_log *log)
{
	log = log ? log : &NOTHING_MORE;
	m->body_sha = secret_sha256_hex(c->arena, m->body);
	struct message_row_add_row row;
	TRY(message_row_add_(c->db, c->arena, &row, (const struct message_row_add_in *)(const void *)&m->ticket_id));
	m->id = row.id;
	struct event_new e = {
		.kind = "message.added",
		.entity = "message",
		.entity_id = m->id,
		.ticket_id = m->ticket_id,
		.rule = log->rule,
		.reason = log->reason,
		.at_us = log->at_us,
		.data = event_data(c->arena, fold_set_all(c->arena, &message_rows_stmt, m), STR_NULL, log->more),
	};
	return event_append(c, &e, NULL);
}

enum err message_change(struct ctx *c, const char *kind, const struct message_get_row *before,
			const struct message_get_row *after)
{
	struct str set = fold_set_diff(c->arena, &message_rows_stmt, before, after);
	if (!set.p)
		return OK;
	TRY(message_row_put(c->db, .id = after->id, .ticket_id = after->ticket_id, .state = after->state));
	struct event_new e = {
		.kind = kind,
		.entity = "message",
		.entity_id = after->id,
		.ticket_id = after->ticket_id,
		.data = event_data(c->arena, set, STR_NULL, STR_NULL),
	};
	return event_append(c, &e, NULL);
}

enum err message_set_mail_id(struct ctx *c, int64_t message_id, struct str mail_id)
{
	return message_put_mail_id(c->db, .id = message_id, .mail_id = mail_id);
}

/* ---- reading ---- */

static bool contact_takes_part(struct ctx *c, const struct ticket_get_row *t)
{
	enum ticket_status s = ticket_status_of(t);
	if (s == TICKET_SUSPENDED || s == TICKET_DELETED)
		return false;
	if (t->requester_id.set && t->requester_id.v == c->actor.id)
		return true;
	struct ticket_cc_find_row cc;
	bool found = false;
	if (ticket_cc_find(c->db, c->arena, &cc, &found, .ticket_id = t->id, .contact_id = c->actor.id) != OK)
		return false;
	return found && str_eq(cc.state, S("active"));
}

bool ticket_visible(struct ctx *c, const struct ticket_get_row *t)
{
	switch (c->actor.kind) {
	case ACTOR_TEAMMATE:
	case ACTOR_OPERATOR:
		return c->actor.caps & CAN_READ;
	case ACTOR_SYSTEM:
		return true;
	case ACTOR_CONTACT:
		return contact_takes_part(c, t);
	case ACTOR_NOBODY:
		return false;
	}
	return false;
}

static enum err no_such(struct ctx *c, int64_t id)
{
	return fail(c, ERR_NOT_FOUND, "There is no ticket %lld. Look for it in the search.", (long long)id);
}

static enum err find(struct ctx *c, int64_t id, struct ticket_get_row *ret)
{
	struct ticket_find_row row;
	bool found;
	TRY(ticket_find(c->db, c->arena, &row, &found, .id = id));
	if (!found)
		return no_such(c, id);
	*ret = *(const struct ticket_get_row *)(const void *)&row;
	return OK;
}

enum err ticket_load(struct ctx *c, int64_t id, struct ticket_get_row *ret)
{
	struct ticket_get_row t;
	TRY(find(c, id, &t));
	if (!ticket_visible(c, &t))
		return no_such(c, id);
	*ret = t;
	return OK;
}

enum err ticket_load_writable(struct ctx *c, int64_t id, struct ticket_get_row *ret)
{
	TRY(ticket_load(c, id, ret));
	return ticket_writable(c, ret);
}

enum err ticket_root(struct ctx *c, int64_t id, struct ticket_get_row *ret)
{
	TRY(find(c, id, ret));
	for (int depth = 0; ret->merged_into_id.set; depth++) {
		if (depth == 20)
			return fail(c, ERR_BUG, "Ticket %lld was merged in a circle.", (long long)id);
		TRY(find(c, ret->merged_into_id.v, ret));
	}
	return OK;
}

/* ---- small questions ---- */

void ticket_answer(struct ctx *c, int64_t ticket_id)
{
	json_ki64(c->out, "ticket", ticket_id);
}

void ticket_said(struct ctx *c, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	json_kstr(c->out, "said", arena_vfmt(c->arena, fmt, ap));
	va_end(ap);
}

struct str ticket_when(struct ctx *c, utime at_us)
{
	const struct zone *z = c->actor.zone.n ? zone_find(c->actor.zone) : NULL;
	return civil_short(c->arena, z ? z : zone_find(S("UTC")), at_us, c->now_us);
}

int64_t ticket_actor_id(const struct ctx *c)
{
	return c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0;
}

struct str ticket_teammate_name(struct ctx *c, struct opt_i64 id)
{
	struct ticket_teammate_row m;
	bool found = false;
	if (!id.set)
		return S("nobody");
	if (ticket_teammate(c->db, c->arena, &m, &found, .id = id.v) != OK || !found)
		return S("somebody");
	return m.name;
}

enum err ticket_check_assignee(struct ctx *c, struct str field, int64_t id)
{
	struct ticket_teammate_row m;
	bool found;
	TRY(ticket_teammate(c->db, c->arena, &m, &found, .id = id));
	if (!found)
		return fail_field(c, field, "There is no teammate %lld.", (long long)id);
	if (!str_eq(m.state, S("active")))
		return fail_field(c, field, "%.*s does not work here any more (or not yet): choose somebody active.",
				  STR_ARG(m.name));
	if (!(access_caps(m.access) & CAN_REPLY))
		return fail_field(c, field,
				  "%.*s may read and leave notes, but not answer customers: choose an engineer.",
				  STR_ARG(m.name));
	return OK;
}

enum err ticket_named_contact(struct ctx *c, struct opt_i64 id, struct str name, struct str email, struct contact *ret)
{
	bool created;
	if (id.set)
		TRY(contact_get(c, id.v, ret));
	else if (email.n)
		TRY(contact_for_mail(c, name, email, ret, &created));
	else
		return fail_field(c, S("email"), "Say who: the number of a contact, or an e-mail address.");
	if (ret->deleted)
		return fail_field(c, id.set ? S("contact") : S("email"),
				  "%.*s was put away: bring the contact back first.", STR_ARG(ret->name));
	return OK;
}

struct str ticket_date(struct arena *a, utime at)
{
	return str_slice(civil_rfc3339(a, at), 0, 10);
}

void ticket_severity_range(struct arena *a, utime at, int *ret_low, int *ret_high)
{
	struct str day = ticket_date(a, at);
	for (size_t i = 0; i < ARRAY_LEN(SEVERITY); i++)
		if (str_cmp(day, str_c(SEVERITY[i].valid_from)) >= 0 && (!SEVERITY[i].valid_to || str_cmp(day, str_c(SEVERITY[i].valid_to)) < 0)) {
			*ret_low = SEVERITY[i].low;
			*ret_high = SEVERITY[i].high;
			return;
		}
	*ret_low = SEVERITY[0].low;
	*ret_high = SEVERITY[0].high;
}

enum err ticket_check_severity(struct ctx *c, struct opt_i64 severity, utime at)
{
	int low, high;
	ticket_severity_range(c->arena, at, &low, &high);
	if (severity.set && (severity.v < low || severity.v > high))
		return fail_field(c, S("severity"), "The scale in force on that day goes from %d to %d.", low, high);
	return OK;
}

enum err ticket_check_url(struct ctx *c, struct str url)
{
	if (url.n && !str_starts(url, S("https://")) && !str_starts(url, S("http://")))
		return fail_field(c, S("origin_url"), "The address of a thread begins with https:// or http://.");
	return OK;
}

void message_author(struct ctx *c, struct message_get_row *m)
{
	static const char *const VIA[] = {
		[DOOR_FORM] = "web", [DOOR_API] = "api", [DOOR_CLI] = "cli", [DOOR_JOB] = "system", [DOOR_MAIL] = "mail"
	};
	m->via = str_c(VIA[c->door]);
	m->author_name = c->actor.name.n ? c->actor.name : S("tend");
	switch (c->actor.kind) {
	case ACTOR_TEAMMATE:
		m->author_kind = S("teammate");
		m->author_id = SOME(c->actor.id);
		return;
	case ACTOR_CONTACT:
		m->author_kind = S("contact");
		m->author_id = SOME(c->actor.id);
		return;
	case ACTOR_NOBODY:
	case ACTOR_SYSTEM:
	case ACTOR_OPERATOR:
		m->author_kind = S("system");
		return;
	}
}

enum err ticket_add_system_note(struct ctx *c, int64_t ticket_id, struct str text, const char *rule)
{
	struct message_get_row m = {
		.ticket_id = ticket_id,
		.kind = S("system"),
		.author_kind = S("system"),
		.author_name = S("tend"),
		.via = S("system"),
		.state = S("received"),
		.body = text,
		.created_us = c->now_us,
		.at_us = c->now_us,
	};
	return message_insert(c, &m, &(struct ticket_note_to_log) { .rule = rule ? str_c(rule) : STR_NULL });
}
