/* run_move.c: a run goes on to another revision: with the difference shown, with all its answers, and back again when it was wrong. */
#include "playbook/run.h"

#include "base/banned.h"

enum { MOVE_MOST = 200 };

struct move_in {
	int64_t run;
	struct opt_i64 to, from;
};
#define MOVE_FIELDS                                                                                                    \
	FIELD(struct move_in, run, FIELD_ID, .required = true, .positional = true, .help = "which run"),              \
	FIELD(struct move_in, to, FIELD_INT, .min = 1, .max = 1000000, .help = "the number of a revision (the published one)")
static const struct field diff_fields[] = { MOVE_FIELDS };
static const struct field move_fields[] = {
	MOVE_FIELDS,
	FIELD(struct move_in, from, FIELD_INT, .required = true, .min = 1, .max = 1000000,
	      .help = "the revision it follows, as run.diff said: refused when it is another one by now"),
};

static enum err target(struct ctx *c, const struct run *r, struct opt_i64 number, struct playbook_rev_row_row *ret)
{
	struct playbook_rev_number_row id;
	struct playbook_row_row p;
	bool found;
	TRY(playbook_read(c, r->row.playbook_id, &p));
	if (!number.set)
		return playbook_rev_read(c, p.rev_id.v, ret);
	TRY(playbook_rev_number(c->db, c->arena, &id, &found, .playbook_id = p.id, .number = number.v));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no revision %lld of “%.*s”.", (long long)number.v, STR_ARG(p.name));
	return playbook_rev_read(c, id.id, ret);
}

enum err run_compare(struct ctx *c, const struct run *r, int64_t rev, struct run_change *ret)
{
	struct playbook_rev_row_row to;
	struct plan_outcome out;
	struct plan is;
	TRY(playbook_rev_read(c, rev, &to));
	TRY(plan_parse(c->arena, &c->fault, to.plan, &is));
	*ret = (struct run_change){ .from = r->rev_number, .to = to.number };
	plan_diff(c->arena, &r->plan, &is, &ret->changes, &ret->n_changes);
	plan_evaluate(c->arena, &is, &r->facts, &out);
	ret->required = out.n_required;
	ret->closed = out.n_closed;
	ret->lost = arena_array(c->arena, struct str, r->n_values);
	for (size_t i = 0; i < r->n_values; i++) {
		size_t at;
		const char *why;
		struct str value;
		if (!r->values[i].value.p)
			continue;
		bool fits = plan_find(&is, r->values[i].key, &at) == PLAN_A_FIELD && plan_value_fits(&is.fields[at], r->values[i].value, &value, &why);
		if (fits) {
			ret->kept++;
			continue;
		}
		bool known = plan_find(&r->plan, r->values[i].key, &at) == PLAN_A_FIELD;
		ret->lost[ret->n_lost++] = known ? r->plan.fields[at].label : r->values[i].key;
	}
	return OK;
}

static enum err run_diff(struct ctx *c, const struct move_in *in)
{
	static const char *const kinds[] = { "added", "removed", "changed", "moved" };
	struct playbook_rev_row_row to;
	struct run_change d;
	struct run r;
	TRY(run_load(c, in->run, &r));
	TRY(target(c, &r, in->to, &to));
	TRY(run_compare(c, &r, to.id, &d));
	json_obj(c->out);
	json_ki64(c->out, "from", d.from);
	json_ki64(c->out, "to", d.to);
	json_ki64(c->out, "answers_kept", (int64_t)d.kept);
	json_key(c->out, "answers_without_a_place");
	json_arr(c->out);
	for (size_t i = 0; i < d.n_lost; i++)
		json_str(c->out, d.lost[i]);
	json_arr_end(c->out);
	json_ki64(c->out, "required", d.required);
	json_ki64(c->out, "closed", d.closed);
	json_key(c->out, "changes");
	json_arr(c->out);
	for (size_t i = 0; i < d.n_changes; i++) {
		json_obj(c->out);
		json_kstr(c->out, "change", str_c(kinds[d.changes[i].kind]));
		json_kstr(c->out, "what", str_c(d.changes[i].what));
		json_kstr(c->out, "key", d.changes[i].key);
		json_kstr(c->out, "title", d.changes[i].title);
		json_kstr(c->out, "was", d.changes[i].was);
		json_kstr(c->out, "is", d.changes[i].is);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(run_diff)

const struct command run_diff_cmd = {
	.name = "run.diff", .help = "What would change if a run went on to another revision", FIELDS(diff_fields, struct move_in), .need = CAN_READ, .reads = true,
	.run = RUN(run_diff),
};

static enum err move(struct ctx *c, struct run *r, int64_t rev, bool undo)
{
	struct run_row_row after = r->row;
	after.before_rev_id = undo ? NONE : SOME(r->row.rev_id);
	after.rev_id = rev;
	TRY(run_save(c, undo ? "playbook.run_move_undone" : "playbook.run_moved", &r->row, &after, STR_NULL));
	r->row = after;
	TRY(run_read_plan(c, r));
	return run_settle(c, r);
}

/* One of many: what it took is given back before the next. */
static enum err move_apart(struct ctx *c, int64_t run, int64_t rev)
{
	struct arena a, *outer = c->arena;
	struct run r;
	arena_init(&a);
	c->arena = &a;
	enum err e = run_load(c, run, &r);
	if (e == OK)
		e = move(c, &r, rev ? rev : r.row.before_rev_id.v, !rev);
	c->arena = outer;
	arena_done(&a);
	return e;
}

static enum err run_move(struct ctx *c, const struct move_in *in)
{
	struct playbook_rev_row_row to;
	struct run r;
	TRY(run_load_live(c, in->run, &r));
	TRY(target(c, &r, in->to, &to));
	if (r.rev_number != in->from.v)
		return fail(c, ERR_CONFLICT, "The run follows revision %lld by now. Look at the difference again.", (long long)r.rev_number);
	if (to.id == r.row.rev_id)
		return fail(c, ERR_CONFLICT, "The run follows revision %lld already.", (long long)to.number);
	TRY(move(c, &r, to.id, false));
	json_ki64(c->out, "run", in->run);
	json_ki64(c->out, "revision", to.number);
	json_kstr(c->out, "said", arena_fmt(c->arena, "The run follows revision %lld now; its answers came along.", (long long)to.number));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/run.undo_move?run=%lld", (long long)in->run));
	return OK;
}
COMMAND_RUN(run_move)

const struct command run_move_cmd = {
	.name = "run.move", .help = "Let a run go on by another revision; its answers come along", FIELDS(move_fields, struct move_in), .need = CAN_NOTE,
	.run = RUN(run_move),
};

struct one_in {
	int64_t run;
};
static const struct field one_fields[] = {
	FIELD(struct one_in, run, FIELD_ID, .required = true, .positional = true, .help = "which run"),
};

static enum err run_undo_move(struct ctx *c, const struct one_in *in)
{
	struct run r;
	TRY(run_load_live(c, in->run, &r));
	if (!r.row.before_rev_id.set)
		return fail(c, ERR_CONFLICT, "There is no move to undo.");
	TRY(move(c, &r, r.row.before_rev_id.v, true));
	json_ki64(c->out, "run", in->run);
	json_ki64(c->out, "revision", r.rev_number);
	json_kstr(c->out, "said", arena_fmt(c->arena, "The run follows revision %lld again.", (long long)r.rev_number));
	return OK;
}
COMMAND_RUN(run_undo_move)

const struct command run_undo_move_cmd = {
	.name = "run.undo_move", .help = "Take the last move to another revision back", FIELDS(one_fields, struct one_in), .need = CAN_NOTE, .run = RUN(run_undo_move),
};

/* ---- all runs of a playbook ---- */

struct all_in {
	int64_t playbook, revision;
	struct opt_i64 after;
};
static const struct field all_fields[] = {
	FIELD(struct all_in, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook"),
	FIELD(struct all_in, revision, FIELD_INT, .required = true, .min = 1, .max = 1000000, .help = "the published revision's number: refused when it is another one by now"),
	FIELD(struct all_in, after, FIELD_ID, .help = "the “next” of the answer before, when there were more than 200"),
};

static enum err published(struct ctx *c, const struct all_in *in, struct playbook_rev_row_row *ret)
{
	struct playbook_row_row p;
	TRY(playbook_read(c, in->playbook, &p));
	if (!p.rev_id.set)
		return fail(c, ERR_CONFLICT, "“%.*s” was never published.", STR_ARG(p.name));
	TRY(playbook_rev_read(c, p.rev_id.v, ret));
	if (ret->number != in->revision)
		return fail(c, ERR_CONFLICT, "Revision %lld is the published one by now. Look at the difference again.", (long long)ret->number);
	return OK;
}

static enum err run_move_all(struct ctx *c, const struct all_in *in)
{
	struct playbook_rev_row_row to;
	struct run_behind_row *rows;
	size_t n;
	TRY(published(c, in, &to));
	TRY(run_behind(c->db, c->arena, &rows, &n, .playbook_id = in->playbook, .rev_id = to.id, .after = in->after.v, .max = MOVE_MOST + 1));
	bool more = n > MOVE_MOST;
	n -= more;
	for (size_t i = 0; i < n; i++)
		TRY(move_apart(c, rows[i].id, to.id));
	json_ki64(c->out, "playbook", in->playbook);
	json_ki64(c->out, "moved", (int64_t)n);
	json_kopt(c->out, "next", more ? SOME(rows[n - 1].id) : NONE);
	json_kstr(c->out, "said", arena_fmt(c->arena, n == 1 ? "%zu run follows revision %lld now." : "%zu runs follow revision %lld now.", n, (long long)to.number));
	if (n)
		json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/run.undo_all?playbook=%lld&revision=%lld", (long long)in->playbook, (long long)to.number));
	return OK;
}
COMMAND_RUN(run_move_all)

const struct command run_move_all_cmd = {
	.name = "run.move_all", .help = "Let all live runs of a playbook go on by its published revision", FIELDS(all_fields, struct all_in), .need = CAN_LEAD,
	.run = RUN(run_move_all),
};

static enum err run_undo_all(struct ctx *c, const struct all_in *in)
{
	struct playbook_rev_row_row to;
	struct run_moved_row *rows;
	size_t n;
	TRY(published(c, in, &to));
	TRY(run_moved(c->db, c->arena, &rows, &n, .playbook_id = in->playbook, .rev_id = to.id, .max = MOVE_MOST));
	if (!n)
		return fail(c, ERR_CONFLICT, "There is no move to undo.");
	for (size_t i = 0; i < n; i++)
		TRY(move_apart(c, rows[i].id, 0));
	json_ki64(c->out, "playbook", in->playbook);
	json_ki64(c->out, "moved", (int64_t)n);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%zu runs are back where they were.", n));
	return OK;
}
COMMAND_RUN(run_undo_all)

const struct command run_undo_all_cmd = {
	.name = "run.undo_all", .help = "Take the last moves of a playbook's live runs to its published revision back", FIELDS(all_fields, struct all_in), .need = CAN_LEAD,
	.run = RUN(run_undo_all),
};
