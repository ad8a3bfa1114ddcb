/* case_words.c: events in words, the same for thread, history and whoever else tells them. */
#include "desk/case_view.h"

#include "base/civil.h"
#include "base/utf8.h"
#include "core/feature.h"
#include "ticket/handover.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

/* Of tickets, mail and what stands in desk/; other slices bring their own (feature.h). */
static const struct event_words WORDS[] = {
	{ "ticket.created", "opened the ticket", false },
	{ "ticket.replied", "replied", false },
	{ "ticket.noted", "left a note", false },
	{ "ticket.customer_wrote", "wrote", false },
	{ "ticket.unverified_wrote", "wrote, unproved", false },
	{ "ticket.reply_undone", "took a reply back before it left", true },
	{ "ticket.taken", "took it", true },
	{ "ticket.released", "released it", true },
	{ "ticket.assigned", "assigned it", true },
	{ "ticket.status_changed", "moved it", true },
	{ "ticket.updated", "changed fields", false },
	{ "ticket.requester_changed", "corrected the requester", true },
	{ "ticket.promised", "promised a next word", true },
	{ "ticket.merged", "merged it away", true },
	{ "ticket.unmerged", "undid the merge", true },
	{ "message.marked", "changed what a reply counts as", false },
	{ "ticket.absorbed", "merged another ticket into this one", true },
	{ "ticket.gave_back", "gave a merged ticket back", true },
	{ "ticket.split", "moved a message out", true },
	{ "ticket.received", "got a message from another ticket", true },
	{ "ticket.suspended", "suspended it", true },
	{ "ticket.unsuspended", "took it out of suspension", true },
	{ "ticket.deleted", "deleted it", true },
	{ "ticket.restored", "restored it", true },
	{ "ticket.tagged", "added a tag", false },
	{ "ticket.untagged", "took a tag away", false },
	{ "ticket.linked", "linked another ticket", false },
	{ "ticket.unlinked", "took a link away", false },
	{ "ticket.followed", "follows", false },
	{ "ticket.unfollowed", "follows no longer", false },
	{ "ticket.cc_added", "put somebody in copy", false },
	{ "ticket.cc_changed", "changed who is in copy", false },
	{ "ticket.confirm_asked", "asked whether it is solved", false },
	{ "ticket.confirmed", "answered whether it is solved", true },
	{ "message.added", "added a message", false },
	{ "message.sent", "let the reply go: it can no longer be taken back", false },
	{ "message.undone", "took a message back", false },
	{ "message.moved", "moved a message", false },
	{ "attachment.added", "added a file", false },
	{ "attachment.moved", "moved a file", false },
	{ "mail.sent", "a mail went out", false },
	{ "mail.set_aside", "a mail was set aside", false },
	{ "summary.written", "wrote the case summary", true },
	{ "summary.changed", "changed the case summary", false },
	{ "draft.taken", "took over a colleague's draft", true },
	{ "contact.merged", "contacts were merged", false },
};

static const struct event_words *words_of(struct ctx *c, struct str kind)
{
	for (const struct event_words *k = WORDS; k < WORDS + ARRAY_LEN(WORDS); k++)
		if (str_eq(kind, str_c(k->kind)))
			return k;
	for (const struct feature *const *f = c->desk->features; *f; f++)
		for (const struct event_words *k = (*f)->words; k && k->kind; k++)
			if (str_eq(kind, str_c(k->kind)))
				return k;
	return NULL;
}

struct str case_event_did(struct ctx *c, const struct event *e)
{
	const struct event_words *k = words_of(c, e->kind);
	return k ? str_c(k->did) : arena_str(c->arena, e->kind);
}

struct str case_event_reason(const struct event *e)
{
	return str_starts(e->kind, S("handover.")) ? handover_reason_words(e->reason) : e->reason;
}

bool case_event_in_thread(struct ctx *c, const struct event *e)
{
	const struct event_words *k = words_of(c, e->kind);
	return k && k->in_thread;
}

const char *case_status_words(struct str status)
{
	static const struct {
		const char *status, *words;
	} STATUS[] = {
		{ "new", "New: our turn" }, { "open", "Open: our turn" }, { "pending", "Pending: the customer's turn" },
		{ "on_hold", "On hold: another team's turn" }, { "solved", "Solved" }, { "closed", "Closed" }, { "suspended", "Suspended" },
		{ "deleted", "Deleted" }, { "merged", "Merged" },
	};
	for (size_t i = 0; i < ARRAY_LEN(STATUS); i++)
		if (str_eq(status, str_c(STATUS[i].status)))
			return STATUS[i].words;
	return "";
}

/* Columns people know, and how they call them. The others follow from these or say nothing to a reader. */
static const struct {
	const char *column, *name;
} COLUMNS[] = {
	{ "status", "status" }, { "assignee_id", "held by" }, { "subject", "subject" }, { "kind", "kind" }, { "severity", "severity" },
	{ "priority", "priority" }, { "effort", "effort" }, { "deployment", "deployment" }, { "version", "version" }, { "tag", "tag" },
	{ "requester_id", "requester" }, { "organisation_id", "customer" }, { "team_id", "team" }, { "origin_url", "thread elsewhere" },
	{ "suspend_reason", "reason" }, { "answer", "answer" }, { "filename", "file" }, { "merged_into_id", "merged into" },
	{ "promised_us", "promise" }, { "state", "state" },
};

static void put_named(struct buf *b, int64_t id, const char *what, const struct case_names *names)
{
	bool team = strcmp(what, "team") == 0;
	for (size_t i = 0; i < (team ? names->n_teams : names->n_people); i++)
		if ((team ? names->teams[i].id : names->people[i].id) == id) {
			buf_add(b, team ? names->teams[i].name : names->people[i].name);
			return;
		}
	buf_fmt(b, "%s %lld", what, (long long)id);
}

static void put_value(struct buf *b, const char *column, json_t *v, const struct case_names *names)
{
	if (!v || json_is_null(v))
		buf_add(b, strcmp(column, "assignee_id") == 0 ? S("nobody") : S("nothing"));
	else if (strcmp(column, "assignee_id") == 0)
		put_named(b, json_integer_value(v), "teammate", names);
	else if (strcmp(column, "team_id") == 0)
		put_named(b, json_integer_value(v), "team", names);
	else if (strcmp(column, "promised_us") == 0)
		buf_add(b, civil_rfc3339(b->arena, json_integer_value(v)));
	else if (json_is_string(v))
		buf_add(b, utf8_clip(str_c(json_string_value(v)), 120));
	else if (json_is_integer(v))
		buf_i64(b, json_integer_value(v));
}

static bool blank(json_t *v)
{
	return !v || json_is_null(v) || (json_is_string(v) && !json_string_length(v));
}

struct str case_event_changes(struct ctx *c, const struct event *e, const struct case_names *names)
{
	json_error_t je;
	json_t *data = json_loadb(e->data.p, e->data.n, 0, &je);
	json_t *set = json_object_get(data, "set"), *was = json_object_get(data, "was");
	/* what was made says so itself; a hand-over's columns are in the words of its event */
	bool made = str_ends(e->kind, S(".created")) || str_ends(e->kind, S(".added")) || str_starts(e->kind, S("handover."));
	struct buf b;
	buf_init(&b, c->arena, 4000);
	for (size_t i = 0; i < ARRAY_LEN(COLUMNS) && !made; i++) {
		const char *column = COLUMNS[i].column;
		json_t *now = json_object_get(set, column), *before = json_object_get(was, column);
		if (!now || (before && json_equal(now, before)))
			continue;
		buf_fmt(&b, "%s%s ", b.n ? ", " : "", COLUMNS[i].name);
		/* what had no value got one: the value alone is the news */
		if (!blank(before)) {
			put_value(&b, column, before, names);
			buf_add(&b, S(" → "));
		}
		put_value(&b, column, now, names);
	}
	json_decref(data);
	return buf_str(&b);
}

struct str case_mark_words(struct str mark)
{
	static const struct {
		const char *mark, *words;
	} MARKS[] = {
		{ "acknowledgement", "An acknowledgement: no first response" }, { "substantive", "A substantive response" }, { "progress", "A progress update" },
		{ "workaround", "A workaround: counts as resolution" }, { "awaiting_confirmation", "Asks whether it is solved" },
	};
	for (size_t i = 0; i < ARRAY_LEN(MARKS); i++)
		if (str_eq(mark, str_c(MARKS[i].mark)))
			return str_c(MARKS[i].words);
	return S("");
}
