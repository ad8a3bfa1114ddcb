/* demo_growth.c: people who grow on the demo desk: four newcomers at different weeks with plans, pairings and questions, a certification, calls with customers,
 * account work, a checklist that is done and one that runs. A table of what was done, when and by whom, run through the commands that everybody uses; so it costs
 * the same for a desk of any size. A desk without the slice grows nobody. */
#include "transfer/demo.h"

#include "base/civil.h"
#include "core/feature.h"
#include "people/people.h"

#include "transfer.sql.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define DAY UTIME_US_PER_DAY

static const struct {
	const char *key, *name, *role, *zone, *hours;
	int days;                /* until their first day */
} newcomers[] = {
	{ "lena", "Lena Fuchs", "support_engineer", "Europe/Vienna", "mon-fri 09:00-17:00", -75 },
	{ "noa", "Noa Berg", "customer_engineer", "Europe/Amsterdam", "mon-fri 10:00-18:00", -40 },
	{ "ravi", "Ravi Shah", "support_engineer", "Asia/Kolkata", "mon-fri 09:00-18:00", -12 },
	{ "ida", "Ida Holm", "support_engineer", "Europe/Stockholm", "mon-fri 08:30-16:30", 4 },
};

/* JSON as demo_do() takes it. $name is a number kept before (or a person's), @3 the date three days from today, #plan:KEY an outcome of a plan, %run:KEY a run's. */
struct act {
	int day, minute;         /* from today; after midnight UTC */
	const char *who;         /* "" = the desk's operator */
	const char *command, *json;
	const char *member, *keep;   /* a number of the answer, and the name it is kept under */
};

static const struct act acts[] = {
	/* plans, ready before their day but for the one that is not */
	{ -82, 540, "mara", "plan.create", "{'teammate':$lena,'start_date':'@-75','level':2,'manager':$mara}", "plan", "lena_plan" },
	{ -76, 560, "mara", "plan.ready", "{'plan':$lena_plan}", NULL, NULL },
	{ -47, 540, "mara", "plan.create", "{'teammate':$noa,'start_date':'@-40','level':2,'manager':$theo}", "plan", "noa_plan" },
	{ -42, 600, "theo", "plan.ready", "{'plan':$noa_plan}", NULL, NULL },
	{ -19, 545, "mara", "plan.create", "{'teammate':$ravi,'start_date':'@-12','level':1,'manager':$theo}", "plan", "ravi_plan" },
	{ -14, 610, "theo", "plan.ready", "{'plan':$ravi_plan}", NULL, NULL },
	{ -3, 540, "mara", "plan.create", "{'teammate':$ida,'start_date':'@4','level':1,'manager':$mara}", "plan", "ida_plan" },

	/* who goes with whom */
	{ -75, 580, "mara", "pairing.make", "{'newcomer':$lena,'kind':'mentor','partner':$liam,'manager':$mara,'exception':'Liam asked to'}", "pairing", "lena_mentor" },
	{ -40, 580, "theo", "pairing.make", "{'newcomer':$noa,'kind':'mentor','partner':$jo,'manager':$theo,'exception':'Few hours in common: they meet in the afternoon'}", "pairing", "noa_mentor" },
	{ -40, 585, "theo", "pairing.make", "{'newcomer':$noa,'kind':'buddy','partner':$nia,'manager':$theo,'exception':'No team stands beside ours yet'}", NULL, NULL },
	{ -30, 585, "theo", "pairing.make", "{'newcomer':$noa,'kind':'account','partner':$ana,'manager':$theo}", NULL, NULL },
	{ -12, 400, "theo", "pairing.make", "{'newcomer':$ravi,'kind':'mentor','partner':$priya,'manager':$theo}", "pairing", "ravi_mentor" },
	{ -12, 405, "theo", "pairing.make", "{'newcomer':$ravi,'kind':'buddy','partner':$kenji,'manager':$theo,'exception':'No team stands beside ours yet'}", NULL, NULL },
	{ -39, 600, "", "pairing.fallback", "{'topic':'Pay and holidays','teammate':$mara,'note':'Or write to people@ if she is away'}", NULL, NULL },
	{ -36, 860, "noa", "pairing.ask", "{'body':'Which of our templates do you use before a first call, and which do you leave out?'}", "question", "noa_question" },
	{ -35, 900, "jo", "pairing.answer", "{'question':$noa_question,'answer':'The short agenda, always. The long questionnaire only when they ask for it.','kind':'technical','sure':'yes'}", NULL, NULL },
	{ -5, 500, "ravi", "pairing.ask", "{'body':'Can I take two days off in the third week?'}", NULL, NULL },

	/* what they did and said */
	{ -70, 500, "lena", "chat.add", "{'name':'Kenji Mori','on_date':'@-70','note':'How the night hand-over works'}", NULL, NULL },
	{ -69, 500, "lena", "chat.add", "{'name':'Sofia Duarte','on_date':'@-69'}", NULL, NULL },
	{ -68, 520, "lena", "contribution.add", "{'kind':'handbook_edit','title':'The link to the travel page','url':'https://handbook.example/changes/812','on_date':'@-68'}", NULL, NULL },
	{ -61, 520, "lena", "contribution.add", "{'kind':'handbook_page','title':'Where the logs of each service are','url':'https://handbook.example/changes/845','on_date':'@-61'}", NULL, NULL },
	{ -33, 520, "lena", "contribution.add", "{'kind':'docs','title':'Token names since 5.3','url':'https://docs.example/changes/97','on_date':'@-33'}", NULL, NULL },
	{ -66, 510, "lena", "feed.post", "{'ritual':'weekly_plan','body':'Two sessions on search, my first shadowed case, and the deployment exercise.'}", NULL, NULL },
	{ -60, 510, "lena", "plan.say", "{'outcome':#lena_plan:W2.4,'note':'Five pages read; Northwind is the one to know.'}", NULL, NULL },
	{ -60, 515, "lena", "plan.say", "{'outcome':#lena_plan:W2.2,'rating':4}", NULL, NULL },
	{ -45, 515, "lena", "plan.say", "{'outcome':#lena_plan:W4.2,'rating':3}", NULL, NULL },
	{ -70, 700, "mara", "plan.acknowledge", "{'outcome':#lena_plan:W1.3,'note':'Went through it over lunch.'}", NULL, NULL },
	{ -28, 800, "noa", "plan.say", "{'outcome':#noa_plan:W2.1}", NULL, NULL },
	{ -27, 830, "noa", "plan.say", "{'outcome':#noa_plan:W2.2}", NULL, NULL },
	{ -24, 900, "jo", "plan.acknowledge", "{'outcome':#noa_plan:W1.3,'note':'Half an hour, by use case, and well.'}", NULL, NULL },
	{ -8, 520, "ravi", "chat.add", "{'name':'Tom Fraser','on_date':'@-8'}", NULL, NULL },
	{ -7, 520, "ravi", "feed.post", "{'body':'My first week: five deployments, three of them on purpose.'}", NULL, NULL },
	{ -6, 530, "ravi", "plan.say", "{'outcome':#ravi_plan:W1.6,'rating':2}", NULL, NULL },
	{ -50, 600, "lena", "dispute.open", "{'outcome':#lena_plan:W2.6,'text':'Two of the four ways to deploy are no longer sold. Which ones should one set up?'}", "dispute", "deploy_dispute" },
	{ -44, 600, "mara", "dispute.mend", "{'dispute':$deploy_dispute,'resolution':'Only the ways that are sold today','help':'Set up one of each way that is sold today, on your own; break it, mend it.'}", NULL, NULL },
	{ -4, 620, "ravi", "dispute.open", "{'outcome':#ravi_plan:W2.3,'text':'Everything I looked for was there. What page should I add?'}", NULL, NULL },
	{ -74, 480, "mara", "access.ask", "{'teammate':$lena,'tools':'Desk\\nLogs\\nTest clusters'}", NULL, NULL },
	{ -11, 480, "theo", "access.ask", "{'teammate':$ravi,'tools':'Desk\\nLogs'}", NULL, NULL },
	{ -20, 480, "lena", "focus.set", "{'day':'tue','from':'09:00','to':'11:00'}", NULL, NULL },

	/* calls, and the way to a certificate */
	{ -200, 600, "theo", "certification.start", "{'teammate':$jo,'manager':$theo}", "certification", "jo_cert" },
	{ -199, 600, "theo", "certification.recognise", "{'certification':$jo_cert,'reason':'Certified before this desk was here'}", NULL, NULL },
	{ -26, 600, "jo", "call.plan", "{'title':'First look','kind':'demo','on':'@-21','at':'15:00','zone':'Europe/Amsterdam','minutes':45,'lead':$jo,'shadow_places':2}", "call", "first_call" },
	{ -25, 640, "noa", "call.join", "{'call':$first_call,'part':'shadow'}", NULL, NULL },
	{ -21, 900, "jo", "call.held", "{'call':$first_call,'outcome':'They want a trial.'}", NULL, NULL },
	{ -21, 960, "noa", "call.took_part", "{'call':$first_call,'did':'watched','note':'Wait with the answer until they have finished asking.'}", NULL, NULL },
	{ -20, 900, "jo", "call.record", "{'call':$first_call,'url':'https://recordings.example/1','minutes':41,'consent':'asked at the start, all agreed'}", NULL, NULL },
	{ -10, 600, "jo", "call.plan", "{'title':'Questions before the trial','kind':'discovery','on':'@2','at':'16:00','zone':'Europe/Amsterdam','minutes':45,'lead':$jo,'shadow_places':2,'observer_places':3}", "call", "next_call" },
	{ -9, 640, "noa", "call.join", "{'call':$next_call,'part':'shadow'}", NULL, NULL },
	{ -8, 640, "jo", "call.plan", "{'title':'The review after a quarter','kind':'review','on':'@6','at':'10:00','zone':'America/New_York','minutes':60,'lead':$jo,'shadow_places':1,'observer_places':5}", NULL, NULL },
	{ -30, 700, "theo", "certification.start", "{'teammate':$noa,'mentor':$jo,'manager':$theo}", "certification", "noa_cert" },
	{ -25, 860, "jo", "certification.practise", "{'certification':$noa_cert,'note':'The story holds. Less clicking.'}", NULL, NULL },
	{ -18, 860, "jo", "certification.practise", "{'certification':$noa_cert,'note':'Ready to rehearse.'}", NULL, NULL },
	{ -16, 860, "jo", "certification.approve", "{'certification':$noa_cert}", NULL, NULL },
	{ -14, 870, "noa", "certification.rehearse", "{'certification':$noa_cert,'title':'Two use cases','shadow':$jo,'recording':'https://recordings.example/7'}", "session", "rehearsal" },
	{ -13, 600, "theo", "certification.score", "{'session':$rehearsal,'scores':['use_case_1=2','use_case_2=1'],'note':'The second one needs its why first.'}", NULL, NULL },

	/* account work */
	{ -19, 870, "noa", "work.begin", "{'kind':'trial','title':'Trial after the first look','organisation':$org,'with':$ana,'with_part':'ae','starts_on':'@-18','due_on':'@3'}", "work", "trial" },
	{ -15, 870, "noa", "work.begin", "{'kind':'feedback','title':'Searching in forks','team':$team,'body':'Three customers asked within a week.'}", NULL, NULL },

	/* after day 90 */
	{ -80, 600, "mara", "library.add", "{'kind':'deep_dive','title':'How an index is built','area':'search','minutes':50,'on_date':'@-80','by_name':'Kenji Mori','url':'https://recordings.example/dive'}", "item", "dive" },
	{ -58, 600, "lena", "library.done", "{'item':$dive}", NULL, NULL },
	{ -15, 610, "lena", "profile.set", "{'field':'times','body':'Early. After four I answer tomorrow.'}", NULL, NULL },
	{ -2, 610, "mara", "check_in.plan", "{'teammate':$lena,'due_date':'@20','kind':'quarter'}", NULL, NULL },

	/* a checklist that is done, and one that runs */
	{ -60, 600, "theo", "playbook.create", "{'name':'Hand-over before a holiday','about':'So that nobody waits for you.'}", "playbook", "holiday" },
	{ -60, 600, "theo", "playbook.section_add", "{'playbook':$holiday,'title':'Before you go','key':'before'}", NULL, NULL },
	{ -60, 601, "theo", "playbook.task_add", "{'playbook':$holiday,'title':'Give each open case to somebody','key':'cases','who':'starter','due_from':'start','due_offset':'P1D','due_before':true,'due_days':'working'}", NULL, NULL },
	{ -60, 601, "theo", "playbook.field_add", "{'playbook':$holiday,'task':'cases','label':'Who takes over','key':'stand-in','type':'person'}", NULL, NULL },
	{ -60, 602, "theo", "playbook.task_add", "{'playbook':$holiday,'title':'Tell your customers who is there','key':'tell','who':'starter'}", NULL, NULL },
	{ -60, 603, "theo", "playbook.publish", "{'playbook':$holiday,'note':'The first one'}", NULL, NULL },
	{ -31, 600, "kenji", "run.start", "{'playbook':$holiday,'name':'Kenji in the mountains','starts_on':'@-30'}", "run", "run_done" },
	{ -31, 630, "kenji", "run.answer", "{'run':$run_done,'field':'stand-in','value':'$priya'}", NULL, NULL },
	{ -31, 640, "kenji", "run.done", "{'run':$run_done,'task':'cases'}", NULL, NULL },
	{ -30, 500, "kenji", "run.done", "{'run':$run_done,'task':'tell','comment':'All but two, who are away themselves.'}", NULL, NULL },
	{ -2, 600, "sofia", "run.start", "{'playbook':$holiday,'name':'Sofia at the sea','starts_on':'@3'}", "run", "run_open" },
	{ -1, 640, "sofia", "run.note", "{'run':$run_open,'body':'Two cases wait for a fix; Liam knows them.'}", NULL, NULL },

	/* the line: who is away, who is full, whose areas are whose, an overload that is over, a session in which nobody had to wait */
	{ -20, 545, "theo", "ranking.begin", "{'title':'Two launches in one week','why':'Both want the same engineer','hours':72}", "session", "session" },
	{ -20, 560, "theo", "ranking.hear", "{'session':$session,'name':'Ana Reis','part':'sales','said':'The bank signs on Friday, if the upgrade is done.'}", NULL, NULL },
	{ -20, 570, "theo", "ranking.hear", "{'session':$session,'name':'Jo Marsh','part':'ce','said':'The game studio can wait until Monday.'}", NULL, NULL },
	{ -20, 900, "theo", "ranking.end", "{'session':$session,'why':'The studio moved its launch: nothing to rank'}", NULL, NULL },
	{ -6, 540, "theo", "overload.declare", "{'why':'Half the team is at the offsite','hours':8}", NULL, NULL },
	{ -6, 860, "theo", "overload.end", "{'why':'The offsite is over, the line is short again'}", NULL, NULL },
	{ -5, 540, "priya", "skill.name", "{'tag':'search'}", NULL, NULL },
	{ -5, 545, "kenji", "skill.name", "{'tag':'executors'}", NULL, NULL },
	{ -5, 550, "liam", "skill.name", "{'tag':'gitserver'}", NULL, NULL },
	{ -3, 600, "sofia", "absence.plan", "{'from':'@18','until':'@24','cover':$tom,'note':'The lake, without a laptop.'}", NULL, NULL },
	{ -1, 840, "nia", "capacity.declare", "{'why':'Two escalations at once'}", NULL, NULL },
	{ -1, 900, "elena", "absence.plan", "{'from':'@0','until':'@1','kind':'sick','cover':$liam}", NULL, NULL },
};

struct kept {
	struct str name;
	int64_t id;
};
struct growing {
	struct ctx *c;
	struct demo_desk *d;
	struct kept kept[80];
	size_t n;
	int64_t today;           /* as a civil day */
	utime midnight;
};

static void keep(struct growing *g, struct str name, int64_t id)
{
	ASSERT(g->n < ARRAY_LEN(g->kept));
	g->kept[g->n++] = (struct kept){ name, id };
}

static int64_t kept_id(const struct growing *g, struct str name)
{
	for (size_t i = 0; i < g->n; i++)
		if (str_eq(g->kept[i].name, name))
			return g->kept[i].id;
	return 0;
}

static size_t word_at(struct str s, size_t at)
{
	size_t n = at;
	while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z') || (s.p[n] >= '0' && s.p[n] <= '9') || strchr("_.:-", s.p[n])))
		n++;
	return n;
}

static enum err outcome_of(struct growing *g, struct str word, int64_t *ret)
{
	struct str plan, key;
	struct demo_outcome_row row;
	bool found;
	str_cut(word, ':', &plan, &key);
	TRY(demo_outcome(g->c->db, g->c->arena, &row, &found, .plan_id = kept_id(g, plan), .key = key));
	*ret = found ? row.id : 0;
	return OK;
}

/* The act's JSON with everything put in. */
static enum err fill_in(struct growing *g, const char *text, struct str *ret)
{
	struct buf b;
	struct str s = str_c(text);
	buf_init(&b, g->c->arena, 16 << 10);
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		size_t end = word_at(s, i + 1);
		struct str word = str_slice(s, i + 1, end);
		int64_t id;
		if (ch == '$' && word.n) {
			buf_fmt(&b, "%lld", (long long)kept_id(g, word));
			i = end - 1;
		} else if (ch == '#' && word.n) {
			TRY(outcome_of(g, word, &id));
			buf_fmt(&b, "%lld", (long long)id);
			i = end - 1;
		} else if (ch == '@' && str_i64(word, &id)) {
			int32_t year;
			int month, day;
			civil_from_days(g->today + id, &year, &month, &day);
			buf_fmt(&b, "%04d-%02d-%02d", year, month, day);
			i = end - 1;
		} else {
			buf_add(&b, str_slice(s, i, i + 1));
		}
	}
	*ret = buf_str(&b);
	return OK;
}

static enum err one_act(struct growing *g, const struct act *a)
{
	struct ctx *c = g->c;
	struct str json, answer;
	c->now_us = g->midnight + a->day * DAY + a->minute * UTIME_US_PER_MINUTE;
	TRY(fill_in(g, a->json, &json));
	enum err e = demo_do(c, *a->who ? kept_id(g, str_c(a->who)) : 0, a->command, json, &answer);
	if (e != OK) {
		struct fault why = c->fault;
		fault_clear(&c->fault);
		return fail(c, e, "The demo's %s on day %d: %s", a->command, a->day, why.n_fields ? why.fields[0].message : why.message);
	}
	if (!a->keep || !answer.p)
		return OK;
	json_t *v = json_loadb(answer.p, answer.n, 0, NULL);
	keep(g, str_c(a->keep), json_integer_value(json_object_get(v, a->member)));
	json_decref(v);
	return OK;
}

static enum err add_newcomers(struct growing *g)
{
	struct ctx *c = g->c;
	for (size_t i = 0; i < ARRAY_LEN(newcomers); i++) {
		int64_t id;
		c->now_us = g->midnight + (newcomers[i].days - 10) * DAY + 8 * UTIME_US_PER_HOUR;
		if (c->now_us > g->midnight)
			c->now_us = g->midnight - DAY;
		TRY(people_add(c, &(struct teammate_new){ .email = arena_fmt(c->arena, "%s@tend.example", newcomers[i].key), .name = str_c(newcomers[i].name),
							 .access = S("agent"), .role = str_c(newcomers[i].role), .zone = str_c(newcomers[i].zone),
							 .hours = str_c(newcomers[i].hours), .created_us = c->now_us }, &id));
		TRY(people_add_member(c, g->d->team_id, id));
		keep(g, str_c(newcomers[i].key), id);
	}
	return OK;
}

enum err demo_growth(struct ctx *c, struct demo_desk *d)
{
	struct growing *g = arena_new(c->arena, struct growing);
	utime now = c->now_us;
	if (!feature_command(c->desk->features, S("plan.create")) || !feature_command(c->desk->features, S("playbook.create")))
		return OK;
	g->c = c;
	g->d = d;
	g->today = now / DAY;
	g->midnight = g->today * DAY;
	for (int i = 0; i < d->n_teammates; i++) {
		struct str first, rest;
		str_cut(d->teammates[i].email, '@', &first, &rest);
		keep(g, first, d->teammates[i].id);
	}
	keep(g, S("org"), d->orgs[0].id);
	keep(g, S("team"), d->team_id);
	enum err e = add_newcomers(g);
	for (size_t i = 0; e == OK && i < ARRAY_LEN(acts); i++)
		e = one_act(g, &acts[i]);
	c->now_us = now;
	return e;
}
