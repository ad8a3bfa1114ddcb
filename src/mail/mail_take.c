/* mail_take.c: a mail at the door: the raw bytes and the envelope are on disk before the sender hears "ok"; see mail.h. */
#include "mail/mail.h"

#include "core/secret.h"

#include "mail.sql.h"

#include "base/banned.h"

enum err mail_accepts(struct ctx *c, struct str rcpt)
{
	struct mail_recipient to;
	struct mail_address_find_row row;
	bool found;
	mail_recipient_read(c, rcpt, &to);
	struct str local, domain;
	str_cut(to.base, '@', &local, &domain);
	/* bounces, and the postmaster that RFC 5321 wants */
	if ((str_eq(local, S("bounce")) || str_eq(local, S("postmaster"))) && str_ieq(domain, str_c(c->desk->cfg.mail_domain)))
		return OK;
	TRY(mail_address_find(c->db, c->arena, &row, &found, .address = to.base));
	return found && row.active ? OK : fail(c, ERR_NOT_FOUND, "no such address here");
}

struct take {
	struct str mail_from, rcpt, external_id, blob;
	int64_t bytes, id;
	bool again;
};

static enum err take_row(struct ctx *c, void *arg)
{
	struct take *t = arg;
	struct inbox_insert_row row;
	bool added;
	TRY(inbox_insert(c->db, c->arena, &row, &added, .source = S("mail"), .external_id = t->external_id, .dest = t->rcpt, .sender = t->mail_from,
			 .raw_blob = t->blob, .raw_bytes = t->bytes, .received_us = c->now_us));
	t->again = !added;
	if (!added) {
		struct inbox_by_external_row old;
		TRY(inbox_by_external(c->db, c->arena, &old, .source = S("mail"), .external_id = t->external_id));
		t->id = old.id;
		return OK;
	}
	t->id = row.id;
	return job_add(c, "mail.parse", arena_fmt(c->arena, "{\"inbox\":%lld}", (long long)row.id), c->now_us,
		       arena_fmt(c->arena, "mail.parse:%lld", (long long)row.id));
}

static struct str lower(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	return (struct str){ p, s.n };
}

enum err mail_take(struct ctx *c, struct str mail_from, struct str rcpt, struct str raw, int64_t *ret_inbox_id, bool *ret_again)
{
	struct blob_name blob;
	TRY(blob_put(c->desk->blobs, &c->fault, raw, &blob));
	struct take t = {
		.mail_from = mail_from, .rcpt = lower(c->arena, rcpt), .blob = arena_str(c->arena, str_c(blob.hex)), .bytes = (int64_t)raw.n,
	};
	/* the same bytes to the same recipient: a sender that did not hear our "ok", not a second mail */
	t.external_id = arena_fmt(c->arena, "%s:%.*s", blob.hex, STR_ARG(t.rcpt));
	TRY(ctx_write(c, true, take_row, &t));
	*ret_inbox_id = t.id;
	*ret_again = t.again;
	return OK;
}
