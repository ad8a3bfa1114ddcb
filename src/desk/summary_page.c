/* summary_page.c: the summary of a case as a form, and the resolved cases as a list that is searched. Reads only. */
#include "desk/summary_view.h"

#include "account/account.h"
#include "desk/desk_page.h"
#include "web/route.h"

#include "summary.html.h"

#include <string.h>

#include "base/banned.h"

enum { PAGE = 30 };

static struct str or_empty(struct str s)
{
	return s.p ? s : S("");
}

static void text(struct web *w, struct summary_text *t, const char *name, const char *label, const char *help, int rows, struct str value)
{
	*t = (struct summary_text){ .name = name, .label = label, .help = help, .rows = rows, .value = web_typed(w, "summary.write", name, or_empty(value)),
				    .error = web_field_error(w, "summary.write", name) };
}

/* What stands in the form: the summary, or, for a new one, what the ticket and the customer's account know. */
static enum err fill(struct web *w, const struct ticket_get_row *t, struct summary_form_view *v)
{
	struct ctx *c = w->c;
	struct case_summary_of_row s;
	struct organisation_card org = { 0 };
	TRY(summary_of(c, t->id, &s, &v->there));
	if (!v->there) {
		if (t->organisation_id.set)
			TRY(organisation_card(c, t->organisation_id.v, &org));
		s = (struct case_summary_of_row){
			.kind = str_eq(t->kind, S("defect")) ? S("defect") : S("howto"), .version = t->version.n ? t->version : org.version, .docs = S("unsaid"),
			.deployment = t->deployment.n ? t->deployment : org.deployment.n ? str_c(account_words(org.deployment)) : STR_NULL,
		};
	}
	v->author = or_empty(s.author_name);
	v->updated_us = s.updated_us;
	v->kind = web_typed(w, "summary.write", "kind", s.kind);
	v->docs = web_typed(w, "summary.write", "docs", s.docs);
	v->docs_url = web_typed(w, "summary.write", "docs_url", or_empty(s.docs_url));
	v->docs_task = s.docs_task_id.set ? arena_fmt(c->arena, "%lld", (long long)s.docs_task_id.v) : S("");
	v->new_task = web_typed(w, "summary.write", "new_task", S(""));
	text(w, &v->lines[0], "version", "Version", "", 1, s.version);
	text(w, &v->lines[1], "deployment", "Deployment", "", 1, s.deployment);
	text(w, &v->lines[2], "service", "Part of the product", "", 1, s.service);
	text(w, &v->texts[0], "environment", "Environment", "What matters of it: sizes, proxies, identity provider, changes just before.", 3, s.environment);
	text(w, &v->texts[1], "symptom", "Symptom", "What they saw or wanted to do, in two or three sentences.", 4, s.symptom);
	text(w, &v->texts[2], "steps", "Steps", "One a line: how to see it, or how it is done. A few lines of log, no more.", 5, s.steps);
	text(w, &v->texts[3], "cause", "Cause", "The root of it, as far as it is known.", 3, s.cause);
	text(w, &v->texts[4], "action", "Action", "What helped, or where it is filed.", 3, s.action);
	return OK;
}

static enum err form_page(struct web *w)
{
	struct ctx *c = w->c;
	struct ticket_get_row t;
	struct summary_form_view v = { .can_write = c->actor.caps & CAN_REPLY };
	TRY(ticket_load(c, web_param_id(w, "id"), &t));
	v.layout = web_layout(w, arena_fmt(c->arena, "Summary of #%lld", (long long)t.id));
	v.ticket = t.id;
	v.subject = t.subject;
	v.here = arena_fmt(c->arena, "/tickets/%lld/summary", (long long)t.id);
	TRY(fill(w, &t, &v));
	v.error = web_form_error(w, "summary.write");
	v.docs_url_error = web_field_error(w, "summary.write", "docs_url");
	v.new_task_error = web_field_error(w, "summary.write", "new_task");
	for (size_t i = 0; i < ARRAY_LEN(v.lines) + ARRAY_LEN(v.texts); i++) {
		const struct summary_text *k = i < ARRAY_LEN(v.lines) ? &v.lines[i] : &v.texts[i - ARRAY_LEN(v.lines)];
		v.refused |= str_find(k->error, S("REDACTED")) >= 0;
	}
	summary_form_html(&w->html, &v);
	return OK;
}

static struct str asked(struct web *w, const char *name)
{
	return or_empty(web_query(w, name));
}

static enum err list_page(struct web *w)
{
	struct ctx *c = w->c;
	struct summaries_view v = { .layout = web_layout(w, S("Resolved cases")), .q = asked(w, "q"), .version = asked(w, "version"),
				    .deployment = asked(w, "deployment"), .service = asked(w, "service"), .next_url = S("") };
	int64_t before = web_query_i64(w, "before", 0);
	struct summary_asked in = { .q = v.q, .version = v.version, .deployment = v.deployment, .service = v.service, .before = before > 0 ? before : INT64_MAX,
				    .max = PAGE + 1 };
	v.asked = v.q.n || v.version.n || v.deployment.n || v.service.n;
	TRY(summary_search(c, &in, &v.rows, &v.n));
	bool more = v.n > PAGE;
	v.n -= more;
	if (more)
		v.next_url = arena_fmt(c->arena, "/summaries?q=%.*s&version=%.*s&deployment=%.*s&service=%.*s&before=%lld", STR_ARG(url_encode(c->arena, v.q)),
				       STR_ARG(url_encode(c->arena, v.version)), STR_ARG(url_encode(c->arena, v.deployment)),
				       STR_ARG(url_encode(c->arena, v.service)), (long long)v.rows[v.n - 1].id);
	summaries_html(&w->html, &v);
	return OK;
}

static const struct route routes[] = {
	{ "GET", "/summaries", ROUTE_TEAMMATE, CAN_READ, list_page, 0, "Resolved cases in a few words" },
	{ "GET", "/tickets/:id/summary", ROUTE_TEAMMATE, CAN_READ, form_page, 0, "The summary of a case" },
	{ 0 },
};
static const struct command *const commands[] = { &summary_write_cmd, &summary_show_cmd, &summary_search_cmd, &summary_like_cmd, NULL };
static const struct carry carries[] = {
	{ "case_summary", &case_summary_rows_stmt, .refs = "ticket_id ticket, docs_task_id ticket", .words = "kind howto|defect, docs unsaid|sufficient|link|task",
	  .finish = summary_came }, { 0 },
};
static const struct fold folds[] = { { "case_summary", &case_summary_rows_stmt }, { 0 } };

const struct feature summary_feature = { .name = "desk", .commands = commands, .routes = routes, .folds = folds, .carries = carries, .verify = summary_verify };
