/* features.c: THE list of slices, in order. Read this to know the product: a slice may include headers of those above it only. */
#include "slices.h"
#include "tools.h"

#include "core/core.h"
#include "account/account.h"
#include "admin/admin.h"
#include "desk/desk_page.h"
#include "growth/growth.h"
#include "growth/cert.h"
#include "mail/mail.h"
#include "notice/notice.h"
#include "people/people.h"
#include "queue/queue.h"
#include "sla/sla.h"
#include "playbook/playbook.h"
#include "review/review.h"
#include "rules/rules.h"
#include "ticket/ticket.h"
#include "transfer/transfer.h"
#include "triage/triage.h"

#include <stdio.h>

#include "base/banned.h"

const struct feature *const features[] = {
	&core_feature,      /* settings, jobs, the outbox */
	&people_feature,    /* teammates, sign-in, tokens */
	&account_feature,   /* organisations, contacts */
	&ticket_feature,    /* the ticket and all that hangs on it */
	&sla_feature,       /* calendars, what is promised, clocks */
	&mail_feature,      /* mail in and out */
	&notice_feature,    /* what reaches people by mail */
	&desk_feature,      /* lists, counts, search */
	&list_feature,      /* saved views and what they find, changing many tickets */
	&summary_feature,   /* resolved cases in a few words, and what was seen before */
	&write_feature,     /* the writing box: drafts, macros, what it will look like */
	&handover_feature,  /* from hand to hand */
	&queue_feature,     /* the line: number one, what next, overload, capacity, who is away */
	&triage_feature,    /* whose it is, triage, what account people add */
	&resolve_feature,   /* solving a case by a rule */
	&rules_feature,     /* when something happens, if the case is like that, then do this */
	&review_feature,    /* looking back at cases: long ones, and with each other */
	&playbook_feature,  /* checklists: written once, followed many times */
	&growth_feature,            /* programmes, plans, evidence, the career */
	&growth_practice_feature,   /* certification, calls with customers, pairings, account work */
	&transfer_feature,  /* demo, import, export */
	&admin_feature,     /* what came in and goes out, settings, audit, health */
	NULL,
};

const struct web_app_config features_web = { .features = features, .identity = &people_identity, .layout = desk_layout };

const struct service services[] = {
	{ "LMTP", mail_lmtp_start, mail_lmtp_stop },
	{ 0 },
};

void features_first_link(struct desk *d, bool sign_in)
{
	struct arena a;
	arena_init(&a);
	struct ctx c;
	struct str path = STR_NULL;
	desk_ctx(d, &a, S("start-up"), &c);
	bool set_up = false;
	/* a link that nobody is shown is not made: it would end the one that somebody holds */
	if (ctx_db(&c) == OK && people_is_set_up(&c, &set_up) == OK && (sign_in || !set_up) && people_start_link(&c, &path) == OK && path.n)
		printf("\n  tend is at %s\n  To get in, once: %s%.*s\n\n", d->cfg.public_url, d->cfg.public_url, STR_ARG(path));
	else
		printf("tend is at %s\n", d->cfg.public_url);
	fflush(stdout);
	ctx_db_done(&c);
	arena_done(&a);
}
