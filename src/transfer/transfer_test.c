/* transfer_test.c: a desk leaves as lines and comes back the same, on the other engine too; bad lines are named and the rest goes on; a stopped import goes
 * on where it was; and the demo desk is what the log says it is. */
#include "account/account.h"
#include "core/desk_test.h"
#include "core/job.h"
#include "desk/desk_page.h"
#include "growth/cert.h"
#include "growth/growth.h"
#include "mail/mail.h"
#include "people/people.h"
#include "queue/queue.h"
#include "playbook/playbook.h"
#include "review/review.h"
#include "rules/rules.h"
#include "sla/sla.h"
#include "ticket/ticket.h"
#include "triage/triage.h"
#include "transfer/carry.h"
#include "transfer/demo.h"
#include "transfer/transfer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static const struct feature *const features[] = {
	&core_feature, &people_feature, &account_feature, &ticket_feature, &sla_feature, &mail_feature, &desk_feature, &list_feature, &summary_feature, &write_feature, &queue_feature,
	&triage_feature, &rules_feature, &review_feature, &playbook_feature, &growth_feature, &growth_practice_feature, NULL,
};

/* Without promises: the stamp of an edition is random. */
static const struct feature *const without_stamps[] = { &core_feature, &people_feature, &account_feature, &ticket_feature, &playbook_feature, &growth_feature,
							&growth_practice_feature, NULL };

struct place {
	struct desk *desk;
	struct arena arena;
	struct ctx c;
	char postgres[512];      /* "" = SQLite */
};

static void open_with(struct place *p, const char *postgres, const struct feature *const *of)
{
	if (postgres)
		setenv("TEND_TEST_DB", postgres, 1);
	else
		unsetenv("TEND_TEST_DB");
	snprintf(p->postgres, sizeof(p->postgres), "%s", postgres ? postgres : "");
	p->desk = test_desk(of);
	arena_init(&p->arena);
	test_ctx(p->desk, &p->arena, &p->c);
}

static void open_place(struct place *p, const char *postgres)
{
	open_with(p, postgres, features);
}

static void close_place(struct place *p)
{
	if (p->postgres[0])
		setenv("TEND_TEST_DB", p->postgres, 1);
	else
		unsetenv("TEND_TEST_DB");
	fault_clear(&p->c.fault);
	test_verify(&p->c);
	arena_done(&p->arena);
	test_desk_done(p->desk);
}

static void expect(struct place *p, enum err e, enum err want)
{
	if (e != want)
		print_error("%s (%s:%d)\n", p->c.fault.message, p->c.fault.file, p->c.fault.line);
	assert_int_equal(e, want);
}

static char *export(struct place *p, size_t *ret_n)
{
	char *text = NULL;
	struct export_made made;
	FILE *f = open_memstream(&text, ret_n);
	expect(p, transfer_export(&p->c, &(struct export_options){ .out = f }, &made), OK);
	assert_int_equal(fclose(f), 0);
	assert_int_equal((size_t)made.bytes, *ret_n);
	return text;
}

static void write_file(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void import(struct place *p, const char *path, int64_t stop, struct import_made *ret)
{
	fault_clear(&p->c.fault);
	expect(p, transfer_import(&p->c, &(struct import_options){ .path = path, .stop_after_lines = stop }, ret), OK);
}

static void same_text(const char *a, size_t n_a, const char *b, size_t n_b)
{
	size_t i = 0;
	while (i < n_a && i < n_b && a[i] == b[i])
		i++;
	if (i < n_a || i < n_b) {
		size_t from = i > 200 ? i - 200 : 0;
		print_error("differs at byte %zu:\n  …%.400s\n  …%.400s\n", i, a + from, b + from);
	}
	assert_int_equal(n_a, n_b);
	assert_int_equal(i, n_a);
}

static char path[64];
static char server[512];         /* of TEND_TEST_DB when it names a PostgreSQL */

static int setup(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "/tmp/tend-transfer-XXXXXX");
	int fd = mkstemp(path);
	close(fd);
	return fd < 0;
}

static int teardown(void **state)
{
	(void)state;
	char errors[128];
	snprintf(errors, sizeof(errors), "%s.errors.jsonl", path);
	unlink(path);
	unlink(errors);
	return 0;
}

static void fill_demo(struct place *p, int64_t tickets)
{
	struct demo_made made;
	expect(p, demo_build(&p->c, &(struct demo_options){ .tickets = tickets, .seed = 5 }, &made), OK);
	assert_int_equal(made.tickets, tickets);
	assert_true(made.messages > tickets);
}

/* A command by name, which must go well; ' for ". */
static struct str ok(struct place *p, const char *name, const char *json)
{
	struct str answer = STR_NULL;
	char text[2000];
	snprintf(text, sizeof(text), "%s", json);
	for (char *c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	const struct command *cmd = feature_command(features, str_c(name));
	assert_non_null(cmd);
	enum err e = test_run(&p->c, cmd, text, &answer);
	if (e != OK)
		print_error("%s: %s\n", name, p->c.fault.n_fields ? p->c.fault.fields[0].message : p->c.fault.message);
	assert_int_equal(e, OK);
	return answer;
}

static void run_due(struct place *p)
{
	int ran;
	do
		assert_int_equal(runner_once(p->desk, &ran), OK);
	while (ran);
}

static int64_t items(struct place *p, const char *name, const char *json)
{
	struct str answer = ok(p, name, json);
	json_t *o = json_loadb(answer.p, answer.n, 0, NULL);
	int64_t n = (int64_t)json_array_size(json_object_get(o, "items"));
	json_decref(o);
	return n;
}

/* What the demo leaves out: settings, views, macros, summaries, a draft that is being written, a file in a checklist, a call that was a session, a holiday. */
static void fill_more(struct place *p)
{
	struct ctx *mara = &p->c, one;
	char text[400];
	test_ctx_as(p->desk, &p->arena, 1, "admin", &one);
	struct ctx op = *mara;
	*mara = one;
	ok(p, "setting.set", "{'key':'growth.no_action_tag','value':'nothing-to-do'}");
	ok(p, "view.create", "{'name':'Late search','query':'status:open search','share':'all'}");
	ok(p, "macro.create", "{'name':'Ask for logs','body':'Dear {{requester.name}}, please send the log.','mode':'reply'}");
	ok(p, "summary.write", "{'ticket':3,'kind':'howto','symptom':'Search finds nothing in forks','action':'Switch fork indexing on','docs':'sufficient'}");
	ok(p, "playbook.create", "{'name':'Half written','slug':'half'}");
	ok(p, "holiday.add", "{'calendar':'pacific-9-5','day':'2027-01-04','name':'A day off','open':'new'}");
	ok(p, "holiday.add", "{'calendar':'pacific-9-5','day':'2026-11-23','name':'Off, it turns out','reason':'it was off','open':'start'}");
	ok(p, "holiday.add", "{'calendar':'pacific-24x5','day':'2026-11-25','name':'Off from now on','open':'now'}");
	struct str list = ok(p, "certification.editions", "{'programme':'demo'}");
	json_t *o = json_loadb(list.p, list.n, 0, NULL), *v;
	size_t i;
	int64_t edition = 0;
	json_array_foreach(json_object_get(o, "items"), i, v)
		if (strcmp(json_string_value(json_object_get(v, "valid_from")), "2021-10-15") == 0)
			edition = json_integer_value(json_object_get(v, "id"));
	json_decref(o);
	snprintf(text, sizeof(text), "{'teammate':13,'mentor':11,'manager':1,'edition':%lld}", (long long)edition);
	int64_t cert = test_answer_i64(ok(p, "certification.start", text), "certification");
	struct ctx jo;
	test_ctx_as(p->desk, &p->arena, 11, "agent", &jo);
	*mara = jo;
	snprintf(text, sizeof(text), "{'certification':%lld}", (long long)cert);
	ok(p, "certification.approve", text);
	*mara = one;
	int64_t call = test_answer_i64(ok(p, "call.plan", "{'title':'A session','kind':'demo','on':'2026-11-23','at':'10:00','zone':'UTC','lead':13,'shadows':[11]}"), "call");
	snprintf(text, sizeof(text), "{'call':%lld}", (long long)call);
	test_clock_add(3 * UTIME_US_PER_DAY);
	ok(p, "call.held", text);
	test_clock_add(-3 * UTIME_US_PER_DAY);
	ok(p, "triage_cue.add", "{'kind':'theme','words':'flux capacitor','value':'flux'}");
	ok(p, "triage_aim.add", "{'minutes':10,'tag':'triaged'}");
	ok(p, "owner_rule.add", "{'code':'odd','owner':'ce','action':'hand_on','route':'the customer engineer','asks':['adoption']}");
	ok(p, "context.hand_over", "{'organisation':1,'issue_url':'https://chat.example/1','summary':'Their executors stand still','consequence':'The trial ends','time_limit':'none'}");
	ok(p, "context.look", "{'ticket':3,'steps':['plan','version']}");
	*mara = op;
}

static void a_desk_moves_between_engines_unchanged(void **state)
{
	(void)state;
	const char *other = server[0] ? server : NULL;
	struct place a, b, d;
	size_t n_a, n_b, n_d;
	open_place(&a, NULL);
	fill_demo(&a, 150);
	fill_more(&a);
	char *first = export(&a, &n_a);
	close_place(&a);
	write_file(path, first, n_a);
	struct import_made made = { 0 };
	assert_non_null(strstr(first, "\"type\":\"ticket\""));
	assert_non_null(strstr(first, "\"event\":\"ticket.replied\""));
	assert_non_null(strstr(first, "\"base64\":"));
	assert_non_null(strstr(first, "\"change_overs\":[{"));
	open_place(&b, other);
	import(&b, path, 0, &made);
	assert_int_equal(made.wrong, 0);
	assert_true(made.created > 150);
	char *second = export(&b, &n_b);
	same_text(first, n_a, second, n_b);
	/* The same file again changes nothing. */
	import(&b, path, 0, &made);
	assert_int_equal(made.created, 0);
	assert_int_equal(made.changed, 0);
	assert_int_equal(made.wrong, 0);
	char *again = export(&b, &n_d);
	same_text(second, n_b, again, n_d);
	free(again);
	close_place(&b);

	write_file(path, second, n_b);
	open_place(&d, NULL);
	import(&d, path, 0, &made);
	assert_int_equal(made.wrong, 0);
	char *third = export(&d, &n_d);
	same_text(first, n_a, third, n_d);
	close_place(&d);
	free(first);
	free(second);
	free(third);
}

/* A desk's own file, taken into itself: nothing is wrong, nothing is twice, nothing is changed; what went on since stays. */
static void a_desks_own_file_changes_nothing(void **state)
{
	(void)state;
	struct place a;
	size_t n_a, n_b;
	struct import_made made = { 0 };
	open_place(&a, server[0] ? server : NULL);
	fill_demo(&a, 60);
	fill_more(&a);
	char *first = export(&a, &n_a);
	write_file(path, first, n_a);
	import(&a, path, 0, &made);
	assert_int_equal(made.wrong, 0);
	assert_int_equal(made.created, 0);
	assert_int_equal(made.changed, 0);
	char *second = export(&a, &n_b);
	same_text(first, n_a, second, n_b);
	free(second);
	close_place(&a);
	free(first);
	/* and on one that went on since, before it ever took a file in */
	open_place(&a, server[0] ? server : NULL);
	fill_demo(&a, 60);
	first = export(&a, &n_a);
	write_file(path, first, n_a);
	free(first);
	test_clock_add(UTIME_US_PER_DAY);
	a.c.now_us = clock_now();
	ok(&a, "ticket.note", "{'ticket':60,'body':'One more thing, tried today.'}");
	ok(&a, "ticket.create", "{'subject':'New since','body':'x','name':'Zoe','email':'zoe@elsewhere.example'}");
	ok(&a, "plan.end", "{'plan':1}");
	first = export(&a, &n_a);
	import(&a, path, 0, &made);
	assert_int_equal(made.wrong, 0);
	assert_int_equal(made.created, 0);
	second = export(&a, &n_b);
	same_text(first, n_a, second, n_b);
	close_place(&a);
	free(first);
	free(second);
}

/* Two desks that both have a plan 1 with its checklists, and a rhythm 1 that began one today. The one's file is taken into the other: everybody keeps their own. */
static void plans_and_rhythms_keep_what_is_theirs(void **state)
{
	(void)state;
	static const char *const who[] = { "ana", "ben" };
	struct place p[2];
	char text[400];
	char *file = NULL;
	size_t n = 0;
	struct import_made made = { 0 };
	for (int i = 0; i < 2; i++) {
		open_place(&p[i], server[0] ? server : NULL);
		test_clock_add(i * UTIME_US_PER_SECOND);
		p[i].c.now_us = clock_now();
		snprintf(text, sizeof(text), "{'email':'%s@desk.example','name':'%s','role':'support_engineer'}", who[i], who[i]);
		int64_t id = test_answer_i64(ok(&p[i], "teammate.create", text), "teammate");
		snprintf(text, sizeof(text), "{'teammate':%lld,'start_date':'2026-11-24'}", (long long)id);
		assert_int_equal(test_answer_i64(ok(&p[i], "plan.create", text), "plan"), 1);
		int64_t book = test_answer_i64(ok(&p[i], "playbook.create", "{'name':'Tidy up','slug':'tidy-up'}"), "playbook");
		snprintf(text, sizeof(text), "{'playbook':%lld,'title':'Sweep'}", (long long)book);
		ok(&p[i], "playbook.section_add", text);
		ok(&p[i], "playbook.task_add", text);
		snprintf(text, sizeof(text), "{'playbook':%lld,'note':'first'}", (long long)book);
		ok(&p[i], "playbook.publish", text);
		snprintf(text, sizeof(text), "{'playbook':%lld,'rhythm':'daily','every':1,'at':'00:00','zone':'UTC','from':'2026-11-24'}", (long long)book);
		assert_int_equal(test_answer_i64(ok(&p[i], "schedule.create", text), "schedule"), 1);
		run_due(&p[i]);
		if (i == 0) {
			file = export(&p[0], &n);
			close_place(&p[0]);
			write_file(path, file, n);
			free(file);
		}
	}
	struct place *b = &p[1];
	int64_t runs = items(b, "run.list", "{'max':200}");
	struct str bens = arena_str(&b->arena, ok(b, "plan.show", "{'plan':1}"));
	import(b, path, 0, &made);
	assert_int_equal(made.wrong, 0);
	assert_int_equal(items(b, "run.list", "{'max':200}"), 2 * runs);
	/* Ana's plan is the second one here and has the tasks that it had; Ben's has his */
	struct str anas = ok(b, "plan.show", "{'plan':2}");
	assert_true(str_find(anas, S("/playbook/run/")) > 0);
	assert_true(str_eq(ok(b, "plan.show", "{'plan':1}"), bens));
	/* a start that moves begins no second run, for either */
	ok(b, "plan.start", "{'plan':1,'start_date':'2026-12-01'}");
	ok(b, "plan.start", "{'plan':2,'start_date':'2026-12-02'}");
	assert_int_equal(items(b, "run.list", "{'max':200}"), 2 * runs);
	/* and tomorrow each rhythm begins one */
	test_clock_add(UTIME_US_PER_DAY);
	b->c.now_us = clock_now();
	run_due(b);
	assert_int_equal(items(b, "run.list", "{'max':200}"), 2 * runs + 2);
	close_place(b);
}

static void a_stopped_import_goes_on(void **state)
{
	(void)state;
	struct place a, b;
	size_t n_a, n_b;
	open_place(&a, server[0] ? server : NULL);
	fill_demo(&a, 60);
	char *first = export(&a, &n_a);
	close_place(&a);
	write_file(path, first, n_a);
	open_place(&b, server[0] ? server : NULL);
	struct import_made made = { 0 };
	import(&b, path, 50, &made);
	assert_true(made.stopped && made.lines >= 50);
	int64_t before = made.lines;
	import(&b, path, 0, &made);
	assert_true(made.resumed && !made.stopped);
	int64_t lines = 0;
	for (size_t i = 0; i < n_a; i++)
		lines += first[i] == '\n';
	assert_int_equal(before + made.lines, lines);      /* nothing was looked at twice */
	char *second = export(&b, &n_b);
	same_text(first, n_a, second, n_b);
	close_place(&b);
	free(first);
	free(second);
}

static const char foreign[] =
	"{\"type\":\"organisation\",\"external_id\":\"O1\",\"name\":\"Acme\",\"domains\":[\"acme.example\"],\"tier\":\"enterprise\"}\n"
	"{\"type\":\"organisation\",\"external_id\":\"O2\",\"name\":\"Other\",\"domains\":[\"acme.example\"]}\n"
	"{\"type\":\"contact\",\"external_id\":\"C1\",\"email\":\"Ines@Acme.example\",\"name\":\"Ines Okafor\",\"organisation\":\"O1\",\"roles\":[\"champion\"]}\n"
	"not json\n"
	"\n"
	"{\"type\":\"teammate\",\"email\":\"mara@desk.example\",\"name\":\"Mara Lind\",\"zone\":\"Europe/Oslo\"}\n"
	"{\"type\":\"ticket\",\"external_id\":\"T1\",\"subject\":\"Search is slow\",\"status\":\"closed\",\"requester\":\"C1\",\"organisation\":\"O1\","
	"\"assignee\":\"mara@desk.example\",\"created_at\":\"2024-03-01T08:00:00Z\",\"tags\":[{\"tag\":\"search\",\"kind\":\"area\"}],"
	"\"messages\":[{\"kind\":\"customer\",\"author\":{\"kind\":\"contact\",\"id\":\"ines@acme.example\"},\"at\":\"2024-03-01T08:00:00Z\",\"body\":\"It is slow.\"},"
	"{\"kind\":\"public\",\"author\":{\"kind\":\"teammate\",\"id\":\"mara@desk.example\"},\"at\":\"2024-03-01T10:00:00Z\",\"body\":\"Look here.\","
	"\"attachments\":[{\"filename\":\"a.log\",\"base64\":\"aGVsbG8K\"}]}],"
	"\"history\":[{\"at\":\"2024-03-01T09:00:00Z\",\"set\":{\"status\":\"open\",\"assignee\":\"mara@desk.example\"}},"
	"{\"at\":\"2024-03-02T09:00:00Z\",\"set\":{\"status\":\"solved\"}},{\"at\":\"2024-03-05T09:00:00Z\",\"set\":{\"status\":\"closed\"}}]}\n"
	"{\"type\":\"ticket\",\"external_id\":\"T2\",\"subject\":\"x\",\"requester\":\"C9\",\"created_at\":\"2024-03-01T08:00:00Z\"}\n"
	"{\"type\":\"ticket\",\"external_id\":\"T3\",\"subject\":\"x\",\"created_at\":\"yesterday\"}\n"
	"{\"type\":\"ticket\",\"external_id\":\"T4\",\"subject\":\"x\",\"status\":\"lost\",\"created_at\":\"2024-03-01T08:00:00Z\"}\n"
	"{\"type\":\"ticket\",\"external_id\":\"T5\",\"subject\":\"x\",\"created_at\":\"2024-03-01T08:00:00Z\",\"messages\":[{\"kind\":\"note\",\"at\":"
	"\"2024-03-01T08:00:00Z\",\"attachments\":[{\"filename\":\"p\",\"path\":\"../../etc/passwd\"}]}]}\n"
	"{\"type\":\"spaceship\"}\n[1]\n"
	"{\"type\":\"ticket\",\"external_id\":\"T6\",\"subject\":\"Last\",\"created_at\":\"2024-03-01T08:00:00Z\"}";

static void bad_lines_are_named_and_the_rest_goes_on(void **state)
{
	(void)state;
	struct place p;
	open_place(&p, server[0] ? server : NULL);
	write_file(path, foreign, sizeof(foreign) - 1);
	struct import_made made = { 0 };
	import(&p, path, 0, &made);
	assert_int_equal(made.created, 5);
	assert_int_equal(made.wrong, 8);
	char errors[128], text[8192] = { 0 };
	snprintf(errors, sizeof(errors), "%s.errors.jsonl", path);
	FILE *f = fopen(errors, "re");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	assert_non_null(strstr(text, "{\"line\":2,\"type\":\"organisation\",\"external_id\":\"O2\",\"error\":\"acme.example belongs to Acme"));
	assert_non_null(strstr(text, "{\"line\":4,\"type\":null"));
	assert_non_null(strstr(text, "{\"line\":8,") && strstr(text, "C9") && strstr(text, "{\"line\":9,") ? text : NULL);
	assert_non_null(strstr(text, "no status"));
	assert_non_null(strstr(text, "plain path"));
	/* Dated history became what the desk would have written itself. */
	struct ticket_get_row t;
	int64_t id;
	bool found;
	assert_int_equal(ctx_db(&p.c), OK);
	assert_int_equal(transfer_find_ticket(&p.c, S("T1"), &id, &found), OK);
	assert_true(found);
	assert_int_equal(ticket_get(p.c.db, p.c.arena, &t, .id = id), OK);
	assert_true(str_eq(t.status, S("closed")) && t.solved_us.set && t.closed_us.set && t.first_reply_us.set);
	assert_int_equal(t.closed_us.v - t.solved_us.v, 3 * UTIME_US_PER_DAY);
	assert_int_equal(t.first_reply_us.v - t.created_us, 2 * UTIME_US_PER_HOUR);
	assert_int_equal(t.messages, 2);
	assert_int_equal(t.attachments, 1);
	assert_int_equal(transfer_find_ticket(&p.c, S("T5"), &id, &found), OK);
	assert_false(found);
	ctx_db_done(&p.c);
	close_place(&p);
}

static const char carried[] =
	"{'type':'teammate','email':'mara@desk.example','name':'Mara Lind'}\n"
	"{'type':'feed_post','external_id':'a','set':{'teammate':'mara@desk.example','ritual':'','body':'Good','at':'x','removed_at':null}}\n"
	"{'type':'feed_post','external_id':'b','set':{'teammate':'mara@desk.example','ritual':'','body':'Good','at_at':null,'at':'2026-01-01T00:00:00Z'}}\n"
	"{'type':'feed_post','external_id':'c','set':{'teammate':'mara@desk.example','ritual':'','body':'Good','at':'2026-01-01T00:00:00Z'},"
	"'history':[{'at':'2026-01-01T00:00:00Z','event':'feed_post.created','set':{'body':'Bad'}}]}\n"
	"{'type':'feed_post','external_id':'c','set':{}}\n"
	"{'type':'feed_post','external_id':'d','set':{'teammate':'nobody@desk.example','ritual':'','body':'Good','at':'2026-01-01T00:00:00Z'}}\n"
	"{'type':'feed_post','external_id':'e'}\n"
	"{'type':'feed_post','set':{}}\n"
	"{'type':'access_item','external_id':'f','set':{'teammate':'mara@desk.example','tool':'Desk','state':'lost','by':null,'changed_at':'2026-01-01T00:00:00Z'}}\n"
	"{'type':'intro_chat','external_id':'g','set':{'teammate':'mara@desk.example','with':null,'with_name':'Bo','on_date':'soon','note':'','created_at':"
	"'2026-01-01T00:00:00Z'}}\n"
	"{'type':'cert_entry','external_id':'h','set':{'certification':'zz'}}\n"
	"{'type':'later','of':'customer_call','external_id':'zz','set':{}}\n"
	"{'type':'later','of':'spaceship','external_id':'zz','set':{}}\n"
	"{'type':'feed_post','external_id':'i','set':{'teammate':'mara@desk.example','ritual':'','body':'x','at':'2026-01-01T00:00:00Z'},"
	"'history':[{'at':'2026-01-01T00:00:00Z','event':'feed_post.carried','set':{}}]}\n"
	"{'type':'access_item','external_id':'j','set':{'teammate':'mara@desk.example','tool':'Desk','state':'asked','by':null,'changed_at':'2026-01-01T00:00:00Z'}}\n"
	"{'type':'access_item','external_id':'k','set':{'teammate':'mara@desk.example','tool':'Desk','state':'asked','by':null,'changed_at':'2026-01-01T00:00:00Z'}}\n"
	"{'type':'macro','external_id':'l','set':{'slug':'mine','name':'Mine','family':'Reply','mode':'reply','body':'Hello','status':null,'kind':null,"
	"'priority':null,'tags':null,'owner':null,'valid_from':'2026-01-01','valid_to':null,'source':'','created_at':'2026-01-01T00:00:00Z'}}\n";

static void bad_rows_are_named_and_the_rest_goes_on(void **state)
{
	(void)state;
	static const char *const said[] = {
		"{\"line\":2,\"type\":\"feed_post\",\"external_id\":\"a\",\"error\":\"“at” is no instant", "{\"line\":6,", "no teammate is called nobody@desk.example",
		"{\"line\":7,", "“set” must be an object", "{\"line\":8,", "“external_id” is missing", "{\"line\":9,", "lost is none of asked|granted|ended",
		"{\"line\":10,", "“on_date” is no date", "{\"line\":11,", "{\"line\":12,", "No customer_call is called zz", "{\"line\":13,", "spaceship is no table",
		"{\"line\":14,", "word of the log", "{\"line\":16,",
	};
	struct place p;
	char errors[128], text[16384] = { 0 }, lines[sizeof(carried)];
	for (size_t i = 0; i < sizeof(carried); i++)
		lines[i] = carried[i] == '\'' ? '"' : carried[i];
	open_place(&p, server[0] ? server : NULL);
	write_file(path, lines, sizeof(lines) - 1);
	struct import_made made = { 0 };
	import(&p, path, 0, &made);
	snprintf(errors, sizeof(errors), "%s.errors.jsonl", path);
	FILE *f = fopen(errors, "re");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		if (!strstr(text, said[i]))
			fail_msg("“%s” is not in %s", said[i], text);
	assert_int_equal(made.wrong, 11);
	assert_int_equal(made.created, 5);      /* mara, b, c, j, l */
	assert_int_equal(made.unchanged, 1);    /* c again */
	close_place(&p);
}

/* Tables with a line of their own in the format, and what stays: why. */
static const char *const stays[][2] = {
	{ "teammate", "a line of its own" }, { "team", "a line of its own" }, { "organisation", "a line of its own" }, { "org_domain", "in the organisation's line" },
	{ "org_person", "in the organisation's line" }, { "org_entitlement", "in the organisation's line" }, { "org_exception", "in the organisation's line" },
	{ "contact", "a line of its own" }, { "contact_address", "in the contact's line" }, { "ticket", "a line of its own" }, { "message", "in the ticket's line" },
	{ "attachment", "in the ticket's line" }, { "ticket_tag", "in the ticket's line" }, { "ticket_link", "a line of its own" },
	{ "ticket_follower", "in the ticket's line" }, { "ticket_cc", "in the ticket's line" }, { "session", "a secret" }, { "api_token", "a secret" },
	{ "account_import", "how rows came in here" }, { "bulk", "the undo of bulk edits" }, { "case_review", "between two people" }, { "rule_run", "names events by their numbers in this log" },
};

static void every_table_of_the_log_leaves_or_it_is_said_why_not(void **state)
{
	(void)state;
	struct place p;
	int bad = 0;
	open_place(&p, NULL);
	for (const struct feature *const *f = features; *f; f++)
		for (const struct fold *fold = (*f)->folds; fold && fold->entity; fold++) {
			bool known = carry_find(&p.c, str_c(fold->entity)) != NULL;
			for (size_t i = 0; i < ARRAY_LEN(stays); i++)
				known = known || strcmp(stays[i][0], fold->entity) == 0;
			if (!known)
				print_error("%s is in the log, and is neither carried nor named here\n", fold->entity);
			bad += !known;
		}
	for (const struct feature *const *f = features; *f; f++)
		for (const struct carry *k = (*f)->carries; k && k->type; k++) {
			struct carry_table t;
			expect(&p, carry_table_open(&p.c, k, &t), OK);
		}
	assert_int_equal(bad, 0);
	close_place(&p);
}

static void the_demo_is_the_same_for_the_same_seed(void **state)
{
	(void)state;
	char *text[2];
	size_t n[2];
	for (int i = 0; i < 2; i++) {
		struct place p;
		open_with(&p, NULL, without_stamps);
		fill_demo(&p, 80);
		text[i] = export(&p, &n[i]);
		close_place(&p);
	}
	same_text(text[0], n[0], text[1], n[1]);
	free(text[0]);
	free(text[1]);
}

int main(void)
{
	const char *given = getenv("TEND_TEST_DB");
	if (given && strncmp(given, "postgres", 8) == 0)
		snprintf(server, sizeof(server), "%s", given);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_desk_moves_between_engines_unchanged, setup, teardown),
		cmocka_unit_test_setup_teardown(a_desks_own_file_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(plans_and_rhythms_keep_what_is_theirs, setup, teardown),
		cmocka_unit_test_setup_teardown(a_stopped_import_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_lines_are_named_and_the_rest_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_rows_are_named_and_the_rest_goes_on, setup, teardown),
		cmocka_unit_test(every_table_of_the_log_leaves_or_it_is_said_why_not),
		cmocka_unit_test_setup_teardown(the_demo_is_the_same_for_the_same_seed, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
