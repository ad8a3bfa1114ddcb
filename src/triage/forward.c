/* forward.c: passing a case on by mail, and taking that back; see forward.h. */
#include "triage/forward.h"

#include "account/account.h"
#include "base/civil.h"
#include "base/utf8.h"
#include "core/job.h"
#include "core/setting.h"
#include "mail/mail.h"
#include "people/people.h"
#include "ticket/guard.h"
#include "ticket/resolve.h"

#include <string.h>

#include "base/banned.h"

enum { ORIGINALS = 10, QUOTED_BYTES = 20000, PEOPLE = 20, BODY_MAX_BYTES = 256 << 10, LIST_MOST = 200 };
_Static_assert(sizeof(struct case_forward_get_row) == sizeof(struct case_forward_rows_row), "forward.sql");
_Static_assert(sizeof(struct case_forward_of_row) == sizeof(struct case_forward_page_row), "forward.sql");

/* ---- where it may go ---- */

static bool is_address(struct str dest)
{
	ptrdiff_t at = str_find_ch(dest, '@');
	return at > 0 && str_find(dest, S("://")) < 0 && str_find_ch(dest, ' ') < 0;
}

/* Without what stands behind a plus sign; bounce@ of the desk's domain is ours, too. */
static enum err is_ours(struct ctx *c, struct str address, bool *ret)
{
	struct forward_ours_row row;
	struct str local, domain, name, rest;
	*ret = true;
	if (!str_cut(address, '@', &local, &domain))
		return OK;
	str_cut(local, '+', &name, &rest);
	if (str_ieq(domain, str_c(c->desk->cfg.mail_domain)) && str_ieq(name, S("bounce")))
		return OK;
	return forward_ours(c->db, c->arena, &row, ret, .address = arena_fmt(c->arena, "%.*s@%.*s", STR_ARG(name), STR_ARG(domain)));
}

enum err forward_dest_ok(struct ctx *c, struct str *dest)
{
	bool ours;
	if (!is_address(*dest))
		return OK;
	if (!field_email(c->arena, *dest, dest))
		return fail_field(c, S("dest"), "“%.*s” is no mail address: one address, such as finance@example.com.", STR_ARG(*dest));
	TRY(is_ours(c, *dest, &ours));
	return ours ? fail_field(c, S("dest"), "%.*s is an address of this desk: what is sent there comes back as a case.", STR_ARG(*dest)) : OK;
}

static bool in_force(const struct owner_rule_rows_row *r, struct str day)
{
	return str_cmp(r->valid_from, day) <= 0 && (!r->valid_to.p || str_cmp(r->valid_to, day) > 0);
}

static void add_place(struct forward_place *v, size_t *n, struct str address, struct str words)
{
	for (size_t i = 0; i < *n; i++)
		if (str_eq(v[i].address, address))
			return;
	if (*n < FORWARD_PLACES)
		v[(*n)++] = (struct forward_place){ address, words };
}

static enum err named_people(struct ctx *c, struct opt_i64 organisation, struct forward_people_row **ret, size_t *ret_n)
{
	*ret_n = 0;
	return organisation.set ? forward_people(c->db, c->arena, ret, ret_n, .organisation_id = organisation.v, .max = PEOPLE) : OK;
}

static struct str person_words(struct ctx *c, const struct forward_people_row *p)
{
	return arena_fmt(c->arena, "%.*s, %s", STR_ARG(p->name), account_words(p->part));
}

enum err forward_places(struct ctx *c, struct opt_i64 organisation, struct forward_place **ret, size_t *ret_n)
{
	struct owner_rule_rows_row *rows;
	struct forward_people_row *people;
	struct forward_place *v = arena_array(c->arena, struct forward_place, FORWARD_PLACES);
	struct str day = people_date(c->arena, c->now_us);
	size_t n, n_people, kept = 0;
	bool ours;
	TRY(named_people(c, organisation, &people, &n_people));
	for (size_t i = 0; i < n_people; i++)
		add_place(v, &kept, people[i].email, person_words(c, &people[i]));
	TRY(owner_load(c, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!in_force(&rows[i], day) || !is_address(rows[i].dest))
			continue;
		TRY(is_ours(c, rows[i].dest, &ours));   /* it may have become one since the row was written */
		if (!ours)
			add_place(v, &kept, rows[i].dest, str_c(owner_words(rows[i].owner)));
	}
	*ret = v;
	*ret_n = kept;
	return OK;
}

enum err forward_of_row(struct ctx *c, const struct owner_rule_rows_row *r, struct opt_i64 organisation, struct forward_place *ret)
{
	struct forward_people_row *people;
	size_t n;
	bool ours;
	*ret = (struct forward_place){ STR_NULL, STR_NULL };
	if (!r || owner_action_ours(r->action))
		return OK;
	if (is_address(r->dest)) {
		TRY(is_ours(c, r->dest, &ours));
		if (!ours)
			*ret = (struct forward_place){ r->dest, str_c(owner_words(r->owner)) };
		return OK;
	}
	TRY(named_people(c, organisation, &people, &n));
	for (size_t i = 0; i < n && !ret->address.p; i++)
		if (str_eq(people[i].part, r->owner))
			*ret = (struct forward_place){ people[i].email, person_words(c, &people[i]) };
	return OK;
}

enum err forward_check(struct ctx *c, const char *field, struct opt_i64 organisation, struct str address, struct forward_place *ret)
{
	struct forward_place *v;
	struct buf b;
	size_t n;
	TRY(forward_places(c, organisation, &v, &n));
	buf_init(&b, c->arena, 8000);
	for (size_t i = 0; i < n; i++) {
		if (str_eq(v[i].address, address)) {
			*ret = v[i];
			return OK;
		}
		buf_fmt(&b, "%s%.*s (%.*s)", b.n ? ", " : "", STR_ARG(v[i].address), STR_ARG(v[i].words));
	}
	if (!n)
		return fail_field(c, str_c(field), "%.*s is no place that a row in force names, and no row names one yet. An admin writes the address into the row of “Whose is it?”.",
				  STR_ARG(address));
	return fail_field(c, str_c(field), "%.*s is no place that a row in force names. Choose one of these, or let an admin write it into a row: %.*s.", STR_ARG(address),
			  STR_ARG(utf8_clip(buf_str(&b), 600)));
}

/* ---- what is sent ---- */

/* Their words as they stand: nothing of them is markup of ours. */
static void quote(struct buf *b, struct str text)
{
	struct str rest = text, line;
	while (rest.n) {
		str_cut(rest, '\n', &line, &rest);
		buf_fmt(b, "> %.*s\n", STR_ARG(mail_markdown_words(b->arena, line)));
	}
}

static struct str mail_text(struct ctx *c, const struct ticket_get_row *t, struct str words, struct str from, const struct forward_originals_row *v, size_t n)
{
	struct buf b;
	buf_init(&b, c->arena, BODY_MAX_BYTES);
	if (str_trim(words).n)
		buf_fmt(&b, "%.*s\n\n", STR_ARG(str_trim(words)));
	buf_fmt(&b, "This reached us at support and belongs to you. A reply goes to %s. It stands with us as ticket %lld.\n\n", from.n ? "the sender" : "us", (long long)t->id);
	for (size_t i = 0; i < n; i++) {
		size_t cut = v[i].quote_at.set && v[i].quote_at.v > 0 && (size_t)v[i].quote_at.v < v[i].body.n ? (size_t)v[i].quote_at.v : v[i].body.n;
		buf_add(&b, S("> From: "));
		buf_add(&b, mail_markdown_words(c->arena, v[i].author_name));
		if (from.n && i == 0)
			buf_fmt(&b, ", %.*s", STR_ARG(mail_markdown_words(c->arena, from)));
		buf_fmt(&b, "\n> On: %.*s\n>\n", STR_ARG(civil_rfc5322(c->arena, v[i].at_us)));
		quote(&b, utf8_clip(str_trim(str_slice(v[i].body, 0, cut)), QUOTED_BYTES / ORIGINALS * (i == 0 ? 5 : 1)));
		buf_ch(&b, '\n');
	}
	return buf_str(&b);
}

static enum err outbox(struct ctx *c, const struct ticket_get_row *t, const struct case_forward_rows_row *r, utime not_before, int64_t *ret)
{
	struct forward_originals_row *v;
	struct contact who = { 0 };
	struct json_out j;
	size_t n;
	TRY(forward_originals(c->db, c->arena, &v, &n, .ticket_id = t->id, .max = ORIGINALS));
	if (t->requester_id.set)
		TRY(contact_get(c, t->requester_id.v, &who));
	struct str from = who.email.p ? who.email : S("");
	json_init(&j, c->arena, BODY_MAX_BYTES * 2);
	json_obj(&j);
	json_kstr(&j, "to", r->dest);
	json_kstr(&j, "subject", arena_fmt(c->arena, "Fwd: %.*s", STR_ARG(utf8_clip(t->subject, 300))));
	json_kstr(&j, "text", mail_text(c, t, r->words, from, v, n));
	json_kstr(&j, "from_name", c->actor.name);
	if (from.n)
		json_kstr(&j, "reply_to", from);
	json_kbool(&j, "person", true);
	json_ki64(&j, "ticket", t->id);
	json_key(&j, "originals");
	json_arr(&j);
	for (size_t i = 0; i < n; i++)
		json_i64(&j, v[i].id);
	json_arr_end(&j);
	json_obj_end(&j);
	return outbox_add(c, &(struct outbox_new){ .kind = TICKET_OUTBOX, .dest = r->dest, .dedup = arena_fmt(c->arena, "forward:%lld", (long long)r->id), .ticket_id = t->id,
						   .body = json_done(&j), .next_us = not_before }, ret);
}

enum err forward_send(struct ctx *c, const struct ticket_get_row *was, const struct ticket_get_row *t, const struct forward_place *to, struct str words, int64_t told,
		      int64_t *ret_id)
{
	struct case_forward_insert_row id;
	int64_t mail, hold_us = setting_i64(c, "ticket.undo_seconds") * UTIME_US_PER_SECOND;
	struct case_forward_rows_row r = { .ticket_id = t->id, .dest = to->address, .place = to->words, .words = words.p ? words : S(""), .told_id = told ? SOME(told) : NONE,
					   .before_status = was->status, .before_since_us = was->status_since_us,
					   .author_name = c->actor.name.n ? c->actor.name : S("tend"), .created_us = c->now_us };
	TRY(case_forward_insert(c->db, c->arena, &id, .ticket_id = r.ticket_id, .dest = r.dest, .place = r.place, .words = r.words, .told_id = r.told_id,
				.before_status = r.before_status, .before_since_us = r.before_since_us, .author_name = r.author_name, .created_us = r.created_us));
	r.id = id.id;
	TRY(outbox(c, t, &r, c->now_us + hold_us, &mail));
	TRY(case_forward_sent(c->db, .id = r.id, .outbox_id = mail));
	json_ki64(c->out, "forward", r.id);
	json_kstr(c->out, "forwarded_to", r.dest);
	if (hold_us) {
		json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/forward.undo?forward=%lld", (long long)r.id));
		json_ki64(c->out, "undo_left_s", hold_us / UTIME_US_PER_SECOND);
	}
	*ret_id = r.id;
	return event_append(c, &(struct event_new){ .kind = "triage.forwarded", .entity = "case_forward", .entity_id = r.id, .ticket_id = t->id, .rule = S("triage"),
						    .data = fold_set_all(c->arena, &case_forward_rows_stmt, &r) }, NULL);
}

/* ---- taking it back ---- */

struct forward_in {
	int64_t forward;
};

/* Where the case stood before, when it was not moved since. */
static enum err reopen(struct ctx *c, const struct case_forward_get_row *r)
{
	struct ticket_get_row t, before;
	enum ticket_status to = TICKET_OPEN;
	TRY(ticket_get(c->db, c->arena, &t, .id = r->ticket_id));
	TRY(ticket_tag_put(c, t.id, S("plain"), S(RESOLVE_NO_ACTION), false, 0));
	if (!str_eq(t.status, S("solved")) || !t.solved_us.set || t.solved_us.v != r->created_us || !ticket_status_parse(r->before_status, &to))
		return OK;
	before = t;
	TRY(ticket_move(c, &t, to, BY_UNDO, c->now_us));
	t.status_since_us = r->before_since_us;
	return ticket_save(c, "ticket.status_changed", &before, &t,
			   &(struct ticket_note_to_log){ .rule = S("triage"), .reason = S("passing it on was taken back"), .back = true });
}

static enum err untell(struct ctx *c, const struct case_forward_get_row *r)
{
	struct forward_told_row told;
	struct triage_value v = { "message", STR_NULL };
	bool found = false;
	if (r->told_id.set)
		TRY(forward_told(c->db, c->arena, &told, &found, .id = r->told_id.v));
	if (!found || str_eq(told.state, S("undone")))
		return OK;
	v.text = arena_fmt(c->arena, "%lld", (long long)r->told_id.v);
	return triage_call(c, "ticket.undo_send", &v, 1, NULL);
}

static enum err wait_again(struct ctx *c, const struct case_forward_get_row *r)
{
	struct triage_case_of_row k, before;
	bool found;
	TRY(triage_of(c, r->ticket_id, &k, &found));
	if (!found || !k.decided_us.set || k.decided_us.v != r->created_us)
		return OK;
	before = k;
	k.state = S("waiting");
	k.outcome = k.decided_by = k.why = STR_NULL;
	k.decided_us = NONE;
	return triage_save(c, "triage.returned", &before, &k, S("passing it on was taken back"));
}

static enum err forward_undo(struct ctx *c, const struct forward_in *in)
{
	struct case_forward_get_row r, after;
	struct case_forward_outbox_row mail;
	bool found, cancelled = false;
	TRY(case_forward_get(c->db, c->arena, &r, &found, .id = in->forward));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "Nothing was passed on under the number %lld.", (long long)in->forward);
	json_ki64(c->out, "ticket", r.ticket_id);
	json_ki64(c->out, "forward", r.id);
	if (r.undone_us.set) {
		json_kstr(c->out, "said", S("It was taken back already."));
		return OK;
	}
	TRY(case_forward_outbox(c->db, c->arena, &mail, .id = r.id));
	if (mail.outbox_id.set)
		TRY(outbox_cancel(c, mail.outbox_id.v, &cancelled));
	if (!cancelled)
		return fail(c, ERR_CONFLICT, "The mail to %.*s has left already and cannot be taken back. Decide on the case again if it is support's after all.", STR_ARG(r.dest));
	after = r;
	after.undone_us = SOME(c->now_us);
	TRY(untell(c, &r));
	TRY(reopen(c, &r));
	TRY(wait_again(c, &r));
	TRY(ticket_add_system_note(c, r.ticket_id, arena_fmt(c->arena, "Not passed on to %.*s after all: taken back by %.*s before it left.", STR_ARG(r.dest),
							     STR_ARG(c->actor.name.n ? c->actor.name : S("tend"))), "triage"));
	TRY(case_forward_undo(c->db, .id = r.id, .undone_us = c->now_us));
	json_kstr(c->out, "said", arena_fmt(c->arena, "Taken back: nothing went to %.*s. The case waits for triage again.", STR_ARG(r.dest)));
	return event_append(c, &(struct event_new){ .kind = "triage.forward_undone", .entity = "case_forward", .entity_id = r.id, .ticket_id = r.ticket_id, .rule = S("triage"),
						    .data = fold_set_diff(c->arena, &case_forward_rows_stmt, &r, &after) }, NULL);
}
COMMAND_RUN(forward_undo)
static const struct field undo_fields[] = {
	FIELD(struct forward_in, forward, FIELD_ID, .required = true, .positional = true, .help = "number of what was passed on", .example = "3"),
};
const struct command forward_undo_cmd = {
	.name = "forward.undo", .help = "Take back a case that was passed on by mail, while the mail has not left", FIELDS(undo_fields, struct forward_in), .need = CAN_REPLY,
	.run = RUN(forward_undo),
};

/* ---- looking ---- */

struct list_in {
	struct opt_i64 ticket, after, max;
};

static enum err forward_list(struct ctx *c, const struct list_in *in)
{
	struct case_forward_page_row *v;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50, before = in->after.set ? in->after.v : INT64_MAX;
	if (in->ticket.set)
		TRY(case_forward_of(c->db, c->arena, (struct case_forward_of_row **)(void *)&v, &n, .ticket_id = in->ticket.v, .before = before, .max = max + 1));
	else
		TRY(case_forward_page(c->db, c->arena, &v, &n, .before = before, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "forward", v[i].id);
		json_ki64(c->out, "ticket", v[i].ticket_id);
		json_kstr(c->out, "to", v[i].dest);
		json_kstr(c->out, "place", v[i].place);
		json_kstr(c->out, "words", v[i].words);
		json_kstr(c->out, "by", v[i].author_name);
		json_ktime(c->out, "at", v[i].created_us);
		json_kopt_time(c->out, "taken_back", v[i].undone_us);
		json_kstr(c->out, "mail", v[i].state);
		json_kstr(c->out, "said", v[i].said);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[max - 1].id) : NONE);
	return OK;
}
COMMAND_RUN(forward_list)
static const struct field list_fields[] = {
	FIELD(struct list_in, ticket, FIELD_ID, .positional = true, .help = "of this ticket; of all unless said", .example = "42"),
	FIELD(struct list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = LIST_MOST, .help = "how many at most (50)"),
};
const struct command forward_list_cmd = {
	.name = "forward.list", .help = "What was passed on by mail to where it belongs, newest first", FIELDS(list_fields, struct list_in), .need = CAN_READ, .reads = true,
	.run = RUN(forward_list),
};
