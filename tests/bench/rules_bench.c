/* rules_bench.c: what 200 active rules cost: in the command of whoever acts, and in the job that looks at the event; for docs/figures.md. A desk of its own
 * in memory of a temporary folder (TEND_TEST_DB names another engine); CPU time of this process, which other work on the machine does not change.
 *
 *     rules_bench [RULES [EVENTS]]           standard 200 rules, 2,000 events */
#include "core/desk_test.h"
#include "desk/desk_page.h"
#include "people/people.h"
#include "rules/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/banned.h"

static const struct feature *const features[] = { &core_feature, &people_feature, &account_feature, &ticket_feature, &sla_feature, &desk_feature, &list_feature,
						  &summary_feature, &write_feature, &rules_feature, NULL };
static struct desk *desk;

static double cpu_ms(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

static void run(const char *name, const char *json)
{
	struct arena a;
	struct ctx c;
	arena_init(&a);
	test_ctx(desk, &a, &c);
	const struct command *cmd = feature_command(features, str_c(name));
	ASSERT(cmd);
	if (test_run(&c, cmd, json, NULL) != OK) {
		fprintf(stderr, "%s %s: %s %s\n", name, json, c.fault.message, c.fault.n_fields ? c.fault.fields[0].message : "");
		exit(1);
	}
	ctx_db_done(&c);
	arena_done(&a);
}

/* Rules as people write them: by fields, tags, words, groups; about a third of each kind. None of the first `rules` is met by the bench's events but the last. */
static void rules(int n)
{
	static const char *const IF[] = {
		"status:pending was:open priority:p%d tier:enterprise", "(tag:t%d or tag:area:x%d) -assignee:nobody", "subject:\\\"words of rule %d\\\" kind:defect",
		"\\\"out of memory %d\\\" or \\\"oom %d\\\"", "domain:customer%d.example hours:open", "severity:1 version:%d. (stage:pre_sales or (segment:smb -is:strategic))",
	};
	static const char *const WHEN[] = { "created, changed priority", "status, assigned", "changed", "customer reply, changed priority", "tagged, changed priority" };
	char cond[400], json[1000];
	for (int i = 0; i < n; i++) {
		snprintf(cond, sizeof(cond), IF[i % 6], i % 4, i % 4, i, i);
		snprintf(json, sizeof(json), "{\"title\":\"Rule %d\",\"when\":\"%s\",\"if\":\"%s\",\"then\":\"tag t%d\",\"state\":\"on\"}", i, WHEN[i % 5], i + 1 < n ? cond : "priority:p1", i);
		run("rule.put", json);
	}
}

static double updates(int from, int n)
{
	char json[200];
	double began = cpu_ms();
	for (int i = from; i < from + n; i++) {
		snprintf(json, sizeof(json), "{\"ticket\":%d,\"priority\":\"p%d\"}", i % 200 + 1, 2 + i / 200 % 2);
		run("ticket.update", json);
	}
	return (cpu_ms() - began) / n;
}

static double look(int n, int64_t *ret_ran)
{
	struct arena a;
	struct ctx c;
	arena_init(&a);
	test_ctx(desk, &a, &c);
	ASSERT(ctx_db(&c) == OK);
	double began = cpu_ms();
	*ret_ran = 0;
	for (int64_t ran = 0, at = 0; at == 0 || rules_next_us(&c) <= c.now_us; at++) {   /* a pass is bounded */
		if (rules_run(&c, &ran) != OK) {
			fprintf(stderr, "rules.run: %s\n", c.fault.message);
			exit(1);
		}
		*ret_ran += ran;
	}
	double ms = (cpu_ms() - began) / n;
	ctx_db_done(&c);
	arena_done(&a);
	return ms;
}

int main(int argc, char **argv)
{
	int64_t ran, typed[2] = { 200, 2000 };
	for (int i = 1; i < argc && i < 3; i++)
		if (!str_i64(str_c(argv[i]), &typed[i - 1]) || typed[i - 1] < 1 || typed[i - 1] > 100000)
			return 1;
	int n = (int)typed[0], events = (int)typed[1];
	char json[400];
	desk = test_desk(features);
	for (int i = 0; i < 200; i++) {
		snprintf(json, sizeof(json), "{\"subject\":\"Case %d\",\"body\":\"The executor stays in starting, and the log says nothing that would help.\",\"name\":\"Ines\","
					     "\"email\":\"ines%d@acme.example\",\"priority\":\"p3\",\"tags\":[\"area:search\",\"hot\"]}", i, i);
		run("ticket.create", json);
	}
	double without = updates(0, events);
	rules(n);
	look(1, &ran);
	double with = updates(0, events);
	double seen = look(events, &ran);
	printf("%d rules on\n  a command that changes a field: %.3f ms without rules, %.3f ms with (%+.3f ms)\n", n, without, with, with - without);
	printf("  looking at one event that none is met by: %.3f ms (%lld runs)\n", seen, (long long)ran);
	for (int i = 0; i < 200; i++) {
		snprintf(json, sizeof(json), "{\"ticket\":%d,\"priority\":\"p1\"}", i + 1);
		run("ticket.update", json);
	}
	seen = look(200, &ran);
	printf("  looking at one that a rule acts on, with its row and events: %.3f ms (%lld runs)\n", seen, (long long)ran);
	test_desk_done(desk);
	return 0;
}
