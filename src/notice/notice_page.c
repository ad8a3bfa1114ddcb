/* notice_page.c: what reaches one by mail, chosen and looked back at; and what this slice brings to the house. */
#include "notice/notice.h"

#include "core/carry.h"
#include "core/job.h"
#include "core/setting.h"
#include "web/layout.h"
#include "web/place.h"
#include "web/route.h"
#include "web/web.h"

#include "notice.html.h"

#include "base/banned.h"

enum { TOLD = 30 };

enum err notice_the_page(struct web *w)
{
	struct ctx *c = w->c;
	struct notice_view v = { .layout = web_layout(w, S("By mail")), .w = w };
	struct str ways[NOTICE_KINDS];
	TRY(notice_ways_of(c, c->actor.id, ways));
	for (int k = 0; k < NOTICE_KINDS; k++)
		v.rows[k] = (struct notice_row_view){ .code = notice_kinds[k].code, .title = notice_kinds[k].title,
						      .way = web_typed(w, "notice.choose", notice_kinds[k].code, ways[k]) };
	TRY(notice_page(c->db, c->arena, &v.told, &v.n_told, .teammate_id = c->actor.id, .before = INT64_MAX, .max = TOLD));
	notice_html(&w->html, &v);
	return OK;
}

static const struct reaction reactions[] = {
	{ .kind = "handover.*", .when = IN_TX, .fold = notice_on_handover },
	{ .kind = "ticket.*", .when = IN_TX, .fold = notice_on_ticket },
	{ .kind = "escalation.*", .when = IN_TX, .fold = notice_on_escalation },
	{ 0 },
};
static const struct job_kind jobs[] = {
	{ .name = "notice.mail", .version = 1, .max_attempts = 5, .lease_us = 5 * UTIME_US_PER_MINUTE, .every_us = UTIME_US_PER_MINUTE, .run = notice_job },
	{ .name = "notice.sweep", .version = 1, .max_attempts = 5, .lease_us = 5 * UTIME_US_PER_MINUTE, .every_us = UTIME_US_PER_DAY, .run = notice_job },
	{ 0 },
};
static const struct fold folds[] = { { "notice_wish", &notice_wish_rows_stmt }, { 0 } };
static const struct carry carries[] = {
	{ "notice_wish", &notice_wish_rows_stmt, .refs = "teammate_id teammate", .key = "teammate_id, kind", .words = "way off|digest|at_once" },
	{ 0 },
};
static const struct route routes[] = {
	{ "GET", "/notices", ROUTE_TEAMMATE, CAN_READ, notice_the_page, 0, "What reaches you by mail when you are away from the page" },
	{ 0 },
};
static const struct place places[] = {
	{ .label = "By mail", .url = "/notices", .need = CAN_READ },
	{ 0 },
};

const struct feature notice_feature = {
	.name = "notice", .commands = notice_commands, .reactions = reactions, .jobs = jobs, .folds = folds, .carries = carries, .settings = notice_settings, .routes = routes,
	.places = places,
};
