/* account_form_page.c: forms of the account slice: fields with what was typed, their messages, and choices. */
#include "account/account_page.h"

#include <string.h>

#include "base/banned.h"

enum { FIELDS_MOST = 40 };

void form_begin(struct form_view *f, struct web *w, const char *command, const char *submit, struct str here, struct str next)
{
	*f = (struct form_view){
		.web = w, .id = command, .command = command, .submit = submit, .here = here, .next = next,
		.error = web_form_error(w, command), .fields = arena_array(w->c->arena, struct form_field, FIELDS_MOST),
	};
}

struct form_field *form_add(struct form_view *f, enum form_input input, const char *name, const char *label, struct str value)
{
	ASSERT(f->n_fields < FIELDS_MOST);
	struct form_field *x = &f->fields[f->n_fields++];
	*x = (struct form_field){
		.name = name, .label = label, .help = "", .input = input, .error = web_field_error(f->web, f->command, name),
		.value = input == INPUT_HIDDEN ? value : web_typed(f->web, f->command, name, value),
	};
	f->files |= input == INPUT_FILE;
	const struct command *cmd = feature_command(f->web->c->desk->features, str_c(f->command));
	for (size_t i = 0; cmd && i < cmd->n_fields; i++)
		if (strcmp(cmd->fields[i].name, name) == 0) {
			x->help = cmd->fields[i].help ? cmd->fields[i].help : "";
			x->required = cmd->fields[i].required && cmd->fields[i].type != FIELD_FILES;
		}
	return x;
}

void form_hidden(struct form_view *f, const char *name, struct str value)
{
	form_add(f, INPUT_HIDDEN, name, "", value);
}

struct form_field *form_choice(struct form_view *f, const char *name, const char *label, const char *const *list, struct str value,
			       const char *none)
{
	struct form_field *x = form_add(f, INPUT_SELECT, name, label, value);
	size_t n = 0;
	while (list[n])
		n++;
	x->options = arena_array(f->web->c->arena, struct form_option, n + 1);
	if (none)
		x->options[x->n_options++] = (struct form_option){ S(""), str_c(none), !x->value.n };
	for (size_t i = 0; i < n; i++)
		x->options[x->n_options++] = (struct form_option){ str_c(list[i]), str_c(account_words(str_c(list[i]))),
								   str_eq(x->value, str_c(list[i])) };
	return x;
}

enum err form_teammate(struct form_view *f, const char *name, const char *label, struct opt_i64 value)
{
	struct ctx *c = f->web->c;
	struct org_teammates_row *v;
	size_t n;
	TRY(org_teammates(c->db, c->arena, &v, &n));
	struct form_field *x = form_add(f, INPUT_SELECT, name, label, value.set ? arena_fmt(c->arena, "%lld", (long long)value.v) : S(""));
	x->options = arena_array(c->arena, struct form_option, n + 1);
	x->options[x->n_options++] = (struct form_option){ S(""), S("nobody"), !x->value.n };
	for (size_t i = 0; i < n; i++) {
		struct str id = arena_fmt(c->arena, "%lld", (long long)v[i].id);
		x->options[x->n_options++] = (struct form_option){ id, v[i].name, str_eq(id, x->value) };
	}
	return OK;
}

void form_clear(struct form_view *f, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		form_hidden(f, "clear", str_c(names[i]));
}
