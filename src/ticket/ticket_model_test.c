/* ticket_model_test.c: random walks of 500 commands beside a small model of what must become of each ticket. After
 * every command the tickets and the model agree on status and holder; at the end the log replays to the tables
 * (verify), and counting the log's events by (status, holder) gives what counting the table gives. */
#include "ticket/test_kit.h"

#include <jansson.h>

#include "base/banned.h"

enum { TICKETS = 14, STEPS = 500 };

struct model {
	enum ticket_status status, before;
	int holder, before_holder; /* 0 = nobody */
	int into;                  /* index, -1 = not merged */
	utime since, before_since;
	/* the newest reply, while it is held */
	int64_t reply;
	enum ticket_status reply_before, reply_after;
	int reply_holder, reply_author;
	utime reply_at, reply_since;
	int people;              /* messages that people wrote here */
	int64_t newest_customer; /* message id */
};

static struct model model[TICKETS];
static int n_tickets;
static uint64_t seed;

static int dice(int n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int)(seed % (uint64_t)n);
}

static enum err try(struct ctx *c, const char *name, const char *json, struct str *ret)
{
	return test_run(c, feature_command(kit_features, str_c(name)), json, ret);
}

#define TRY_RUN(c, name, ret, ...) try((c), (name), arena_cstr(&arena, arena_fmt(&arena, __VA_ARGS__)), (ret))

static void agree(enum err got, bool want, const char *what, const struct ctx *c)
{
	if ((got == OK) != want)
		print_error("%s: %s, but the model says %s (%s)\n", what, got == OK ? "went well" : "was refused",
			    want ? "well" : "refused", c->fault.message);
	assert_int_equal(got == OK, want);
	if (!want)
		assert_true(got == ERR_CONFLICT || got == ERR_INPUT);
}

static void set_status(struct model *m, enum ticket_status s)
{
	if (m->status != s)
		m->since = clock_now();
	m->status = s;
}

static void put_away(struct model *m, enum ticket_status to)
{
	if (m->status == to)
		return;
	if (m->status != TICKET_SUSPENDED) {
		m->before = m->status;
		m->before_since = m->since;
		m->before_holder = m->holder;
	}
	m->holder = 0;
	set_status(m, to);
}

static void bring_back(struct model *m)
{
	bool merged = m->status == TICKET_MERGED;
	set_status(m, m->before);
	if (merged)
		m->since = m->before_since;
	m->holder = m->before_holder;
	m->into = -1;
}

static bool writable(int i)
{
	return ticket_status_writable(model[i].status);
}

static int root(int i)
{
	while (model[i].into >= 0)
		i = model[i].into;
	return i;
}

static void step_create(struct ctx *c)
{
	int64_t id = new_ticket(c, "Walk", dice(2) ? "ines@northwind.example" : "omar@northwind.example");
	assert_int_equal(id, n_tickets + 1);
	model[n_tickets++] = (struct model) { .status = TICKET_NEW, .into = -1, .since = clock_now(), .people = 1 };
}

static void step_take(struct ctx *c, int me, int i)
{
	struct model *m = &model[i];
	bool anyway = dice(2);
	enum err e = TRY_RUN(c, "ticket.take", NULL, "{\"ticket\":%d,\"anyway\":%s}", i + 1, anyway ? "true" : "false");
	bool want = writable(i) && (!m->holder || m->holder == me || anyway);
	agree(e, want, "take", c);
	if (!want)
		return;
	m->holder = me;
	if (m->status == TICKET_NEW)
		set_status(m, TICKET_OPEN);
}

static void step_assign(struct ctx *c, int i)
{
	int to = 1 + dice(2), held_by = dice(3);
	enum err e =
		TRY_RUN(c, "ticket.assign", NULL, "{\"ticket\":%d,\"assignee\":%d,\"held_by\":%d}", i + 1, to, held_by);
	bool want = writable(i) && (held_by == model[i].holder || to == model[i].holder);
	agree(e, want, "assign", c);
	if (want)
		model[i].holder = to;
}

static void step_release(struct ctx *c, int i)
{
	agree(TRY_RUN(c, "ticket.release", NULL, "{\"ticket\":%d}", i + 1), writable(i), "release", c);
	if (writable(i))
		model[i].holder = 0;
}

static void step_status(struct ctx *c, int i)
{
	enum ticket_status to = (enum ticket_status)dice(TICKET_STATUS_COUNT);
	enum err e =
		TRY_RUN(c, "ticket.status", NULL, "{\"ticket\":%d,\"status\":\"%s\",\"rule\":\"R0\",\"reason\":\"none\"}", i + 1, ticket_status_name(to));
	bool want = to == model[i].status || (writable(i) && to >= TICKET_OPEN && to <= TICKET_SOLVED);
	agree(e, want, "status", c);
	if (want)
		set_status(&model[i], to);
}

static void step_reply(struct ctx *c, int me, int i)
{
	static const enum ticket_status CHOICE[] = { TICKET_OPEN, TICKET_PENDING, TICKET_ON_HOLD, TICKET_SOLVED };
	struct model *m = &model[i];
	struct str a;
	int which = dice(5);
	enum ticket_status to = which == 4 ? (m->status == TICKET_SOLVED ? TICKET_SOLVED : TICKET_OPEN) : CHOICE[which];
	enum err e = which == 4
			     ? TRY_RUN(c, "ticket.reply", &a, "{\"ticket\":%d,\"body\":\"Word %d\"}", i + 1, dice(1000))
			     : TRY_RUN(c, "ticket.reply", &a, "{\"ticket\":%d,\"body\":\"Word %d\",\"status\":\"%s\",\"rule\":\"R0\",\"because\":[\"reason: none\"]}",
				       i + 1, dice(1000), ticket_status_name(to));
	agree(e, writable(i), "reply", c);
	if (!writable(i))
		return;
	m->reply = test_answer_i64(a, "message");
	m->reply_before = m->status;
	m->reply_holder = m->holder;
	m->reply_since = m->since;
	m->reply_author = me;
	m->reply_at = clock_now();
	m->holder = m->holder ? m->holder : me;
	set_status(m, to);
	m->reply_after = to;
	m->people++;
}

static void step_undo(struct ctx *c, int me, int i)
{
	struct model *m = &model[i];
	if (!m->reply)
		return;
	bool held = clock_now() < m->reply_at + 10 * UTIME_US_PER_SECOND;
	enum err e = TRY_RUN(c, "ticket.undo_send", NULL, "{\"message\":%lld}", (long long)m->reply);
	bool may = m->reply_author == me || me == BEN;
	if (!may) {
		assert_int_equal(e, ERR_FORBIDDEN);
		return;
	}
	agree(e, held, "undo_send", c);
	if (!held)
		return;
	if (m->reply_before != m->reply_after && m->status == m->reply_after && m->since == m->reply_at) {
		set_status(m, m->reply_before);
		m->since = m->reply_since;
	}
	if (!m->reply_holder && m->holder == m->reply_author)
		m->holder = 0;
	m->reply = 0;
	m->people--;
}

static void step_away(struct ctx *c, int i)
{
	struct model *m = &model[i];
	bool spam = dice(2);
	enum err e = TRY_RUN(c, spam ? "ticket.suspend" : "ticket.delete", NULL, "{\"ticket\":%d}", i + 1);
	bool want = spam ? writable(i) || m->status == TICKET_SUSPENDED
			 : writable(i) || m->status == TICKET_CLOSED || m->status == TICKET_SUSPENDED ||
				    m->status == TICKET_DELETED;
	agree(e, want, spam ? "suspend" : "delete", c);
	if (want)
		put_away(m, spam ? TICKET_SUSPENDED : TICKET_DELETED);
}

static void step_back(struct ctx *c, int i)
{
	static const struct {
		const char *name;
		enum ticket_status from;
	} BACK[] = {
		{ "ticket.unsuspend", TICKET_SUSPENDED },
		{ "ticket.restore", TICKET_DELETED },
		{ "ticket.unmerge", TICKET_MERGED },
	};
	int which = dice(3);
	enum err e = TRY_RUN(c, BACK[which].name, NULL, "{\"ticket\":%d}", i + 1);
	bool want = model[i].status == BACK[which].from;
	agree(e, want, BACK[which].name, c);
	if (want)
		bring_back(&model[i]);
}

static void step_merge(struct ctx *c, int i)
{
	int into = dice(n_tickets);
	struct model *a = &model[i], *b = &model[into];
	enum err e = TRY_RUN(c, "ticket.merge", NULL, "{\"ticket\":%d,\"into\":%d}", i + 1, into + 1);
	bool already = a->into == into;
	bool want = already || (i != into && writable(i) && writable(into));
	agree(e, want, "merge", c);
	if (!want || already)
		return;
	bool waits = a->status == TICKET_NEW || a->status == TICKET_OPEN;
	put_away(a, TICKET_MERGED);
	a->into = into;
	if (waits && b->status != TICKET_NEW && b->status != TICKET_OPEN)
		set_status(b, TICKET_OPEN);
}

static void step_customer(int i)
{
	struct ticket_landed l = customer_writes(i + 1, "A word");
	struct model *m = &model[root(i)];
	if (m->status == TICKET_CLOSED || m->status == TICKET_DELETED) {
		assert_true(l.follow_up);
		/* beyond what the model holds: put it where nobody touches it */
		RUN_OK(&ben, "ticket.delete", "{\"ticket\":%lld}", (long long)l.ticket_id);
		return;
	}
	assert_int_equal(l.ticket_id, root(i) + 1);
	if (m->status == TICKET_PENDING || m->status == TICKET_ON_HOLD || m->status == TICKET_SOLVED)
		set_status(m, TICKET_OPEN);
	m->people++;
	m->newest_customer = l.message_id;
}

static void step_split(struct ctx *c, int i)
{
	struct model *m = &model[i];
	int into = dice(n_tickets);
	if (!m->newest_customer)
		return;
	enum err e = TRY_RUN(c, "ticket.split", NULL, "{\"message\":%lld,\"into\":%d}", (long long)m->newest_customer,
			     into + 1);
	bool want = writable(i) && writable(into) && into != i && m->people > 1;
	agree(e, want, "split", c);
	if (!want)
		return;
	m->people--;
	model[into].people++;
	model[into].newest_customer = m->newest_customer;
	m->newest_customer = 0;
}

static void step_small(struct ctx *c, int i)
{
	static const char *const SMALL[] = {
		"tag\",\"tags\":[\"area:search\"]", "untag\",\"tags\":[\"area:search\"]",
		"tag\",\"tags\":[\"vip\"]",         "untag\",\"tags\":[\"vip\"]",
		"update\",\"priority\":\"p1\"",     "update\",\"clear\":[\"priority\"]",
		"note\",\"body\":\"hm\"",           "promise\",\"at\":\"2030-01-01T00:00:00Z\"",
	};
	int which = dice((int)ARRAY_LEN(SMALL));
	const char *rest = strchr(SMALL[which], '"');
	struct str name = arena_fmt(&arena, "ticket.%.*s", (int)(rest - SMALL[which]), SMALL[which]);
	enum err e = TRY_RUN(c, arena_cstr(&arena, name), NULL, "{\"ticket\":%d%s}", i + 1, rest + 1);
	agree(e, writable(i), SMALL[which], c);
	if (e == OK && which == 6)
		model[i].people++;
}

static void step_open(struct ctx *c, int i)
{
	/* what is allowed whatever the status is */
	int other = dice(n_tickets);
	TRY_RUN(c, dice(2) ? "ticket.follow" : "ticket.unfollow", NULL, "{\"ticket\":%d}", i + 1);
	enum err e = TRY_RUN(c, dice(2) ? "ticket.link" : "ticket.unlink", NULL, "{\"ticket\":%d,\"other\":%d}", i + 1,
			     other + 1);
	agree(e, other != i, "link", c);
	agree(TRY_RUN(c, "draft.save", NULL, "{\"ticket\":%d,\"body\":\"begun\"}", i + 1), true, "draft", c);
}

static void step_time(void)
{
	static const int64_t JUMPS[] = { 3 * UTIME_US_PER_SECOND, 15 * UTIME_US_PER_SECOND, 5 * UTIME_US_PER_HOUR,
					 25 * UTIME_US_PER_HOUR };
	test_clock_add(JUMPS[dice((int)ARRAY_LEN(JUMPS))]);
	run_due();
	for (int i = 0; i < n_tickets; i++) {
		int64_t waited = clock_now() - model[i].since;
		enum ticket_status to = model[i].status;
		if (model[i].status == TICKET_PENDING && waited >= 48 * UTIME_US_PER_HOUR)
			to = TICKET_SOLVED;
		else if (model[i].status == TICKET_SOLVED && waited >= 72 * UTIME_US_PER_HOUR)
			to = TICKET_CLOSED;
		if (to == model[i].status)
			continue;
		timer_moves(i + 1, to);
		set_status(&model[i], to);
	}
}

static void compare(int step)
{
	for (int i = 0; i < n_tickets; i++) {
		struct ticket_get_row t = look(i + 1);
		int holder = t.assignee_id.set ? (int)t.assignee_id.v : 0;
		if (ticket_status_of(&t) != model[i].status || holder != model[i].holder ||
		    t.messages != model[i].people)
			print_error(
				"step %d, ticket %d: %.*s held by %d with %lld messages; the model says %s, %d, %d\n",
				step, i + 1, STR_ARG(t.status), holder, (long long)t.messages,
				ticket_status_name(model[i].status), model[i].holder, model[i].people);
		assert_int_equal(ticket_status_of(&t), model[i].status);
		assert_int_equal(holder, model[i].holder);
		assert_int_equal(t.messages, model[i].people);
		assert_int_equal(t.merged_into_id.set ? t.merged_into_id.v - 1 : -1, model[i].into);
	}
}

/* What the desk slice does with the events: one step down for the old pair, one up for the new. */
static void count_events(void)
{
	int64_t counts[TICKET_STATUS_COUNT][5] = { 0 }, table[TICKET_STATUS_COUNT][5] = { 0 };
	struct event *rows;
	size_t n;
	int64_t after = 0, tickets = 0;
	assert_int_equal(ctx_db(&op), OK);
	do {
		assert_int_equal(event_after(&op, after, 1000, &rows, &n), OK);
		for (size_t i = 0; i < n; i++) {
			after = rows[i].seq;
			if (!str_eq(rows[i].entity, S("ticket")))
				continue;
			json_t *data = json_loadb(rows[i].data.p, rows[i].data.n, 0, NULL);
			json_t *set = json_object_get(data, "set"), *was = json_object_get(data, "was");
			assert_non_null(set);
			bool created = str_eq(rows[i].kind, S("ticket.created"));
			if (json_object_get(set, "status") || json_object_get(set, "assignee_id")) {
				enum ticket_status s;
				if (!created) {
					assert_non_null(json_object_get(was, "status"));
					assert_non_null(json_object_get(was, "assignee_id"));
					assert_true(ticket_status_parse(
						str_c(json_string_value(json_object_get(was, "status"))), &s));
					counts[s][json_integer_value(json_object_get(was, "assignee_id"))]--;
				}
				json_t *status = json_object_get(set, "status"),
				       *holder = json_object_get(set, "assignee_id");
				assert_true(ticket_status_parse(
					str_c(json_string_value(status ? status : json_object_get(was, "status"))),
					&s));
				counts[s][json_integer_value(holder ? holder : json_object_get(was, "assignee_id"))]++;
			}
			tickets += created;
			json_decref(data);
		}
	} while (n == 1000);
	ctx_db_done(&op);
	for (int64_t id = 1; id <= tickets; id++) {
		struct ticket_get_row t = look(id);
		table[ticket_status_of(&t)][t.assignee_id.set ? t.assignee_id.v : 0]++;
	}
	assert_memory_equal(counts, table, sizeof(counts));
}

static void walk(uint64_t start)
{
	seed = start;
	n_tickets = 0;
	memset(model, 0, sizeof(model));
	/* follow-ups take numbers as well: the model's tickets are made before any */
	while (n_tickets < TICKETS)
		step_create(&mara);
	for (int step = 0; step < STEPS; step++) {
		int me = dice(2) ? MARA : BEN;
		struct ctx *c = me == MARA ? &mara : &ben;
		int i = dice(n_tickets);
		switch (dice(16)) {
		case 0:
			step_take(c, me, i);
			break;
		case 1:
			step_assign(c, i);
			break;
		case 2:
			step_release(c, i);
			break;
		case 3:
		case 4:
			step_status(c, i);
			break;
		case 5:
		case 6:
			step_reply(c, me, i);
			break;
		case 7:
			step_undo(c, me, i);
			break;
		case 8:
			step_away(c, i);
			break;
		case 9:
		case 10:
			step_back(c, i);
			break;
		case 11:
			step_merge(c, i);
			break;
		case 12:
			step_customer(i);
			break;
		case 13:
			step_split(c, i);
			break;
		case 14:
			dice(2) ? step_small(c, i) : step_open(c, i);
			break;
		case 15:
			step_time();
			break;
		}
		compare(step);
	}
	count_events();
}

static void walk_1(void **state)
{
	(void)state;
	walk(0x9e3779b97f4a7c15u);
}

static void walk_2(void **state)
{
	(void)state;
	walk(0xbf58476d1ce4e5b9u);
}

static void walk_3(void **state)
{
	(void)state;
	walk(0x94d049bb133111ebu);
}

int main(void)
{
	const struct CMUnitTest tests[] = { KIT_TEST(walk_1), KIT_TEST(walk_2), KIT_TEST(walk_3) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
