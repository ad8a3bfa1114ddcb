/* form_page.c: forms of this folder: from a command and what was typed to a view, and back from a post to the command's input. */
#include "people/people_page.h"

#include "web/web.h"

#include <string.h>

#include "base/banned.h"

/* "me.update" and "name" → "me-update-name". */
static struct str id_of(struct arena *a, const char *command, const char *field)
{
	struct str s = arena_fmt(a, "%s-%s", command, field);
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] == '.' || s.p[i] == '_' ? '-' : s.p[i];
	return (struct str){ p, s.n };
}

void form_fill(struct web *w, const struct command *cmd, const struct field_spec *specs, size_t n, const struct str *values, struct form_view *ret)
{
	struct arena *a = w->c->arena;
	struct form_field *fields = arena_array(a, struct form_field, n);
	for (size_t i = 0; i < n; i++) {
		const struct field_spec *s = &specs[i];
		struct str value = values && values[i].p ? values[i] : S("");
		fields[i] = (struct form_field){
			.id = id_of(a, cmd->name, s->name), .name = str_c(s->name), .label = str_c(s->label), .type = str_c(s->type ? s->type : "text"),
			.autocomplete = str_c(s->autocomplete ? s->autocomplete : ""), .help = str_c(s->help ? s->help : ""), .required = s->required,
			.rows = s->rows, .value = web_typed(w, cmd->name, s->name, value), .error = web_field_error(w, cmd->name, s->name),
		};
	}
	ret->command = str_c(cmd->name);
	ret->error = web_form_error(w, cmd->name);
	ret->fields = fields;
	ret->n = n;
	if (!ret->action.p)
		ret->action = web_action(w, cmd->name);
}

void form_choices(struct web *w, struct form_view *f, const char *name, const struct form_choice *choices, size_t n)
{
	struct form_choice *mine = arena_array(w->c->arena, struct form_choice, n);
	for (size_t i = 0; i < f->n; i++) {
		if (!str_eq(f->fields[i].name, str_c(name)))
			continue;
		for (size_t k = 0; k < n; k++) {
			mine[k] = choices[k];
			mine[k].chosen = str_eq(choices[k].value, f->fields[i].value);
		}
		struct form_field *fields = (struct form_field *)(uintptr_t)f->fields; /* form_fill() made it */
		fields[i].choices = mine;
		fields[i].n = n;
	}
}

enum err post_decode(struct web *w, const struct command *cmd, void *ret_in)
{
	struct raw_value *values;
	size_t n;
	TRY(web_form_values(w, &values, &n));
	return fields_decode(w->c, cmd, values, n, ret_in);
}

enum err post_again(struct web *w, const struct command *cmd, page_fn *page)
{
	struct ctx *c = w->c;
	enum err e = c->fault.err;
	if (e == ERR_BUG || e == ERR_BUSY || e == ERR_FULL || e == ERR_NOT_FOUND)
		return e;
	struct fault *f = arena_new(c->arena, struct fault);
	*f = c->fault;
	fault_clear(&c->fault);
	w->failed = cmd;
	w->failed_fault = f;
	TRY(page(w));
	w->res->status = err_info(e)->http_status;
	if (e == ERR_RATE)
		web_header(w, "Retry-After", S("60"));
	return OK;
}

struct str agent_name(struct arena *a, struct str agent)
{
	/* the order matters: most browsers claim to be others as well */
	static const struct {
		const char *mark, *name;
	} BROWSERS[] = { { "Edg/", "Edge" }, { "OPR/", "Opera" }, { "Firefox/", "Firefox" }, { "Chrome/", "Chrome" }, { "CriOS/", "Chrome" }, { "Safari/", "Safari" },
			 { "curl/", "curl" } },
	  SYSTEMS[] = { { "Android", "Android" }, { "iPhone", "iPhone" }, { "iPad", "iPad" }, { "Windows", "Windows" }, { "Mac OS X", "macOS" },
			{ "CrOS", "ChromeOS" }, { "Linux", "Linux" } };
	const char *browser = NULL, *platform = NULL;
	for (size_t i = 0; i < ARRAY_LEN(BROWSERS) && !browser; i++)
		if (str_find(agent, str_c(BROWSERS[i].mark)) >= 0)
			browser = BROWSERS[i].name;
	for (size_t i = 0; i < ARRAY_LEN(SYSTEMS) && !platform; i++)
		if (str_find(agent, str_c(SYSTEMS[i].mark)) >= 0)
			platform = SYSTEMS[i].name;
	if (browser && platform)
		return arena_fmt(a, "%s on %s", browser, platform);
	if (browser)
		return str_c(browser);
	return agent.n ? agent : S("unknown");
}

enum err post_signed_in(struct web *w, const struct sign_in *s, struct str said)
{
	struct str next = form_value(&w->form, S("_next"), NULL);
	web_set_session_cookie(w, s->token, s->max_age_s);
	if (said.n)
		web_flash(w, said, S(""), 0);
	return web_redirect(w, next.n ? next : S("/"));
}
