/* api.c: door 2: /api/v1/<command>, JSON in and out, problem documents (RFC 9457) for errors. */
#include "web/app.h"

#include "base/utf8.h"
#include "core/secret.h"

#include <unistd.h>

#include "base/banned.h"

#define API_BODY_MAX_BYTES ((INT64_C(1) << 30) + (16 << 20))   /* a file of 1 GiB and the fields around it */
enum { JSON_BODY_MAX_BYTES = 1 << 20, KEY_MAX_BYTES = 255 };

enum err web_problem(struct web *w, const struct fault *f)
{
	const struct err_info *info = err_info(f->err);
	int status = w->res->status ? w->res->status : info->http_status;
	struct json_out j;
	json_init(&j, w->c->arena, 64 << 10);
	json_obj(&j);
	json_kstr(&j, "type", arena_fmt(w->c->arena, "urn:tend:problem:%s", info->name));
	json_kstr(&j, "title", str_c(info->title));
	json_ki64(&j, "status", status);
	/* what broke inside is for the log */
	json_kstr(&j, "detail", f->err == ERR_BUG ? S("It is in the log under this request's id.") : str_c(f->message));
	json_kstr(&j, "request_id", str_c(w->req->id));
	if (f->n_fields) {
		json_key(&j, "errors");
		json_arr(&j);
		for (unsigned i = 0; i < f->n_fields; i++) {
			json_obj(&j);
			json_kstr(&j, "field", str_c(f->fields[i].field));
			json_kstr(&j, "message", str_c(f->fields[i].message));
			json_obj_end(&j);
		}
		json_arr_end(&j);
	}
	json_obj_end(&j);
	w->res->status = status;
	web_header(w, "Content-Type", S("application/problem+json"));
	if (f->err == ERR_BUSY || f->err == ERR_RATE)
		web_header(w, "Retry-After", f->err == ERR_RATE ? S("30") : S("2"));
	if (f->err == ERR_UNAUTHENTICATED)
		web_header(w, "WWW-Authenticate", S("Bearer realm=\"tend\""));
	w->res->body = json_done(&j);
	return OK;
}

static const struct command *api_command(struct web *w)
{
	const struct command *cmd = feature_command(w->app->cfg.features, web_param(w, "command"));
	return cmd && !cmd->inside ? cmd : NULL;
}

static enum err body_values(struct web *w, struct raw_value **ret, size_t *ret_n, struct str *ret_sha)
{
	struct ctx *c = w->c;
	struct str type = http_request_header(w->req, S("Content-Type"));
	if (w->req->body_bytes > 0 && str_ifind(type, S("application/json")) == 0) {
		struct str body = w->req->body;
		if (w->req->body_bytes > JSON_BODY_MAX_BYTES)
			return fail(c, ERR_LIMIT, "A JSON body has at most 1 MiB. Send files as multipart/form-data.");
		if (w->req->body_fd >= 0) {
			char *p = arena_alloc(c->arena, (size_t)w->req->body_bytes);
			if (pread(w->req->body_fd, p, (size_t)w->req->body_bytes, 0) != w->req->body_bytes)
				return fail(c, ERR_BUG, "The spooled body can't be read.");
			body = (struct str){ p, (size_t)w->req->body_bytes };
		}
		if (!utf8_valid(body))
			return fail(c, ERR_INPUT, "The JSON is not valid UTF-8 (or holds a NUL byte).");
		*ret_sha = secret_sha256_hex(c->arena, body);
		return fields_from_json(c, body, ret, ret_n);
	}
	bool form = str_ifind(type, S("multipart/form-data")) == 0 || str_ifind(type, S("application/x-www-form-urlencoded")) == 0;
	if (w->req->body_bytes > 0 && !form)
		return fail(c, ERR_INPUT, "Send Content-Type: application/json, or multipart/form-data when there are files.");
	TRY(web_form_values(w, ret, ret_n));
	struct buf b;
	buf_init(&b, c->arena, 64 << 20);
	for (size_t i = 0; i < *ret_n; i++) {
		const struct raw_value *v = &(*ret)[i];
		buf_fmt(&b, "%zu:%.*s%zu:", v->name.n, STR_ARG(v->name), v->type == RAW_FILE ? v->file->blob.n : v->text.n);
		buf_add(&b, v->type == RAW_FILE ? v->file->blob : v->text);
	}
	*ret_sha = secret_sha256_hex(c->arena, buf_str(&b));
	return OK;
}

static enum err api_run(struct web *w, const struct command *cmd, const struct raw_value *values, size_t n, const struct command_once *once)
{
	struct ctx *c = w->c;
	struct str answer;
	void *in = arena_alloc(c->arena, cmd->in_size ? cmd->in_size : 1);
	TRY(command_allowed(c, cmd));
	TRY(fields_decode(c, cmd, values, n, in));
	if (!cmd->reads)
		ctx_db_done(c);   /* who waits for a commit needs no handle to read with: others do */
	TRY(command_run(c, cmd, in, once, &answer));
	return web_json(w, 200, answer);
}

static enum err api_post(struct web *w)
{
	struct ctx *c = w->c;
	const struct command *cmd = api_command(w);
	if (!cmd)
		return fail(c, ERR_NOT_FOUND, "There is no command of that name. /api/v1/openapi.json lists all.");
	TRY(command_allowed(c, cmd));
	struct raw_value *values;
	size_t n;
	struct command_once once = { .key = http_request_header(w->req, S("Idempotency-Key")) };
	if (once.key.p && (once.key.n == 0 || once.key.n > KEY_MAX_BYTES || !utf8_valid(once.key)))
		return fail(c, ERR_INPUT, "An Idempotency-Key has 1 to 255 characters.");
	TRY(body_values(w, &values, &n, &once.request_sha));
	return api_run(w, cmd, values, n, once.key.p ? &once : NULL);
}

static enum err api_get(struct web *w)
{
	struct ctx *c = w->c;
	const struct command *cmd = api_command(w);
	if (!cmd)
		return fail(c, ERR_NOT_FOUND, "There is no command of that name. /api/v1/openapi.json lists all.");
	if (!cmd->reads) {
		w->res->status = 405;
		return fail(c, ERR_INPUT, "%s changes something: send it by POST.", cmd->name);
	}
	struct raw_value *values;
	size_t n;
	TRY(web_form_values(w, &values, &n));
	return api_run(w, cmd, values, n, NULL);
}

static enum err api_openapi(struct web *w)
{
	return web_json(w, 200, web_openapi(w->c->arena, w->app->cfg.features));
}

const struct route web_api_routes[] = {
	{ "GET", "/api/v1/openapi.json", ROUTE_PUBLIC, 0, api_openapi, 0, "The API as OpenAPI 3.1" },
	{ "POST", "/api/v1/:command", ROUTE_PUBLIC, 0, api_post, API_BODY_MAX_BYTES, "Any command; the command's own capabilities decide" },
	{ "GET", "/api/v1/:command", ROUTE_PUBLIC, 0, api_get, 0, "Any reading command" },
	{ 0 },
};
