/* ticket_list.c: the list of tickets for the API and the command line. Each view walks one index per status and merges
 * them, so that a page costs the same on the first day and after a hundred thousand tickets. (The queue page has its
 * own order: by what is due.) */
#include "ticket/ticket_int.h"

#include "ticket_list.sql.h"

#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct ticket_page_all_row) == sizeof(struct ticket_page_status_row),
	       "ticket_list.sql: the pages have one row");

struct ticket_list_in {
	struct str view;
	struct opt_i64 organisation, requester;
	struct str tag, status;
	struct opt_i64 assignee;
	struct str after;
	struct opt_i64 max;
};

/* Whom: a teammate, or nobody, or anybody. */
enum { ANYBODY = 0, NOBODY = -1 };

struct filter {
	enum ticket_status status[4];
	size_t n_status; /* 0 = any */
	int64_t holder;
	int64_t max;
	int64_t before_us, before_id;
};

static const struct view {
	const char *name;
	enum ticket_status status[4];
	size_t n_status;
	bool nobody, mine;
} VIEWS[] = {
	{ "unsolved", { TICKET_NEW, TICKET_OPEN, TICKET_PENDING, TICKET_ON_HOLD }, 4, false, false },
	{ "unassigned", { TICKET_NEW, TICKET_OPEN, TICKET_PENDING, TICKET_ON_HOLD }, 4, true, false },
	{ "mine", { TICKET_NEW, TICKET_OPEN, TICKET_PENDING, TICKET_ON_HOLD }, 4, false, true },
	{ "solved", { TICKET_SOLVED }, 1, false, false },
	{ "on_hold", { TICKET_ON_HOLD }, 1, false, false },
	{ "suspended", { TICKET_SUSPENDED }, 1, false, false },
	{ "deleted", { TICKET_DELETED }, 1, false, false },
	{ "closed", { TICKET_CLOSED }, 1, false, false },
	{ "all", { TICKET_NEW }, 0, false, false },
};
static const char *const VIEW_NAMES[] = { "unsolved",  "unassigned", "mine",   "solved", "on_hold",
					  "suspended", "deleted",    "closed", "all",    NULL };

static enum err read_filter(struct ctx *c, const struct ticket_list_in *in, struct filter *f)
{
	const struct view *v = NULL;
	/* a customer's list shows everything unless a view is named */
	struct str name = in->view.n                                               ? in->view
			  : in->organisation.set || in->requester.set || in->tag.n ? S("all")
										   : S("unsolved");
	for (size_t i = 0; i < ARRAY_LEN(VIEWS); i++)
		if (str_eq(name, str_c(VIEWS[i].name)))
			v = &VIEWS[i];
	ASSERT(v);
	*f = (struct filter) { .n_status = v->n_status,
			       .max = in->max.set ? in->max.v : 50,
			       .before_us = INT64_MAX,
			       .before_id = INT64_MAX };
	memcpy(f->status, v->status, sizeof(f->status));
	if (in->status.n) {
		ticket_status_parse(in->status, &f->status[0]);
		f->n_status = 1;
	}
	if (v->mine && !ticket_actor_id(c))
		return fail_field(c, S("view"), "You are no teammate and hold no tickets.");
	f->holder = in->assignee.set ? in->assignee.v : v->nobody ? NOBODY : v->mine ? ticket_actor_id(c) : ANYBODY;
	struct str us, id;
	if (in->after.n &&
	    !(str_cut(in->after, '.', &us, &id) && str_i64(us, &f->before_us) && str_i64(id, &f->before_id)))
		return fail_field(c, S("after"), "This is no cursor: give back what the last page called “next”.");
	return OK;
}

static enum err one_status(struct ctx *c, const struct filter *f, enum ticket_status s,
			   struct ticket_page_status_row **ret, size_t *ret_n)
{
	struct str status = str_c(ticket_status_name(s));
	if (f->holder == ANYBODY)
		return ticket_page_status(c->db, c->arena, ret, ret_n, .status = status, .before_us = f->before_us,
					  .before_id = f->before_id, .max = f->max + 1);
	if (f->holder == NOBODY)
		return ticket_page_nobody(c->db, c->arena, (struct ticket_page_nobody_row **)(void *)ret, ret_n,
					  .status = status, .before_us = f->before_us, .before_id = f->before_id,
					  .max = f->max + 1);
	return ticket_page_holder(c->db, c->arena, (struct ticket_page_holder_row **)(void *)ret, ret_n,
				  .status = status, .assignee_id = f->holder, .before_us = f->before_us,
				  .before_id = f->before_id, .max = f->max + 1);
}

static bool newer(const struct ticket_page_status_row *a, const struct ticket_page_status_row *b)
{
	return a->updated_us != b->updated_us ? a->updated_us > b->updated_us : a->id > b->id;
}

/* One sorted page out of up to four sorted pages. */
static enum err merged_page(struct ctx *c, const struct filter *f, struct ticket_page_status_row **ret, size_t *ret_n)
{
	struct ticket_page_status_row *page[4] = { 0 };
	size_t n[4] = { 0 }, at[4] = { 0 };
	for (size_t i = 0; i < f->n_status; i++)
		TRY(one_status(c, f, f->status[i], &page[i], &n[i]));
	struct ticket_page_status_row *rows = arena_array(c->arena, struct ticket_page_status_row, (size_t)f->max + 1);
	size_t got = 0;
	while (got <= (size_t)f->max) {
		size_t best = SIZE_MAX;
		for (size_t i = 0; i < f->n_status; i++)
			if (at[i] < n[i] && (best == SIZE_MAX || newer(&page[i][at[i]], &page[best][at[best]])))
				best = i;
		if (best == SIZE_MAX)
			break;
		rows[got++] = page[best][at[best]++];
	}
	*ret = rows;
	*ret_n = got;
	return OK;
}

/* Pages by number, for everything and for one customer or tag. */
static enum err page_by_id(struct ctx *c, const struct ticket_list_in *in, const struct filter *f,
			   struct ticket_page_status_row **ret, size_t *ret_n)
{
	struct str s[4];
	for (size_t i = 0; i < 4; i++)
		s[i] = i < f->n_status ? str_c(ticket_status_name(f->status[i])) : S("");
#define COMMON \
	.before_id = f->before_id, .any = f->n_status == 0, .s1 = s[0], .s2 = s[1], .s3 = s[2], .s4 = s[3], \
	.holder = f->holder, .max = f->max + 1
	if (in->organisation.set)
		return ticket_page_organisation(c->db, c->arena, (struct ticket_page_organisation_row **)(void *)ret,
						ret_n, .organisation_id = in->organisation.v, COMMON);
	if (in->requester.set)
		return ticket_page_requester(c->db, c->arena, (struct ticket_page_requester_row **)(void *)ret, ret_n,
					     .requester_id = in->requester.v, COMMON);
	if (in->tag.n) {
		struct str kind, tag;
		TRY(ticket_tag_parse(c, in->tag, &kind, &tag));
		if (str_find_ch(in->tag, ':') < 0)
			kind = STR_NULL;
		TRY(ticket_page_tag(c->db, c->arena, (struct ticket_page_tag_row **)(void *)ret, ret_n, .tag = tag,
				    .tag_kind = kind, COMMON));
		/* a word that is area and theme of one ticket is there twice, side by side */
		size_t kept = 0;
		for (size_t i = 0; i < *ret_n; i++)
			if (!kept || (*ret)[kept - 1].id != (*ret)[i].id)
				(*ret)[kept++] = (*ret)[i];
		*ret_n = kept;
		return OK;
	}
	return ticket_page_all(c->db, c->arena, (struct ticket_page_all_row **)(void *)ret, ret_n, COMMON);
#undef COMMON
}

static void write_row(struct json_out *j, const struct ticket_page_status_row *t)
{
	json_obj(j);
	json_ki64(j, "ticket", t->id);
	json_kstr(j, "subject", t->subject);
	json_kstr(j, "status", t->status);
	json_kstr(j, "next_action", t->next_action);
	json_kstr(j, "kind", t->kind);
	json_kopt(j, "severity", t->severity);
	json_kstr(j, "priority", t->priority);
	json_kopt(j, "requester", t->requester_id);
	json_kstr(j, "requester_name", t->requester_name);
	json_kopt(j, "organisation", t->organisation_id);
	json_kstr(j, "organisation_name", t->organisation_name);
	json_kopt(j, "assignee", t->assignee_id);
	json_kstr(j, "assignee_name", t->assignee_name);
	json_ki64(j, "messages", t->messages);
	json_ktime(j, "status_since", t->status_since_us);
	json_kopt_time(j, "customer_wrote", t->customer_wrote_us);
	json_kopt_time(j, "promised", t->promised_us);
	json_ktime(j, "created", t->created_us);
	json_ktime(j, "updated", t->updated_us);
	json_obj_end(j);
}

static enum err ticket_list(struct ctx *c, const struct ticket_list_in *in)
{
	struct filter f;
	struct ticket_page_status_row *rows = NULL;
	size_t n = 0;
	TRY(read_filter(c, in, &f));
	bool by_id = in->organisation.set || in->requester.set || in->tag.n || f.n_status == 0;
	TRY(by_id ? page_by_id(c, in, &f, &rows, &n) : merged_page(c, &f, &rows, &n));
	bool more = n > (size_t)f.max;
	if (more)
		n = (size_t)f.max;
	json_list(c->out);
	for (size_t i = 0; i < n; i++)
		write_row(c->out, &rows[i]);
	json_arr_end(c->out);
	struct str next =
		more ? arena_fmt(c->arena, "%lld.%lld", (long long)rows[n - 1].updated_us, (long long)rows[n - 1].id)
		     : STR_NULL;
	json_kstr(c->out, "next", next);
	json_obj_end(c->out);
	return OK;
}

COMMAND_RUN(ticket_list)
static const char *const STATUSES[] = { "new",    "open",      "pending", "on_hold", "solved",
					"closed", "suspended", "deleted", "merged",  NULL };
static const struct field list_fields[] = {
	FIELD(struct ticket_list_in, view, FIELD_ENUM, .choices = VIEW_NAMES, .positional = true,
	      .help = "unsolved unless said; all with a customer or a tag"),
	FIELD(struct ticket_list_in, organisation, FIELD_ID, .help = "only of this organisation"),
	FIELD(struct ticket_list_in, requester, FIELD_ID, .help = "only asked by this contact"),
	FIELD(struct ticket_list_in, tag, FIELD_STR, .help = "only with this tag", .example = "area:search"),
	FIELD(struct ticket_list_in, status, FIELD_ENUM, .choices = STATUSES, .help = "only of this status"),
	FIELD(struct ticket_list_in, assignee, FIELD_ID, .help = "only held by this teammate"),
	FIELD(struct ticket_list_in, after, FIELD_STR, .help = "the “next” of the page before"),
	FIELD(struct ticket_list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many; 50 unless said"),
};
const struct command ticket_list_cmd = {
	.name = "ticket.list",
	.help = "List tickets, newest first",
	FIELDS(list_fields, struct ticket_list_in),
	.need = CAN_READ,
	.reads = true,
	.run = RUN(ticket_list),
};
