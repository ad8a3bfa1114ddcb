/* mail_test.c: what becomes of a mail: every outcome with its reason, the attacks of INTEGRATIONS 5.2, loops and brakes, reports, what cannot be read, and what
 * people do with mails that wait. */
#include "mail/mail_kit.h"

#include "base/banned.h"

static struct str show(int64_t ticket)
{
	return RUN_OK("ticket.show", "{\"ticket\":%lld}", (long long)ticket);
}

static struct str messages(int64_t ticket)
{
	return RUN_OK("ticket.messages", "{\"ticket\":%lld}", (long long)ticket);
}

static struct str steps(int64_t inbox)
{
	return RUN_OK("mail.why", "{\"id\":%lld}", (long long)inbox);
}

static struct str copy_state(int64_t ticket, const char *email)
{
	struct contact k;
	bool found;
	struct mail_is_copy_row row = { .state = STR_NULL };
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(contact_by_address(&op, str_c(email), &k, &found), OK);
	if (found)
		assert_int_equal(mail_is_copy(op.db, &arena, &row, &found, .ticket_id = ticket, .contact_id = k.id), OK);
	ctx_db_done(&op);
	return found ? row.state : S("none");
}

/* The address that Ines was told to reply to. */
static const char *token_of(const char *to)
{
	return angle(header(mail_to(to), "Reply-To"));
}

/* ---- the plain ways ---- */

static void a_new_mail_is_a_ticket_and_is_acknowledged(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	assert_status(t, "new");
	assert_text(look(t).subject, "Crash");
	assert_text(look(t).inbound, OURS);
	assert_true(look(t).organisation_id.set);
	assert_int_equal(kit_n_sent, 1);
	struct str ack = mail_to(INES);
	/* no word of the sender's */
	assert_has_not(ack, "Crash");
	assert_has_not(ack, "crashes");
	assert_text(header(ack, "To"), "<" INES ">");
	assert_text(header(ack, "Subject"), arena_cstr(&arena, arena_fmt(&arena, "We have your message [#%lld]", (long long)t)));
	assert_text(header(ack, "Auto-Submitted"), "auto-replied");
	assert_text(header(ack, "X-Auto-Response-Suppress"), "All");
	assert_text(header(ack, "In-Reply-To"), "<first@northwind.example>");
	assert_true(str_starts(kit_sent[0].from, S("bounce+")));
	assert_has(ack, "This note is automatic and not yet our");
}

/* The aim is a setting; its default is a row of the handbook's presets. */
static void an_acknowledgement_says_the_desks_own_aim(void **state)
{
	(void)state;
	run_ok("setting.set", "{\"key\":\"mail.answer_aim\",\"value\":\"a working day\"}");
	ines_writes();
	assert_has(mail_to(INES), "within a working day.");
}

static void a_reply_by_the_token_reopens(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	we_answer(t, "Which version?");
	assert_status(t, "pending");
	/* no word from our MTA: the token alone, made for her */
	struct inbox_get_row row = hand_in(INES, token_of(INES), letter("", INES, "Re: Crash", "Message-ID: <second@northwind.example>\r\n", "5.1"));
	assert_landed(row, "done", "reply");
	assert_int_equal(row.ticket_id.v, t);
	assert_status(t, "open");
	assert_text(look_message(row.message_id.v).kind, "customer");
	assert_has(steps(row.id), "the token was made for this sender");
	/* gateways that shout */
	char *shout = arena_alloc(&arena, 200);
	snprintf(shout, 200, "%s", token_of(INES));
	for (char *p = shout; *p; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
	assert_landed(hand_in(INES, shout, letter("", INES, "Re: Crash", "", "5.1.0")), "done", "reply");
	/* the site wants more than a token */
	run_ok("setting.set", "{\"key\":\"mail.require_proof\",\"value\":\"1\"}");
	assert_landed(hand_in(INES, token_of(INES), letter("", INES, "Re: Crash", "", "5.1.1")), "done", "note");
	assert_landed(hand_in(INES, token_of(INES), letter(PROVED, INES, "Re: Crash", "", "5.1.2")), "done", "reply");
}

static void references_thread_and_the_sender_is_proved_apart(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	we_answer(t, "Which version?");
	const char *ours = arena_cstr(&arena, header(mail_to(INES), "Message-ID"));
	const char *more = arena_cstr(&arena, arena_fmt(&arena, "In-Reply-To: %s\r\n", ours));
	struct inbox_get_row row = hand_in(INES, OURS, letter(PROVED, INES, "Re: Crash", more, "5.1"));
	assert_landed(row, "done", "reply");
	assert_int_equal(row.ticket_id.v, t);
	assert_has(steps(row.id), "our own Message-ID");
	/* the same ids without proof: everybody who was in copy knows them */
	row = hand_in(INES, OURS, letter("", INES, "Re: Crash", more, "5.2"));
	assert_landed(row, "done", "note");
	assert_int_equal(row.ticket_id.v, t);
	/* her own id, that the ticket has seen */
	row = hand_in(INES, OURS, letter(PROVED, INES, "Re: Crash", "References: <x@y> <first@northwind.example>\r\n", "5.3"));
	assert_landed(row, "done", "reply");
	assert_int_equal(row.ticket_id.v, t);
	/* the number, with proof and of this ticket */
	const char *subject = arena_cstr(&arena, arena_fmt(&arena, "AW: Crash [#%lld]", (long long)t));
	row = hand_in(INES, OURS, letter(PROVED, INES, subject, "", "5.4"));
	assert_landed(row, "done", "reply");
	assert_int_equal(row.ticket_id.v, t);
	row = hand_in(INES, OURS, letter("", INES, subject, "", "5.5"));
	assert_landed(row, "done", "ticket");
	assert_true(row.ticket_id.v != t);
}

static void a_closed_ticket_is_followed_up_and_a_merged_one_led_on(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	we_answer(t, "Done?");
	const char *token = token_of(INES);
	RUN_OK("ticket.delete", "{\"ticket\":%lld,\"reason\":\"test\"}", (long long)t);
	struct inbox_get_row row = hand_in(INES, token, letter("", INES, "Re: Crash", "", "Again."));
	assert_landed(row, "done", "follow_up");
	int64_t f = row.ticket_id.v;
	assert_true(f != t);
	row = hand_in(INES, OURS, letter(PROVED, INES, "Other", "Message-ID: <other@northwind.example>\r\n", "Other."));
	int64_t other = row.ticket_id.v;
	RUN_OK("ticket.merge", "{\"ticket\":%lld,\"into\":%lld}", (long long)other, (long long)f);
	row = hand_in(INES, OURS, letter(PROVED, INES, "Re: Other", "In-Reply-To: <other@northwind.example>\r\n", "More."));
	assert_landed(row, "done", "reply");
	assert_int_equal(row.ticket_id.v, f);
	assert_has(steps(row.id), "was merged into");
}

static void a_merged_contact_keeps_their_tokens(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	we_answer(t, "Which version?");
	const char *token = token_of(INES);
	int64_t ines = look(t).requester_id.v;
	int64_t other = test_answer_i64(run_ok("contact.create", "{\"name\":\"Ines B\",\"email\":\"ines@home.example\"}"), "contact");
	RUN_OK("contact.merge", "{\"from\":%lld,\"into\":%lld}", (long long)ines, (long long)other);
	struct inbox_get_row row = hand_in("ines@home.example", token, letter("", "ines@home.example", "Re: Crash", "", "From home."));
	assert_landed(row, "done", "reply");
	row = hand_in(INES, token, letter("", INES, "Re: Crash", "", "From work."));
	assert_landed(row, "done", "reply");
	assert_int_equal(row.ticket_id.v, t);
}

static void a_forwarded_mail_suggests_its_sender(void **state)
{
	(void)state;
	struct inbox_get_row row = hand_in(MARA, OURS, letter(PROOF_OF("desk.example"), "Mara <" MARA ">", "Fwd: Crash", "",
		"See below.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Otto <" OTTO ">\r\nDate: Mon, 23 Nov 2026\r\nSubject: Crash\r\nTo: " MARA
		"\r\n\r\nIt crashes."));
	assert_landed(row, "done", "ticket");
	assert_text(copy_state(row.ticket_id.v, OTTO), "proposed");
	assert_has(messages(row.ticket_id.v), "make them the requester");
	assert_has(steps(row.id), "said to be from " OTTO);
	/* whom nobody answers before a teammate has said so */
	size_t before = kit_n_sent;
	we_answer(row.ticket_id.v, "Hello.");
	for (size_t i = before; i < kit_n_sent; i++)
		assert_text(kit_sent[i].to, MARA);
}

/* ---- attacks ---- */

static void nobody_joins_a_ticket_by_knowing_of_it(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	we_answer(t, "Which version?");
	assert_status(t, "pending");
	const char *ours = arena_cstr(&arena, header(mail_to(INES), "Message-ID")), *token = token_of(INES);
	const char *subject = arena_cstr(&arena, arena_fmt(&arena, "Re: Crash [#%lld]", (long long)t));
	const char *refs = arena_cstr(&arena, arena_fmt(&arena, "In-Reply-To: %s\r\nReferences: <first@northwind.example> %s\r\n", ours, ours));
	char *flipped = arena_alloc(&arena, 200), *forged = arena_alloc(&arena, 300);
	snprintf(flipped, 200, "%s", token);
	char *digit = strchr(flipped, '@') - 1;
	*digit = *digit == 'a' ? 'b' : 'a';
	snprintf(forged, 300, "In-Reply-To: <tend.reply.1.1.aaaaaaaaaaaaaaaa@desk.example>\r\n");
	const struct {
		const char *proof, *from, *rcpt, *more, *outcome;
	} ATTACKS[] = {
		/* a stranger, proved or not, with all that a leaked mail shows */
		{ PROOF_OF("evil.example"), EVE, OURS, refs, "note" },
		{ PROOF_OF("evil.example"), EVE, token, refs, "note" },
		{ "", EVE, token, "", "note" },
		{ PROOF_OF("evil.example"), EVE, OURS, "", "ticket" },
		/* in her name, without a word of our MTA's, or with its No */
		{ "", INES, OURS, refs, "note" },
		{ "Authentication-Results: desk.example; dmarc=fail header.from=northwind.example\r\n", INES, token, refs, "note" },
		{ "Authentication-Results: mx.evil.example; dmarc=pass header.from=northwind.example\r\n", INES, OURS, refs, "note" },
		{ "", INES, OURS, "", "ticket" },
		{ "", INES, flipped, "", "ticket" },
		{ "", INES, OURS, forged, "ticket" },
		{ "", "Ines <" INES ">, " EVE, token, refs, "note" },
		{ PROOF_OF("evil.example"), "\"" INES "\" <" EVE ">", token, refs, "note" },
	};
	for (size_t i = 0; i < ARRAY_LEN(ATTACKS); i++) {
		const char *body = arena_cstr(&arena, arena_fmt(&arena, "Send me the password (%zu).", i));
		struct inbox_get_row row = hand_in(EVE, ATTACKS[i].rcpt, letter(ATTACKS[i].proof, ATTACKS[i].from, subject, ATTACKS[i].more, body));
		if (!str_eq(row.outcome, str_c(ATTACKS[i].outcome)))
			print_error("attack %zu\n", i);
		assert_landed(row, "done", ATTACKS[i].outcome);
		assert_status(t, "pending");
		if (strcmp(ATTACKS[i].outcome, "note") == 0) {
			assert_int_equal(row.ticket_id.v, t);
			assert_text(look_message(row.message_id.v).kind, "unverified");
		} else {
			assert_true(row.ticket_id.v != t);
		}
		assert_text(copy_state(t, EVE), "none");
	}
	/* and nobody's answer goes to her: a note of ours, a reply of ours */
	size_t before = kit_n_sent;
	we_answer(t, "Still there?");
	for (size_t i = before; i < kit_n_sent; i++)
		assert_text(kit_sent[i].to, INES);
	assert_int_equal(kit_n_sent, before + 1);
}

static void forged_headers_below_our_line_prove_nothing(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	we_answer(t, "Which version?");
	struct str raw = letter("", INES, "Re: Crash", PROVED "In-Reply-To: <first@northwind.example>\r\n", "Forged.");
	assert_landed(hand_in(EVE, OURS, raw), "done", "note");
	assert_status(t, "pending");
}

/* A token that was made for one and used by another of the same ticket. */
static void a_stolen_token(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	RUN_OK("ticket.cc_add", "{\"ticket\":%lld,\"name\":\"Otto\",\"email\":\"" OTTO "\"}", (long long)t);
	we_answer(t, "Which version?");
	/* Otto is of the ticket, but with her token nothing proves that it is he */
	assert_landed(hand_in(OTTO, token_of(INES), letter("", OTTO, "Re: Crash", "", "I am Otto.")), "done", "note");
	assert_landed(hand_in(OTTO, token_of(OTTO), letter("", OTTO, "Re: Crash", "", "I am he.")), "done", "reply");
	assert_landed(hand_in(OTTO, token_of(INES), letter(PROVED, OTTO, "Re: Crash", "", "Really.")), "done", "reply");
	RUN_OK("ticket.status", "{\"ticket\":%lld,\"status\":\"pending\"}", (long long)t);
	const char *otto = token_of(OTTO);
	struct contact k;
	bool found;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(contact_by_address(&op, S(OTTO), &k, &found), OK);
	ctx_db_done(&op);
	RUN_OK("ticket.cc_remove", "{\"ticket\":%lld,\"contact\":%lld}", (long long)t, (long long)k.id);
	assert_landed(hand_in(OTTO, otto, letter("", OTTO, "Re: Crash", "", "Taken out.")), "done", "note");
	assert_status(t, "pending");
}

/* A forged requester with a copy to the attacker, who would read along. */
static void a_forged_requester_with_a_copy(void **state)
{
	(void)state;
	struct inbox_get_row row = hand_in(EVE, OURS, letter("", INES, "Invoice", "Cc: " EVE ", " OTTO ", " MARA ", trial@desk.example\r\n", "Please send it."));
	assert_landed(row, "done", "ticket");
	assert_text(copy_state(row.ticket_id.v, EVE), "proposed");
	assert_text(copy_state(row.ticket_id.v, OTTO), "proposed");
	assert_text(copy_state(row.ticket_id.v, MARA), "none");
	size_t before = kit_n_sent;
	we_answer(row.ticket_id.v, "Here it is.");
	assert_int_equal(kit_n_sent, before + 1);
	assert_text(kit_sent[before].to, INES);
	/* a proved sender's colleague reads along at once, a stranger does not */
	row = hand_in(INES, OURS, letter(PROVED, INES, "Other", "Cc: " EVE ", " OTTO "\r\n", "Hello."));
	assert_text(copy_state(row.ticket_id.v, EVE), "proposed");
	assert_text(copy_state(row.ticket_id.v, OTTO), "active");
}

/* Whoever uses a foreign id first keeps it: a later ticket with the same one must not draw the answers to itself. */
static void a_stolen_message_id(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	struct inbox_get_row row = hand_in(EVE, OURS, letter(PROOF_OF("evil.example"), EVE, "Trap", "Message-ID: <first@northwind.example>\r\n", "Trap."));
	assert_landed(row, "done", "ticket");
	assert_true(row.ticket_id.v != t);
	row = hand_in(INES, OURS, letter(PROVED, INES, "Re: Crash", "In-Reply-To: <first@northwind.example>\r\n", "Secret."));
	assert_landed(row, "done", "reply");
	assert_int_equal(row.ticket_id.v, t);
}

/* An id of one kind says nothing of another's numbers. */
static void ids_of_other_mails_name_no_ticket(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	struct ctx c;
	desk_ctx(desk, &arena, S("mail"), &c);
	struct str plain = mail_message_id(&c, t, 0, "plain");
	const char *more = arena_cstr(&arena, arena_fmt(&arena, "In-Reply-To: <%.*s>\r\n", STR_ARG(plain)));
	struct inbox_get_row row = hand_in(INES, OURS, letter(PROVED, INES, "Re: Your sign-in", more, "Thanks"));
	assert_landed(row, "done", "ticket");
	assert_true(row.ticket_id.v != t);
	we_answer(t, "Clear the cache.");
	RUN_OK("ticket.confirm_ask", "{\"ticket\":%lld}", (long long)t);
	run_due();
	more = arena_cstr(&arena, arena_fmt(&arena, "In-Reply-To: %.*s\r\n", STR_ARG(header(mail_to(INES), "Message-ID"))));
	row = hand_in(INES, OURS, letter(PROVED, INES, "Re: Crash", more, "Yes, solved"));
	assert_landed(row, "done", "reply");
	assert_int_equal(row.ticket_id.v, t);
}

static void teammates_and_colleagues(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	we_answer(t, "Which version?");
	const char *refs = "In-Reply-To: <first@northwind.example>\r\n";
	struct inbox_get_row row = hand_in(MARA, OURS, letter(PROOF_OF("desk.example"), "Mara <" MARA ">", "Re: Crash", refs, "I think it is the cache."));
	assert_landed(row, "done", "note");
	assert_text(look_message(row.message_id.v).kind, "unverified");
	assert_text(look_message(row.message_id.v).author_name, "Mara Lind");
	assert_has(messages(t), "reply from the ticket");
	assert_status(t, "pending");
	row = hand_in(OTTO, OURS, letter(PROVED, OTTO, "Re: Crash", refs, "Me too."));
	assert_landed(row, "done", "note");
	assert_has(row.reason, "Approve them as a copy");
	assert_text(copy_state(t, OTTO), "proposed");
	/* in a colleague's name: not even proposed */
	row = hand_in(EVE, OURS, letter("", "olga@northwind.example", "Re: Crash", refs, "Me too."));
	assert_landed(row, "done", "note");
	assert_text(copy_state(t, "olga@northwind.example"), "none");
	assert_status(t, "pending");
}

/* ---- twice, loops, floods ---- */

static void twice_is_once(void **state)
{
	(void)state;
	struct str raw = letter(PROVED, INES, "Crash", "Message-ID: <m@northwind.example>\r\n", "It crashes.");
	struct inbox_get_row a = hand_in(INES, OURS, raw), b = hand_in(INES, "Support@Desk.example", raw), d = hand_in(INES, "trial@desk.example", raw);
	assert_int_equal(a.id, b.id);
	assert_landed(d, "done", "duplicate");
	assert_int_equal(d.ticket_id.v, a.ticket_id.v);
	/* the id alone is no key: another text, another file */
	struct inbox_get_row e = hand_in(INES, OURS, letter(PROVED, INES, "Crash", "Message-ID: <m@northwind.example>\r\n", "It crashes again."));
	assert_landed(e, "done", "ticket");
	static const char *const SCAN[] = { "AAAA", "AAAB" };
	int64_t tickets[2];
	for (size_t i = 0; i < 2; i++) {
		const char *body = arena_cstr(&arena, arena_fmt(&arena, "--b\r\nContent-Type: text/plain\r\n\r\nscan\r\n--b\r\nContent-Type: application/pdf; name=s.pdf\r\n"
									"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--b--", SCAN[i]));
		struct str mail = letter(PROVED, INES, "Scan", "Message-ID: <scan@device>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n", body);
		struct inbox_get_row row = hand_in(INES, OURS, mail);
		assert_landed(row, "done", "ticket");
		tickets[i] = row.ticket_id.v;
	}
	assert_true(tickets[0] != tickets[1]);
	/* after ten days it is another mail */
	test_clock_add(11 * UTIME_US_PER_DAY);
	assert_landed(hand_in(INES, "trial@desk.example", letter(PROVED, INES, "Crash", "Message-ID: <m@northwind.example>\r\n", "It crashes again.")), "done", "ticket");
}

/* To the plain address it proved nothing, to the token's it does: the second copy is the message. */
static void the_proved_copy_wins(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	we_answer(t, "Which version?");
	struct str raw = letter("", INES, "Re: Crash", "Message-ID: <r@northwind.example>\r\nIn-Reply-To: <first@northwind.example>\r\n", "5.1");
	assert_landed(hand_in(INES, OURS, raw), "done", "note");
	assert_landed(hand_in(INES, token_of(INES), raw), "done", "reply");
	assert_status(t, "open");
}

static void loops_stop(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	we_answer(t, "Which version?");
	struct inbox_get_row row = hand_in(INES, OURS, letter("", "Support <" OURS ">", "Hello me", "", "x"));
	assert_landed(row, "suspended", "loop");
	/* a mail of ours that comes back as it went out */
	row = hand_in("x@y.example", OURS, mail_to(INES));
	assert_landed(row, "suspended", "loop");
	row = hand_in("x@y.example", OURS,
		      letter("", "x@y.example", "Hi", arena_cstr(&arena, arena_fmt(&arena, "X-Tend-Desk: %.*s\r\n", STR_ARG(header(mail_to(INES), "X-Tend-Desk")))), "x"));
	assert_landed(row, "suspended", "loop");
	assert_false(row.ticket_id.set);
	/* a person releases it */
	RUN_OK("mail.release", "{\"id\":%lld}", (long long)row.id);
	run_due();
	struct str why = steps(row.id);
	assert_has(why, "\"outcome\":\"ticket\"");
}

/* Two desks that answer each other: ours says one thing a day. */
static void two_desks_do_not_talk(void **state)
{
	(void)state;
	size_t sent = 0;
	for (int i = 0; i < 60; i++) {
		const char *subject = arena_cstr(&arena, arena_fmt(&arena, "Your request %d was received", i));
		struct inbox_get_row row = hand_in("help@other.example", OURS, letter("", "help@other.example", subject, "", "Thank you."));
		assert_landed(row, "done", "ticket");
		sent = kit_n_sent;
	}
	assert_int_equal(sent, 1);
	test_clock_add(25 * UTIME_US_PER_HOUR);
	hand_in("help@other.example", OURS, letter("", "help@other.example", "Another day", "", "x"));
	assert_int_equal(kit_n_sent, 2);
}

static void budgets(void **state)
{
	(void)state;
	run_ok("setting.set", "{\"key\":\"mail.auto_per_hour\",\"value\":\"3\"}");
	for (int i = 0; i < 5; i++) {
		const char *from = arena_cstr(&arena, arena_fmt(&arena, "victim%d@x.example", i));
		struct inbox_get_row row = hand_in(EVE, OURS, letter("", from, "x", "", "x"));
		assert_landed(row, "done", "ticket");
		if (i >= 3)
			assert_has(steps(row.id), "budget of automatic mail");
	}
	assert_int_equal(kit_n_sent, 3);
	test_clock_add(UTIME_US_PER_HOUR + 1);
	hand_in(EVE, OURS, letter("", "victim9@x.example", "x", "", "x"));
	assert_int_equal(kit_n_sent, 4);
	/* who asks for no automatic mail, or is a program, gets none; and noreply addresses acknowledge nothing */
	assert_landed(hand_in(EVE, OURS, letter("", "a1@x.example", "x", "X-Auto-Response-Suppress: All\r\n", "x")), "done", "ticket");
	assert_landed(hand_in(EVE, OURS, letter("", "a2@x.example", "x", "List-Id: <l.x.example>\r\n", "x")), "done", "ticket");
	assert_landed(hand_in(EVE, OURS, letter("", "a3@x.example", "x", "Auto-Submitted: auto-generated\r\n", "x")), "done", "ticket");
	assert_landed(hand_in(EVE, OURS, letter("Authentication-Results: desk.example; dmarc=fail\r\n", "a4@x.example", "x", "", "x")), "done", "ticket");
	run_ok("mail.address_add", "{\"address\":\"noreply@desk.example\",\"kind\":\"noreply\"}");
	assert_landed(hand_in(EVE, "noreply@desk.example", letter("", "a5@x.example", "x", "", "x")), "done", "ticket");
	assert_landed(hand_in(EVE, "postmaster@desk.example", letter("", "a6@x.example", "x", "", "x")), "done", "ticket");
	assert_int_equal(kit_n_sent, 4);
	assert_landed(hand_in(EVE, OURS, letter("", "a7@x.example", "x", "Auto-Submitted: no\r\n", "x")), "done", "ticket");
	assert_int_equal(kit_n_sent, 5);
}

static void a_flood_reopens_nothing(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	we_answer(t, "Which version?");
	const char *token = token_of(INES);
	struct inbox_get_row row = { .id = 0 };
	for (int i = 0; i < 25; i++)
		row = hand_in(INES, token, letter("", INES, "Re: Crash", "", arena_cstr(&arena, arena_fmt(&arena, "%d", i))));
	assert_landed(row, "done", "reply");
	assert_has(steps(row.id), "nothing reopens");
	RUN_OK("ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}", (long long)t);
	assert_landed(hand_in(INES, token, letter("", INES, "Re: Crash", "", "more")), "done", "reply");
	assert_status(t, "solved");
	/* of one who is not proved not even notes pile up */
	row = hand_in(EVE, token, letter("", EVE, "Re: Crash", "", "flood"));
	assert_landed(row, "suspended", "flood");
	RUN_OK("mail.release", "{\"id\":%lld}", (long long)row.id);
	run_due();
	assert_has(steps(row.id), "\"outcome\":\"note\"");
	test_clock_add(UTIME_US_PER_HOUR + 1);
	assert_landed(hand_in(INES, token, letter("", INES, "Re: Crash", "", "later")), "done", "reply");
	assert_status(t, "open");
}

/* ---- programs and reports ---- */

static void automatic_replies(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	we_answer(t, "Which version?");
	struct inbox_get_row row = hand_in("", token_of(INES), letter(PROVED, INES, "Out of office", "Auto-Submitted: auto-replied\r\n", "Back on Monday."));
	assert_landed(row, "done", "note");
	assert_has(row.reason, "automatic reply");
	assert_status(t, "pending");
	/* to the envelope's address, as RFC 3834 has it */
	row = hand_in("", arena_cstr(&arena, kit_sent[kit_n_sent - 1].from), letter("", INES, "Out of office", "Auto-Submitted: auto-replied\r\n", "Back on Tuesday."));
	assert_landed(row, "done", "note");
	assert_int_equal(row.ticket_id.v, t);
	assert_status(t, "pending");
	row = hand_in("", OURS, letter("", "x@y.example", "Out of office", "Auto-Submitted: auto-replied\r\n", "Back."));
	assert_landed(row, "suspended", "automatic");
	RUN_OK("mail.release", "{\"id\":%lld}", (long long)row.id);
	run_due();
	assert_has(steps(row.id), "\"outcome\":\"ticket\"");
}

static struct str report(const char *action, const char *status, const char *recipient, struct str id)
{
	const char *body = arena_cstr(&arena, arena_fmt(&arena,
		"--b\r\nContent-Type: text/plain\r\n\r\nNo.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
		"Final-Recipient: rfc822; %s\r\nAction: %s\r\nStatus: %s\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%.*s>\r\n\r\n--b--",
		recipient, action, status, STR_ARG(id)));
	return letter("", "MAILER-DAEMON@mx.example", "Undelivered", "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
		      "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n", body);
}

static bool bounces(int64_t contact)
{
	struct contact k;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(contact_get(&op, contact, &k), OK);
	ctx_db_done(&op);
	return k.bouncing;
}

static void reports(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	int64_t m = we_answer(t, "Which version?");
	const char *bounce = arena_cstr(&arena, kit_sent[kit_n_sent - 1].from);
	struct ctx c;
	desk_ctx(desk, &arena, S("mail"), &c);
	int64_t ines = look(t).requester_id.v;
	struct str id = mail_message_id(&c, m, ines, "reply");
	struct inbox_get_row row = hand_in("", bounce, report("delayed", "4.4.1", INES, id));
	assert_landed(row, "done", "bounce");
	assert_has(row.reason, "delay");
	row = hand_in("", bounce, report("delivered", "2.0.0", INES, id));
	assert_landed(row, "done", "bounce");
	assert_has(row.reason, "arrived");
	/* forged: to the plain address, with an id that is not ours */
	row = hand_in("", OURS, report("failed", "5.1.1", INES, S("tend.reply.1.1.aaaaaaaaaaaaaaaa@desk.example")));
	assert_landed(row, "done", "bounce");
	assert_has(row.reason, "no mail of ours");
	assert_false(bounces(ines));
	row = hand_in("", bounce, report("failed", "5.1.1", "ines@old.example", id));
	assert_landed(row, "done", "bounce");
	assert_int_equal(row.ticket_id.v, t);
	assert_true(bounces(ines));
	assert_has(messages(t), "came back for good (5.1.1)");
	assert_status(t, "pending");
}

/* To the plain address, known by our id in the report; of an address that is not theirs any more: said, not marked. */
static void reports_by_the_id(void **state)
{
	(void)state;
	int64_t t = ines_writes();
	int64_t m = we_answer(t, "Which version?");
	struct ctx c;
	desk_ctx(desk, &arena, S("mail"), &c);
	int64_t ines = look(t).requester_id.v;
	struct str id = mail_message_id(&c, m, ines, "reply");
	assert_landed(hand_in("", OURS, report("failed", "5.1.1", "ines@old.example", id)), "done", "bounce");
	assert_has(messages(t), "came back for good");
	assert_false(bounces(ines));
	assert_landed(hand_in("", OURS, report("failed", "5.7.1", INES, id)), "done", "bounce");
	assert_true(bounces(ines));
}

/* ---- suspended, unreadable, parked ---- */

static void suspended_tickets(void **state)
{
	(void)state;
	static const struct {
		const char *from, *more, *subject, *why;
	} CASES[] = {
		{ "x@y.example", "X-Spam-Flag: YES\r\n", "Buy", "spam" },
		{ "no-reply@y.example", "", "Hello", "verification" },
		{ "x@y.example", "Auto-Submitted: auto-generated\r\n", "Your verification code", "verification" },
		{ "x@y.example, z@y.example", "", "Hello", "several" },
	};
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct inbox_get_row row = hand_in("x@y.example", OURS, letter("", CASES[i].from, CASES[i].subject, CASES[i].more, "x"));
		assert_landed(row, "done", "suspended");
		assert_has(row.reason, CASES[i].why);
		assert_status(row.ticket_id.v, "suspended");
	}
	struct inbox_get_row row = hand_in("x@y.example", OURS, S("Subject: no sender\r\n\r\nx\r\n"));
	assert_landed(row, "done", "suspended");
	assert_int_equal(kit_n_sent, 0);
	assert_has(show(row.ticket_id.v), "suspended");
}

static struct str bomb(void)
{
	struct buf b;
	buf_init(&b, &arena, 8 << 20);
	buf_add(&b, S("From: a@b.example\r\n"));
	for (int i = 0; i < 3000; i++)
		buf_fmt(&b, "X-%d: y\r\n", i);
	buf_add(&b, S("\r\nx\r\n"));
	return buf_str(&b);
}

static void unreadable_is_a_ticket_with_the_original(void **state)
{
	(void)state;
	struct inbox_get_row row = hand_in(INES, OURS, bomb());
	assert_landed(row, "parked", "unreadable");
	int64_t t = row.ticket_id.v;
	assert_text(look(t).subject, "Unreadable message");
	assert_int_equal(look(t).attachments, 1);
	/* read again, still unreadable: no second ticket */
	RUN_OK("mail.retry", "{\"id\":%lld}", (long long)row.id);
	run_due();
	assert_has(steps(row.id), "\"state\":\"parked\"");
	assert_has(steps(row.id), arena_cstr(&arena, arena_fmt(&arena, "\"ticket\":%lld", (long long)t)));
	/* the next mail lands meanwhile */
	ines_writes();
	RUN_OK("mail.discard", "{\"id\":%lld}", (long long)row.id);
	assert_has(steps(row.id), "\"state\":\"discarded\"");
	run_err("mail.discard", arena_cstr(&arena, arena_fmt(&arena, "{\"id\":%lld}", (long long)row.id)), ERR_CONFLICT);
	RUN_OK("mail.retry", "{\"id\":%lld}", (long long)row.id);
	run_err("mail.retry", "{\"id\":999}", ERR_NOT_FOUND);
	run_due();
	assert_has(run_ok("mail.inbox", "{\"state\":\"parked\"}"), "unreadable");
}

static struct inbox_get_row inbox(int64_t id)
{
	struct inbox_get_row row;
	bool found;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(inbox_get(op.db, &arena, &row, &found, .id = id), OK);
	ctx_db_done(&op);
	assert_true(found);
	return row;
}

/* As if its parser had died: the mail lands unreadable, whatever it holds. */
static struct inbox_get_row hand_in_unread(const char *from, const char *rcpt, struct str raw)
{
	int64_t id;
	bool again;
	struct ctx c;
	desk_ctx(desk, &arena, S("mail"), &c);
	assert_int_equal(mail_take(&c, str_c(from), str_c(rcpt), raw, &id, &again), OK);
	desk_ctx(desk, &arena, S("mail"), &c);
	assert_int_equal(mail_land(&c, id, raw, NULL, S("the parser stopped, because it crashed."), false), OK);
	run_due();
	return inbox(id);
}

/* Read at last, a mail is what it would have been: the ticket's own first words by who wrote them, answered and acknowledged. */
static void read_at_last_it_is_a_mail_like_any(void **state)
{
	(void)state;
	struct inbox_get_row row = hand_in_unread("bounces@mailer.example", OURS, letter("", "Ines <" INES ">", "Search is slow", "", "It takes minutes."));
	assert_landed(row, "parked", "unreadable");
	int64_t t = row.ticket_id.v;
	assert_text(look(t).subject, "Unreadable message");
	assert_int_equal(kit_n_sent, 0);
	RUN_OK("mail.retry", "{\"id\":%lld}", (long long)row.id);
	run_due();
	row = inbox(row.id);
	assert_landed(row, "done", "ticket");
	assert_int_equal(row.ticket_id.v, t);
	assert_text(look(t).subject, "Search is slow");
	assert_has(show(t), INES);
	assert_has(messages(t), "It takes minutes.");
	assert_has_not(messages(t), "unverified");
	assert_int_equal(kit_n_sent, 1);
	/* what people did meanwhile stands: another subject, and an answer of ours waits for them no more */
	row = hand_in_unread(INES, OURS, letter("", INES, "Second", "", "More."));
	t = row.ticket_id.v;
	RUN_OK("ticket.update", "{\"ticket\":%lld,\"subject\":\"A mail of Ines\"}", (long long)t);
	we_answer(t, "We could not read this.");
	assert_status(t, "pending");
	RUN_OK("mail.retry", "{\"id\":%lld}", (long long)row.id);
	run_due();
	assert_text(look(t).subject, "A mail of Ines");
	assert_status(t, "open");
	/* one that answers another ticket goes there, and its own says so */
	int64_t other = ines_writes();
	we_answer(other, "Which version?");
	row = hand_in_unread(INES, token_of(INES), letter(PROVED, INES, "Re: x", "", "Version 5."));
	t = row.ticket_id.v;
	RUN_OK("mail.retry", "{\"id\":%lld}", (long long)row.id);
	run_due();
	assert_has(messages(other), "Version 5.");
	assert_has(messages(t), "It belongs to ticket");
}

/* A mail whose work cannot be done is put before a person, and can be tried again when the cause is gone. */
static void what_fails_is_parked(void **state)
{
	(void)state;
	struct ctx c;
	int64_t id;
	bool again;
	struct str raw = letter(PROVED, INES, "Crash", "", "x");
	struct blob_name name;
	desk_ctx(desk, &arena, S("mail"), &c);
	assert_int_equal(mail_take(&c, S(INES), S(OURS), raw, &id, &again), OK);
	struct str hex = inbox(id).raw_blob;
	assert_int_equal(blob_remove(desk->blobs, &c.fault, hex), OK);   /* the stored original is gone */
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 12; i++) {
			run_due();
			test_clock_add(7 * UTIME_US_PER_HOUR);
		}
		assert_text(inbox(id).state, "parked");
		assert_has(inbox(id).reason, "could not be taken in");
		struct queue_figures q;
		assert_int_equal(ctx_db(&op), OK);
		assert_int_equal(queue_figures(&op, &q), OK);
		ctx_db_done(&op);
		assert_int_equal(q.inbox_parked, 1);
		assert_int_equal(q.inbox_new, 0);
		if (round)   /* the cause is gone */
			assert_int_equal(blob_put(desk->blobs, &c.fault, raw, &name), OK);
		RUN_OK("mail.retry", "{\"id\":%lld}", (long long)id);
	}
	run_due();
	assert_landed(inbox(id), "done", "ticket");
}

/* A job that was lost is planted again; one that died parks its mail. */
static const struct db_stmt lose_jobs = {
	.name = "lose_jobs", .file = __FILE__, .kind = DB_EXEC, .writes = true, .sqlite = "DELETE FROM job WHERE kind = 'mail.parse'",
	.postgres = "DELETE FROM job WHERE kind = 'mail.parse'",
};
static const struct db_stmt kill_jobs = {
	.name = "kill_jobs", .file = __FILE__, .kind = DB_EXEC, .writes = true,
	.sqlite = "UPDATE job SET state = 'dead', last_error = 'bitten by a bug' WHERE kind = 'mail.parse'",
	.postgres = "UPDATE job SET state = 'dead', last_error = 'bitten by a bug' WHERE kind = 'mail.parse'",
};

static enum err exec(struct ctx *c, void *arg)
{
	int64_t n;
	return db_exec(c->db, arg, NULL, &n);
}

static void lost_and_dead_jobs(void **state)
{
	(void)state;
	static const struct db_stmt *const WHAT[] = { &lose_jobs, &kill_jobs };
	static const char *const STATES[] = { "\"state\":\"done\"", "\"state\":\"parked\"" };
	for (int i = 0; i < 2; i++) {
		struct ctx c;
		int64_t id;
		bool again;
		desk_ctx(desk, &arena, S("mail"), &c);
		assert_int_equal(mail_take(&c, S(INES), S(OURS), letter(PROVED, INES, i ? "A" : "B", "", "x"), &id, &again), OK);
		assert_int_equal(ctx_write(&c, true, exec, (void *)(uintptr_t)WHAT[i]), OK);
		test_clock_add(11 * UTIME_US_PER_MINUTE);
		run_due();
		run_due();
		assert_has(steps(id), STATES[i]);
		if (i == 0)
			continue;
		assert_has(steps(id), "bitten by a bug");
		RUN_OK("mail.retry", "{\"id\":%lld}", (long long)id);
		run_due();
		assert_has(steps(id), "\"outcome\":\"ticket\"");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(a_new_mail_is_a_ticket_and_is_acknowledged), KIT_TEST(an_acknowledgement_says_the_desks_own_aim), KIT_TEST(a_reply_by_the_token_reopens),
		KIT_TEST(references_thread_and_the_sender_is_proved_apart), KIT_TEST(a_closed_ticket_is_followed_up_and_a_merged_one_led_on),
		KIT_TEST(a_merged_contact_keeps_their_tokens), KIT_TEST(a_forwarded_mail_suggests_its_sender), KIT_TEST(nobody_joins_a_ticket_by_knowing_of_it),
		KIT_TEST(forged_headers_below_our_line_prove_nothing), KIT_TEST(a_stolen_token), KIT_TEST(a_forged_requester_with_a_copy),
		KIT_TEST(a_stolen_message_id), KIT_TEST(ids_of_other_mails_name_no_ticket), KIT_TEST(teammates_and_colleagues), KIT_TEST(twice_is_once),
		KIT_TEST(the_proved_copy_wins), KIT_TEST(loops_stop), KIT_TEST(two_desks_do_not_talk), KIT_TEST(budgets), KIT_TEST(a_flood_reopens_nothing),
		KIT_TEST(automatic_replies), KIT_TEST(reports), KIT_TEST(reports_by_the_id), KIT_TEST(suspended_tickets),
		KIT_TEST(unreadable_is_a_ticket_with_the_original), KIT_TEST(read_at_last_it_is_a_mail_like_any), KIT_TEST(what_fails_is_parked), KIT_TEST(lost_and_dead_jobs),
	};
	struct fault f = { 0 };
	if (mime_helper_start(&f) != OK) {
		fprintf(stderr, "%s\n", f.message);
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	mime_helper_stop();
	return failed;
}
