/* test_kit.h: what the tests of this slice share: a desk with three teammates, two customers, and ways to run commands
 * as one of them. */
#ifndef TEND_TICKET_TEST_KIT_H
#define TEND_TICKET_TEST_KIT_H

#include "account/account_parts.h"
#include "core/slice_kit.h"
#include "ticket/ticket_int.h"

enum { MARA = 1, BEN = 2, LEA = 3, GONE = 4 }; /* two engineers, a light agent, one who left */

static struct ctx mara, ben, lea;

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

#define run_ok kit_ok
#define run_err kit_refused
#define run_due kit_run_due

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
	kit_open(kit_features);
	assert_int_equal(ctx_write(&op, true, kit_people, NULL), OK);
	test_ctx_as(desk, &arena, MARA, "agent", &mara);
	test_ctx_as(desk, &arena, BEN, "lead", &ben);
	test_ctx_as(desk, &arena, LEA, "light", &lea);
	mara.actor.name = S("Mara Lind");
	ben.actor.name = S("Ben Ruiz");
	lea.actor.name = S("Lea Sol");
	return 0;
}

/* Every test has its desk, and ends with log and tables saying the same. */
static inline int kit_teardown(void **state)
{
	(void)state;
	kit_close(NULL, 0);
	return 0;
}

#endif
