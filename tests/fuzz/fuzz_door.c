/* fuzz_door.c: any body sent to any command, as the API and the form door take it: "ticket.create\n{…}" or "ticket.create\nname=value&…". What is taken is
 * within what the descriptor promises to the command's function; what is refused is refused with a sentence. */
#include "base/utf8.h"
#include "io/form.h"

#include <string.h>

/* NOLINTBEGIN(bugprone-suspicious-include): the list of slices belongs to the program, not to the library. */
#include "../../src/features.c"
/* NOLINTEND(bugprone-suspicious-include) */

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The command of that name; of any other name one that it happens to fall on. */
static const struct command *command_of(struct str name)
{
	const struct command *cmd = feature_command(features, name), *all[512];
	size_t n = 0, h = 5381;
	if (cmd)
		return cmd;
	for (size_t i = 0; features[i]; i++)
		for (size_t k = 0; features[i]->commands && features[i]->commands[k] && n < ARRAY_LEN(all); k++)
			all[n++] = features[i]->commands[k];
	for (size_t i = 0; i < name.n; i++)
		h = h * 33 + (unsigned char)name.p[i];
	return all[h % n];
}

static void text_is_as_promised(const struct field *f, struct str s)
{
	static const int64_t most[] = { [FIELD_STR] = 200, [FIELD_TEXT] = 256 << 10, [FIELD_EMAIL] = 254, [FIELD_SECRET] = 1024, [FIELD_DATE] = 10 };
	bool in = !f->choices;
	ASSERT(utf8_valid(s));
	ASSERT(f->type == FIELD_STRS || !f->max || (int64_t)s.n <= f->max);
	if (!f->max && f->type < ARRAY_LEN(most) && most[f->type])
		ASSERT((int64_t)s.n <= most[f->type]);
	if (f->type != FIELD_TEXT && f->type != FIELD_SECRET)
		ASSERT(str_find_ch(s, '\n') < 0 && str_find_ch(s, '\r') < 0 && str_find_ch(s, '\t') < 0 && str_eq(str_trim(s), s));
	if (f->type == FIELD_TEXT)
		ASSERT(str_find_ch(s, '\r') < 0);
	if (f->type == FIELD_EMAIL)
		ASSERT(str_find_ch(s, '@') > 0 && str_find_ch(s, ' ') < 0 && str_find_ch(s, ',') < 0 && str_find_ch(s, '<') < 0);
	for (size_t i = 0; !in && f->choices[i]; i++)
		in = str_eq(s, str_c(f->choices[i]));
	ASSERT(in);
}

static void number_is_as_promised(const struct field *f, int64_t v)
{
	ASSERT(f->type != FIELD_ID || v > 0);
	ASSERT(f->type != FIELD_INT || (!f->min && !f->max) || (v >= f->min && v <= f->max));
}

/* One field of an input struct that was accepted. */
static void field_is_as_promised(const struct field *f, const char *in)
{
	const void *at = in + f->offset;
	struct str s;
	struct opt_i64 o;
	struct id_list ids;
	struct str_list strs;
	struct file_list files;
	int64_t v;
	switch (f->c) {
	case FIELD_C_I64:
		memcpy(&v, at, sizeof(v));
		if (f->required || v)
			number_is_as_promised(f, v);
		return;
	case FIELD_C_OPT:
		memcpy(&o, at, sizeof(o));
		ASSERT(o.set || !f->required);
		if (o.set)
			number_is_as_promised(f, o.v);
		return;
	case FIELD_C_STR:
		memcpy(&s, at, sizeof(s));
		ASSERT(s.p || !f->required);
		if (s.p)
			text_is_as_promised(f, s);
		return;
	case FIELD_C_IDS:
		memcpy(&ids, at, sizeof(ids));
		ASSERT(ids.n <= 1000);
		for (size_t i = 0; i < ids.n; i++)
			ASSERT(ids.v[i] > 0);
		return;
	case FIELD_C_STRS:
		memcpy(&strs, at, sizeof(strs));
		ASSERT(strs.n <= 1000);
		for (size_t i = 0; i < strs.n; i++)
			text_is_as_promised(f, strs.v[i]);
		return;
	case FIELD_C_FILES:   /* none can come this way */
		memcpy(&files, at, sizeof(files));
		ASSERT(files.n == 0);
		return;
	case FIELD_C_BOOL:
		ASSERT(*(const unsigned char *)at <= 1);
		return;
	}
}

static enum err read_body(struct ctx *c, struct str body, struct raw_value **values, size_t *n)
{
	struct form form = { 0 };
	if (body.n && body.p[0] == '{')
		return utf8_valid(body) ? fields_from_json(c, body, values, n) : fail(c, ERR_INPUT, "not UTF-8");
	TRY(form_decode_query(c->arena, &c->fault, body, &form));
	*values = arena_array(c->arena, struct raw_value, form.n_pairs + 1);
	for (size_t i = 0; i < form.n_pairs; i++)
		(*values)[i] = (struct raw_value){ .name = form.pairs[i].name, .type = RAW_TEXT, .text = form.pairs[i].value };
	*n = form.n_pairs;
	form_done(&form);
	return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct desk d = { 0 };
	struct str name, body;
	struct raw_value *values = NULL;
	size_t n_values = 0;
	if (n > 256 << 10)
		return 0;
	arena_init(&a);
	struct ctx c = { .desk = &d, .arena = &a };
	str_cut((struct str){ (const char *)p, n }, '\n', &name, &body);
	const struct command *cmd = command_of(name);
	char *in = arena_alloc(&a, cmd->in_size ? cmd->in_size : 1);
	enum err e = read_body(&c, body, &values, &n_values);
	if (e == OK)
		e = fields_decode(&c, cmd, values, n_values, in);
	if (e == OK)
		for (size_t i = 0; i < cmd->n_fields; i++)
			field_is_as_promised(&cmd->fields[i], in);
	else
		ASSERT(c.fault.err == e && (c.fault.message[0] || c.fault.n_fields));
	for (unsigned i = 0; i < c.fault.n_fields; i++)
		ASSERT(c.fault.fields[i].message[0] && utf8_valid(str_c(c.fault.fields[i].message)) && utf8_valid(str_c(c.fault.fields[i].field)));
	ASSERT(utf8_valid(str_c(c.fault.message)));
	arena_done(&a);
	return 0;
}
