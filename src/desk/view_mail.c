/* view_mail.c: what watched views found, by mail to those who want it so: five minutes later, all that was not read until then in one mail. See saved_view.h. */
#include "desk/saved_view.h"

#include "base/utf8.h"

#include "base/banned.h"

enum { PEOPLE_AT_ONCE = 100, SHOWN = 30, SUBJECT_BYTES = 150 };

static struct str text_of(struct ctx *c, const struct view_mail_rows_row *rows, size_t n)
{
	const char *base = c->desk->cfg.public_url ? c->desk->cfg.public_url : "http://127.0.0.1:8080";
	struct buf b;
	buf_init(&b, c->arena, 64 << 10);
	buf_add(&b, S("What came to match the views you watch, and you have not read yet:\n\n"));
	for (size_t i = 0; i < n && i < SHOWN; i++)
		buf_fmt(&b, "#%lld %.*s\n  in “%.*s”: %s/tickets/%lld\n", (long long)rows[i].ticket_id, STR_ARG(utf8_clip(rows[i].subject, SUBJECT_BYTES)),
			STR_ARG(rows[i].view_name), base, (long long)rows[i].ticket_id);
	if (n > SHOWN)
		buf_add(&b, S("\nand more.\n"));
	buf_fmt(&b, "\nAll of it: %s/news\nTo be told on the desk alone, open the view and choose “Not by mail”.\n", base);
	return buf_str(&b);
}

static enum err mail_one(struct ctx *c, int64_t teammate)
{
	struct view_mail_rows_row *rows;
	struct json_out j;
	size_t n;
	TRY(view_mail_rows(c->db, c->arena, &rows, &n, .teammate_id = teammate, .max = SHOWN + 1));
	TRY(view_mail_done(c->db, .teammate_id = teammate));
	if (!n || !str_eq(rows[0].state, S("active")))
		return OK;
	json_init(&j, c->arena, 256 << 10);
	json_obj(&j);
	json_kstr(&j, "to", rows[0].email);
	json_kstr(&j, "subject", n > 1 ? arena_fmt(c->arena, "%zu%s tickets found for you", n > SHOWN ? (size_t)SHOWN : n, n > SHOWN ? "+" : "") : S("A ticket found for you"));
	json_kstr(&j, "text", text_of(c, rows, n));
	json_kbool(&j, "auto", true);
	json_obj_end(&j);
	return outbox_add(c, &(struct outbox_new){ .kind = "mail", .dest = rows[0].email, .body = json_done(&j), .next_us = c->now_us,
						   .dedup = arena_fmt(c->arena, "view-news:%lld:%lld", (long long)teammate, (long long)rows[0].id) }, NULL);
}

struct due {
	struct view_mail_due_row *v;
	size_t n;
};

static enum err mail_all(struct ctx *c, void *arg)
{
	const struct due *d = arg;
	for (size_t i = 0; i < d->n; i++)
		TRY(mail_one(c, d->v[i].teammate_id));
	return OK;
}

enum err saved_view_mail(struct ctx *c)
{
	struct due d;
	TRY(view_mail_due(c->db, c->arena, &d.v, &d.n, .before_us = c->now_us - VIEW_MAIL_AFTER_S * UTIME_US_PER_SECOND, .max = PEOPLE_AT_ONCE));
	return d.n ? ctx_write(c, true, mail_all, &d) : OK;
}
