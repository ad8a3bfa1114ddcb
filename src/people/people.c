/* people.c: what this folder brings to the house: its lists, its settings, and the matrix of who may what. */
#include "people/inside.h"

#include "sign_in.sql.h"

#include "base/banned.h"

const struct setting people_settings[] = {
	{ "people.session_idle_hours", SETTING_INT, 1, 24 * 30, "12", "A session ends after so many hours without a request." },
	{ "people.session_days", SETTING_INT, 1, 365, "30", "A session ends after so many days, used or not." },
	{ "people.invite_days", SETTING_INT, 1, 7, "7", "An invitation can be accepted for so many days." },
	{ "people.reset_hours", SETTING_INT, 1, 24, "4", "A mailed link for a new password or address works for so many hours." },
	{ "people.link_minutes", SETTING_INT, 1, 24 * 60, "15", "A one-time sign-in link made at the machine works for so many minutes." },
	{ "people.setup_hours", SETTING_INT, 1, 24 * 7, "24", "The link that makes the first admin works for so many hours." },
	{ "people.tries_minutes", SETTING_INT, 1, 24 * 60, "10", "Wrong sign-ins count against the brake for so many minutes." },
	{ "people.tries_per_account", SETTING_INT, 3, 1000, "8", "So many wrong sign-ins to one account from one network, then that network waits." },
	{ "people.tries_per_network", SETTING_INT, 3, 10000, "20", "So many wrong sign-ins from one network to any account, then it waits." },
	{ 0 },
};

const struct command *const people_commands[] = {
	&teammate_list_cmd, &teammate_show_cmd, &teammate_create_cmd, &teammate_invite_cmd, &teammate_invite_again_cmd, &teammate_update_cmd,
	&teammate_email_cmd, &teammate_disable_cmd, &teammate_enable_cmd, &teammate_link_cmd,
	&me_show_cmd, &me_update_cmd, &me_hours_cmd, &me_signature_cmd, &me_key_cmd, &me_email_cmd,
	&team_list_cmd, &team_show_cmd, &team_create_cmd, &team_rename_cmd, &team_add_cmd, &team_remove_cmd,
	&role_list_cmd, &role_title_cmd,
	&session_list_cmd, &session_end_cmd, &session_end_others_cmd,
	&token_list_cmd, &token_create_cmd, &token_revoke_cmd,
	&totp_start_cmd, &totp_confirm_cmd, &totp_remove_cmd, &recovery_create_cmd,
	&permission_list_cmd,
	/* inside: reached by the pages that set cookies */
	&sign_in_cmd, &code_cmd, &link_cmd, &confirm_cmd, &password_change_cmd, &password_reset_cmd, &reset_request_cmd, &invite_accept_cmd,
	&setup_finish_cmd, &email_take_cmd,
	NULL,
};

const struct carry people_carries[] = { { "role_title", &role_title_rows_stmt, .key = "role, valid_from" }, { 0 } };
const struct fold people_folds[] = {
	{ "teammate", &teammate_rows_stmt },
	{ "team", &team_rows_stmt },
	{ "role_title", &role_title_rows_stmt },
	{ "session", &session_rows_stmt },
	{ "api_token", &api_token_rows_stmt },
	{ 0 },
};

/* ---- who may what ---- */

/* A level may run a command when it has all that the command needs. */
static bool may(const struct command *cmd, const char *level)
{
	return (access_caps(str_c(level)) & cmd->need) == cmd->need;
}

struct str people_permissions(struct arena *a, const struct feature *const *features)
{
	struct buf b;
	buf_init(&b, a, 1 << 20);
	buf_fmt(&b, "%-28s", "command");
	for (size_t k = 0; access_levels[k]; k++)
		buf_fmt(&b, " %-6s", access_levels[k]);
	buf_fmt(&b, " %s\n", "what it does");
	for (const struct feature *const *f = features; *f; f++)
		for (const struct command *const *cmd = (*f)->commands; cmd && *cmd; cmd++) {
			if ((*cmd)->inside)
				continue;
			buf_fmt(&b, "%-28s", (*cmd)->name);
			for (size_t k = 0; access_levels[k]; k++)
				buf_fmt(&b, " %-6s", may(*cmd, access_levels[k]) ? "yes" : "-");
			buf_fmt(&b, " %s%s%s\n", (*cmd)->help, (*cmd)->fresh ? " (asks for the password again)" : "",
				(*cmd)->need & CAN_OPERATE ? " (the machine's operator only)" : (*cmd)->need ? "" : " (anybody)");
		}
	return buf_str(&b);
}

static enum err permission_list(struct ctx *c, const void *in)
{
	(void)in;
	json_list(c->out);
	for (const struct feature *const *f = c->desk->features; *f; f++)
		for (const struct command *const *cmd = (*f)->commands; cmd && *cmd; cmd++) {
			if ((*cmd)->inside)
				continue;
			json_obj(c->out);
			json_kstr(c->out, "command", str_c((*cmd)->name));
			json_kstr(c->out, "help", str_c((*cmd)->help));
			json_kbool(c->out, "reads", (*cmd)->reads);
			json_kbool(c->out, "wants_password", (*cmd)->fresh);
			json_key(c->out, "access");
			json_arr(c->out);
			for (size_t k = 0; access_levels[k]; k++)
				if (may(*cmd, access_levels[k]))
					json_str(c->out, str_c(access_levels[k]));
			json_arr_end(c->out);
			json_obj_end(c->out);
		}
	json_list_end(c->out, NONE);
	return OK;
}

const struct command permission_list_cmd = {
	.name = "permission.list", .help = "Which access level may run which command", NO_FIELDS, .need = CAN_SIGNED_IN, .reads = true,
	.run = permission_list,
};
