/* hint.c: the first-run tour; see hint.h. */
#include "desk/hint.h"

#include "hint.sql.h"

#include "base/banned.h"

static const struct {
	const char *name, *text;
	enum hint_place place;
} HINTS[] = {
	{ "keys", "Everything has a key: j and k move, Enter opens, t takes, x selects, u leads back. ? shows them all.", HINT_QUEUE },
	{ "notes", "What you write is an internal note until you choose Reply (r). v shows how it will look, m has texts for what comes up often.", HINT_CASE },
	{ "views", "Ctrl K jumps anywhere. A search such as status:pending older:7d can be kept as a view, and can tell you of what is new.", HINT_QUEUE },
};
static const char *const NAMES[] = { "keys", "notes", "views", "all", NULL };

enum err hint_next(struct ctx *c, enum hint_place place, struct hint *ret)
{
	struct hint_read_of_row *read;
	size_t n;
	*ret = (struct hint){ .name = NULL };
	if (c->actor.kind != ACTOR_TEAMMATE)
		return OK;
	TRY(hint_read_of(c->db, c->arena, &read, &n, .teammate_id = c->actor.id));
	for (size_t i = 0; i < ARRAY_LEN(HINTS) && !ret->name; i++) {
		bool seen = false;
		for (size_t k = 0; k < n; k++)
			seen |= str_eq(read[k].hint, str_c(HINTS[i].name));
		if (!seen && HINTS[i].place == place)
			*ret = (struct hint){ .name = HINTS[i].name, .text = HINTS[i].text, .number = (int)i + 1, .of = ARRAY_LEN(HINTS) };
	}
	return OK;
}

struct hint_read_in {
	struct str hint;
};

static enum err hint_read(struct ctx *c, const struct hint_read_in *in)
{
	if (c->actor.kind != ACTOR_TEAMMATE)
		return fail(c, ERR_INPUT, "Only teammates read hints.");
	for (size_t i = 0; i < ARRAY_LEN(HINTS); i++)
		if (str_eq(in->hint, S("all")) || str_eq(in->hint, str_c(HINTS[i].name)))
			TRY(hint_read_add(c->db, .teammate_id = c->actor.id, .hint = str_c(HINTS[i].name), .at_us = c->now_us));
	json_kstr(c->out, "hint", in->hint);
	return OK;
}

COMMAND_RUN(hint_read)
static const struct field read_fields[] = {
	FIELD(struct hint_read_in, hint, FIELD_ENUM, .required = true, .choices = NAMES, .positional = true, .help = "which one; all of them"),
};
const struct command hint_read_cmd = {
	.name = "hint.read", .help = "Do not show a hint of the first days again", FIELDS(read_fields, struct hint_read_in), .need = CAN_SIGNED_IN,
	.quiet_because = "who has read what is nobody's business", .run = RUN(hint_read),
};
