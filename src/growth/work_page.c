/* work_page.c: account work of everybody and of one customer, and one piece of it. */
#include "growth/work_page.h"

#include "account/account_parts.h"

#include "work.html.h"

#include "base/banned.h"

enum { PAGE = 50, MINE = 20 };

static const char *const kind_words[][2] = { { "trial", "Trial" }, { "tech_win", "Technical win" }, { "red_account", "Plan for a red account" },
					     { "renewal", "Plan for a renewal" }, { "post_sales", "Plan after the sale" }, { "project", "Project" },
					     { "feedback", "Feedback to a team" }, { "improvement", "Improvement" } };
static const char *const with_words[][2] = { { "", "nobody in particular" }, { "ae", "account executive" }, { "lead", "lead" }, { "mentor", "mentor" } };
static const char *const health_words[][2] = { { "", "not said" }, { "green", "green" }, { "yellow", "yellow" }, { "red", "red" } };
static const char *const gate_words[][2] = { { "", "not answered" }, { "yes", "yes" }, { "no", "no" } };
static const char *const end_words[][2] = { { "done", "done" }, { "dropped", "dropped" } };
static const char *const proposal_words[][2] = { { "accepted", "accepted" }, { "declined", "declined" }, { "delivered", "delivered" }, { "dropped", "dropped" } };

const char *work_kind_words(struct str kind)
{
	for (size_t i = 0; i < ARRAY_LEN(kind_words); i++)
		if (str_eq(kind, str_c(kind_words[i][0])))
			return kind_words[i][1];
	return "";
}

/* ---- lists ---- */

static enum err work_rows(struct web *w, struct work_list_view *v, struct opt_i64 organisation, const char *base)
{
	struct ctx *c = w->c;
	int64_t before = web_query_i64(w, "before", INT64_MAX);
	struct str kind = web_query(w, "kind");
	kind = str_or_empty(kind);
	v->kind = kind;
	v->kinds = work_kinds;
	v->next_url = S("");
	v->can_write = practice_may(w, CAN_NOTE);
	if (v->kind.n && !one_of(work_kinds, v->kind))
		return fail(c, ERR_NOT_FOUND, "There is no such kind of work.");
	TRY(work_page(c->db, c->arena, &v->rows, &v->n, .before_id = before > 0 ? before : INT64_MAX, .kind = v->kind.n ? v->kind : STR_NULL,
		      .organisation_id = organisation, .max = PAGE + 1));
	if (v->n > PAGE) {
		v->n = PAGE;
		v->next_url = arena_fmt(c->arena, "%s?kind=%.*s&before=%lld", base, STR_ARG(v->kind), (long long)v->rows[PAGE - 1].id);
	}
	return OK;
}

enum err work_list_page(struct web *w)
{
	struct ctx *c = w->c;
	struct work_list_view v = { .layout = practice_layout(w, S("Account work")), .customer = S(""), .customer_url = S("/account-work"), .new_url = S("/account-work/new") };
	TRY(work_mine(c->db, c->arena, &v.mine, &v.n_mine, .me = c->actor.id, .max = MINE));
	TRY(work_rows(w, &v, NONE, "/account-work"));
	work_list_html(&w->html, &v);
	return OK;
}

enum err work_customer_page(struct web *w)
{
	struct ctx *c = w->c;
	struct work_org_row org;
	bool found;
	int64_t id = web_param_id(w, "id");
	TRY(work_org(c->db, c->arena, &org, &found, .id = id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no such customer.");
	struct str base = arena_fmt(c->arena, "/customers/%lld/work", (long long)id);
	struct work_list_view v = { .layout = practice_layout(w, arena_fmt(c->arena, "%.*s: work", STR_ARG(org.name))), .customer = org.name, .customer_url = base,
				    .new_url = arena_fmt(c->arena, "/account-work/new?organisation=%lld", (long long)id) };
	TRY(work_rows(w, &v, SOME(id), arena_cstr(c->arena, base)));
	work_list_html(&w->html, &v);
	return OK;
}

/* ---- beginning ---- */

static enum err work_fields(struct form_view *f, const struct work_item_rows_row *x)
{
	form_add(f, INPUT_LINE, "title", "Title", x->title);
	form_add(f, INPUT_TEXT, "body", "About", x->body);
	TRY(form_teammate(f, "owner", "Owner", x->owner_id));
	TRY(form_teammate(f, "with", "Made with", x->with_id));
	practice_choice(f, "with_part", "Who is", with_words, ARRAY_LEN(with_words), x->with_part);
	TRY(practice_teams(f, "team", "Team that can act on it", x->team_id));
	practice_choice(f, "health", "How it stands", health_words, ARRAY_LEN(health_words), x->health);
	form_add(f, INPUT_DATE, "starts_on", "From", x->starts_on.p ? x->starts_on : S(""));
	form_add(f, INPUT_DATE, "due_on", "Until", x->due_on.p ? x->due_on : S(""));
	form_add(f, INPUT_LINE, "link", "Link", x->link);
	return OK;
}

enum err work_new_page(struct web *w)
{
	struct ctx *c = w->c;
	struct work_kind_on_row kind;
	bool found;
	int64_t org = web_query_i64(w, "organisation", 0);
	struct str slug = web_query(w, "kind");
	struct work_new_view v = { .layout = practice_layout(w, S("Begin a piece of work")), .kinds = work_kinds,
				   .base = org > 0 ? arena_fmt(c->arena, "/account-work/new?organisation=%lld&kind=", (long long)org) : S("/account-work/new?kind=") };
	slug = str_or_empty(slug);
	v.kind = slug.n && one_of(work_kinds, slug) ? slug : org > 0 ? S("trial") : S("project");
	TRY(work_kind_on(c->db, c->arena, &kind, &found, .slug = v.kind, .date = today(c)));
	v.about = found ? kind.about : S("");
	struct work_item_rows_row x = { .title = S(""), .body = S(""), .owner_id = SOME(c->actor.id), .with_part = S(""), .health = S(""), .link = S(""),
					.starts_on = found && kind.max_days.set ? today(c) : STR_NULL };
	struct str here = arena_fmt(c->arena, "%.*s%.*s", STR_ARG(v.base), STR_ARG(v.kind));
	form_begin(&v.form, w, "work.begin", "Begin", here, S("/account-work/{work}"));
	v.form.back_url = S("/account-work");
	form_hidden(&v.form, "kind", v.kind);
	TRY(practice_customer(&v.form, "organisation", "Customer", org > 0 ? SOME(org) : NONE));
	TRY(work_fields(&v.form, &x));
	work_new_html(&w->html, &v);
	return OK;
}

/* ---- one ---- */

static enum err work_parts(struct web *w, struct work_view *v)
{
	struct ctx *c = w->c;
	struct work_parts_of_row *parts;
	size_t n;
	struct str phase = S("");
	TRY(work_parts_of(c->db, c->arena, &parts, &n, .item_id = v->w.id));
	v->parts = arena_array(c->arena, struct work_part_line, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct work_part_line *l = &v->parts[v->n_parts++];
		l->r = &parts[i];
		l->phase = str_eq(phase, parts[i].phase) ? S("") : parts[i].phase;
		phase = parts[i].phase;
		l->by = parts[i].answered_by.set ? practice_name(c, parts[i].answered_by) : S("");
		v->n_answered += parts[i].answer.n > 0;
		practice_form(&l->answer, w, "work.answer", "Save", v->here, v->here, "part", parts[i].id);
		if (str_eq(parts[i].answer_kind, S("yes_no")))
			practice_choice(&l->answer, "answer", arena_cstr(c->arena, parts[i].title), gate_words, ARRAY_LEN(gate_words), parts[i].answer)->help = "";
		else
			form_add(&l->answer, INPUT_TEXT, "answer", arena_cstr(c->arena, parts[i].title), parts[i].answer)->help = "";
	}
	return OK;
}

static enum err work_forms(struct web *w, struct work_view *v)
{
	static const char *const clear[] = { "body", "with", "team", "health", "starts_on", "due_on", "link" };
	practice_form(&v->change, w, "work.change", "Save", v->here, v->here, "work", v->w.id);
	form_clear(&v->change, clear, ARRAY_LEN(clear));
	TRY(work_fields(&v->change, &v->w));
	practice_form(&v->close, w, "work.close", "Say so", v->here, v->here, "work", v->w.id);
	if (v->proposal)
		practice_choice(&v->close, "state", "It is", proposal_words, ARRAY_LEN(proposal_words), S("accepted"));
	else
		practice_choice(&v->close, "state", "It is", end_words, ARRAY_LEN(end_words), S("done"));
	form_add(&v->close, INPUT_TEXT, "outcome", "What came of it", v->w.outcome);
	form_add(&v->close, INPUT_LINE, "link", "What proves it", v->w.link);
	return OK;
}

enum err work_one_page(struct web *w)
{
	struct ctx *c = w->c;
	struct work_view *v = arena_new(c->arena, struct work_view);
	TRY(work_item_read(c, web_param_id(w, "id"), &v->w));
	v->layout = practice_layout(w, v->w.title);
	v->here = arena_fmt(c->arena, "/account-work/%lld", (long long)v->w.id);
	v->kind_words = str_c(work_kind_words(v->w.kind));
	v->state_words = str_c(work_state_words(v->w.state));
	v->owner = practice_name(c, v->w.owner_id);
	v->with = practice_name(c, v->w.with_id);
	v->organisation = v->team = S("");
	v->can_write = practice_may(w, CAN_NOTE);
	v->open = work_is_open(v->w.state);
	v->proposal = str_eq(v->w.kind, S("improvement")) || str_eq(v->w.kind, S("feedback"));
	if (v->w.organisation_id.set) {
		struct work_org_row org;
		bool found;
		TRY(work_org(c->db, c->arena, &org, &found, .id = v->w.organisation_id.v));
		v->organisation = found ? org.name : S("");
	}
	if (v->w.team_id.set) {
		struct work_team_row team;
		bool found;
		TRY(work_team(c->db, c->arena, &team, &found, .id = v->w.team_id.v));
		v->team = found ? team.name : S("");
	}
	TRY(work_members_of(c->db, c->arena, &v->members, &v->n_members, .item_id = v->w.id));
	for (size_t i = 0; i < v->n_members; i++)
		v->in_it |= v->members[i].teammate_id == c->actor.id;
	TRY(work_parts(w, v));
	TRY(work_forms(w, v));
	work_one_html(&w->html, v);
	return OK;
}
