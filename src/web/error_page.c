/* error_page.c: a fault, shown to a person or to a program. */
#include "web/error_page.h"

#include "web/app.h"

#include "error.html.h"

#include "base/banned.h"

enum { ERROR_PAGE_MAX_BYTES = 256 << 10 };

enum err web_fault(struct web *w, const struct fault *f)
{
	if (web_wants_json(w))
		return web_problem(w, f);
	struct ctx *c = w->c;
	const struct err_info *info = err_info(f->err);
	fault_clear(&c->fault);
	html_init(&w->html, c->arena, ERROR_PAGE_MAX_BYTES);
	w->html.csrf = w->csrf.p ? w->csrf : S("");
	w->html.now_us = c->now_us;
	w->html.zone = zone_find(S("UTC"));
	struct layout *l;
	bool plain = f->err == ERR_BUSY || f->err == ERR_BUG || f->err == ERR_FULL || !c->db;
	if (plain) {   /* the rail reads the database, which may be the very trouble */
		l = arena_new(c->arena, struct layout);
		l->title = str_c(info->title);
		l->flash = S("");
	} else {
		l = web_layout(w, str_c(info->title));
	}
	struct error_view v = {
		.layout = l, .title = str_c(info->title), .request_id = str_c(w->req->id), .fields = f->fields, .n_fields = f->n_fields,
		.message = f->err == ERR_BUG ? S("Please try again; if it comes back, tell your admin.") : str_c(f->message), .bug = f->err == ERR_BUG,
		.sign_in = f->err == ERR_NOT_FOUND && !l->signed_in,
	};
	error_html(&w->html, &v);
	w->res->status = w->res->status ? w->res->status : info->http_status;
	if (f->err == ERR_BUSY || f->err == ERR_RATE)
		web_header(w, "Retry-After", f->err == ERR_RATE ? S("30") : S("2"));
	web_header(w, "Content-Type", S("text/html; charset=utf-8"));
	w->res->body = buf_str(&w->html.buf);
	c->fault = *f;   /* for the log line */
	return OK;
}
