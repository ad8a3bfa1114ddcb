/* mail_page.c: strangers' HTML in its frame, its images, the original, and the door for `tend mail deliver`; see mail.h.
 *
 * The frame is the second wall: sandboxed without scripts and without our origin, under a policy of its own. It has no cookie, so its images come by paths
 * that are signed for an hour. */
#include "mail/mail_auth.h"
#include "mail/mail_job.h"
#include "mail/mail_parts.h"

#include "base/civil.h"
#include "core/secret.h"
#include "core/upload.h"
#include "web/route.h"

#include "mail.sql.h"

#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { HTML_MAX_BYTES = 4 << 20, IMAGE_MAX_BYTES = 20 << 20, MAC_DIGITS = 26, MAC_BYTES = 16, HOURS_GOOD = 1 };

/* ---- signed image paths ---- */

static struct str image_mac(struct ctx *c, struct str what, int64_t until_s)
{
	unsigned char mac[32];
	secret_mac(c->desk, KEY_IMAGE, arena_fmt(c->arena, "%lld:%.*s", (long long)until_s, STR_ARG(what)), mac);
	return secret_base32(c->arena, mac, MAC_BYTES);
}

struct str mail_image_path(struct ctx *c, struct str what)
{
	/* rounded up, so that the browser's cache has a chance */
	int64_t hour = 3600, until_s = (c->now_us / UTIME_US_PER_SECOND / hour + HOURS_GOOD + 1) * hour;
	return arena_fmt(c->arena, "/mail-image/%lld/%.*s?what=%.*s", (long long)until_s, STR_ARG(image_mac(c, what, until_s)),
			 STR_ARG(url_encode(c->arena, what)));
}

static enum err image_get(struct web *w)
{
	struct ctx *c = w->c;
	int64_t until_s;
	struct str what = web_query(w, "what"), bytes, type;
	if (!str_i64(web_param(w, "until"), &until_s) || !what.n || until_s < c->now_us / UTIME_US_PER_SECOND ||
	    !secret_equal(web_param(w, "mac"), image_mac(c, what, until_s)))
		return fail(c, ERR_NOT_FOUND, "This image's address has run out. Reload the ticket.");
	if (str_starts(what, S("blob:"))) {
		TRY(blob_read(c->desk->blobs, &c->fault, c->arena, str_slice(what, 5, what.n), IMAGE_MAX_BYTES, &bytes));
		type = upload_sniff(str_slice(bytes, 0, 512));
	} else {
		TRY(mail_fetch_image(c, what, &bytes, &type));
	}
	if (!upload_inline_image(type))
		return fail(c, ERR_NOT_FOUND, "This is no image that can be shown.");
	web_header(w, "Content-Type", type);
	web_header(w, "Content-Security-Policy", S("default-src 'none'; sandbox"));
	web_header(w, "Cross-Origin-Resource-Policy", S("cross-origin"));   /* the frame that shows it has no origin */
	web_header(w, "Cache-Control", S("private, max-age=3600"));
	w->res->status = 200;
	w->res->body = bytes;
	return OK;
}

/* ---- the frame ---- */

/* The rebuilt HTML names images by data-cid="…" and data-remote="…" only; here those that may load get a source. */
static enum err with_images(struct web *w, int64_t message_id, struct str html, bool remote, struct buf *b)
{
	struct ctx *c = w->c;
	static const struct str CID = { "cid=\"", 5 }, REMOTE = { "remote=\"", 8 }, DATA = { " data-", 6 };
	ptrdiff_t at;
	/* one needle for both: a search for what is not there would walk the whole rest for each image */
	while ((at = str_find(html, DATA)) >= 0) {
		struct str value, rest = str_slice(html, (size_t)at + DATA.n, html.n);
		bool is_cid = str_starts(rest, CID);
		if (!is_cid && !(remote && str_starts(rest, REMOTE))) {
			buf_add(b, str_slice(html, 0, (size_t)at + DATA.n));
			html = rest;
			continue;
		}
		buf_add(b, str_slice(html, 0, (size_t)at));
		str_cut(str_slice(rest, is_cid ? CID.n : REMOTE.n, rest.n), '"', &value, &html);
		struct str path = STR_NULL;
		if (is_cid) {
			struct mail_cid_row row;
			bool found;
			TRY(mail_cid(c->db, c->arena, &row, &found, .message_id = message_id, .content_id = value));
			if (found && upload_inline_image(row.content_type))
				path = mail_image_path(c, arena_fmt(c->arena, "blob:%.*s", STR_ARG(row.blob)));
		} else {
			struct buf url;   /* the attribute's &amp; back to & */
			buf_init(&url, c->arena, value.n + 1);
			for (size_t i = 0; i < value.n; i++) {
				buf_ch(&url, value.p[i]);
				if (value.p[i] == '&' && str_starts(str_slice(value, i, value.n), S("&amp;")))
					i += 4;
			}
			path = mail_image_path(c, buf_str(&url));
		}
		if (path.n)
			buf_fmt(b, " src=\"%.*s\"", STR_ARG(path));
	}
	buf_add(b, html);
	return OK;
}

static enum err html_get(struct web *w)
{
	struct ctx *c = w->c;
	int64_t id = web_param_id(w, "id");
	struct mail_message_view_row row;
	bool found, remote = web_query_i64(w, "images", 0) == 1;
	TRY(mail_message_view(c->db, c->arena, &row, &found, .id = id));
	if (!found || !row.html_blob.p)
		return fail(c, ERR_NOT_FOUND, "This message has no HTML.");
	struct str html;
	struct buf b;
	TRY(blob_read(c->desk->blobs, &c->fault, c->arena, row.html_blob, HTML_MAX_BYTES, &html));
	buf_init(&b, c->arena, HTML_MAX_BYTES * 2);
	buf_add(&b, S("<!doctype html><html lang=\"und\"><head><meta charset=\"utf-8\"><base target=\"_blank\"><title>Message</title><style>"
		      "body{font:15px/1.5 system-ui,sans-serif;margin:8px;overflow-wrap:anywhere;color:#1f2328;background:#fff}"
		      "img{max-width:100%;height:auto}pre{white-space:pre-wrap}blockquote{margin:0 0 0 8px;padding-left:10px;border-left:2px solid #ccc}"
		      "table{max-width:100%}</style></head><body>"));
	TRY(with_images(w, id, html, remote, &b));
	buf_add(&b, S("</body></html>"));
	if (buf_err(&b) != OK)
		return fail(c, ERR_LIMIT, "This message has too many images to show. Download the original.");
	struct str own = arena_fmt(c->arena, "%s://%.*s", w->req->https ? "https" : "http", STR_ARG(w->req->host));
	web_header(w, "Content-Security-Policy",
		   arena_fmt(c->arena, "default-src 'none'; img-src %.*s; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
				       "sandbox allow-popups allow-popups-to-escape-sandbox", STR_ARG(own)));
	web_header(w, "X-Frame-Options", S("SAMEORIGIN"));
	web_header(w, "Content-Type", S("text/html; charset=utf-8"));
	w->res->status = 200;
	w->res->body = buf_str(&b);
	return OK;
}

/* ---- the original ---- */

static enum err raw_get(struct web *w)
{
	struct ctx *c = w->c;
	struct inbox_get_row row;
	bool found;
	int fd;
	int64_t bytes;
	TRY(inbox_get(c->db, c->arena, &row, &found, .id = web_param_id(w, "id")));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "No incoming mail has this number.");
	TRY(blob_open(c->desk->blobs, &c->fault, row.raw_blob, &fd, &bytes));
	w->res->status = 200;
	w->res->fd = fd;
	w->res->fd_bytes = bytes;
	web_header(w, "Content-Type", S("application/octet-stream"));
	web_header(w, "Content-Security-Policy", S("default-src 'none'; sandbox"));
	web_header(w, "Content-Disposition", arena_fmt(c->arena, "attachment; filename=\"incoming-%lld.eml\"", (long long)row.id));
	return OK;
}

/* ---- `tend mail deliver` ---- */

static enum err deliver_post(struct web *w)
{
	struct ctx *c = w->c;
	struct str rcpt = web_query(w, "rcpt"), from = web_query(w, "from"), raw = w->req->body;
	int64_t id;
	bool again;
	if (!rcpt.n)
		return fail(c, ERR_INPUT, "For whom? rcpt=ADDRESS.");
	TRY(mail_accepts(c, rcpt));
	if (w->req->body_fd >= 0) {
		char *p = arena_alloc(c->arena, (size_t)w->req->body_bytes);
		if (pread(w->req->body_fd, p, (size_t)w->req->body_bytes, 0) != w->req->body_bytes)
			return fail(c, ERR_BUSY, "The mail could not be read from disk.");
		raw = (struct str){ p, (size_t)w->req->body_bytes };
	}
	c->door = DOOR_MAIL;
	if (!from.p)
		from = mail_return_path(c->arena, raw);
	TRY(mail_take(c, from, rcpt, raw, &id, &again));
	return web_json(w, 200, arena_fmt(c->arena, "{\"inbox\":%lld,\"again\":%s}", (long long)id, again ? "true" : "false"));
}

static const struct route mail_routes[] = {
	{ "GET", "/messages/:id/html", ROUTE_TEAMMATE, CAN_READ, html_get, 0, "A message's HTML, for its sandboxed frame" },
	{ "GET", "/mail-image/:until/:mac", ROUTE_PUBLIC, 0, image_get, 0, "An image of a message, by a signed address" },
	{ "GET", "/mail/:id/raw", ROUTE_TEAMMATE, CAN_REPLY, raw_get, 0, "A mail as it came" },
	{ "POST", "/internal/mail", ROUTE_INTERNAL, 0, deliver_post, MIME_MESSAGE_MAX_BYTES, "tend mail deliver" },
	{ 0 },
};

const struct feature mail_feature = {
	.name = "mail", .commands = mail_commands, .routes = mail_routes, .jobs = mail_jobs, .outboxes = mail_outboxes, .folds = mail_folds, .carries = mail_carries,
	.settings = mail_settings,
};
