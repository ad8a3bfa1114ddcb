/* mail_kit.h: what the tests of this slice share: a desk that takes mail at two addresses, customers of one organisation, and a way to hand mails in and to
 * look at those that would go out. */
#ifndef TEND_MAIL_MAIL_KIT_H
#define TEND_MAIL_MAIL_KIT_H

#include "account/account.h"
#include "core/core.h"
#include "core/desk_test.h"
#include "mail/mail_job.h"
#include "mail/mail_parts.h"
#include "ticket/ticket.h"

#include "mail.sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define OURS "support@desk.example"
#define INES "ines@northwind.example"
#define OTTO "otto@northwind.example"
#define EVE "eve@evil.example"
#define MARA "mara@desk.example"

enum { KIT_SENT_MAX = 64 };

static struct desk *desk;
static struct arena arena;
static struct ctx op;
static struct mail_written kit_sent[KIT_SENT_MAX];
static size_t kit_n_sent;
static enum outbox_outcome kit_outcome;
static const char *kit_said;
static struct feature kit_mail;
static struct outbox_kind kit_outboxes[2];
static const struct feature *kit_features[5];

static inline struct str kit_keep(struct str s)
{
	return arena_str(&arena, s);
}

/* In the relay's place: what is written is kept for the test to look at. */
static inline enum outbox_outcome kit_send(struct ctx *c, const struct outbox_row *o, struct str *ret_said, int64_t *ret_retry_us)
{
	struct mail_written w = { .to = STR_NULL }, again = { .to = STR_NULL };
	*ret_retry_us = 0;
	if (mail_write(c, o, &w) != OK) {
		*ret_said = arena_str(c->arena, str_c(c->fault.message));
		return OUTBOX_FAILED;
	}
	/* the same row is the same bytes, whenever it is sent */
	assert_int_equal(mail_write(c, o, &again), OK);
	assert_true(str_eq(w.message, again.message));
	assert_true(kit_n_sent < KIT_SENT_MAX);
	kit_sent[kit_n_sent++] = (struct mail_written){ kit_keep(w.from), kit_keep(w.to), kit_keep(w.message) };
	*ret_said = str_c(kit_said);
	return kit_outcome;
}

static inline struct str run_ok(const char *name, const char *json)
{
	struct str answer = STR_NULL;
	const struct command *cmd = feature_command(kit_features, str_c(name));
	assert_non_null(cmd);
	enum err e = test_run(&op, cmd, json, &answer);
	if (e != OK)
		print_error("%s %s: %s %s\n", name, json, op.fault.message, op.fault.n_fields ? op.fault.fields[0].message : "");
	assert_int_equal(e, OK);
	return answer;
}
#define RUN_OK(name, ...) run_ok((name), arena_cstr(&arena, arena_fmt(&arena, __VA_ARGS__)))

static inline void run_err(const char *name, const char *json, enum err want)
{
	const struct command *cmd = feature_command(kit_features, str_c(name));
	assert_non_null(cmd);
	assert_int_equal(test_run(&op, cmd, json, NULL), want);
}

static inline void run_due(void)
{
	int ran;
	assert_int_equal(runner_once(desk, &ran), OK);
}

static const struct db_stmt kit_teammate_add = {
	.name = "kit_teammate_add", .file = __FILE__, .kind = DB_EXEC, .writes = true,
	.sqlite = "INSERT INTO teammate (email, name, access, role, zone, work_hours, signature, state, created_us) "
		  "VALUES ('" MARA "', 'Mara Lind', 'agent', 'support_engineer', 'UTC', '[]', 'Mara\nSupport', 'active', 0)",
	.postgres = "INSERT INTO teammate (email, name, access, role, zone, work_hours, signature, state, created_us) "
		    "VALUES ('" MARA "', 'Mara Lind', 'agent', 'support_engineer', 'UTC', '[]', 'Mara\nSupport', 'active', 0)",
};

static inline enum err kit_people(struct ctx *c, void *arg)
{
	(void)arg;
	int64_t n;
	return db_exec(c->db, &kit_teammate_add, NULL, &n);
}

static inline int kit_setup(void **state)
{
	(void)state;
	kit_n_sent = 0;
	kit_outcome = OUTBOX_SENT;
	kit_said = "250 ok";
	kit_mail = mail_feature;
	kit_outboxes[0] = mail_outboxes[0];
	kit_outboxes[0].send = kit_send;
	kit_mail.outboxes = kit_outboxes;
	kit_features[0] = &core_feature;
	kit_features[1] = &account_feature;
	kit_features[2] = &ticket_feature;
	kit_features[3] = &kit_mail;
	desk = test_desk(kit_features);
	arena_init(&arena);
	test_ctx(desk, &arena, &op);
	assert_int_equal(ctx_write(&op, true, kit_people, NULL), OK);
	run_ok("mail.address_add", "{\"address\":\"" OURS "\"}");
	run_ok("mail.address_add", "{\"address\":\"trial@desk.example\",\"kind\":\"trial\"}");
	int64_t org = test_answer_i64(run_ok("organisation.create", "{\"name\":\"Northwind\"}"), "organisation");
	RUN_OK("organisation.domain_add", "{\"organisation\":%lld,\"domain\":\"northwind.example\"}", (long long)org);
	return 0;
}

static inline int kit_teardown(void **state)
{
	(void)state;
	test_verify(&op);
	arena_done(&arena);
	test_desk_done(desk);
	return 0;
}

#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

/* ---- mails in ---- */

/* Hands a mail in and lets it land. */
static inline struct inbox_get_row hand_in(const char *from, const char *rcpt, struct str raw)
{
	struct ctx c;
	int64_t id;
	bool again, found;
	struct inbox_get_row row;
	desk_ctx(desk, &arena, S("mail"), &c);
	c.door = DOOR_MAIL;
	assert_int_equal(mail_take(&c, str_c(from), str_c(rcpt), raw, &id, &again), OK);
	run_due();
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(inbox_get(op.db, &arena, &row, &found, .id = id), OK);
	ctx_db_done(&op);
	assert_true(found);
	return row;
}

/* A mail: `proof` is what our MTA puts above its Received line ("" = nothing), `more` further headers, each with its line end. */
static inline struct str letter(const char *proof, const char *from, const char *subject, const char *more, const char *body)
{
	return arena_fmt(&arena, "%sReceived: from mx.northwind.example by desk.example\r\nFrom: %s\r\nTo: " OURS "\r\nSubject: %s\r\n"
				 "Date: Tue, 24 Nov 2026 07:59:00 +0000\r\n%s\r\n%s\r\n", proof, from, subject, more, body);
}

#define PROOF_OF(domain) "Authentication-Results: desk.example; dmarc=pass header.from=" domain "\r\n"
#define PROVED PROOF_OF("northwind.example")

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

#define assert_text(s, literal)                                                                                                                      \
	do {                                                                                                                                         \
		struct str got_ = (s);                                                                                                               \
		if (!str_eq(got_, str_c(literal)))                                                                                                   \
			fail_msg("got \"%.*s\", not \"%s\"", STR_ARG(got_), literal);                                                                \
	} while (0)
#define assert_has(s, literal)                                                                                                                       \
	do {                                                                                                                                         \
		struct str got_ = (s);                                                                                                               \
		if (str_find(got_, str_c(literal)) < 0)                                                                                              \
			fail_msg("\"%.*s\" has no \"%s\"", STR_ARG(got_), literal);                                                                  \
	} while (0)
#define assert_has_not(s, literal)                                                                                                                   \
	do {                                                                                                                                         \
		struct str got_ = (s);                                                                                                               \
		if (str_find(got_, str_c(literal)) >= 0)                                                                                             \
			fail_msg("\"%.*s\" has \"%s\"", STR_ARG(got_), literal);                                                                     \
	} while (0)

static inline void assert_landed(struct inbox_get_row row, const char *state, const char *outcome)
{
	if (!str_eq(row.state, str_c(state)) || !str_eq(row.outcome, str_c(outcome)))
		fail_msg("landed as %.*s/%.*s, not %s/%s\n%.*s\n%.*s", STR_ARG(row.state), STR_ARG(row.outcome), state, outcome, STR_ARG(row.reason),
			 STR_ARG(row.trace));
	assert_true(row.reason.n > 20);
	assert_true(row.trace.n > 5);
}

static inline void assert_status(int64_t ticket, const char *status)
{
	assert_text(look(ticket).status, status);
}

/* ---- mails out ---- */

/* A header's value in a mail that went out, unfolded; STR_NULL without it. */
static inline struct str header(struct str mail, const char *name)
{
	ptrdiff_t at = str_find(mail, arena_fmt(&arena, "\r\n%s: ", name));
	if (str_ifind(str_slice(mail, 0, strlen(name)), str_c(name)) == 0)
		at = -2;
	if (at == -1)
		at = str_find(mail, arena_fmt(&arena, "\r\n%s:\r\n", name));
	if (at == -1)
		return STR_NULL;
	size_t from = (size_t)(at + 2) + strlen(name) + 1;
	struct buf b;
	buf_init(&b, &arena, 64 << 10);
	for (size_t i = from; i < mail.n; i++) {
		if (mail.p[i] == '\r' && i + 2 < mail.n && mail.p[i + 2] != ' ')
			break;
		if (mail.p[i] != '\r' && mail.p[i] != '\n')
			buf_ch(&b, mail.p[i]);
	}
	return str_trim(buf_str(&b));
}

/* The newest mail that went out to that address. */
static inline struct str mail_to(const char *to)
{
	for (size_t i = kit_n_sent; i > 0; i--)
		if (str_eq(kit_sent[i - 1].to, str_c(to)))
			return kit_sent[i - 1].message;
	fail_msg("no mail went to %s", to);
	return STR_NULL;
}

static inline const char *angle(struct str s)
{
	s = str_trim(s);
	return arena_cstr(&arena, str_slice(s, str_starts(s, S("<")), s.n - str_ends(s, S(">"))));
}

/* A ticket of Ines, opened by a proved mail. */
static inline int64_t ines_writes(void)
{
	struct inbox_get_row row = hand_in(INES, OURS, letter(PROVED, "Ines <" INES ">", "Crash", "Message-ID: <first@northwind.example>\r\n", "It crashes."));
	assert_landed(row, "done", "ticket");
	return row.ticket_id.v;
}

/* We answer, and it goes out. Returns the message. */
static inline int64_t we_answer(int64_t ticket, const char *body)
{
	struct str a = RUN_OK("ticket.reply", "{\"ticket\":%lld,\"body\":\"%s\",\"status\":\"pending\"}", (long long)ticket, body);
	test_clock_add(60 * UTIME_US_PER_SECOND);
	run_due();
	return test_answer_i64(a, "message");
}

#endif
