/* inside.h: what the files of this folder tell each other; others use people.h. */
#ifndef TEND_PEOPLE_INSIDE_H
#define TEND_PEOPLE_INSIDE_H

#include "people/people.h"

#include "people.sql.h"

/* What a person may change about themselves; more than CAN_SIGNED_IN, so that a token with the scope read cannot. */
#define CAN_CHANGE_SELF (CAN_SIGNED_IN | CAN_NOTE)

/* ---- events: see teammate.c ---- */

/* Appends an event of a teammate. data: a JSON object or STR_NULL. Never a secret. */
enum err teammate_event(struct ctx *c, const char *kind, int64_t id, struct str data, struct str reason);
/* The row, ERR_NOT_FOUND with a sentence when absent. */
enum err teammate_read(struct ctx *c, int64_t id, struct teammate_row_row *ret);
/* Writes what differs, with an event of that kind; *ret_changed false (and nothing written) when nothing does. */
enum err teammate_write(struct ctx *c, const char *kind, const struct teammate_row_row *before, const struct teammate_row_row *after,
			struct str reason, bool *ret_changed);
/* Refuses a change that would leave the desk without an active admin. */
enum err teammate_not_last_admin(struct ctx *c, int64_t id);
/* Roles that no row of role_title knows are refused. */
enum err role_check(struct ctx *c, struct str role);
/* Rows of presets/handbook/role_titles.def that are not there yet. In a write. */
enum err role_presets(struct ctx *c);
/* The stored form of working hours, or a message for the field. */
enum err hours_check(struct ctx *c, struct str hours, struct str *ret_json);
struct str lower(struct arena *a, struct str s);

/* ---- password.c ---- */

enum { PASSWORD_CHARS_MIN = 12, PASSWORD_CHARS_MAX = 128 };

/* NULL when the password will do, else a sentence that says what to do. name and email are the person's. */
const char *password_problem(struct str password, struct str name, struct str email);
/* How the address of a client counts for brakes: its /24 or /64; one address alone when it is the machine itself. */
struct str network_of(struct arena *a, struct str remote);

/* ---- totp.c ---- */

enum { TOTP_SECRET_BYTES = 20, TOTP_STEP_S = 30, TOTP_DIGITS = 6, RECOVERY_CODES = 10 };

/* RFC 6238 with SHA-1: the code of a step (unix seconds / 30). */
uint32_t totp_code(const unsigned char *secret, size_t n, int64_t step);
/* True for the code of this step or a neighbour that is newer than last_step; *ret_step is the one that fits. Blanks in the code are skipped. */
bool totp_check(struct str secret, struct str code, utime now, struct opt_i64 last_step, int64_t *ret_step);
/* Six digits, or not: decides whether what was typed is an app's code or a recovery code. */
bool totp_looks_like(struct str code);
/* A recovery code as it is hashed: lower case, without blanks and dashes. */
struct str recovery_plain(struct arena *a, struct str code);
/* The secret in groups for a person's eyes, and the address that authenticator apps read. */
struct str totp_groups(struct arena *a, struct str secret);
struct str totp_uri(struct arena *a, struct str secret, struct str email, struct str desk);
/* "teammate:4:totp": binds the sealed secret to its row. */
struct str totp_bind(struct arena *a, int64_t teammate_id);

extern const struct command totp_start_cmd, totp_remove_cmd, totp_confirm_cmd, recovery_create_cmd;

/* ---- one_time.c: links that work once ---- */

enum one_time_kind { ONE_TIME_INVITE, ONE_TIME_RESET, ONE_TIME_LINK, ONE_TIME_SETUP, ONE_TIME_EMAIL, ONE_TIME_STEP };

struct one_time {
	int64_t id, teammate_id;     /* teammate_id 0 = none (set-up) */
	struct str detail;
	int64_t tries;
	utime expires_us;
};
/* A new token; older ones of the kind and teammate are dead. In a write. */
enum err one_time_make(struct ctx *c, enum one_time_kind kind, int64_t teammate_id, struct str detail, int64_t life_us, struct str *ret_token);
/* The live token, or ERR_NOT_FOUND with the same sentence for every reason. */
enum err one_time_read(struct ctx *c, enum one_time_kind kind, struct str token, struct one_time *ret);
/* Takes it, once: ERR_NOT_FOUND when somebody was faster. In a write. */
enum err one_time_take(struct ctx *c, int64_t id);

/* A mail to a teammate through the outbox. `dedup` makes it once. In a write. */
enum err people_mail(struct ctx *c, struct str to, struct str subject, struct str text, struct str dedup);
/* "https://desk.example" + path. */
struct str people_url(struct ctx *c, const char *path, struct str token);

/* ---- sign_in.c ---- */

enum sign_in_step { SIGN_IN_DONE, SIGN_IN_CODE };

struct sign_in {
	enum sign_in_step step;
	struct str token;            /* DONE: of the session, for the cookie; CODE: for the form of the second step */
	int64_t session_id, teammate_id;
	int64_t max_age_s;
};

/* Address and password. ERR_UNAUTHENTICATED with one sentence for every reason, ERR_RATE when the brake is on. Outside a write. */
enum err sign_in_password(struct ctx *c, struct str email, struct str password, struct sign_in *ret);
/* The second step: an app's code or a recovery code. ERR_NOT_FOUND when the step is too old (begin again). */
enum err sign_in_code(struct ctx *c, struct str step_token, struct str code, struct sign_in *ret);
/* A one-time sign-in link. */
enum err sign_in_link(struct ctx *c, struct str token, struct sign_in *ret);
/* The signed-in teammate shows the password again: the session is fresh and gets a new token. */
enum err sign_in_confirm(struct ctx *c, struct str password, struct sign_in *ret);
/* A new password for the signed-in teammate, who shows the old one: all other sessions end, this one goes on under a new token. */
enum err sign_in_new_password(struct ctx *c, struct str current, struct str password, struct sign_in *ret);
/* The end of a reset: all sessions end; signs nobody in. */
enum err sign_in_reset(struct ctx *c, struct str token, struct str password);
/* The end of an invitation: the teammate is active and signed in. */
enum err sign_in_accept(struct ctx *c, struct str token, struct str name, struct str zone, struct str password, struct sign_in *ret);
/* The first admin. ERR_NOT_FOUND once there is one. */
enum err sign_in_setup(struct ctx *c, struct str token, struct str email, struct str name, struct str zone, struct str password,
		       struct sign_in *ret);

extern const struct command session_start_cmd, session_refresh_cmd, password_set_cmd, setup_finish_cmd, reset_request_cmd, password_drop_cmd;
extern const struct command session_end_cmd, session_list_cmd, session_end_others_cmd;
extern const struct job_kind reset_mail_job, people_tidy_job;

/* ---- session.c ---- */

/* A new session in a write; *ret_id its id. */
enum err session_begin(struct ctx *c, int64_t teammate_id, struct str token_sha, const char *method, int64_t *ret_id);
/* Ends all sessions of a teammate but one (0 = all). In a write. */
enum err session_end_all(struct ctx *c, int64_t teammate_id, int64_t except_id, struct str reason);
/* Ends all tokens of a teammate. In a write. */
enum err token_end_all(struct ctx *c, int64_t teammate_id, struct str reason);
int64_t session_life_s(struct ctx *c);
utime session_idle_since(struct ctx *c);

extern const struct command token_create_cmd, token_list_cmd, token_revoke_cmd;

/* ---- teammate.c, team.c, key.c, permission.c ---- */

extern const struct command teammate_create_cmd, teammate_invite_cmd, teammate_invite_again_cmd, teammate_update_cmd, teammate_email_cmd,
	teammate_disable_cmd, teammate_enable_cmd, teammate_list_cmd, teammate_show_cmd, teammate_link_cmd;
extern const struct command me_show_cmd, me_update_cmd, me_hours_cmd, me_signature_cmd, me_key_cmd, me_email_cmd, email_take_cmd;
extern const struct command team_create_cmd, team_rename_cmd, team_list_cmd, team_show_cmd, team_add_cmd, team_remove_cmd;
extern const struct command role_list_cmd, role_title_cmd;
extern const struct command permission_list_cmd;

extern const struct route people_routes[];

#endif
