/* teammates_page.c: the admin pages of people: everybody, one teammate, an invitation, all tokens, who may what. */
#include "people/people_page.h"

#include "web/web.h"

#include "sign_in.sql.h"
#include "teammates.html.h"

#include "base/banned.h"

#define COUNT(a) (a), ARRAY_LEN(a)
enum { PAGE = 100, TEAMS_MAX = 200, ROLES_MAX = 200, TOKENS_MAX = 100 };

static const struct form_choice ACCESS[] = {
	{ S("light"), S("light: reads, writes notes"), false },
	{ S("agent"), S("agent: answers customers"), false },
	{ S("lead"), S("lead: also exceptions and bulk work"), false },
	{ S("admin"), S("admin: also teammates, addresses, settings"), false },
};

/* A role once each, under its title of today. */
static enum err role_choices(struct web *w, struct form_choice **ret, size_t *ret_n)
{
	struct ctx *c = w->c;
	struct role_title_all_row *rows;
	size_t n;
	TRY(role_title_all(c->db, c->arena, &rows, &n));
	*ret = arena_array(c->arena, struct form_choice, n);
	*ret_n = 0;
	struct str today = people_date(c->arena, c->now_us);
	for (size_t i = 0; i < n && *ret_n < ROLES_MAX; i++)
		if (i == 0 || !str_eq(rows[i].role, rows[i - 1].role))
			(*ret)[(*ret_n)++] = (struct form_choice){ .value = rows[i].role, .label = people_title(c, rows[i].role, today) };
	return OK;
}

static enum err team_choices(struct web *w, struct team_page_row **ret, size_t *ret_n)
{
	return team_page(w->c->db, w->c->arena, ret, ret_n, .max = TEAMS_MAX);
}

/* ---- everybody ---- */

enum err teammates_page(struct web *w)
{
	static const struct field_spec TEAM[] = { { "name", "New team", "text", "off", NULL, true, 0 } };
	struct ctx *c = w->c;
	struct teammate_page_row *rows;
	struct team_page_row *teams;
	struct teammates_view v = { 0 };
	int64_t after = web_query_i64(w, "after", 0);
	TRY(teammate_page(c->db, c->arena, &rows, &v.n, .after = after > 0 ? SOME(after) : NONE, .today = people_date(c->arena, c->now_us), .max = PAGE));
	TRY(team_choices(w, &teams, &v.n_teams));
	v.rows = rows;
	v.teams = teams;
	if (v.n == PAGE)
		v.next = arena_fmt(c->arena, "/admin/teammates?after=%lld", (long long)rows[v.n - 1].id);
	v.team = (struct form_view){ .button = S("Make the team"), .back = S("/admin/teammates"), .quiet = true };
	form_fill(w, &team_create_cmd, COUNT(TEAM), NULL, &v.team);
	v.layout = people_layout(w, S("Teammates"));
	teammates_html(&w->html, &v);
	return OK;
}

enum err invite_form_page(struct web *w)
{
	static const struct field_spec INVITE[] = {
		{ "email", "Mail address", "email", "off", NULL, true, 0 },
		{ "name", "Name", "text", "off", "As customers see it; they can change it.", true, 0 },
		{ "access", "Access", NULL, NULL, NULL, true, 0 },
		{ "role", "Role", NULL, NULL, NULL, true, 0 },
		{ "zone", "Time zone", "text", "off", "Like Europe/Berlin; UTC when left empty.", false, 0 },
		{ "hired_on", "First day", "date", "off", "The day they began here, or will; who can be a mentor goes by it.", false, 0 },
	};
	const struct str values[] = { S(""), S(""), S("agent"), S("support_engineer"), S(""), S("") };
	struct form_choice *roles;
	size_t n;
	TRY(role_choices(w, &roles, &n));
	struct invite_view v = { .form = { .button = S("Send the invitation"), .back = S("/admin/teammates/invite"), .next = S("/admin/teammates/{teammate}") } };
	form_fill(w, &teammate_invite_cmd, COUNT(INVITE), values, &v.form);
	form_choices(w, &v.form, "access", COUNT(ACCESS));
	form_choices(w, &v.form, "role", roles, n);
	v.layout = web_layout(w, S("Invite a teammate"));
	invite_html(&w->html, &v);
	return OK;
}

/* ---- one ---- */

static struct form_pair *hidden_id(struct web *w, int64_t id)
{
	struct form_pair *p = arena_array(w->c->arena, struct form_pair, 1);
	p[0] = (struct form_pair){ S("teammate"), arena_fmt(w->c->arena, "%lld", (long long)id) };
	return p;
}

static enum err one_forms(struct web *w, struct teammate_view *v)
{
	static const struct field_spec UPDATE[] = {
		{ "name", "Name", "text", "off", NULL, true, 0 },
		{ "access", "Access", NULL, NULL, "A change ends their sessions.", true, 0 },
		{ "role", "Role", NULL, NULL, NULL, true, 0 },
		{ "zone", "Time zone", "text", "off", NULL, true, 0 },
		{ "hired_on", "First day", "date", "off", "The day they began here; who can be a mentor goes by it.", false, 0 },
	};
	static const struct field_spec EMAIL[] = { { "email", "New mail address", "email", "off", "Asks for your password. The old address is told.", true, 0 } };
	static const struct field_spec REASON[] = { { "reason", "Why", "text", "off", "For the log.", false, 0 } };
	static const struct field_spec TEAM[] = { { "team", "Add to team", NULL, NULL, NULL, true, 0 } };
	struct form_choice *roles;
	struct team_page_row *teams;
	size_t n_roles, n_teams;
	struct form_pair *id = hidden_id(w, v->t.id);
	struct str here = arena_fmt(w->c->arena, "/admin/teammates/%lld", (long long)v->t.id);
	const struct form_view base = { .back = here, .hidden = id, .n_hidden = 1 };
	TRY(role_choices(w, &roles, &n_roles));
	TRY(team_choices(w, &teams, &n_teams));
	v->update = v->email = v->disable = v->enable = v->invite_again = v->totp_off = v->sessions_off = v->team_add = base;
	v->update.button = S("Save");
	form_fill(w, &teammate_update_cmd, COUNT(UPDATE), (const struct str[]){ v->t.name, v->t.access, v->t.role, v->t.zone, v->t.hired_on.p ? v->t.hired_on : S("") }, &v->update);
	form_choices(w, &v->update, "access", COUNT(ACCESS));
	form_choices(w, &v->update, "role", roles, n_roles);
	v->email.button = S("Change the address");
	v->email.quiet = true;
	form_fill(w, &teammate_email_cmd, COUNT(EMAIL), NULL, &v->email);
	bool disabled = str_eq(v->t.state, S("disabled"));
	v->disable.button = disabled || v->self ? STR_NULL : S("Shut out");
	v->disable.danger = true;
	form_fill(w, &teammate_disable_cmd, COUNT(REASON), NULL, &v->disable);
	v->enable.button = disabled ? S("Let in again") : STR_NULL;
	form_fill(w, &teammate_enable_cmd, COUNT(REASON), NULL, &v->enable);
	v->invite_again.button = str_eq(v->t.state, S("invited")) ? S("Send the invitation again") : STR_NULL;
	v->invite_again.quiet = true;
	form_fill(w, &teammate_invite_again_cmd, NULL, 0, NULL, &v->invite_again);
	v->totp_off.button = S("Turn the second factor off");
	v->totp_off.danger = true;
	form_fill(w, &totp_remove_cmd, NULL, 0, NULL, &v->totp_off);
	v->sessions_off.button = S("End all sessions");
	v->sessions_off.quiet = true;
	form_fill(w, &session_end_others_cmd, NULL, 0, NULL, &v->sessions_off);
	struct form_choice *choices = arena_array(w->c->arena, struct form_choice, n_teams);
	for (size_t i = 0; i < n_teams; i++)
		choices[i] = (struct form_choice){ .value = arena_fmt(w->c->arena, "%lld", (long long)teams[i].id), .label = teams[i].name };
	v->team_add.button = S("Add");
	v->team_add.quiet = true;
	form_fill(w, &team_add_cmd, TEAM, n_teams ? 1 : 0, NULL, &v->team_add);
	form_choices(w, &v->team_add, "team", choices, n_teams);
	return OK;
}

enum err teammate_one_page(struct web *w)
{
	struct ctx *c = w->c;
	struct teammate_view v = { 0 };
	struct sign_in_teammate_by_id_row s;
	struct team_of_teammate_row *teams;
	struct session_live_row *sessions;
	struct api_token_page_row *tokens;
	struct work_span spans[WORK_SPANS_MAX];
	size_t n_spans = 0;
	const char *why;
	bool found;
	TRY(people_get(c, web_param_id(w, "id"), &v.t));
	TRY(sign_in_teammate_by_id(c->db, c->arena, &s, &found, .id = v.t.id));
	TRY(team_of_teammate(c->db, c->arena, &teams, &v.n_teams, .teammate_id = v.t.id));
	TRY(session_live(c->db, c->arena, &sessions, &v.n_sessions, .teammate_id = v.t.id, .now_us = c->now_us, .seen_since_us = session_idle_since(c),
			 .max = 200));
	TRY(api_token_page(c->db, c->arena, &tokens, &v.n_tokens, .teammate_id = SOME(v.t.id), .max = TOKENS_MAX));
	v.teams = teams;
	v.sessions = sessions;
	for (size_t i = 0; i < v.n_sessions; i++)
		sessions[i].agent = agent_name(c->arena, sessions[i].agent);
	v.tokens = tokens;
	v.self = c->actor.kind == ACTOR_TEAMMATE && c->actor.id == v.t.id;
	v.title = people_title(c, v.t.role, people_date(c->arena, c->now_us));
	v.has_password = s.password_hash.p != NULL;
	v.totp_on = s.totp_secret.p != NULL;
	people_hours_parse(v.t.work_hours, spans, &n_spans, &why);
	v.hours = people_hours_lines(c->arena, spans, n_spans);
	TRY(one_forms(w, &v));
	v.layout = people_layout(w, v.t.name);
	teammate_html(&w->html, &v);
	return OK;
}

/* ---- tokens, permissions ---- */

enum err tokens_page(struct web *w)
{
	struct ctx *c = w->c;
	struct api_token_page_row *rows;
	struct tokens_view v = { .now_us = c->now_us, .fresh = c->actor.fresh };
	int64_t after = web_query_i64(w, "after", 0);
	TRY(api_token_page(c->db, c->arena, &rows, &v.n, .after = after > 0 ? SOME(after) : NONE, .max = TOKENS_MAX));
	v.rows = rows;
	if (v.n == TOKENS_MAX)
		v.next = arena_fmt(c->arena, "/admin/tokens?after=%lld", (long long)rows[v.n - 1].id);
	v.layout = people_layout(w, S("API tokens"));
	tokens_html(&w->html, &v);
	return OK;
}

enum err permissions_page(struct web *w)
{
	struct ctx *c = w->c;
	struct permissions_view v = { 0 };
	size_t most = 0;
	for (const struct feature *const *f = c->desk->features; *f; f++)
		for (const struct command *const *cmd = (*f)->commands; cmd && *cmd; cmd++)
			most++;
	struct permission_row *rows = arena_array(c->arena, struct permission_row, most);
	for (const struct feature *const *f = c->desk->features; *f; f++)
		for (const struct command *const *cmd = (*f)->commands; cmd && *cmd; cmd++) {
			if ((*cmd)->inside)
				continue;
			struct permission_row *r = &rows[v.n++];
			*r = (struct permission_row){ .command = str_c((*cmd)->name), .help = str_c((*cmd)->help), .fresh = (*cmd)->fresh,
						      .operator_only = (*cmd)->need & CAN_OPERATE, .anybody = (*cmd)->need == 0 };
			for (size_t k = 0; k < ARRAY_LEN(r->may); k++)
				r->may[k] = (access_caps(str_c(access_levels[k])) & (*cmd)->need) == (*cmd)->need;
		}
	v.rows = rows;
	v.layout = web_layout(w, S("Who may what"));
	permissions_html(&w->html, &v);
	return OK;
}
