/* test_kit.h: what the tests of this slice share: a desk with three teammates, two customers, and ways to run commands
 * as one of them. */
#ifndef TEND_TICKET_TEST_KIT_H
#define TEND_TICKET_TEST_KIT_H

#include "account/account_parts.h"
#include "core/desk_test.h"
#include "ticket/ticket_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { MARA = 1, BEN = 2, LEA = 3, GONE = 4 }; /* two engineers, a light agent, one who left */

static struct desk *desk;
static struct arena arena;
static struct ctx op; /* the operator */
static struct ctx mara, ben, lea;
static int mails_sent;

static inline enum outbox_outcome kit_send(struct ctx *c, const struct outbox_row *o, struct str *ret_said,
					   int64_t *ret_retry_us)
{
	(void)c, (void)o, (void)ret_retry_us;
	mails_sent++;
	*ret_said = S("250 ok");
	return OUTBOX_SENT;
}

static const struct outbox_kind kit_outboxes[] = { { .name = "mail", .give_up_us = UTIME_US_PER_DAY, .send = kit_send },
						   { 0 } };
static const struct feature kit_post = { .name = "post", .outboxes = kit_outboxes };
/* The account slice without its pages. */
static const struct feature kit_account = { .name = "account", .commands = account_commands, .folds = account_folds };
#ifndef KIT_MORE_FEATURES   /* slices above this one add their own */
#define KIT_MORE_FEATURES NULL
#endif
static const struct feature *const kit_features[] = { &core_feature, &kit_account, &ticket_feature, &kit_post, KIT_MORE_FEATURES, NULL };

/* The people slice is not part of these tests: teammates come by a statement of our own. */
struct kit_teammate {
	struct str email, name, access, state;
};
static const struct db_col kit_teammate_in[] = {
	{ DB_STR, false, offsetof(struct kit_teammate, email), "email" },
	{ DB_STR, false, offsetof(struct kit_teammate, name), "name" },
	{ DB_STR, false, offsetof(struct kit_teammate, access), "access" },
	{ DB_STR, false, offsetof(struct kit_teammate, state), "state" },
};
static const struct db_stmt kit_teammate_add = {
	.name = "kit_teammate_add",
	.file = __FILE__,
	.kind = DB_EXEC,
	.writes = true,
	.in = kit_teammate_in,
	.n_in = 4,
	.sqlite = "INSERT INTO teammate (email, name, access, role, zone, work_hours, signature, state, created_us) "
		  "VALUES (?1, ?2, ?3, 'support_engineer', 'UTC', '[]', '', ?4, 0)",
	.postgres = "INSERT INTO teammate (email, name, access, role, zone, work_hours, signature, state, created_us) "
		    "VALUES ($1, $2, $3, 'support_engineer', 'UTC', '[]', '', $4, 0)",
};

static inline enum err kit_people(struct ctx *c, void *arg)
{
	(void)arg;
	static const struct kit_teammate ALL[] = {
		{ S("mara@desk.example"), S("Mara Lind"), S("agent"), S("active") },
		{ S("ben@desk.example"), S("Ben Ruiz"), S("lead"), S("active") },
		{ S("lea@desk.example"), S("Lea Sol"), S("light"), S("active") },
		{ S("gone@desk.example"), S("Gus Gone"), S("agent"), S("disabled") },
	};
	for (size_t i = 0; i < ARRAY_LEN(ALL); i++) {
		int64_t n;
		TRY(db_exec(c->db, &kit_teammate_add, &ALL[i], &n));
	}
	return OK;
}

static inline void kit_complain(struct ctx *c, const char *name, const char *json)
{
	print_error("%s %s: %s\n", name, json, c->fault.message);
	for (unsigned i = 0; i < c->fault.n_fields; i++)
		print_error("  %s: %s\n", c->fault.fields[i].field, c->fault.fields[i].message);
}

/* Runs a command by its name as the API would; it must go well. */
static inline struct str run_ok(struct ctx *c, const char *name, const char *json)
{
	struct str answer = STR_NULL;
	const struct command *cmd = feature_command(kit_features, str_c(name));
	assert_non_null(cmd);
	enum err e = test_run(c, cmd, json, &answer);
	if (e != OK)
		kit_complain(c, name, json);
	assert_int_equal(e, OK);
	/* every answer is one JSON value without doubled keys */
	json_t *value = json_loadb(answer.p, answer.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(value);
	json_decref(value);
	return answer;
}

/* The same; it must fail so. `says` must be in the message or in a field's. */
static inline void run_err(struct ctx *c, const char *name, const char *json, enum err want, const char *says)
{
	const struct command *cmd = feature_command(kit_features, str_c(name));
	assert_non_null(cmd);
	enum err e = test_run(c, cmd, json, NULL);
	bool said = strstr(c->fault.message, says) != NULL;
	for (unsigned i = 0; i < c->fault.n_fields; i++)
		said = said || strstr(c->fault.fields[i].message, says) || strstr(c->fault.fields[i].field, says);
	if (e != want || !said)
		kit_complain(c, name, json);
	assert_int_equal(e, want);
	assert_true(said);
}

/* run_ok with a printf'd JSON. */
#define RUN_OK(c, name, ...) run_ok((c), (name), arena_cstr(&arena, arena_fmt(&arena, __VA_ARGS__)))

static inline struct ticket_get_row look(int64_t id)
{
	struct ticket_get_row t;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(ticket_get(op.db, &arena, &t, .id = id), OK);
	ctx_db_done(&op);
	return t;
}

static inline struct message_get_row look_message(int64_t id)
{
	struct message_get_row m;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(message_get(op.db, &arena, &m, .id = id), OK);
	ctx_db_done(&op);
	return m;
}

static inline void assert_status(int64_t ticket, const char *status)
{
	struct ticket_get_row t = look(ticket);
	assert_string_equal(arena_cstr(&arena, t.status), status);
	enum ticket_status s = TICKET_NEW;
	assert_true(ticket_status_parse(t.status, &s));
	assert_string_equal(arena_cstr(&arena, t.next_action), ticket_next_action(s));
}

/* A ticket of a customer. */
static inline int64_t new_ticket(struct ctx *c, const char *subject, const char *email)
{
	struct str a = RUN_OK(c, "ticket.create",
			      "{\"subject\":\"%s\",\"body\":\"It does not start.\",\"name\":\"Ines\",\"email\":\"%s\"}",
			      subject, email);
	return test_answer_i64(a, "ticket");
}

/* What the mail slice does: an incoming message inside a write of the system's. */
struct kit_incoming {
	struct ticket_incoming in;
	struct ticket_landed landed;
	enum err (*fn)(struct ctx *c, const struct ticket_incoming *in, struct ticket_landed *ret);
};

static inline enum err kit_incoming_tx(struct ctx *c, void *arg)
{
	struct kit_incoming *k = arg;
	return k->fn(c, &k->in, &k->landed);
}

static inline struct ticket_landed incoming(enum err (*fn)(struct ctx *c, const struct ticket_incoming *in,
							   struct ticket_landed *ret),
					    const struct ticket_incoming *in)
{
	struct kit_incoming k = { .in = *in, .fn = fn };
	struct ctx c;
	desk_ctx(desk, &arena, S("mail"), &c);
	c.door = DOOR_MAIL;
	enum err e = ctx_write(&c, false, kit_incoming_tx, &k);
	if (e != OK)
		kit_complain(&c, "incoming", "");
	assert_int_equal(e, OK);
	return k.landed;
}

static inline int64_t requester_of(int64_t ticket)
{
	struct ticket_get_row t = look(ticket);
	assert_true(t.requester_id.set);
	return t.requester_id.v;
}

/* The customer of a ticket writes. */
static inline struct ticket_landed customer_writes(int64_t ticket, const char *text)
{
	struct ticket_incoming in = {
		.ticket_id = ticket,
		.contact_id = requester_of(ticket),
		.author_name = S("Ines"),
		.text = str_c(text),
		.via = "mail",
	};
	return incoming(ticket_add_customer_message, &in);
}

static inline void run_due(void)
{
	int ran;
	assert_int_equal(runner_once(desk, &ran), OK);
}

struct kit_move {
	int64_t ticket;
	enum ticket_status to;
};
static inline enum err kit_move_it(struct ctx *c, void *arg)
{
	const struct kit_move *m = arg;
	struct ticket_get_row t;
	TRY(ticket_get(c->db, c->arena, &t, .id = m->ticket));
	struct ticket_get_row before = t;
	struct resolve_cite cite;
	TRY(ticket_move(c, &t, m->to, BY_TIMER, c->now_us));
	TRY(resolve_by_timer(c, &t, S("the customer was silent"), &cite));
	return ticket_save(c, "ticket.status_changed", &before, &t,
			   &(struct ticket_note_to_log) { .rule = S("timer"), .cite = m->to == TICKET_SOLVED ? &cite : NULL });
}

/* A timer moves it, now; which timer and when is the sla slice's business. */
static __attribute__((unused)) void timer_moves(int64_t ticket, enum ticket_status to)
{
	struct ctx c;
	desk_ctx(desk, &arena, S("status timer"), &c);
	assert_int_equal(ctx_write(&c, false, kit_move_it, &(struct kit_move) { ticket, to }), OK);
}

static inline int kit_setup(void **state)
{
	(void)state;
	mails_sent = 0;
	desk = test_desk(kit_features);
	arena_init(&arena);
	test_ctx(desk, &arena, &op);
	assert_int_equal(ctx_write(&op, true, kit_people, NULL), OK);
	test_ctx_as(desk, &arena, MARA, "agent", &mara);
	test_ctx_as(desk, &arena, BEN, "lead", &ben);
	test_ctx_as(desk, &arena, LEA, "light", &lea);
	mara.actor.name = S("Mara Lind");
	ben.actor.name = S("Ben Ruiz");
	lea.actor.name = S("Lea Sol");
	return 0;
}

static inline int kit_teardown(void **state)
{
	(void)state;
	op.now_us = clock_now();
	test_verify(&op);
	arena_done(&arena);
	test_desk_done(desk);
	return 0;
}

/* Every test has its desk, and ends with log and tables saying the same. */
#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

#endif
