/* flow.c: the outbox and the jobs as lists for API and command line; see flow.h. The body of what goes out is never among them. */
#include "admin/flow.h"

#include "admin.sql.h"

#include <string.h>

#include "base/banned.h"

const char *const flow_outbox_states[] = { "waiting", "sending", "sent", "failed", "unknown", "cancelled", NULL };
const char *const flow_job_states[] = { "waiting", "running", "dead", "done", NULL };
const char *const flow_inbox_states[] = { "new", "done", "parked", "suspended", "discarded", NULL };

_Static_assert(sizeof(struct admin_outbox_state_row) == sizeof(struct admin_outbox_row), "admin.sql");

bool flow_state_known(const char *const *states, struct str state)
{
	for (; *states; states++)
		if (str_eq(state, str_c(*states)))
			return true;
	return false;
}

bool flow_place(struct str text, int64_t *ret_us, int64_t *ret_id)
{
	struct str us, id;
	return str_cut(text, '.', &us, &id) && str_i64(us, ret_us) && str_i64(id, ret_id);
}

struct list_in {
	struct str state, kind, after;
	struct opt_i64 max;
};
static const struct field outbox_fields[] = {
	FIELD(struct list_in, state, FIELD_ENUM, .choices = flow_outbox_states, .help = "only these"),
	FIELD(struct list_in, after, FIELD_STR, .max = 60, .help = "go on from here (the “next” of the answer before)"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err read_outbox(struct ctx *c, const struct list_in *in, int64_t max, struct admin_outbox_row **ret, size_t *ret_n)
{
	int64_t us = INT64_MAX, id = INT64_MAX;
	bool good = !in->after.n || (in->state.n ? flow_place(in->after, &us, &id) : str_i64(in->after, &id));
	if (!good)
		return fail_field(c, S("after"), "This is no place in this list. Begin again without it.");
	if (!in->state.n)
		return admin_outbox(c->db, c->arena, ret, ret_n, .before_id = id, .max = max);
	void *rows;
	TRY(admin_outbox_state(c->db, c->arena, (struct admin_outbox_state_row **)&rows, ret_n, .state = in->state, .before_us = us, .before_id = id, .max = max));
	*ret = rows;
	return OK;
}

static enum err outbox_list(struct ctx *c, const struct list_in *in)
{
	struct admin_outbox_row *rows = NULL;
	size_t n = 0;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(read_outbox(c, in, max + 1, &rows, &n));
	bool more = (int64_t)n > max;
	json_list(c->out);
	const struct admin_outbox_row *last = NULL;
	for (size_t i = 0; i + more < n; i++) {
		last = &rows[i];
		json_obj(c->out);
		json_ki64(c->out, "id", rows[i].id);
		json_kstr(c->out, "kind", rows[i].kind);
		json_kstr(c->out, "to", rows[i].dest);
		json_kopt(c->out, "ticket", rows[i].ticket_id);
		json_kstr(c->out, "state", rows[i].state);
		json_ki64(c->out, "attempts", rows[i].attempt);
		json_ktime(c->out, "created", rows[i].created_us);
		json_ktime(c->out, "next", rows[i].next_us);
		json_kopt_time(c->out, "settled", rows[i].settled_us);
		json_kstr(c->out, "said", rows[i].last_error);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	struct str next = STR_NULL;
	if (more && last && in->state.n)
		next = arena_fmt(c->arena, "%lld.%lld", (long long)last->next_us, (long long)last->id);
	else if (more && last)
		next = arena_fmt(c->arena, "%lld", (long long)last->id);
	json_kstr(c->out, "next", next);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(outbox_list)

static const struct field job_fields[] = {
	FIELD(struct list_in, state, FIELD_ENUM, .choices = flow_job_states, .help = "waiting unless said otherwise"),
	FIELD(struct list_in, kind, FIELD_STR, .max = 80, .help = "only this kind", .example = "mail.parse"),
	FIELD(struct list_in, after, FIELD_STR, .max = 60, .help = "go on from here (the “next” of the answer before)"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err job_list(struct ctx *c, const struct list_in *in)
{
	struct admin_jobs_row *rows;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50, us = INT64_MIN, id = 0;
	if (in->after.n && !flow_place(in->after, &us, &id))
		return fail_field(c, S("after"), "This is no place in this list. Begin again without it.");
	TRY(admin_jobs(c->db, c->arena, &rows, &n, .state = in->state.n ? in->state : S("waiting"), .kind = in->kind.n ? in->kind : STR_NULL, .after_us = us,
		       .after_id = id, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", rows[i].id);
		json_kstr(c->out, "kind", rows[i].kind);
		json_kstr(c->out, "state", rows[i].state);
		json_ki64(c->out, "attempts", rows[i].attempt);
		json_ktime(c->out, "created", rows[i].created_us);
		json_ktime(c->out, "due", rows[i].run_at_us);
		json_kopt_time(c->out, "ended", rows[i].done_us);
		json_kstr(c->out, "error", rows[i].last_error);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_kstr(c->out, "next", more ? arena_fmt(c->arena, "%lld.%lld", (long long)rows[max - 1].run_at_us, (long long)rows[max - 1].id) : STR_NULL);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(job_list)

const struct command
	outbox_list_cmd = { .name = "outbox.list", .help = "Show what goes out, with the far side's last word", FIELDS(outbox_fields, struct list_in),
			    .need = CAN_ADMIN, .reads = true, .run = RUN(outbox_list) },
	job_list_cmd = { .name = "job.list", .help = "Show background work that waits, runs or gave up", FIELDS(job_fields, struct list_in),
			 .need = CAN_ADMIN, .reads = true, .run = RUN(job_list) };
