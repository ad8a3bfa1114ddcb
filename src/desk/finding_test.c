/* finding_test.c: queries and their ceilings, saved views and who is told, many tickets changed and put back. */
#include "desk/desk_page.h"

#define KIT_MORE_FEATURES &notice_feature, &desk_feature, &list_feature, &summary_feature, &write_feature
#include "desk/bulk.h"
#include "desk/find.h"
#include "desk/query_terms.h"
#include "desk/saved_view.h"
#include "notice/notice.h"
#include "ticket/test_kit.h"

#include "base/banned.h"

/* ---- the query ---- */

static void terms_and_ceilings(void **state)
{
	(void)state;
	struct query_terms *q = arena_new(&arena, struct query_terms);
	query_terms_read(&arena, S("status:open,pending -tag:spam subject:\"out of memory\" plain \"a phrase\" error:x -dash 5.3.2"), q);
	assert_int_equal(q->n, 8);
	assert_string_equal(arena_cstr(&arena, q->v[0].value), "open,pending");
	assert_true(q->v[1].negated && str_eq(q->v[1].field, S("tag")) && str_eq(q->v[1].value, S("spam")));
	assert_true(q->v[2].quoted && str_eq(q->v[2].value, S("out of memory")));
	assert_true(q->v[4].quoted && !q->v[4].field.p);
	assert_true(!q->v[6].negated && str_eq(q->v[6].value, S("-dash")));
	assert_int_equal(q->complaint.n, 0);
	query_terms_read(&arena, S("one \"two three"), q);
	assert_true(q->open_quote && str_find(q->complaint, S("not closed: “two three”")) > 0);
	query_terms_read(&arena, S("\"\" - : \""), q);
	assert_true(q->n <= 2);
	struct buf b;
	buf_init(&b, &arena, 100000);
	for (int i = 0; i < 10000; i++)
		buf_fmt(&b, "w%d ", i);
	query_terms_read(&arena, buf_str(&b), q);
	assert_int_equal(q->n, QUERY_TERMS_MAX);
	assert_true(str_find(q->complaint, S("64 words and fields at most; this one has 10000")) > 0);
}

static void a_query_that_cannot_be_is_refused_in_words(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, &arena, 200000);
	buf_add(&b, S("{\"q\":\""));
	for (int i = 0; i < 10000; i++)
		buf_fmt(&b, "w%d ", i);
	buf_add(&b, S("\"}"));
	run_err(&mara, "ticket.search", arena_cstr(&arena, buf_str(&b)), ERR_INPUT, "this one has 10000");
	run_err(&mara, "ticket.search", "{\"q\":\"\\\"out of memory\"}", ERR_INPUT, "quotation mark is not closed");
	run_err(&mara, "ticket.search", "{\"q\":\"status:nonsense\"}", ERR_INPUT, "status: takes");
	run_err(&mara, "ticket.search", "{\"q\":\"older:soon\"}", ERR_INPUT, "30m, 3h");
	run_err(&mara, "ticket.search", "{\"q\":\"-org:acme\"}", ERR_INPUT, "leave out");
	run_err(&mara, "ticket.search", "{\"q\":\"tag:a tag:b tag:c\"}", ERR_INPUT, "a third");
	run_err(&mara, "ticket.search", "{\"q\":\"sort:colour\"}", ERR_INPUT, "sort: takes");
	run_err(&mara, "ticket.search", "{\"q\":\"is:purple\"}", ERR_INPUT, "is: takes");
	run_err(&mara, "view.create", "{\"name\":\"x\",\"query\":\"\\\"open\"}", ERR_INPUT, "quotation mark");
}

/* Which of tickets 1 … n a query finds, as "1 4 5" in its order. */
static const char *found(struct ctx *c, const char *query)
{
	struct desk_query q;
	struct find_list list;
	struct buf b;
	assert_int_equal(ctx_db(c), OK);
	assert_int_equal(desk_query_read(c, str_c(query), &q), OK);
	if (q.complaint.n)
		print_error("%s: %.*s\n", query, STR_ARG(q.complaint));
	assert_int_equal(q.complaint.n, 0);
	assert_int_equal(desk_find(c, &q, FIND_MAX, &list), OK);
	buf_init(&b, &arena, 10000);
	for (size_t i = 0; i < list.n; i++) {
		bool one;
		buf_fmt(&b, "%s%lld", i ? " " : "", (long long)list.v[i].id);
		assert_int_equal(desk_find_one(c, &q, list.v[i].id, &one), OK);
		assert_true(one);
	}
	/* and desk_find_one says no to all others */
	for (int64_t id = 1; id <= 8; id++) {
		bool in = false, one;
		for (size_t i = 0; i < list.n; i++)
			in = in || list.v[i].id == id;
		assert_int_equal(desk_find_one(c, &q, id, &one), OK);
		assert_int_equal(one, in);
	}
	ctx_db_done(c);
	return arena_cstr(&arena, buf_str(&b));
}

static void eight_tickets(void)
{
	run_ok(&ben, "organisation.create", "{\"name\":\"Acme\",\"domains\":[\"acme.example\"]}");
	for (int i = 1; i <= 8; i++) {
		test_clock_add(UTIME_US_PER_MINUTE);
		mara.now_us = ben.now_us = lea.now_us = op.now_us = op.now_us + UTIME_US_PER_MINUTE;
		RUN_OK(&ben, "ticket.create", "{\"subject\":\"Case %d %s\",\"body\":\"%s\",\"name\":\"Ines Okafor\",\"email\":\"ines%d@%s.example\",\"priority\":\"p%d\",\"version\":\"5.%d.1\"}", i,
		       i % 2 ? "timeout" : "crash", i == 3 ? "out of memory in the executor" : "memory runs out", i % 3, i <= 4 ? "acme" : "other", i % 4, i);
	}
	run_ok(&ben, "ticket.tag", "{\"ticket\":2,\"tags\":[\"area:search\"]}");
	run_ok(&ben, "ticket.tag", "{\"ticket\":3,\"tags\":[\"area:search\",\"hot\"]}");
	run_ok(&mara, "ticket.take", "{\"ticket\":3}");
	run_ok(&mara, "ticket.take", "{\"ticket\":5}");
	run_ok(&mara, "ticket.status", "{\"ticket\":5,\"status\":\"pending\"}");
	run_ok(&ben, "ticket.status", "{\"ticket\":6,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}");
	run_ok(&ben, "ticket.delete", "{\"ticket\":8}");
	run_ok(&lea, "ticket.follow", "{\"ticket\":7}");
}

static void each_field_finds_what_it_says(void **state)
{
	(void)state;
	eight_tickets();
	assert_string_equal(found(&mara, "is:unsolved"), "7 5 4 3 2 1");
	assert_string_equal(found(&mara, "is:unsolved sort:oldest"), "1 2 3 4 5 7");
	assert_string_equal(found(&mara, "status:pending,solved"), "6 5");
	assert_string_equal(found(&mara, "status:solved,deleted -status:deleted"), "6");
	assert_string_equal(found(&mara, "org:acme"), "4 3 2 1");
	assert_string_equal(found(&mara, "org:acme is:unsolved tag:search"), "3 2");
	assert_string_equal(found(&mara, "tag:search -tag:hot"), "2");
	assert_string_equal(found(&mara, "tag:search tag:hot"), "3");
	assert_string_equal(found(&mara, "assignee:me"), "5 3");
	assert_string_equal(found(&ben, "assignee:me"), "");
	assert_string_equal(found(&ben, "assignee:mara status:pending"), "5");
	assert_string_equal(found(&mara, "is:mine is:unsolved sort:oldest"), "3 5");
	assert_string_equal(found(&mara, "assignee:nobody is:unsolved"), "7 4 2 1");
	assert_string_equal(found(&lea, "is:followed"), "7");
	assert_string_equal(found(&mara, "priority:p1 is:unsolved"), "5 1");
	assert_string_equal(found(&mara, "version:5.3"), "3");
	assert_string_equal(found(&mara, "kind:unset is:unsolved sort:priority"), "4 1 5 2 3 7");
	assert_string_equal(found(&mara, "timeout is:unsolved"), "7 5 3 1");
	assert_string_equal(found(&mara, "\"out of memory\""), "3");
	assert_string_equal(found(&mara, "newer:1h is:unsolved org:acme"), "4 3 2 1");
	assert_string_equal(found(&mara, "older:1h"), "");
	assert_string_equal(found(&mara, "ticket:4"), "4");
	assert_string_equal(found(&mara, "from:ines1@acme.example"), "4 1");
	assert_string_equal(found(&mara, "tag:nobodyhasit"), "");
	/* promises that are late */
	run_ok(&mara, "ticket.promise", arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":3,\"at\":\"%.*s\"}", STR_ARG(civil_rfc3339(&arena, mara.now_us + UTIME_US_PER_HOUR)))));
	assert_string_equal(found(&mara, "is:late"), "");
	mara.now_us += 2 * UTIME_US_PER_HOUR;
	assert_string_equal(found(&mara, "is:late is:unsolved"), "3");
}

/* ---- views ---- */

static void views_are_shared_and_say_when_a_tag_is_gone(void **state)
{
	(void)state;
	eight_tickets();
	run_ok(&mara, "view.create", "{\"name\":\"Hot\",\"query\":\"tag:hot\",\"columns\":[\"status\",\"hands\",\"tags\"]}");
	run_err(&ben, "view.show", "{\"view\":1}", ERR_NOT_FOUND, "somebody else's");
	struct str a = run_ok(&mara, "view.show", "{\"view\":1}");
	assert_true(str_find(a, S("\"items\":[3]")) >= 0 && str_find(a, S("\"note\":\"\"")) > 0);
	run_ok(&ben, "ticket.untag", "{\"ticket\":3,\"tags\":[\"hot\"]}");
	a = run_ok(&mara, "view.show", "{\"view\":1}");
	assert_true(str_find(a, S("\"items\":[]")) >= 0 && str_find(a, S("was taken off all tickets")) > 0);
	run_ok(&mara, "view.update", "{\"view\":1,\"share\":\"all\"}");
	run_ok(&ben, "view.show", "{\"view\":1}");
	run_err(&lea, "view.update", "{\"view\":1,\"name\":\"x\"}", ERR_FORBIDDEN, "belongs to somebody else");
	run_err(&lea, "view.create", "{\"name\":\"x\",\"query\":\"is:unsolved\",\"share\":\"all\"}", ERR_INPUT, "engineer");
	run_err(&mara, "view.create", "{\"name\":\"x\",\"query\":\"is:unsolved\",\"share\":\"team\"}", ERR_INPUT, "which team");
	run_err(&mara, "view.create", "{\"name\":\"x\",\"query\":\"is:unsolved\",\"columns\":[\"colour\"]}", ERR_INPUT, "columns");
	run_ok(&mara, "view.remove", "{\"view\":1}");
	run_ok(&mara, "view.restore", "{\"view\":1}");
	/* pages of two */
	run_ok(&mara, "view.create", "{\"name\":\"All\",\"query\":\"is:unsolved sort:oldest\"}");
	a = run_ok(&mara, "view.show", "{\"view\":2,\"max\":2}");
	assert_true(str_find(a, S("\"items\":[1,2]")) >= 0 && str_find(a, S("\"next\":2")) > 0);
	assert_true(str_find(run_ok(&mara, "view.show", "{\"view\":2,\"max\":2,\"after\":2}"), S("\"items\":[3,4]")) >= 0);
}

static int64_t follow(void)
{
	struct ctx c;
	int64_t told;
	desk_ctx(desk, &arena, S("views"), &c);
	assert_int_equal(ctx_db(&c), OK);
	assert_int_equal(saved_view_follow(&c, &told), OK);
	ctx_db_done(&c);
	return told;
}

static void who_watches_is_told_once(void **state)
{
	(void)state;
	eight_tickets();
	run_ok(&mara, "view.create", "{\"name\":\"Search\",\"query\":\"tag:search is:unsolved\",\"share\":\"all\"}");
	run_ok(&mara, "view.watch", "{\"view\":1}");
	run_ok(&ben, "view.watch", "{\"view\":1}");
	run_ok(&mara, "view.create", "{\"name\":\"Mine\",\"query\":\"assignee:me memory\",\"share\":\"all\"}");
	run_ok(&ben, "view.watch", "{\"view\":2}");
	assert_int_equal(follow(), 0);
	run_ok(&ben, "ticket.note", "{\"ticket\":2,\"body\":\"what matched before is no news\"}");
	assert_int_equal(follow(), 0);
	run_ok(&ben, "ticket.tag", "{\"ticket\":7,\"tags\":[\"area:search\"]}");
	assert_int_equal(follow(), 2);
	run_ok(&ben, "ticket.note", "{\"ticket\":7,\"body\":\"again\"}");
	run_ok(&ben, "ticket.untag", "{\"ticket\":7,\"tags\":[\"area:search\"]}");
	assert_int_equal(follow(), 0);
	run_ok(&ben, "ticket.tag", "{\"ticket\":7,\"tags\":[\"area:search\"]}");
	assert_int_equal(follow(), 0);   /* once */
	assert_true(str_find(run_ok(&mara, "view.news", "{}"), S("\"ticket\":7")) > 0);
	/* "me" is who watches, not who made it */
	run_ok(&mara, "ticket.take", "{\"ticket\":1}");
	assert_int_equal(follow(), 0);
	run_ok(&ben, "ticket.take", "{\"ticket\":4}");
	assert_int_equal(follow(), 1);
	run_ok(&mara, "view.read", "{}");
	run_ok(&mara, "view.unwatch", "{\"view\":1}");
	run_ok(&ben, "ticket.tag", "{\"ticket\":1,\"tags\":[\"search\"]}");
	assert_int_equal(follow(), 1);   /* Ben alone */
	/* counted meanwhile */
	assert_true(str_find(run_ok(&mara, "view.list", "{}"), S("\"count\":4")) > 0);
}

/* A watch over a tag that nobody has any more finds nothing, harms no other watch, and tells again when the tag comes back. */
static void a_watch_over_a_tag_that_is_gone(void **state)
{
	(void)state;
	eight_tickets();
	run_ok(&mara, "view.create", "{\"name\":\"Hot\",\"query\":\"tag:hot\",\"share\":\"all\"}");
	run_ok(&mara, "view.create", "{\"name\":\"Never\",\"query\":\"tag:nobody_has_it\",\"share\":\"all\"}");
	run_ok(&mara, "view.create", "{\"name\":\"Search\",\"query\":\"tag:search\",\"share\":\"all\"}");
	for (int view = 1; view <= 3; view++)
		RUN_OK(&mara, "view.watch", "{\"view\":%d}", view);
	assert_int_equal(follow(), 0);
	run_ok(&ben, "ticket.untag", "{\"ticket\":3,\"tags\":[\"hot\"]}");
	run_ok(&ben, "ticket.tag", "{\"ticket\":5,\"tags\":[\"search\"]}");
	assert_int_equal(follow(), 1);
	run_ok(&ben, "ticket.tag", "{\"ticket\":5,\"tags\":[\"hot\"]}");
	assert_int_equal(follow(), 1);
	run_ok(&ben, "ticket.untag", "{\"ticket\":5,\"tags\":[\"hot\"]}");
	assert_true(str_find(run_ok(&mara, "view.show", "{\"view\":1}"), S("was taken off all tickets")) > 0);
	assert_true(str_find(run_ok(&mara, "view.show", "{\"view\":2}"), S("No ticket has the tag")) > 0);
	assert_int_equal(follow(), 0);
}

/* Time alone makes it match: no event says so. */
static void what_time_alone_makes_match(void **state)
{
	(void)state;
	eight_tickets();
	run_ok(&mara, "view.create", "{\"name\":\"Old\",\"query\":\"status:pending older:7d\",\"share\":\"all\"}");
	run_ok(&mara, "view.create", "{\"name\":\"Late\",\"query\":\"is:late\",\"share\":\"all\"}");
	run_ok(&mara, "view.watch", "{\"view\":1}");
	run_ok(&mara, "view.watch", "{\"view\":2}");
	run_ok(&mara, "ticket.promise", arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":3,\"at\":\"%.*s\"}", STR_ARG(civil_rfc3339(&arena, mara.now_us + UTIME_US_PER_HOUR)))));
	assert_int_equal(follow(), 0);
	test_clock_add(2 * UTIME_US_PER_HOUR);
	assert_int_equal(follow(), 1);       /* nothing happened to it */
	assert_int_equal(follow(), 0);
	test_clock_add(8 * UTIME_US_PER_DAY);
	assert_int_equal(follow(), 1);
	struct str a = run_ok(&mara, "view.news", "{}");
	assert_true(str_find(a, S("\"ticket\":3")) > 0 && str_find(a, S("\"ticket\":5")) > 0);
	assert_true(str_find(run_ok(&mara, "view.list", "{}"), S("\"count\":1")) > 0);      /* counted, too */
}

/* Who is away from the desk hears of it by mail, as each chose: Mara at once, Ben with the mail of the day. */
static void by_mail_as_each_chose(void **state)
{
	(void)state;
	eight_tickets();
	run_ok(&mara, "view.create", "{\"name\":\"Search\",\"query\":\"tag:search\",\"share\":\"all\"}");
	run_ok(&mara, "notice.choose", "{\"found\":\"at_once\"}");
	run_ok(&mara, "view.watch", "{\"view\":1}");
	run_ok(&ben, "view.watch", "{\"view\":1}");
	assert_int_equal(follow(), 0);
	run_due();
	run_ok(&ben, "ticket.tag", "{\"ticket\":7,\"tags\":[\"search\"]}");
	run_ok(&ben, "ticket.tag", "{\"ticket\":4,\"tags\":[\"search\"]}");
	assert_int_equal(follow(), 4);
	int before = mails_sent;
	test_clock_add(6 * UTIME_US_PER_MINUTE);
	run_due();
	run_due();
	assert_int_equal(mails_sent - before, 1);       /* both in one */
	assert_true(str_find(last_mail, S("#7 “Case 7 timeout” came to match “Search”")) > 0 && str_find(last_mail, S("#4")) > 0);
	assert_true(str_find(last_mail, S("mara@desk.example")) > 0);
}

/* ---- many at once ---- */

static void bulk_changes_and_goes_back(void **state)
{
	(void)state;
	eight_tickets();
	run_err(&mara, "bulk.apply", "{\"tickets\":[1,2]}", ERR_INPUT, "what is to change");
	run_err(&mara, "bulk.apply", "{\"priority\":\"p0\"}", ERR_INPUT, "at least one ticket");
	run_err(&mara, "bulk.apply", "{\"tickets\":[1],\"assignee\":4}", ERR_INPUT, "assignee");
	run_err(&mara, "bulk.apply", "{\"tickets\":[1],\"tag\":[\"wrong tag!\"]}", ERR_INPUT, "tag");
	run_err(&lea, "bulk.apply", "{\"tickets\":[1],\"priority\":\"p0\"}", ERR_FORBIDDEN, "reply");
	run_err(&mara, "bulk.apply", "{\"tickets\":[1,99],\"priority\":\"p0\"}", ERR_NOT_FOUND, "99");
	struct str a = run_ok(&mara, "bulk.preview", "{\"tickets\":[1,2,3,8],\"status\":\"pending\",\"priority\":\"p1\",\"tag\":[\"area:search\"],\"untag\":[\"hot\"]}");
	assert_int_equal(test_answer_i64(a, "changing"), 3);
	assert_true(str_find(a, S("it is deleted")) > 0);
	assert_string_equal(arena_cstr(&arena, look(1).status), "new");   /* a preview changes nothing */
	a = run_ok(&mara, "bulk.apply", "{\"tickets\":[1,2,3,8],\"status\":\"pending\",\"priority\":\"p1\",\"assignee\":2,\"tag\":[\"area:search\"],\"untag\":[\"hot\"]}");
	int64_t bulk = test_answer_i64(a, "bulk");   /* the engines number differently after an edit that failed */
	assert_int_equal(test_answer_i64(a, "changed"), 3);
	assert_int_equal(test_answer_i64(a, "left_out"), 1);
	for (int64_t id = 1; id <= 3; id++) {
		assert_string_equal(arena_cstr(&arena, look(id).status), "pending");
		assert_int_equal(look(id).assignee_id.v, BEN);
	}
	assert_string_equal(found(&mara, "tag:search is:unsolved"), "3 2 1");
	assert_string_equal(found(&mara, "tag:hot"), "");
	assert_true(str_find(run_ok(&mara, "ticket.history", "{\"ticket\":1}"), arena_fmt(&arena, "bulk edit %lld: status pending", (long long)bulk)) > 0);
	/* somebody changes one of the fields of one ticket; a note on another is no change of them */
	run_ok(&mara, "ticket.update", "{\"ticket\":2,\"priority\":\"p3\"}");
	run_ok(&mara, "ticket.note", "{\"ticket\":3,\"body\":\"by the way\"}");
	a = RUN_OK(&mara, "bulk.undo", "{\"bulk\":%lld}", (long long)bulk);
	assert_int_equal(test_answer_i64(a, "undone"), 2);
	assert_true(str_find(a, S("{\"ticket\":2,\"because\":\"its priority changed since\"}")) > 0);
	assert_string_equal(arena_cstr(&arena, look(1).status), "new");
	assert_false(look(1).assignee_id.set);
	assert_string_equal(arena_cstr(&arena, look(2).status), "pending");
	assert_string_equal(arena_cstr(&arena, look(3).status), "open");
	assert_int_equal(look(3).assignee_id.v, MARA);
	assert_string_equal(found(&mara, "tag:search is:unsolved"), "3 2");
	assert_string_equal(found(&mara, "tag:hot"), "3");
	run_err(&mara, "bulk.undo", arena_cstr(&arena, arena_fmt(&arena, "{\"bulk\":%lld}", (long long)bulk)), ERR_CONFLICT, "undone already");
	run_err(&mara, "bulk.apply", "{\"tickets\":[3],\"priority\":\"p3\"}", ERR_CONFLICT, "like that already");
}

/* A bulk edit that opened what was no work of ours, undone: it is no work again. */
static void back_to_no_action(void **state)
{
	(void)state;
	eight_tickets();
	assert_string_equal(found(&mara, "tag:no_action"), "6");
	int64_t bulk = test_answer_i64(run_ok(&mara, "bulk.apply", "{\"tickets\":[6,7],\"status\":\"open\"}"), "bulk");
	assert_string_equal(found(&mara, "tag:no_action"), "");
	RUN_OK(&mara, "bulk.undo", "{\"bulk\":%lld}", (long long)bulk);
	assert_string_equal(found(&mara, "tag:no_action"), "6");
	assert_string_equal(arena_cstr(&arena, look(6).status), "solved");
	/* and a solving undone takes the mark off, as the case is work */
	bulk = test_answer_i64(run_ok(&mara, "bulk.apply", "{\"tickets\":[1,2],\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"for sales\"}"), "bulk");
	assert_string_equal(found(&mara, "tag:no_action"), "6 2 1");
	RUN_OK(&mara, "bulk.undo", "{\"bulk\":%lld}", (long long)bulk);
	assert_string_equal(found(&mara, "tag:no_action"), "6");
}

static void sixty_both_ways(void **state)
{
	(void)state;
	enum { n = 60 };
	for (int i = 0; i < n; i++)
		RUN_OK(&ben, "ticket.create", "{\"subject\":\"Case %d\",\"body\":\"x\",\"email\":\"a%d@acme.example\"}", i, i % 50);
	run_err(&mara, "bulk.apply", "{\"q\":\"is:unsolved\",\"status\":\"pending\"}", ERR_INPUT, "at once are the most");
	struct str a = run_ok(&ben, "bulk.apply", "{\"q\":\"is:unsolved\",\"status\":\"pending\",\"priority\":\"p2\",\"tag\":[\"bulk\"]}");
	assert_int_equal(test_answer_i64(a, "changed"), n);
	int64_t bulk = test_answer_i64(a, "bulk");   /* the engines number differently after an edit that failed */
	a = RUN_OK(&ben, "bulk.undo", "{\"bulk\":%lld}", (long long)bulk);
	assert_int_equal(test_answer_i64(a, "undone"), n);
	for (int64_t id = 1; id <= n; id += 7) {
		struct ticket_get_row t = look(id);
		assert_true(str_eq(t.status, S("new")) && !t.priority.n);
	}
	/* each log: made, changed, tagged, changed back, untagged; kit_teardown replays them all */
	struct str log = run_ok(&ben, "ticket.history", "{\"ticket\":1}");
	assert_true(str_find(log, S(": status pending, priority p2, tag bulk")) > 0 &&
		    str_find(log, arena_fmt(&arena, "bulk edit %lld undone", (long long)bulk)) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(terms_and_ceilings), KIT_TEST(a_query_that_cannot_be_is_refused_in_words), KIT_TEST(each_field_finds_what_it_says),
		KIT_TEST(views_are_shared_and_say_when_a_tag_is_gone), KIT_TEST(who_watches_is_told_once), KIT_TEST(a_watch_over_a_tag_that_is_gone), KIT_TEST(what_time_alone_makes_match),
		KIT_TEST(by_mail_as_each_chose), KIT_TEST(bulk_changes_and_goes_back),
		KIT_TEST(back_to_no_action), KIT_TEST(sixty_both_ways),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
