/* mail_take.c: a mail at the door: the raw bytes and the envelope are on disk before the sender hears "ok"; see mail.h. */
#include "mail/mail.h"

#include "base/utf8.h"
#include "core/secret.h"
#include "mail/mail_job.h"

#include "mail.sql.h"

#include "base/banned.h"

enum { RCPT_MAX_BYTES = 512 };

enum err mail_accepts(struct ctx *c, struct str rcpt)
{
	struct mail_recipient to;
	struct mail_address_find_row row;
	bool found;
	if (rcpt.n > RCPT_MAX_BYTES)
		return fail(c, ERR_NOT_FOUND, "no such address here");
	mail_recipient_read(c, rcpt, &to);
	/* the postmaster that RFC 5321 wants, with and without a domain */
	struct str domain = mail_domain_of(to.base), desk = mail_lower(c->arena, str_c(c->desk->cfg.mail_domain));
	if (str_eq(to.base, S("postmaster")) || (str_eq(domain, desk) && str_starts(to.base, S("postmaster@"))))
		return OK;
	/* reports about our own mails only: whoever writes to bounce@ without our token has nothing of ours to report */
	if (str_starts(to.base, S("bounce@")))
		return to.kind == MAIL_TOKEN_BOUNCE && str_eq(domain, desk) ? OK : fail(c, ERR_NOT_FOUND, "no such address here");
	if (!utf8_valid(to.base))
		return fail(c, ERR_NOT_FOUND, "no such address here");
	/* a token that does not fit is no reason to lose a customer's mail: it is taken, and the token counts for nothing */
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
	return mail_parse_add(c, row.id, 0, false);
}

enum err mail_take(struct ctx *c, struct str mail_from, struct str rcpt, struct str raw, int64_t *ret_inbox_id, bool *ret_again)
{
	struct blob_name blob;
	TRY(blob_put(c->desk->blobs, &c->fault, raw, &blob));
	struct take t = {
		.mail_from = utf8_clean(c->arena, mail_from), .rcpt = utf8_clean(c->arena, mail_lower(c->arena, rcpt)), .blob = arena_str(c->arena, str_c(blob.hex)), .bytes = (int64_t)raw.n,
	};
	/* the same bytes to the same recipient: a sender that did not hear our "ok", not a second mail */
	t.external_id = arena_fmt(c->arena, "%s:%.*s", blob.hex, STR_ARG(t.rcpt));
	TRY(ctx_write(c, true, take_row, &t));
	*ret_inbox_id = t.id;
	*ret_again = t.again;
	return OK;
}
