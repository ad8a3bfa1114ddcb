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
/* The same between < and >, as mails want it: Markdown must not read a token's underscores. */
struct str people_link(struct ctx *c, const char *path, struct str token);

/* ---- sign_in.c and account.c: what pages call ----
 *
 * Each takes the decoded form of its command (an `inside` one: these are reached by their own pages only, which set the cookie), does the slow work
 * outside a write, fills in the members below the line, and runs the command. */

enum sign_in_step { SIGN_IN_DONE, SIGN_IN_CODE };

struct sign_in {
	enum sign_in_step step;
	struct str token;            /* DONE: of the session, for the cookie; CODE: for the form of the second step */
	int64_t session_id, teammate_id;
	int64_t max_age_s;
};

/* What a command of this kind needs besides its form. */
struct session_new {
	int64_t teammate_id;
	struct str token_sha;        /* of the new session */
	const char *method;
	int64_t one_time_id;         /* taken in the same transaction; 0 = none */
	struct opt_i64 totp_step, recovery_id;
	struct opt_i64 password_changed_us;   /* as it was when the password was checked … */
	bool check_changed;                   /* … and must be still */
	struct str hash;             /* a new password's, or the same one under today's parameters */
	struct str hash_was;
	struct str account, network; /* whose wrong tries are forgotten */
};

struct sign_in_form {
	struct str email, password;
	struct session_new now;
};
/* Address and password. ERR_UNAUTHENTICATED with one sentence for every reason, ERR_RATE when the brake is on. */
enum err sign_in_password(struct ctx *c, struct sign_in_form *in, struct sign_in *ret);

struct code_form {
	struct str step, code;
	struct session_new now;
};
/* The second step: an app's code or a recovery code. ERR_NOT_FOUND when the step is too old (begin again). */
enum err sign_in_code(struct ctx *c, struct code_form *in, struct sign_in *ret);
/* A one-time sign-in link. */
enum err sign_in_link(struct ctx *c, struct str token, struct sign_in *ret);

struct confirm_form {
	struct str password;
	struct session_new now;
};
/* The signed-in teammate shows the password again: the session is fresh and gets a new token. */
enum err sign_in_confirm(struct ctx *c, struct confirm_form *in, struct sign_in *ret);

struct password_form {
	struct str current, password;
	struct session_new now;
};
/* A new password for the signed-in teammate, who shows the old one (if there is one): all other sessions end, this one goes on under a new token. */
enum err account_password(struct ctx *c, struct password_form *in, struct sign_in *ret);

struct reset_form {
	struct str password;
	struct session_new now;
};
/* The end of a reset: all sessions end, and it signs nobody in. */
enum err account_reset(struct ctx *c, struct str token, struct reset_form *in);

struct reset_request_form {
	struct str email;
};
/* Asks for a reset: the same work and answer for every address. ERR_RATE when a network asks too often. */
enum err account_reset_request(struct ctx *c, const struct reset_request_form *in);

struct accept_form {
	struct str name, zone, password;
	struct session_new now;
};
/* The end of an invitation: the teammate is active and signed in. */
enum err account_accept(struct ctx *c, struct str token, struct accept_form *in, struct sign_in *ret);

struct setup_form {
	struct str email, name, zone, password;
	struct session_new now;
};
/* The first admin. ERR_NOT_FOUND once there is one. */
enum err account_setup(struct ctx *c, struct str token, struct setup_form *in, struct sign_in *ret);
/* The end of a change of address: the link in the mail to the new one. */
enum err account_email(struct ctx *c, struct str token);

/* The brake. Takes one try of the kind by (account, network) before the slow work; ERR_RATE when there were too many. */
struct brake {
	const char *kind;            /* password, code, reset */
	struct str account, network;
	int64_t tries;               /* with this one */
	int64_t try_id;
};
enum err brake_take(struct ctx *c, const char *kind, struct str account, struct brake *ret);
/* It went wrong: noted in the log of events (the first and the last before the brake, so that a flood cannot fill it). teammate_id 0 = nobody's. */
enum err brake_wrong(struct ctx *c, const struct brake *b, int64_t teammate_id, int64_t one_time_id);
/* "account" for the brake: a keyed hash of the address. */
struct str brake_account(struct ctx *c, struct str email);
/* The right password? Takes the same time when there is none. */
enum err password_right(struct ctx *c, struct str hash, struct str password, bool *ret);
void session_plan(struct ctx *c, int64_t teammate_id, const char *method, struct session_new *s, struct sign_in *ret);
/* Runs the command as the teammate who signs in. */
enum err sign_in_run(struct ctx *c, const struct command *cmd, const void *in, struct sign_in *ret);
/* In a write: takes the one-time token, step and codes, begins the session. */
enum err session_take(struct ctx *c, const struct session_new *s);

extern const struct command sign_in_cmd, code_cmd, link_cmd, confirm_cmd;
extern const struct command password_change_cmd, password_reset_cmd, reset_request_cmd, invite_accept_cmd, setup_finish_cmd, email_take_cmd;
extern const struct command session_end_cmd, session_list_cmd, session_end_others_cmd;
extern const struct job_kind people_jobs[];

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
extern const struct command me_show_cmd, me_update_cmd, me_hours_cmd, me_signature_cmd, me_key_cmd, me_email_cmd;
extern const struct command team_create_cmd, team_rename_cmd, team_list_cmd, team_show_cmd, team_add_cmd, team_remove_cmd;
extern const struct command role_list_cmd, role_title_cmd;
extern const struct command permission_list_cmd;

/* ---- people.c, session.c: what people_page.c puts into the feature and the identity ---- */

extern const struct command *const people_commands[];
extern const struct fold people_folds[];
extern const struct carry people_carries[];
extern const struct setting people_settings[];

enum err people_by_session(struct ctx *c, struct str token, struct actor *ret);
enum err people_by_api_token(struct ctx *c, struct str token, struct actor *ret);
enum err people_by_operator(struct ctx *c, struct str email, struct actor *ret);

#endif
