/* run_mark.c: what people do about tasks: tick, skip, reopen, approve, reject, sign, answer, comment, set a date. */
#include "playbook/run.h"

#include "base/banned.h"

struct task_in {
	int64_t run;
	struct str task, comment;
};
#define TASK_FIELDS                                                                                                             \
	FIELD(struct task_in, run, FIELD_ID, .required = true, .positional = true, .help = "which run"),                        \
	FIELD(struct task_in, task, FIELD_STR, .required = true, .max = 80, .help = "the task's key; “talk#3” for the third time"), \
	FIELD(struct task_in, comment, FIELD_TEXT, .max = 4000, .help = "a word about it")
static const struct field task_fields[] = { TASK_FIELDS };
static const struct field task_why_fields[] = {
	FIELD(struct task_in, run, FIELD_ID, .required = true, .positional = true, .help = "which run"),
	FIELD(struct task_in, task, FIELD_STR, .required = true, .max = 80, .help = "the task's key; “talk#3” for the third time"),
	FIELD(struct task_in, comment, FIELD_TEXT, .required = true, .max = 4000, .help = "why"),
};

/* ---- checks ---- */

static struct str title_of(const struct run *r, const struct plan_item *it)
{
	return r->plan.tasks[it->task].title;
}

static enum err find_item(struct ctx *c, const struct run *r, struct str key, struct plan_item **ret)
{
	*ret = run_item(r, key);
	return *ret ? OK : fail(c, ERR_NOT_FOUND, "There is no task “%.*s” in this run.", STR_ARG(key));
}

static enum err run_and_item(struct ctx *c, int64_t run, struct str key, struct run *r, struct plan_item **ret)
{
	TRY(run_load_live(c, run, r));
	return find_item(c, r, key, ret);
}

/* Open, shown, and nothing stands before it. */
static enum err check_open(struct ctx *c, const struct run *r, const struct plan_item *it)
{
	struct str title = title_of(r, it);
	if (it->state == PLAYBOOK_HIDDEN)
		return fail(c, ERR_CONFLICT, "“%.*s” is not part of this run: an answer or a rule hides it.", STR_ARG(title));
	if (it->state == PLAYBOOK_DONE || it->state == PLAYBOOK_SKIPPED) {
		struct str who = it->mark ? run_person(c, it->mark->by) : S("");
		return fail(c, ERR_CONFLICT, "“%.*s” was %s already%s%.*s. Reopen it first.", STR_ARG(title), it->state == PLAYBOOK_DONE ? "done" : "skipped",
			    who.n ? " by " : "", STR_ARG(who));
	}
	if (it->waits_for >= 0)
		return fail(c, ERR_CONFLICT, "“%.*s” comes first.", STR_ARG(r->plan.tasks[it->waits_for].title));
	return OK;
}

static enum err check_filled(struct ctx *c, const struct run *r, const struct plan_item *it)
{
	const struct plan_task *t = &r->plan.tasks[it->task];
	struct run_note_proof_row proof;
	bool found;
	for (size_t i = t->first_field; i < t->first_field + t->n_fields; i++)
		if (r->plan.fields[i].required && r->out.field_shown[i] && !r->out.values[i].p)
			return fail(c, ERR_INPUT, "Answer “%.*s” first.", STR_ARG(r->plan.fields[i].label));
	if (!t->proof)
		return OK;
	TRY(run_note_proof(c->db, c->arena, &proof, &found, .run_id = r->row.id, .key = it->key));
	return found ? OK : fail(c, ERR_INPUT, "“%.*s” wants a link that shows it: add one first.", STR_ARG(t->title));
}

static bool is_theirs(const struct plan_item *it, int64_t id)
{
	for (size_t i = 0; i < it->n_who; i++)
		if (it->who[i] == id)
			return true;
	return false;
}

/* ---- marks ---- */

static enum err set_mark(struct ctx *c, const struct run *r, struct str key, enum plan_marked marked, const char *kind, struct str comment)
{
	struct run_mark_row_row m;
	TRY(run_get_mark(c, r, key, &m));
	m.marked = str_c(plan_marks[marked]);
	m.by_id = run_actor(c);
	m.by2_id = NONE;
	m.at_us = c->now_us;
	m.comment = comment.p ? comment : S("");
	return run_put_mark(c, r, kind, &m);
}

static enum err answer(struct ctx *c, const struct run *r, const char *said)
{
	json_ki64(c->out, "run", r->row.id);
	json_kstr(c->out, "state", r->row.state);
	json_ki64(c->out, "closed", r->out.n_closed);
	json_ki64(c->out, "required", r->out.n_required);
	if (str_eq(r->row.state, S("completed")))
		json_kstr(c->out, "said", S("That was the last one: all of it is done."));
	else
		json_kstr(c->out, "said", str_c(said));
	return OK;
}

static enum err mark_done(struct ctx *c, struct run *r, struct str key, struct str comment)
{
	struct plan_item *it;
	TRY(find_item(c, r, key, &it));
	enum plan_kind kind = r->plan.tasks[it->task].kind;
	if (kind == PLAN_APPROVAL)
		return fail(c, ERR_CONFLICT, "“%.*s” is approved or rejected, not ticked.", STR_ARG(title_of(r, it)));
	if (kind == PLAN_SIGNOFF)
		return fail(c, ERR_CONFLICT, "“%.*s” is signed by two people, not ticked.", STR_ARG(title_of(r, it)));
	if (it->state == PLAYBOOK_DONE && it->mark && run_actor(c).set && it->mark->by == run_actor(c).v)
		return OK;
	TRY(check_open(c, r, it));
	TRY(check_filled(c, r, it));
	TRY(set_mark(c, r, it->key, MARK_DONE, "playbook.task_done", comment));
	return run_settle(c, r);
}

static enum err run_done(struct ctx *c, const struct task_in *in)
{
	struct run r;
	TRY(run_load_live(c, in->run, &r));
	TRY(mark_done(c, &r, in->task, in->comment));
	return answer(c, &r, "Done.");
}
COMMAND_RUN(run_done)

const struct command run_done_cmd = {
	.name = "run.done", .help = "Tick a task", FIELDS(task_fields, struct task_in), .need = CAN_NOTE, .run = RUN(run_done),
};

static enum err run_skip(struct ctx *c, const struct task_in *in)
{
	struct plan_item *it;
	struct run r;
	TRY(run_and_item(c, in->run, in->task, &r, &it));
	TRY(check_open(c, &r, it));
	if (it->required && !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "“%.*s” is needed: only a lead may leave it out.", STR_ARG(title_of(&r, it)));
	TRY(set_mark(c, &r, it->key, MARK_SKIPPED, "playbook.task_skipped", in->comment));
	TRY(run_settle(c, &r));
	return answer(c, &r, "Left out.");
}
COMMAND_RUN(run_skip)

const struct command run_skip_cmd = {
	.name = "run.skip", .help = "Leave a task out, with the reason", FIELDS(task_why_fields, struct task_in), .need = CAN_NOTE, .run = RUN(run_skip),
};

/* An approval of what is open again is none. */
static enum err reopen_approvals(struct ctx *c, const struct run *r, size_t task, struct str comment)
{
	for (size_t i = task + 1; i < r->plan.n_tasks; i++) {
		const struct plan_item *it = &r->out.items[r->out.first_item[i]];
		if (r->plan.tasks[i].kind != PLAN_APPROVAL || it->state != PLAYBOOK_DONE)
			continue;
		for (size_t k = 0; k < r->plan.tasks[i].n_approves; k++)
			if (r->plan.tasks[i].approves_at[k] == task)
				TRY(set_mark(c, r, it->key, MARK_NONE, "playbook.task_reopened", comment));
	}
	return OK;
}

static enum err reopen(struct ctx *c, struct run *r, struct str key, struct str comment)
{
	struct plan_item *it;
	TRY(find_item(c, r, key, &it));
	if (!it->mark || it->mark->marked == MARK_NONE)
		return fail(c, ERR_CONFLICT, "“%.*s” is open.", STR_ARG(title_of(r, it)));
	TRY(set_mark(c, r, it->key, MARK_NONE, "playbook.task_reopened", comment));
	TRY(reopen_approvals(c, r, it->task, comment));
	return run_settle(c, r);
}

static enum err run_reopen(struct ctx *c, const struct task_in *in)
{
	struct run r;
	TRY(run_load_live(c, in->run, &r));
	TRY(reopen(c, &r, in->task, in->comment));
	return answer(c, &r, "It is open again.");
}
COMMAND_RUN(run_reopen)

const struct command run_reopen_cmd = {
	.name = "run.reopen", .help = "Open a task again that was done, left out or signed", FIELDS(task_fields, struct task_in), .need = CAN_NOTE, .run = RUN(run_reopen),
};

enum err playbook_set_done(struct ctx *c, int64_t run, struct str task, bool done, struct str comment)
{
	struct plan_item *it;
	struct run r;
	TRY(run_and_item(c, run, task, &r, &it));
	if (done)
		return it->state == PLAYBOOK_DONE ? OK : mark_done(c, &r, task, comment);
	return it->mark && it->mark->marked != MARK_NONE ? reopen(c, &r, task, comment) : OK;
}

/* ---- approvals and signatures ---- */

/* Who decides must be a person, one of those it belongs to, and must not have done what is decided about. */
static enum err check_approver(struct ctx *c, const struct run *r, const struct plan_item *it)
{
	const struct plan_task *t = &r->plan.tasks[it->task];
	if (t->kind != PLAN_APPROVAL)
		return fail(c, ERR_CONFLICT, "“%.*s” is no approval.", STR_ARG(t->title));
	if (!run_actor(c).set)
		return fail(c, ERR_FORBIDDEN, "An approval is a person's word: act as a teammate (--as).");
	if (it->n_who ? !is_theirs(it, c->actor.id) : !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "“%.*s” is decided by %s.", STR_ARG(t->title),
			    it->n_who ? arena_cstr(c->arena, run_person(c, it->who[0])) : "a lead");
	for (size_t i = 0; i < t->n_approves; i++) {
		const struct plan_item *of = &r->out.items[r->out.first_item[t->approves_at[i]]];
		if (of->mark && of->state == PLAYBOOK_DONE && (of->mark->by == c->actor.id || of->mark->by2 == c->actor.id))
			return fail(c, ERR_FORBIDDEN, "You did “%.*s” yourself: somebody else has to approve it.", STR_ARG(title_of(r, of)));
	}
	return check_open(c, r, it);
}

static enum err run_approve(struct ctx *c, const struct task_in *in)
{
	struct plan_item *it;
	struct run r;
	TRY(run_and_item(c, in->run, in->task, &r, &it));
	TRY(check_approver(c, &r, it));
	TRY(check_filled(c, &r, it));
	TRY(set_mark(c, &r, it->key, MARK_DONE, "playbook.task_approved", in->comment));
	TRY(run_settle(c, &r));
	return answer(c, &r, "Approved.");
}
COMMAND_RUN(run_approve)

const struct command run_approve_cmd = {
	.name = "run.approve", .help = "Approve what an approval is about", FIELDS(task_fields, struct task_in), .need = CAN_NOTE, .run = RUN(run_approve),
};

static enum err run_reject(struct ctx *c, const struct task_in *in)
{
	struct plan_item *it;
	struct run r;
	TRY(run_and_item(c, in->run, in->task, &r, &it));
	TRY(check_approver(c, &r, it));
	const struct plan_task *t = &r.plan.tasks[it->task];
	TRY(set_mark(c, &r, it->key, MARK_REJECTED, "playbook.task_rejected", in->comment));
	for (size_t i = 0; i < t->n_approves; i++) {
		const struct plan_item *of = &r.out.items[r.out.first_item[t->approves_at[i]]];
		if (of->state == PLAYBOOK_DONE || of->state == PLAYBOOK_SKIPPED) {
			TRY(set_mark(c, &r, of->key, MARK_NONE, "playbook.task_reopened", in->comment));
			TRY(reopen_approvals(c, &r, of->task, in->comment));
		}
	}
	TRY(run_settle(c, &r));
	return answer(c, &r, "Rejected; what it is about is open again, with your comment.");
}
COMMAND_RUN(run_reject)

const struct command run_reject_cmd = {
	.name = "run.reject", .help = "Reject what an approval is about: its tasks open again with the comment", FIELDS(task_why_fields, struct task_in), .need = CAN_NOTE,
	.run = RUN(run_reject),
};

static enum err run_sign(struct ctx *c, const struct task_in *in)
{
	struct plan_item *it;
	struct run r;
	TRY(run_and_item(c, in->run, in->task, &r, &it));
	if (r.plan.tasks[it->task].kind != PLAN_SIGNOFF)
		return fail(c, ERR_CONFLICT, "“%.*s” is not signed, but ticked.", STR_ARG(title_of(&r, it)));
	if (!run_actor(c).set)
		return fail(c, ERR_FORBIDDEN, "A signature is a person's word: act as a teammate (--as).");
	TRY(check_open(c, &r, it));
	TRY(check_filled(c, &r, it));
	if (it->n_who >= 2 && !is_theirs(it, c->actor.id))
		return fail(c, ERR_FORBIDDEN, "“%.*s” is signed by %.*s and %.*s.", STR_ARG(title_of(&r, it)), STR_ARG(run_person(c, it->who[0])),
			    STR_ARG(run_person(c, it->who[1])));
	struct run_mark_row_row m;
	TRY(run_get_mark(c, &r, it->key, &m));
	bool second = str_eq(m.marked, str_c(plan_marks[MARK_SIGNED_ONCE]));
	if (second && m.by_id.v == c->actor.id)
		return fail(c, ERR_CONFLICT, "You signed already: it takes somebody else's signature too.");
	if (second && it->n_who == 1 && m.by_id.v != it->who[0] && c->actor.id != it->who[0])
		return fail(c, ERR_FORBIDDEN, "One of the two must be %.*s.", STR_ARG(run_person(c, it->who[0])));
	if (second)
		m.by2_id = SOME(c->actor.id);
	else
		m.by_id = SOME(c->actor.id);
	m.marked = str_c(plan_marks[second ? MARK_DONE : MARK_SIGNED_ONCE]);
	m.at_us = c->now_us;
	if (in->comment.n)
		m.comment = in->comment;
	TRY(run_put_mark(c, &r, "playbook.task_signed", &m));
	TRY(run_settle(c, &r));
	return answer(c, &r, second ? "Both signatures are there." : "Signed. The second signature is somebody else's.");
}
COMMAND_RUN(run_sign)

const struct command run_sign_cmd = {
	.name = "run.sign", .help = "Sign a task that takes two people's signatures", FIELDS(task_fields, struct task_in), .need = CAN_NOTE, .run = RUN(run_sign),
};

/* ---- dates by hand ---- */

struct due_in {
	int64_t run;
	struct str task, due_on;
};
static const struct field due_fields[] = {
	FIELD(struct due_in, run, FIELD_ID, .required = true, .positional = true, .help = "which run"),
	FIELD(struct due_in, task, FIELD_STR, .required = true, .max = 80, .help = "the task's key"),
	FIELD(struct due_in, due_on, FIELD_DATE, .help = "the date, whatever the plan says; left out: as the plan says"),
};

static enum err run_due(struct ctx *c, const struct due_in *in)
{
	struct run_mark_row_row m;
	struct plan_item *it;
	struct run r;
	int64_t day;
	TRY(run_and_item(c, in->run, in->task, &r, &it));
	if (in->due_on.p && !due_parse_date(in->due_on, &day))
		return fail_field(c, S("due_on"), "Write a date like 2026-11-24.");
	TRY(run_get_mark(c, &r, it->key, &m));
	m.due_on = in->due_on;
	if (!m.id)
		m.at_us = c->now_us;
	TRY(run_put_mark(c, &r, "playbook.task_changed", &m));
	TRY(run_settle(c, &r));
	return answer(c, &r, in->due_on.p ? "This date stands until it is taken away." : "The date is the plan's again.");
}
COMMAND_RUN(run_due)

const struct command run_due_cmd = {
	.name = "run.due", .help = "Set a task's date by hand, or give it back to the plan", FIELDS(due_fields, struct due_in), .need = CAN_NOTE, .run = RUN(run_due),
};

/* ---- answers ---- */

static enum err set_value(struct ctx *c, struct run *r, struct str key, struct str typed, struct str filename)
{
	size_t at;
	struct str value = STR_NULL;
	const char *why;
	int64_t id;
	if (plan_find(&r->plan, key, &at) != PLAN_A_FIELD)
		return fail_field(c, S("field"), "There is no field “%.*s” in this run.", STR_ARG(key));
	const struct plan_field *f = &r->plan.fields[at];
	if (!r->out.field_shown[at])
		return fail(c, ERR_CONFLICT, "“%.*s” is not part of this run: an answer or a rule hides it.", STR_ARG(f->label));
	if (str_trim(typed).n) {
		if (f->type == PLAN_PERSON) {
			TRY(run_teammate(c, "value", typed, &id));
			typed = arena_fmt(c->arena, "%lld", (long long)id);
		}
		if (!plan_value_fits(f, typed, &value, &why))
			return fail_field(c, S("value"), "%s", why);
	}
	TRY(run_put_value(c, r, f->key, value, value.p ? filename : STR_NULL));
	return run_settle(c, r);
}

enum err playbook_set_value(struct ctx *c, int64_t run, struct str field, struct str value)
{
	struct run r;
	TRY(run_load_live(c, run, &r));
	return set_value(c, &r, field, value, STR_NULL);
}

struct answer_in {
	int64_t run;
	struct str field, value;
	struct file_list file;
};
static const struct field answer_fields[] = {
	FIELD(struct answer_in, run, FIELD_ID, .required = true, .positional = true, .help = "which run"),
	FIELD(struct answer_in, field, FIELD_STR, .required = true, .max = 80, .help = "the field's key"),
	FIELD(struct answer_in, value, FIELD_TEXT, .max = 16000, .help = "the answer; a person by mail address or number; left out: none"),
	FIELD(struct answer_in, file, FIELD_FILES, .max = 1, .help = "the file, for a field that asks for one"),
};

static enum err run_answer(struct ctx *c, const struct answer_in *in)
{
	struct run r;
	size_t at;
	TRY(run_load_live(c, in->run, &r));
	bool wants = plan_find(&r.plan, in->field, &at) == PLAN_A_FIELD && r.plan.fields[at].type == PLAN_FILE;
	if (in->file.n && !wants)
		return fail_field(c, S("file"), "“%.*s” does not ask for a file.", STR_ARG(in->field));
	if (wants && in->value.n)
		return fail_field(c, S("value"), "“%.*s” asks for a file.", STR_ARG(in->field));
	if (in->file.n)
		TRY(set_value(c, &r, in->field, in->file.v[0].blob, in->file.v[0].filename));
	else
		TRY(set_value(c, &r, in->field, in->value, STR_NULL));
	return answer(c, &r, "Saved.");
}
COMMAND_RUN(run_answer)

const struct command run_answer_cmd = {
	.name = "run.answer", .help = "Answer a field of a run, or clear it", FIELDS(answer_fields, struct answer_in), .need = CAN_NOTE, .run = RUN(run_answer),
};

/* ---- comments and proofs ---- */

struct note_in {
	int64_t run;
	struct str task, body, link;
};
static const struct field note_fields[] = {
	FIELD(struct note_in, run, FIELD_ID, .required = true, .positional = true, .help = "which run"),
	FIELD(struct note_in, task, FIELD_STR, .max = 80, .help = "the task's key; left out: the whole run"),
	FIELD(struct note_in, body, FIELD_TEXT, .max = 8000, .help = "the comment"),
	FIELD(struct note_in, link, FIELD_STR, .max = 2000, .help = "an address that shows it: proof for the task"),
};

static enum err run_note(struct ctx *c, const struct note_in *in)
{
	const struct plan_field as_link = { .type = PLAN_LINK };
	struct run_note_add_row added;
	struct plan_item *it = NULL;
	struct run r;
	struct str link = STR_NULL;
	const char *why;
	TRY(run_load_live(c, in->run, &r));
	if (in->task.n)
		TRY(find_item(c, &r, in->task, &it));
	if (!in->body.n && !in->link.n)
		return fail_field(c, S("body"), "Write something, or give a link.");
	if (in->link.n && !plan_value_fits(&as_link, in->link, &link, &why))
		return fail_field(c, S("link"), "%s", why);
	if (link.p && !it)
		return fail_field(c, S("task"), "A link proves something about a task: say which.");
	struct run_note_rows_row row = { .run_id = r.row.id, .key = it ? it->key : S(""), .kind = link.p ? S("proof") : S("comment"),
					 .body = in->body.p ? in->body : S(""), .link = link, .by_id = run_actor(c), .at_us = c->now_us };
	TRY(run_note_add(c->db, c->arena, &added, .run_id = row.run_id, .key = row.key, .kind = row.kind, .body = row.body, .link = row.link, .by_id = row.by_id,
			 .at_us = row.at_us));
	row.id = added.id;
	TRY(run_event(c, &r.row, "playbook.noted", "playbook_note", row.id, fold_set_all(c->arena, &run_note_rows_stmt, &row)));
	json_ki64(c->out, "note", row.id);
	return answer(c, &r, "Saved.");
}
COMMAND_RUN(run_note)

const struct command run_note_cmd = {
	.name = "run.note", .help = "Comment on a task or a run, or add a link that proves it", FIELDS(note_fields, struct note_in), .need = CAN_NOTE, .run = RUN(run_note),
};

struct withdraw_in {
	int64_t note;
};
static const struct field withdraw_fields[] = {
	FIELD(struct withdraw_in, note, FIELD_ID, .required = true, .positional = true, .help = "which comment or link"),
};

_Static_assert(sizeof(struct run_note_row_row) == sizeof(struct run_note_rows_row), "the fold reads the row we write");

static enum err run_withdraw(struct ctx *c, const struct withdraw_in *in)
{
	struct run_note_row_row before, after;
	struct run r;
	bool found;
	TRY(run_note_row(c->db, c->arena, &before, &found, .id = in->note));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no such comment.");
	TRY(run_load_live(c, before.run_id, &r));
	if (before.withdrawn_us.set)
		return fail(c, ERR_CONFLICT, "It was withdrawn already.");
	if (before.by_id.set && (!run_actor(c).set || before.by_id.v != c->actor.id) && !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "Only who wrote it, or a lead, may withdraw it.");
	after = before;
	after.withdrawn_us = SOME(c->now_us);
	TRY(run_note_put(c->db, .id = after.id, .withdrawn_us = after.withdrawn_us));
	TRY(run_event(c, &r.row, "playbook.note_withdrawn", "playbook_note", after.id, fold_set_diff(c->arena, &run_note_rows_stmt, &before, &after)));
	return answer(c, &r, "Withdrawn.");
}
COMMAND_RUN(run_withdraw)

const struct command run_withdraw_cmd = {
	.name = "run.withdraw", .help = "Withdraw a comment or a link", FIELDS(withdraw_fields, struct withdraw_in), .need = CAN_NOTE, .run = RUN(run_withdraw),
};
