/* sla_desk_kit.h: for the tests of clocks on a desk: a customer, a case, what stands for it, and the timers. */
#ifndef TEND_SLA_SLA_DESK_KIT_H
#define TEND_SLA_SLA_DESK_KIT_H

#include "sla/sla_int.h"

#define KIT_MORE_FEATURES &sla_feature
#include "ticket/test_kit.h"

#include "base/civil.h"

/* ---- reading ---- */

static inline void at(const char *rfc3339)
{
	utime t;
	assert_true(civil_parse_rfc3339(str_c(rfc3339), &t));
	clock_freeze(t);
}

static inline void run_timers(void)
{
	struct ctx c;
	desk_ctx(desk, &arena, S("sla.timers"), &c);
	assert_int_equal(ctx_db(&c), OK);
	assert_int_equal(sla_job_timers(&c, NULL), OK);
	ctx_db_done(&c);
}

static inline struct sla_clock_since_row clock_row(int64_t ticket, const char *name, int64_t instance)
{
	struct sla_clock_since_row *rows, none = { .outcome = S("none"), .state = S("none") };
	size_t n;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_clock_since(op.db, &arena, &rows, &n, .ticket_id = ticket), OK);
	ctx_db_done(&op);
	for (size_t i = 0; i < n; i++)
		if (str_eq(rows[i].clock, str_c(name)) && rows[i].instance == instance)
			return rows[i];
	return none;
}

static inline const char *when(struct opt_i64 t)
{
	return t.set ? arena_cstr(&arena, arena_fmt(&arena, "%.16sZ", civil_rfc3339(&arena, t.v).p)) : "-";
}

#define assert_due(ticket, clock, want) assert_string_equal(when(clock_row((ticket), (clock), 0).due_us), (want))
#define assert_outcome(ticket, clock, want) assert_string_equal(arena_cstr(&arena, clock_row((ticket), (clock), 0).outcome), (want))

static inline int events_of(int64_t ticket, const char *kind, struct event *ret_last)
{
	struct event *e;
	size_t n;
	int found = 0;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(event_by_ticket(&op, ticket, 0, 10000, &e, &n), OK);
	ctx_db_done(&op);
	for (size_t i = 0; i < n; i++)
		if (str_eq(e[i].kind, str_c(kind))) {
			found++;
			if (ret_last)
				*ret_last = e[i];
		}
	return found;
}

static inline void verify_all(void)
{
	op.now_us = clock_now();
	test_verify(&op);
}

/* An enterprise customer, self-hosted, after the sale. */
static inline int64_t customer(const char *name, const char *domain)
{
	struct str a = RUN_OK(&op, "organisation.create",
			      "{\"name\":\"%s\",\"tier\":\"enterprise\",\"stage\":\"post_sales\",\"plan\":\"Enterprise\",\"deployment\":\"self_hosted_compose\",\"domains\":[\"%s\"]}",
			      name, domain);
	return test_answer_i64(a, "organisation");
}

/* Tue 24 Nov 2026, 12:00 Pacific: the 24x5 week is open. */
static inline int64_t a_case(void)
{
	customer("Northwind", "northwind.example");
	at("2026-11-24T20:00:00Z");
	return new_ticket(&mara, "Crash", "ines@northwind.example");
}

static inline void severity(int64_t ticket, int v)
{
	RUN_OK(&mara, "ticket.update", "{\"ticket\":%lld,\"severity\":%d}", (long long)ticket, v);
}

static inline int64_t reply(int64_t ticket, const char *mark, const char *status)
{
	struct str a = RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"I tried it and found the cause. Could you set X?\",\"mark\":\"%s\",\"status\":\"%s\"}",
			      (long long)ticket, mark, status);
	return test_answer_i64(a, "message");
}

/* ---- facts that no event said ---- */

static inline enum err put_fact(struct ctx *c, void *arg)
{
	const struct sla_fact_of_row *x = arg;
	return sla_fact_add(c->db, .ticket_id = x->ticket_id, .at_us = x->at_us, .seq = x->seq, .n = x->n, .kind = x->kind, .value = x->value, .num = x->num,
			    .message_id = x->message_id);
}

static inline void force(int64_t ticket, utime when_us, const char *kind, int64_t num)
{
	struct ctx c;
	desk_ctx(desk, &arena, S("test"), &c);
	struct sla_fact_of_row x = { .ticket_id = ticket, .at_us = when_us, .seq = 900000 + num, .n = ticket + (kind[0] == 'f' ? 10 : 0), .kind = str_c(kind), .num = SOME(num) };
	assert_int_equal(ctx_write(&c, true, put_fact, &x), OK);
}

static inline enum err settle_it(struct ctx *c, void *arg)
{
	return sla_settle(c, *(int64_t *)arg);
}

/* What no event said is not left behind: the replay of the log would find it. */
static const struct db_stmt forget_forced = {
	.name = "forget_forced", .file = __FILE__, .kind = DB_EXEC, .writes = true,
	.sqlite = "DELETE FROM sla_fact WHERE seq >= 900000", .postgres = "DELETE FROM sla_fact WHERE seq >= 900000",
};

static inline enum err forget(struct ctx *c, void *arg)
{
	int64_t n;
	(void)arg;
	return db_exec(c->db, &forget_forced, NULL, &n);
}

#endif
