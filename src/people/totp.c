/* totp.c: the second factor: RFC 6238 codes and recovery codes.
 *
 * The secret is sealed for its row; it is shown until a code has confirmed it, and never after. A code counts once: the step it belongs
 * to is kept, and no older one is taken. Recovery codes are kept as SHA-256 of 80 random bits. */
#include "people/inside.h"

#include "core/secret.h"

#include "sign_in.sql.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <string.h>

#include "base/banned.h"

enum { RECOVERY_BYTES = 10 };

uint32_t totp_code(const unsigned char *secret, size_t n, int64_t step)
{
	unsigned char message[8], mac[EVP_MAX_MD_SIZE];
	unsigned mac_n = 0;
	for (int i = 7; i >= 0; i--, step >>= 8)
		message[i] = (unsigned char)(step & 0xff);
	ASSERT(HMAC(EVP_sha1(), secret, (int)n, message, sizeof(message), mac, &mac_n) && mac_n == 20);
	unsigned at = mac[19] & 0x0f;
	uint32_t v = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	return v % 1000000;
}

/* The six digits as a number, or -1. */
static int32_t digits_of(struct str code)
{
	int32_t v = 0;
	int n = 0;
	for (size_t i = 0; i < code.n; i++) {
		if (code.p[i] == ' ')
			continue;
		if (code.p[i] < '0' || code.p[i] > '9' || ++n > TOTP_DIGITS)
			return -1;
		v = v * 10 + (code.p[i] - '0');
	}
	return n == TOTP_DIGITS ? v : -1;
}

bool totp_looks_like(struct str code)
{
	return digits_of(code) >= 0;
}

bool totp_check(struct str secret, struct str code, utime now, struct opt_i64 last_step, int64_t *ret_step)
{
	int32_t typed = digits_of(code);
	int64_t today = now / UTIME_US_PER_SECOND / TOTP_STEP_S;
	bool fits = false;
	for (int64_t step = today - 1; step <= today + 1; step++) {
		uint32_t want = totp_code((const unsigned char *)secret.p, secret.n, step);
		if (typed >= 0 && want == (uint32_t)typed && (!last_step.set || step > last_step.v)) {
			*ret_step = step;
			fits = true;
		}
	}
	return fits;
}

struct str recovery_plain(struct arena *a, struct str code)
{
	struct buf b;
	buf_init(&b, a, 100);
	for (size_t i = 0; i < code.n; i++) {
		char ch = code.p[i];
		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch + 32);
		if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9'))
			buf_ch(&b, ch);
	}
	return buf_str(&b);
}

static struct str grouped(struct arena *a, struct str s, char between, bool upper)
{
	struct buf b;
	buf_init(&b, a, 200);
	for (size_t i = 0; i < s.n; i++) {
		if (i && i % 4 == 0)
			buf_ch(&b, between);
		buf_ch(&b, upper && s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 32) : s.p[i]);
	}
	return buf_str(&b);
}

struct str totp_groups(struct arena *a, struct str secret)
{
	return grouped(a, secret_base32(a, (const unsigned char *)secret.p, secret.n), ' ', true);
}

/* Percent-encoding of all but unreserved characters. */
static struct str percent(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, 1000);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '-' || ch == '.' || ch == '_' || ch == '~')
			buf_ch(&b, (char)ch);
		else
			buf_fmt(&b, "%%%02X", ch);
	}
	return buf_str(&b);
}

struct str totp_uri(struct arena *a, struct str secret, struct str email, struct str desk)
{
	struct str text = secret_base32(a, (const unsigned char *)secret.p, secret.n);
	struct buf b;
	buf_init(&b, a, 200);
	for (size_t i = 0; i < text.n; i++)
		buf_ch(&b, text.p[i] >= 'a' && text.p[i] <= 'z' ? (char)(text.p[i] - 32) : text.p[i]);
	struct str issuer = percent(a, desk);
	return arena_fmt(a, "otpauth://totp/%.*s:%.*s?secret=%.*s&issuer=%.*s&algorithm=SHA1&digits=6&period=30", STR_ARG(issuer),
			 STR_ARG(percent(a, email)), STR_ARG(buf_str(&b)), STR_ARG(issuer));
}

struct str totp_bind(struct arena *a, int64_t teammate_id)
{
	return arena_fmt(a, "teammate:%lld:totp", (long long)teammate_id);
}

static enum err me(struct ctx *c, struct sign_in_teammate_by_id_row *ret)
{
	bool found;
	if (c->actor.kind != ACTOR_TEAMMATE)
		return fail(c, ERR_FORBIDDEN, "A second factor belongs to a teammate: sign in as one.");
	TRY(sign_in_teammate_by_id(c->db, c->arena, ret, &found, .id = c->actor.id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no such teammate.");
}

/* ---- commands ---- */

static enum err totp_start(struct ctx *c, const void *in)
{
	(void)in;
	struct sign_in_teammate_by_id_row t;
	TRY(me(c, &t));
	if (t.totp_secret.p)
		return fail(c, ERR_CONFLICT, "A second factor is on already. Turn it off first to set up another device.");
	unsigned char raw[TOTP_SECRET_BYTES];
	randombytes_buf(raw, sizeof(raw));
	struct str sealed = secret_seal(c->desk, c->arena, totp_bind(c->arena, t.id), (struct str){ (const char *)raw, sizeof(raw) });
	sodium_memzero(raw, sizeof(raw));
	TRY(totp_put(c->db, .id = t.id, .pending = sealed));
	json_ki64(c->out, "teammate", t.id);
	return teammate_event(c, "teammate.totp_begun", t.id, STR_NULL, STR_NULL);
}

const struct command totp_start_cmd = {
	.name = "totp.start", .help = "Begin to set up an authenticator app for yourself; a code from it ends the set-up", NO_FIELDS,
	.need = CAN_CHANGE_SELF, .fresh = true, .run = totp_start,
};

/* New codes, shown once in the answer; the old ones are dead. */
static enum err recovery_new(struct ctx *c, int64_t teammate_id)
{
	TRY(recovery_drop(c->db, .teammate_id = teammate_id));
	json_key(c->out, "recovery_codes");
	json_arr(c->out);
	for (int i = 0; i < RECOVERY_CODES; i++) {
		unsigned char raw[RECOVERY_BYTES];
		randombytes_buf(raw, sizeof(raw));
		struct str code = secret_base32(c->arena, raw, sizeof(raw));
		TRY(recovery_add(c->db, .teammate_id = teammate_id, .code_sha = secret_sha256_hex(c->arena, code)));
		json_str(c->out, grouped(c->arena, code, '-', false));
	}
	json_arr_end(c->out);
	return OK;
}

struct totp_confirm_in {
	struct str code;
};

static const struct field totp_confirm_fields[] = {
	FIELD(struct totp_confirm_in, code, FIELD_SECRET, .required = true, .max = 20, .help = "the six digits that the app shows"),
};

static enum err totp_confirm(struct ctx *c, const struct totp_confirm_in *in)
{
	struct sign_in_teammate_by_id_row t;
	struct str secret;
	int64_t step = 0;
	TRY(me(c, &t));
	if (!t.totp_pending.p)
		return fail(c, ERR_CONFLICT, "Begin the set-up first, then type the code that the app shows.");
	if (!secret_open(c->desk, c->arena, totp_bind(c->arena, t.id), t.totp_pending, &secret))
		return fail(c, ERR_BUG, "The secret of this set-up cannot be read. Begin it again.");
	if (!totp_check(secret, in->code, c->now_us, NONE, &step))
		return fail_field(c, S("code"), "This is not the code of now. Check that the clock of your device is right, and type the newest one.");
	int64_t changed;
	TRY(totp_put(c->db, .id = t.id, .secret = t.totp_pending));
	TRY(totp_take_step(c->db, &changed, .id = t.id, .step = step));
	json_ki64(c->out, "teammate", t.id);
	TRY(recovery_new(c, t.id));
	TRY(session_end_all(c, t.id, c->actor.session_id, S("second factor set up")));
	return teammate_event(c, "teammate.totp_on", t.id, STR_NULL, STR_NULL);
}
COMMAND_RUN(totp_confirm)

const struct command totp_confirm_cmd = {
	.name = "totp.confirm", .help = "Turn your second factor on with a code of the app; answers with recovery codes, once",
	FIELDS(totp_confirm_fields, struct totp_confirm_in), .need = CAN_CHANGE_SELF, .fresh = true, .secret = true,
	.run = RUN(totp_confirm),
};

struct totp_remove_in {
	struct opt_i64 teammate;
};

static const struct field totp_remove_fields[] = {
	FIELD(struct totp_remove_in, teammate, FIELD_ID, .help = "whose; yours when left out, another's for admins", .positional = true),
};

static enum err totp_remove(struct ctx *c, const struct totp_remove_in *in)
{
	int64_t id = in->teammate.set ? in->teammate.v : c->actor.id;
	struct sign_in_teammate_by_id_row t;
	bool found;
	if (!(c->actor.kind == ACTOR_TEAMMATE && id == c->actor.id) && !(c->actor.caps & CAN_ADMIN))
		return fail(c, ERR_FORBIDDEN, "Only an admin can turn off another teammate's second factor.");
	TRY(sign_in_teammate_by_id(c->db, c->arena, &t, &found, .id = id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no such teammate.");
	if (!t.totp_secret.p && !t.totp_pending.p)
		return fail(c, ERR_CONFLICT, "No second factor is on.");
	TRY(totp_put(c->db, .id = id));
	TRY(recovery_drop(c->db, .teammate_id = id));
	json_ki64(c->out, "teammate", id);
	json_kstr(c->out, "said", S("The second factor is off."));
	TRY(session_end_all(c, id, c->actor.kind == ACTOR_TEAMMATE && id == c->actor.id ? c->actor.session_id : 0, S("second factor turned off")));
	return teammate_event(c, "teammate.totp_off", id, STR_NULL, STR_NULL);
}
COMMAND_RUN(totp_remove)

const struct command totp_remove_cmd = {
	.name = "totp.remove", .help = "Turn a second factor off; its sessions end", FIELDS(totp_remove_fields, struct totp_remove_in),
	.need = CAN_CHANGE_SELF, .fresh = true, .run = RUN(totp_remove),
};

static enum err recovery_create(struct ctx *c, const void *in)
{
	(void)in;
	struct sign_in_teammate_by_id_row t;
	TRY(me(c, &t));
	if (!t.totp_secret.p)
		return fail(c, ERR_CONFLICT, "Recovery codes stand in for a second factor. Set one up first.");
	json_ki64(c->out, "teammate", t.id);
	TRY(recovery_new(c, t.id));
	return teammate_event(c, "teammate.recovery_renewed", t.id, STR_NULL, STR_NULL);
}

const struct command recovery_create_cmd = {
	.name = "recovery.create", .help = "Make new recovery codes for yourself, shown once; the old ones are dead", NO_FIELDS,
	.need = CAN_CHANGE_SELF, .fresh = true, .secret = true, .run = recovery_create,
};
