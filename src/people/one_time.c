/* one_time.c: links that work once, and the mails that carry them. Only the SHA-256 of a token is kept. */
#include "people/inside.h"

#include "core/secret.h"

#include "sign_in.sql.h"

#include "base/banned.h"

static const struct {
	const char *name, *prefix;
} KINDS[] = {
	[ONE_TIME_INVITE] = { "invite", "tend_inv_" }, [ONE_TIME_RESET] = { "reset", "tend_rst_" },
	[ONE_TIME_LINK] = { "link", "tend_lnk_" },     [ONE_TIME_SETUP] = { "setup", "tend_set_" },
	[ONE_TIME_EMAIL] = { "email", "tend_eml_" },   [ONE_TIME_STEP] = { "step", "tend_stp_" },
};

enum { TOKEN_BYTES = 9 + 43 };

enum err one_time_make(struct ctx *c, enum one_time_kind kind, int64_t teammate_id, struct str detail, int64_t life_us, struct str *ret_token)
{
	struct one_time_add_row row;
	if (kind == ONE_TIME_SETUP)
		TRY(one_time_drop_setup(c->db, .now_us = c->now_us));
	else if (kind != ONE_TIME_STEP)
		TRY(one_time_drop(c->db, .teammate_id = teammate_id, .kind = str_c(KINDS[kind].name), .now_us = c->now_us));
	*ret_token = secret_token(c->arena, KINDS[kind].prefix);
	return one_time_add(c->db, c->arena, &row, .token_sha = secret_sha256_hex(c->arena, *ret_token), .kind = str_c(KINDS[kind].name),
			    .teammate_id = teammate_id ? SOME(teammate_id) : NONE, .detail = detail, .created_us = c->now_us,
			    .expires_us = c->now_us + life_us);
}

static enum err gone(struct ctx *c)
{
	return fail(c, ERR_NOT_FOUND, "This link was used already, is too old, or was never one. Ask for a new one.");
}

enum err one_time_read(struct ctx *c, enum one_time_kind kind, struct str token, struct one_time *ret)
{
	struct one_time_find_row row;
	bool found;
	if (token.n != TOKEN_BYTES || !str_starts(token, str_c(KINDS[kind].prefix)))
		return gone(c);
	TRY(one_time_find(c->db, c->arena, &row, &found, .token_sha = secret_sha256_hex(c->arena, token), .kind = str_c(KINDS[kind].name),
			  .now_us = c->now_us));
	if (!found)
		return gone(c);
	*ret = (struct one_time){ .id = row.id, .teammate_id = row.teammate_id.set ? row.teammate_id.v : 0, .detail = row.detail,
				  .tries = row.tries, .expires_us = row.expires_us };
	return OK;
}

enum err one_time_take(struct ctx *c, int64_t id)
{
	int64_t changed;
	TRY(one_time_use(c->db, &changed, .id = id, .now_us = c->now_us));
	return changed == 1 ? OK : gone(c);
}

struct str people_url(struct ctx *c, const char *path, struct str token)
{
	const char *base = c->desk->cfg.public_url ? c->desk->cfg.public_url : "http://127.0.0.1:8080";
	return arena_fmt(c->arena, "%s%s%.*s", base, path, STR_ARG(token));
}

struct str people_link(struct ctx *c, const char *path, struct str token)
{
	return arena_fmt(c->arena, "<%.*s>", STR_ARG(people_url(c, path, token)));
}

enum err people_mail(struct ctx *c, struct str to, struct str subject, struct str text, struct str dedup)
{
	struct json_out j;
	int64_t id;
	json_init(&j, c->arena, 64 << 10);
	json_obj(&j);
	json_kstr(&j, "to", to);
	json_kstr(&j, "subject", subject);
	/* the text holds a link that is worth an account: no page, no backup, no export shows it */
	json_kstr(&j, "sealed", secret_seal(c->desk, c->arena, arena_fmt(c->arena, "mail:%.*s", STR_ARG(to)), text));
	json_kbool(&j, "auto", true);
	json_obj_end(&j);
	return outbox_add(c, &(struct outbox_new){ .kind = "mail", .dest = to, .dedup = dedup, .body = json_done(&j), .next_us = c->now_us }, &id);
}
