/* me_page.c: a teammate's own page. What sets a cookie or shows a secret once has a POST route here; the rest goes through /do/. */
#include "people/people_page.h"

#include "core/secret.h"
#include "web/web.h"

#include "me.html.h"
#include "sign_in.sql.h"

#include <jansson.h>

#include "base/banned.h"

#define COUNT(a) (a), ARRAY_LEN(a)

static void profile_forms(struct web *w, struct me_view *v)
{
	static const struct field_spec PROFILE[] = {
		{ "name", "Name", "text", "name", "As customers see it.", true, 0 },
		{ "zone", "Time zone", "text", "off", "Like Europe/Berlin. Times on all pages are in it.", true, 0 },
	};
	static const struct field_spec HOURS[] = {
		{ "hours", "Days and hours", NULL, "off", "A line each, in your zone: “mon-fri 09:00-12:00, 13:00-17:00”. Empty: no fixed hours.", false, 3 },
	};
	static const struct field_spec SIGNATURE[] = {
		{ "signature", "Below your replies", NULL, "off", "Markdown, a few lines. Empty: none.", false, 4 },
	};
	struct work_span spans[WORK_SPANS_MAX];
	size_t n = 0;
	const char *why;
	people_hours_parse(v->t.work_hours, spans, &n, &why);
	struct str hours = people_hours_lines(w->c->arena, spans, n);
	v->profile = (struct form_view){ .button = S("Save"), .back = S("/me") };
	form_fill(w, &me_update_cmd, COUNT(PROFILE), (const struct str[]){ v->t.name, v->t.zone }, &v->profile);
	v->hours = (struct form_view){ .button = S("Save"), .back = S("/me"), .quiet = true };
	form_fill(w, &me_hours_cmd, COUNT(HOURS), &hours, &v->hours);
	v->signature = (struct form_view){ .button = S("Save"), .back = S("/me"), .quiet = true };
	form_fill(w, &me_signature_cmd, COUNT(SIGNATURE), &v->t.signature, &v->signature);
}

static void key_form(struct web *w, struct me_view *v)
{
	static const struct field_spec KEY[] = {
		{ "action", "Change the key for", NULL, NULL, NULL, true, 0 },
		{ "key", "Key", "text", "off", "One letter, digit or sign. Empty: the standard one.", false, 0 },
	};
	size_t n = 0;
	while (people_keys[n].name)
		n++;
	struct form_choice *choices = arena_array(w->c->arena, struct form_choice, n);
	struct key_row *rows = arena_array(w->c->arena, struct key_row, n);
	for (size_t i = 0; i < n; i++) {
		const struct key_action *k = &people_keys[i];
		choices[i] = (struct form_choice){ .value = str_c(k->name), .label = str_c(k->help) };
		rows[i] = (struct key_row){ .key = people_key(w->c->arena, v->t.keymap, k->name), .help = str_c(k->help) };
		rows[i].own = !str_eq(rows[i].key, str_c(k->key));
	}
	struct json_out j;
	json_init(&j, w->c->arena, 4096);
	json_obj(&j);
	for (size_t i = 0; i < n; i++)
		if (rows[i].own)
			json_kstr(&j, people_keys[i].key, rows[i].key);
	json_obj_end(&j);
	v->keymap = json_done(&j);
	v->keys = rows;
	v->n_keys = n;
	v->key = (struct form_view){ .button = S("Save the key"), .back = S("/me"), .quiet = true };
	form_fill(w, &me_key_cmd, COUNT(KEY), NULL, &v->key);
	form_choices(w, &v->key, "action", choices, n);
}

static void security_forms(struct web *w, struct me_view *v)
{
	static const struct field_spec CONFIRM[] = { { "password", "Password", "password", "current-password", NULL, true, 0 } };
	static const struct field_spec PASSWORD[] = {
		{ "current", "Password until now", "password", "current-password", NULL, true, 0 },
		{ "password", "New password", "password", "new-password",
		  "12 to 128 characters of any kind. Four words that have nothing to do with each other do well.", true, 0 },
	};
	static const struct field_spec EMAIL[] = { { "email", "New mail address", "email", "email", NULL, true, 0 } };
	static const struct field_spec CODE[] = { { "code", "Code", "text", "one-time-code", "The six digits that the app shows now.", true, 0 } };
	static const struct field_spec TOKEN[] = {
		{ "name", "What for", "text", "off", "So that you know later which one it is.", true, 0 },
		{ "scope", "It may", NULL, NULL, NULL, true, 0 },
		{ "days", "Dies after days", "number", "off", "Empty: never.", false, 0 },
	};
	static const struct form_choice SCOPES[] = {
		{ S("read"), S("read"), false },
		{ S("write"), S("read and write"), false },
		{ S("admin"), S("administer, if you may"), false },
	};
	v->confirm = (struct form_view){ .action = S("/me/confirm"), .button = S("Go on") };
	form_fill(w, &confirm_cmd, COUNT(CONFIRM), NULL, &v->confirm);
	v->password = (struct form_view){ .action = S("/me/password"), .button = S("Change the password"), .quiet = true };
	if (v->has_password)
		form_fill(w, &password_change_cmd, COUNT(PASSWORD), NULL, &v->password);
	else
		form_fill(w, &password_change_cmd, PASSWORD + 1, 1, NULL, &v->password);
	v->email = (struct form_view){ .button = S("Send the link"), .back = S("/me"), .quiet = true };
	form_fill(w, &me_email_cmd, COUNT(EMAIL), NULL, &v->email);
	v->totp_begin = (struct form_view){ .button = S("Set up an app"), .back = S("/me"), .next = S("/me#factor"), .quiet = true };
	form_fill(w, &totp_start_cmd, NULL, 0, NULL, &v->totp_begin);
	v->totp_code = (struct form_view){ .action = S("/me/factor"), .button = S("Turn it on") };
	form_fill(w, &totp_confirm_cmd, COUNT(CODE), NULL, &v->totp_code);
	v->totp_off = (struct form_view){ .button = S("Turn it off"), .back = S("/me"), .danger = true };
	form_fill(w, &totp_remove_cmd, NULL, 0, NULL, &v->totp_off);
	v->recovery = (struct form_view){ .action = S("/me/recovery"), .button = S("Make new recovery codes"), .quiet = true };
	form_fill(w, &recovery_create_cmd, NULL, 0, NULL, &v->recovery);
	v->token = (struct form_view){ .action = S("/me/tokens"), .button = S("Make a token"), .quiet = true };
	form_fill(w, &token_create_cmd, COUNT(TOKEN), NULL, &v->token);
	form_choices(w, &v->token, "scope", COUNT(SCOPES));
}

/* Buttons in tables have no place of their own for what went wrong. */
static void say_failed(struct web *w, struct layout *l)
{
	static const struct command *const BUTTONS[] = { &session_end_cmd, &session_end_others_cmd, &token_revoke_cmd, &team_remove_cmd };
	for (size_t i = 0; i < ARRAY_LEN(BUTTONS); i++)
		if (w->failed == BUTTONS[i]) {
			l->flash = str_c(w->failed_fault->message);
			l->flash_bad = true;
		}
}

struct layout *people_layout(struct web *w, struct str title)
{
	struct layout *l = web_layout(w, title);
	say_failed(w, l);
	return l;
}

enum err me_page(struct web *w)
{
	struct ctx *c = w->c;
	struct me_view v = { .fresh = c->actor.fresh, .session_id = c->actor.session_id, .now_us = c->now_us };
	struct sign_in_teammate_by_id_row s;
	struct recovery_left_row left;
	struct session_live_row *sessions;
	struct api_token_page_row *tokens;
	bool found;
	TRY(people_get(c, c->actor.id, &v.t));
	TRY(sign_in_teammate_by_id(c->db, c->arena, &s, &found, .id = v.t.id));
	TRY(recovery_left(c->db, c->arena, &left, .teammate_id = v.t.id));
	TRY(session_live(c->db, c->arena, &sessions, &v.n_sessions, .teammate_id = v.t.id, .now_us = c->now_us, .seen_since_us = session_idle_since(c),
			 .max = 200));
	TRY(api_token_page(c->db, c->arena, &tokens, &v.n_tokens, .teammate_id = SOME(v.t.id), .max = 200));
	v.sessions = sessions;
	for (size_t i = 0; i < v.n_sessions; i++)
		sessions[i].agent = agent_name(c->arena, sessions[i].agent);
	v.tokens = tokens;
	v.title = people_title(c, v.t.role, people_date(c->arena, c->now_us));
	v.has_password = s.password_hash.p != NULL;
	v.totp_on = s.totp_secret.p != NULL;
	v.recovery_left = left.n;
	struct str secret;
	if (s.totp_pending.p && v.fresh && secret_open(c->desk, c->arena, totp_bind(c->arena, v.t.id), s.totp_pending, &secret)) {
		v.totp_pending = true;
		v.totp_secret = totp_groups(c->arena, secret);
		v.totp_uri = totp_uri(c->arena, secret, v.t.email, S("tend"));
	}
	profile_forms(w, &v);
	key_form(w, &v);
	security_forms(w, &v);
	v.layout = people_layout(w, S("Your page"));
	me_html(&w->html, &v);
	return OK;
}

enum err confirm_post(struct web *w)
{
	struct confirm_form in;
	struct sign_in done;
	if (post_decode(w, &confirm_cmd, &in) != OK || sign_in_confirm(w->c, &in, &done) != OK)
		return post_again(w, &confirm_cmd, me_page);
	web_set_session_cookie(w, done.token, done.max_age_s);
	return web_redirect(w, S("/me#password"));
}

enum err password_post(struct web *w)
{
	struct password_form in;
	struct sign_in done;
	if (post_decode(w, &password_change_cmd, &in) != OK || account_password(w->c, &in, &done) != OK)
		return post_again(w, &password_change_cmd, me_page);
	web_set_session_cookie(w, done.token, done.max_age_s);
	web_flash(w, S("Your password is changed, and your other sessions have ended."), S(""), 0);
	return web_redirect(w, S("/me"));
}

/* Decodes, runs, and gives the answer's object; NULL when the page was shown again (*ret_e says how that went). */
static json_t *run_for_answer(struct web *w, const struct command *cmd, enum err *ret_e)
{
	struct str answer;
	json_error_t e;
	void *in = arena_alloc(w->c->arena, cmd->in_size + 1);
	*ret_e = OK;
	if (command_allowed(w->c, cmd) != OK || post_decode(w, cmd, in) != OK || command_run(w->c, cmd, in, NULL, &answer) != OK) {
		*ret_e = post_again(w, cmd, me_page);
		return NULL;
	}
	json_t *root = json_loadb(answer.p, answer.n, 0, &e);
	ASSERT(root);
	return root;
}

static enum err show_codes(struct web *w, const struct command *cmd)
{
	enum err e;
	json_t *answer = run_for_answer(w, cmd, &e), *codes, *one;
	if (!answer)
		return e;
	codes = json_object_get(answer, "recovery_codes");
	struct str *items = arena_array(w->c->arena, struct str, json_array_size(codes));
	size_t i;
	json_array_foreach(codes, i, one)
		items[i] = arena_str(w->c->arena, str_c(json_string_value(one)));
	struct once_view v = {
		.layout = web_layout(w, S("Recovery codes")), .title = S("Recovery codes"), .items = items, .n = json_array_size(codes),
		.words = S("Each of these signs you in once, should your phone be gone. They are shown only now: print them or put them into your password manager."),
		.back = S("/me"), .back_label = S("I have them"),
	};
	json_decref(answer);
	once_html(&w->html, &v);
	return OK;
}

enum err factor_post(struct web *w)
{
	return show_codes(w, &totp_confirm_cmd);
}

enum err recovery_post(struct web *w)
{
	return show_codes(w, &recovery_create_cmd);
}

enum err token_post(struct web *w)
{
	enum err e;
	json_t *answer = run_for_answer(w, &token_create_cmd, &e);
	if (!answer)
		return e;
	struct str token = arena_str(w->c->arena, str_c(json_string_value(json_object_get(answer, "token"))));
	json_decref(answer);
	struct once_view v = {
		.layout = web_layout(w, S("Your new token")), .title = S("Your new token"), .items = &token, .n = 1, .back = S("/me#tokens"),
		.words = S("It is shown only now. Send it as “Authorization: Bearer …”. Whoever has it acts as you, so keep it where passwords are kept."),
		.back_label = S("I have it"),
	};
	once_html(&w->html, &v);
	return OK;
}
