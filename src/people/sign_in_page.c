/* sign_in_page.c: the pages at the door: signing in, its second step, links, reset, invitation, set-up, signing out.
 *
 * They have POST routes of their own because they set the session's cookie. A link in a mail opens a page with a button and does nothing by itself: what
 * looks at links (scanners, previews) must not use them up. */
#include "people/people_page.h"

#include "web/web.h"

#include "sign_in.html.h"

#include "base/banned.h"

static const struct field_spec EMAIL = { "email", "Mail address", "email", "username", NULL, true, 0 };
static const struct field_spec NEW_PASSWORD = {
	"password", "New password", "password", "new-password", "12 to 128 characters of any kind. Four words that have nothing to do with each other do well.", true, 0
};
static const struct field_spec NAME = { "name", "Your name", "text", "name", "As customers see it.", true, 0 };
static const struct field_spec ZONE = { "zone", "Time zone", "text", "off", "Like Europe/Berlin or America/Los_Angeles; UTC when left empty.", false, 0 };

static enum err door(struct web *w, struct door_view *v)
{
	v->layout = web_layout(w, v->title);
	door_html(&w->html, v);
	return OK;
}

static struct str local_next(struct web *w)
{
	struct str next = web_query(w, "next");
	return next.p ? next : form_value(&w->form, S("_next"), NULL);
}

/* ---- sign in ---- */

enum err sign_in_page(struct web *w)
{
	bool ready;
	if (w->c->actor.session_id && !w->failed)
		return web_redirect(w, local_next(w).p ? local_next(w) : S("/"));
	TRY(people_is_set_up(w->c, &ready));
	struct door_view v = { .title = S("Sign in"), .has_form = true, .link = S("/sign-in/reset"), .link_label = S("Forgot the password?") };
	if (!ready) {
		v.has_form = false;
		v.link = S("");
		v.words = S("Nobody can sign in yet: open the link that tend printed when it was started. It makes the first admin. Start it again for a new one.");
		return door(w, &v);
	}
	const struct field_spec fields[] = { EMAIL, { "password", "Password", "password", "current-password", NULL, true, 0 } };
	v.form = (struct form_view){ .action = S("/sign-in"), .button = S("Sign in"), .trouble = S("Not signed in"), .next = local_next(w) };
	form_fill(w, &sign_in_cmd, fields, ARRAY_LEN(fields), NULL, &v.form);
	return door(w, &v);
}

static enum err code_page(struct web *w)
{
	static const struct field_spec fields[] = {
		{ "code", "Code", "text", "one-time-code", "Six digits of your app, or one of your recovery codes.", true, 0 },
	};
	struct form_pair *hidden = arena_array(w->c->arena, struct form_pair, 1);
	hidden[0] = (struct form_pair){ S("step"), form_value(&w->form, S("step"), NULL) };
	struct door_view v = {
		.title = S("Second step"), .words = S("Your password is right. Now the code of your authenticator app."), .has_form = true,
		.link = S("/sign-in"), .link_label = S("Begin again"),
		.form = { .action = S("/sign-in/code"), .button = S("Sign in"), .trouble = S("Not signed in"), .next = local_next(w), .hidden = hidden, .n_hidden = 1 },
	};
	form_fill(w, &code_cmd, fields, ARRAY_LEN(fields), NULL, &v.form);
	return door(w, &v);
}

enum err sign_in_post(struct web *w)
{
	struct sign_in_form in;
	struct sign_in done;
	if (post_decode(w, &sign_in_cmd, &in) != OK || sign_in_password(w->c, &in, &done) != OK)
		return post_again(w, &sign_in_cmd, sign_in_page);
	if (done.step == SIGN_IN_DONE)
		return post_signed_in(w, &done, S(""));
	struct form_pair *pairs = arena_array(w->c->arena, struct form_pair, 2);
	pairs[0] = (struct form_pair){ S("step"), done.token };
	pairs[1] = (struct form_pair){ S("_next"), form_value(&w->form, S("_next"), NULL) };
	w->form.pairs = pairs;
	w->form.n_pairs = pairs[1].value.p ? 2 : 1;
	return code_page(w);
}

enum err code_post(struct web *w)
{
	struct code_form in;
	struct sign_in done;
	if (post_decode(w, &code_cmd, &in) != OK || sign_in_code(w->c, &in, &done) != OK)
		return post_again(w, &code_cmd, code_page);
	return post_signed_in(w, &done, S(""));
}

enum err sign_out(struct web *w)
{
	struct str answer;
	if (w->c->actor.session_id) {
		void *in = arena_alloc(w->c->arena, session_end_cmd.in_size);
		TRY(command_run(w->c, &session_end_cmd, in, NULL, &answer));
	}
	web_clear_session_cookie(w);
	web_flash(w, S("You are signed out."), S(""), 0);
	return web_redirect(w, S("/sign-in"));
}

/* ---- one-time sign-in links ---- */

enum err link_page(struct web *w)
{
	struct one_time link;
	struct str token = web_param(w, "token");
	TRY(one_time_read(w->c, ONE_TIME_LINK, token, &link));
	struct door_view v = {
		.title = S("Sign in by this link"), .words = S("The link works once, for whoever presses the button."), .has_form = true,
		.form = { .action = arena_fmt(w->c->arena, "/sign-in/link/%.*s", STR_ARG(token)), .button = S("Sign in") },
	};
	return door(w, &v);
}

enum err link_post(struct web *w)
{
	struct sign_in done;
	TRY(sign_in_link(w->c, web_param(w, "token"), &done));
	return post_signed_in(w, &done, S(""));
}

/* ---- reset ---- */

enum err reset_ask_page(struct web *w)
{
	struct door_view v = {
		.title = S("Choose a new password"), .words = S("Say your address: if a teammate has it, a link goes there."), .has_form = true,
		.link = S("/sign-in"), .link_label = S("Back to signing in"), .form = { .action = S("/sign-in/reset"), .button = S("Send the link") },
	};
	form_fill(w, &reset_request_cmd, &EMAIL, 1, NULL, &v.form);
	return door(w, &v);
}

enum err reset_ask_post(struct web *w)
{
	struct reset_request_form in;
	if (post_decode(w, &reset_request_cmd, &in) != OK || account_reset_request(w->c, &in) != OK)
		return post_again(w, &reset_request_cmd, reset_ask_page);
	struct door_view v = {
		.title = S("Look into your mailbox"), .link = S("/sign-in"), .link_label = S("Back to signing in"),
		.words = S("If a teammate has this address, a link to choose a new password is on its way. It works once, and for some hours only."),
	};
	return door(w, &v);
}

enum err reset_page(struct web *w)
{
	struct one_time link;
	struct str token = web_param(w, "token");
	TRY(one_time_read(w->c, ONE_TIME_RESET, token, &link));
	struct door_view v = {
		.title = S("Choose a new password"), .words = S("All your sessions end with it; then sign in with the new one."), .has_form = true,
		.form = { .action = arena_fmt(w->c->arena, "/sign-in/reset/%.*s", STR_ARG(token)), .button = S("Set the password") },
	};
	form_fill(w, &password_reset_cmd, &NEW_PASSWORD, 1, NULL, &v.form);
	return door(w, &v);
}

enum err reset_post(struct web *w)
{
	struct reset_form in;
	if (post_decode(w, &password_reset_cmd, &in) != OK || account_reset(w->c, web_param(w, "token"), &in) != OK)
		return post_again(w, &password_reset_cmd, reset_page);
	web_clear_session_cookie(w);
	web_flash(w, S("Your password is changed. Sign in with it."), S(""), 0);
	return web_redirect(w, S("/sign-in"));
}

/* ---- invitation ---- */

enum err invite_page(struct web *w)
{
	struct one_time link;
	struct teammate t;
	struct str token = web_param(w, "token");
	const struct field_spec fields[] = { NAME, ZONE, NEW_PASSWORD };
	TRY(one_time_read(w->c, ONE_TIME_INVITE, token, &link));
	TRY(people_get(w->c, link.teammate_id, &t));
	const struct str values[] = { t.name, t.zone, S("") };
	struct door_view v = {
		.title = S("Welcome"), .words = arena_fmt(w->c->arena, "You sign in as %.*s. Choose a password to begin.", STR_ARG(t.email)), .has_form = true,
		.form = { .action = arena_fmt(w->c->arena, "/sign-in/invite/%.*s", STR_ARG(token)), .button = S("Begin") },
	};
	form_fill(w, &invite_accept_cmd, fields, ARRAY_LEN(fields), values, &v.form);
	return door(w, &v);
}

enum err invite_post(struct web *w)
{
	struct accept_form in;
	struct sign_in done;
	if (post_decode(w, &invite_accept_cmd, &in) != OK || account_accept(w->c, web_param(w, "token"), &in, &done) != OK)
		return post_again(w, &invite_accept_cmd, invite_page);
	return post_signed_in(w, &done, S("Welcome. Your working hours and signature are on your page."));
}

/* ---- a new address ---- */

enum err email_page(struct web *w)
{
	struct one_time link;
	struct str token = web_param(w, "token");
	TRY(one_time_read(w->c, ONE_TIME_EMAIL, token, &link));
	struct door_view v = {
		.title = S("Confirm the new address"), .words = arena_fmt(w->c->arena, "From now on you sign in with %.*s.", STR_ARG(link.detail)),
		.has_form = true, .form = { .action = arena_fmt(w->c->arena, "/sign-in/email/%.*s", STR_ARG(token)), .button = S("Confirm") },
	};
	return door(w, &v);
}

enum err email_post(struct web *w)
{
	TRY(account_email(w->c, web_param(w, "token")));
	web_flash(w, S("Your new address counts from now on."), S(""), 0);
	return web_redirect(w, w->c->actor.kind == ACTOR_TEAMMATE ? S("/me") : S("/sign-in"));
}

/* ---- set-up ---- */

enum err setup_page(struct web *w)
{
	struct one_time link;
	bool done;
	struct str token = web_param(w, "token");
	const struct field_spec fields[] = { EMAIL, NAME, ZONE, NEW_PASSWORD };
	TRY(people_is_set_up(w->c, &done));
	if (done || one_time_read(w->c, ONE_TIME_SETUP, token, &link) != OK) {
		fault_clear(&w->c->fault);
		return fail(w->c, ERR_NOT_FOUND, "There is no page here.");
	}
	struct door_view v = {
		.title = S("The first admin"), .words = S("This desk is new. Whoever fills this in administers it and invites the others."), .has_form = true,
		.form = { .action = arena_fmt(w->c->arena, "/setup/%.*s", STR_ARG(token)), .button = S("Open the desk") },
	};
	form_fill(w, &setup_finish_cmd, fields, ARRAY_LEN(fields), NULL, &v.form);
	return door(w, &v);
}

enum err setup_post(struct web *w)
{
	struct setup_form in;
	struct sign_in done;
	bool ready;
	TRY(people_is_set_up(w->c, &ready));
	if (ready)
		return fail(w->c, ERR_NOT_FOUND, "There is no page here.");
	if (post_decode(w, &setup_finish_cmd, &in) != OK || account_setup(w->c, web_param(w, "token"), &in, &done) != OK)
		return post_again(w, &setup_finish_cmd, setup_page);
	return post_signed_in(w, &done, S("The desk is open. Next: mail addresses and teammates, under Admin."));
}
