/* form_door.c: door 1: POST /do/<command>. Decodes a form by the command's descriptor, runs the command, and goes on to `_next` with a flash; on failure
 * shows `_back` again with what was typed and a message per field. */
#include "web/app.h"

#include "core/upload.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

#define FORM_BODY_MAX_BYTES ((INT64_C(1) << 30) + (16 << 20))   /* a file of 1 GiB and the fields around it */

enum err web_form_values(struct web *w, struct raw_value **ret, size_t *ret_n)
{
	struct ctx *c = w->c;
	size_t n = 0;
	struct raw_value *v = arena_array(c->arena, struct raw_value, w->query.n_pairs + w->form.n_pairs + w->form.n_files + 1);
	for (size_t i = 0; i < w->query.n_pairs; i++)
		v[n++] = (struct raw_value){ .name = w->query.pairs[i].name, .type = RAW_TEXT, .text = w->query.pairs[i].value };
	for (size_t i = 0; i < w->form.n_pairs; i++)
		v[n++] = (struct raw_value){ .name = w->form.pairs[i].name, .type = RAW_TEXT, .text = w->form.pairs[i].value };
	for (size_t i = 0; i < w->form.n_files; i++) {
		struct form_file *file = &w->form.files[i];
		if (file->bytes == 0 && file->filename.n == 0)   /* a file input that was left alone */
			continue;
		struct upload *up = arena_new(c->arena, struct upload);
		TRY(upload_store_fd(c, file->fd, file->filename, up));
		v[n++] = (struct raw_value){ .name = file->field, .type = RAW_FILE, .file = up };
	}
	*ret = v;
	*ret_n = n;
	return OK;
}

/* ---- what the templates ask for ---- */

struct str web_typed(const struct web *w, const char *command, const char *field, struct str otherwise)
{
	if (!w->failed || strcmp(w->failed->name, command) != 0)
		return otherwise;
	for (size_t i = 0; i < w->failed->n_fields; i++)
		if (strcmp(w->failed->fields[i].name, field) == 0 && w->failed->fields[i].type == FIELD_SECRET)
			return S("");
	struct str typed = form_value(&w->form, str_c(field), NULL);
	return typed.p ? typed : otherwise;
}

struct str web_field_error(const struct web *w, const char *command, const char *field)
{
	if (!w->failed || strcmp(w->failed->name, command) != 0)
		return S("");
	for (unsigned i = 0; i < w->failed_fault->n_fields; i++)
		if (strcmp(w->failed_fault->fields[i].field, field) == 0)
			return str_c(w->failed_fault->fields[i].message);
	return S("");
}

struct str web_form_error(const struct web *w, const char *command)
{
	if (!w->failed || strcmp(w->failed->name, command) != 0)
		return S("");
	return str_c(w->failed_fault->message);
}

/* ---- going on ---- */

/* "/tickets/{ticket}" with keys of the answer filled in. */
static struct str fill(struct web *w, struct str pattern, json_t *answer)
{
	struct buf b;
	buf_init(&b, w->c->arena, 2000);
	while (pattern.n) {
		struct str head, key;
		bool more = str_cut(pattern, '{', &head, &pattern);
		buf_add(&b, head);
		if (!more || !str_cut(pattern, '}', &key, &pattern))
			break;
		json_t *v = json_object_get(answer, arena_cstr(w->c->arena, key));
		if (json_is_integer(v))
			buf_i64(&b, json_integer_value(v));
		else if (json_is_string(v))
			buf_add(&b, url_encode(w->c->arena, str_c(json_string_value(v))));
	}
	return buf_str(&b);
}

static enum err go_on(struct web *w, struct str answer_text)
{
	struct arena *a = w->c->arena;
	json_error_t e;
	json_t *answer = json_loadb(answer_text.p, answer_text.n, 0, &e);
	const char *said = json_string_value(json_object_get(answer, "said"));
	const char *undo = json_string_value(json_object_get(answer, "undo"));
	if (said)
		web_flash(w, str_c(said), undo ? str_c(undo) : S(""), json_integer_value(json_object_get(answer, "undo_left_s")));
	struct str next = form_value(&w->form, S("_next"), NULL);
	if (!next.n)
		next = form_value(&w->form, S("_back"), NULL);
	struct str to = next.n ? fill(w, next, answer) : S("/");
	json_decref(answer);
	return web_redirect(w, arena_str(a, to));
}

/* The page the form came from, shown again. */
static enum err show_again(struct web *w, const struct command *cmd)
{
	struct ctx *c = w->c;
	struct fault *f = arena_new(c->arena, struct fault);
	*f = c->fault;
	if (f->err == ERR_UNAUTHENTICATED)
		return f->err;
	struct str back = form_value(&w->form, S("_back"), NULL), path, query;
	str_cut(back, '?', &path, &query);
	bool other;
	const struct route *r = back.n ? route_find(w->app->tables, S("GET"), path, w, &other) : NULL;
	if (!r || r->access == ROUTE_INTERNAL || (r->access == ROUTE_TEAMMATE && (c->actor.caps & r->need) != r->need))
		return f->err;
	fault_clear(&c->fault);
	w->failed = cmd;
	w->failed_fault = f;
	w->query = (struct form){ 0 };
	struct http_request *again = arena_new(c->arena, struct http_request);
	*again = *w->req;
	again->method = S("GET");
	again->path = path;
	again->query = query;
	w->req = again;
	TRY(form_decode_query(c->arena, &c->fault, query, &w->query));
	TRY(web_run(w, r));
	w->res->status = err_info(f->err)->http_status;
	return OK;
}

static enum err form_do(struct web *w)
{
	struct ctx *c = w->c;
	const struct command *cmd = feature_command(w->app->cfg.features, web_param(w, "command"));
	if (!cmd || cmd->inside || cmd->reads)
		return fail(c, ERR_NOT_FOUND, "There is no command of that name.");
	/* without a session only what anybody may do (confirming by a link, asking for a reset) */
	enum err e = command_allowed(c, cmd);
	struct raw_value *values;
	size_t n;
	struct str answer;
	void *in = arena_alloc(c->arena, cmd->in_size ? cmd->in_size : 1);
	if (e == OK)
		e = web_form_values(w, &values, &n);
	if (e == OK)
		e = fields_decode(c, cmd, values, n, in);
	if (e == OK) {
		if (!cmd->reads)
			ctx_db_done(c);   /* as in api.c */
		e = command_run(c, cmd, in, NULL, &answer);
		if (e != OK && e != ERR_BUSY && e != ERR_FULL)
			(void)ctx_db(c);   /* the page that says so has the rail, which is read */
	}
	if (web_wants_json(w))
		return e == OK ? web_json(w, 200, answer) : e;
	return e == OK ? go_on(w, answer) : show_again(w, cmd);
}

const struct route web_form_routes[] = {
	{ "POST", "/do/:command", ROUTE_PUBLIC, 0, form_do, FORM_BODY_MAX_BYTES, "A form of a page: runs a command" },
	{ 0 },
};
