/* people_page.c: the feature of this folder, with its routes, and what web asks about who is there. */
#include "people/people_page.h"

#include "web/web.h"

#include "base/banned.h"

const struct web_identity people_identity = {
	.by_session = people_by_session, .by_api_token = people_by_api_token, .by_operator = people_by_operator,
};

static const struct route routes[] = {
	{ "GET", "/sign-in", ROUTE_PUBLIC, 0, sign_in_page, 0, "Sign in" },
	{ "POST", "/sign-in", ROUTE_PUBLIC, 0, sign_in_post, 16 << 10, "Sign in" },
	{ "POST", "/sign-in/code", ROUTE_PUBLIC, 0, code_post, 16 << 10, "The second step of signing in" },
	{ "GET", "/sign-in/link/:token", ROUTE_PUBLIC, 0, link_page, 0, "A one-time sign-in link" },
	{ "POST", "/sign-in/link/:token", ROUTE_PUBLIC, 0, link_post, 16 << 10, "Sign in by a one-time link" },
	{ "GET", "/sign-in/reset", ROUTE_PUBLIC, 0, reset_ask_page, 0, "Ask for a new password" },
	{ "POST", "/sign-in/reset", ROUTE_PUBLIC, 0, reset_ask_post, 16 << 10, "Ask for a new password" },
	{ "GET", "/sign-in/reset/:token", ROUTE_PUBLIC, 0, reset_page, 0, "Choose a new password" },
	{ "POST", "/sign-in/reset/:token", ROUTE_PUBLIC, 0, reset_post, 16 << 10, "Choose a new password" },
	{ "GET", "/sign-in/invite/:token", ROUTE_PUBLIC, 0, invite_page, 0, "Accept an invitation" },
	{ "POST", "/sign-in/invite/:token", ROUTE_PUBLIC, 0, invite_post, 16 << 10, "Accept an invitation" },
	{ "GET", "/sign-in/email/:token", ROUTE_PUBLIC, 0, email_page, 0, "Confirm a new mail address" },
	{ "POST", "/sign-in/email/:token", ROUTE_PUBLIC, 0, email_post, 16 << 10, "Confirm a new mail address" },
	{ "GET", "/setup/:token", ROUTE_PUBLIC, 0, setup_page, 0, "The first admin" },
	{ "POST", "/setup/:token", ROUTE_PUBLIC, 0, setup_post, 16 << 10, "Make the first admin" },
	{ "POST", "/sign-out", ROUTE_TEAMMATE, CAN_SIGNED_IN, sign_out, 16 << 10, "Sign out" },
	{ "GET", "/me", ROUTE_TEAMMATE, CAN_SIGNED_IN, me_page, 0, "Your own page" },
	{ "POST", "/me/confirm", ROUTE_TEAMMATE, CAN_SIGNED_IN, confirm_post, 16 << 10, "Show the password again" },
	{ "POST", "/me/password", ROUTE_TEAMMATE, CAN_SIGNED_IN, password_post, 16 << 10, "Change the password" },
	{ "POST", "/me/factor", ROUTE_TEAMMATE, CAN_SIGNED_IN, factor_post, 16 << 10, "Turn the second factor on" },
	{ "POST", "/me/recovery", ROUTE_TEAMMATE, CAN_SIGNED_IN, recovery_post, 16 << 10, "Make new recovery codes" },
	{ "POST", "/me/tokens", ROUTE_TEAMMATE, CAN_SIGNED_IN, token_post, 16 << 10, "Make an API token" },
	{ "GET", "/admin/teammates", ROUTE_TEAMMATE, CAN_ADMIN, teammates_page, 0, "Teammates and teams" },
	{ "GET", "/admin/teammates/invite", ROUTE_TEAMMATE, CAN_ADMIN, invite_form_page, 0, "Invite a teammate" },
	{ "GET", "/admin/teammates/:id", ROUTE_TEAMMATE, CAN_ADMIN, teammate_one_page, 0, "One teammate" },
	{ "GET", "/admin/tokens", ROUTE_TEAMMATE, CAN_ADMIN, tokens_page, 0, "Everybody's API tokens" },
	{ "GET", "/admin/permissions", ROUTE_TEAMMATE, CAN_SIGNED_IN, permissions_page, 0, "Who may what" },
	{ 0 },
};

const struct feature people_feature = {
	.name = "people", .commands = people_commands, .routes = routes, .jobs = people_jobs, .folds = people_folds, .carries = people_carries, .settings = people_settings,
	.prepare = role_presets,
};
