/* macro_page.c: macros as a list, and the form of one; the list of what writing brings to the house. */
#include "desk/macro_view.h"

#include "desk/desk_page.h"
#include "desk/draft_share.h"
#include "web/route.h"

#include "macro.html.h"

#include <string.h>

#include "base/banned.h"

static enum err list_page(struct web *w)
{
	struct macro_list_view v = { .layout = web_layout(w, S("Macros")), .can_all = w->c->actor.caps & CAN_REPLY };
	TRY(macro_offer(w->c, &v.rows, &v.n));
	macro_list_html(&w->html, &v);
	return OK;
}

static void typed(struct web *w, struct macro_form_view *v)
{
	struct { const char *name; struct str *at; } FIELDS_OF[] = {
		{ "name", &v->name }, { "family", &v->family }, { "mode", &v->mode }, { "body", &v->body }, { "status", &v->status }, { "kind", &v->kind },
		{ "priority", &v->priority }, { "tags", &v->tags }, { "valid_to", &v->valid_to },
	};
	for (size_t i = 0; i < ARRAY_LEN(FIELDS_OF); i++)
		*FIELDS_OF[i].at = web_typed(w, v->command, FIELDS_OF[i].name, FIELDS_OF[i].at->p ? *FIELDS_OF[i].at : S(""));
	v->error = web_form_error(w, v->command);
	v->name_error = web_field_error(w, v->command, "name");
	v->body_error = web_field_error(w, v->command, "body");
	v->tags_error = web_field_error(w, v->command, "tags");
	v->date_error = web_field_error(w, v->command, "valid_to");
	macro_form_html(&w->html, v);
}

static enum err new_page(struct web *w)
{
	struct macro_form_view v = {
		.layout = web_layout(w, S("New macro")), .command = "macro.create", .here = S("/macros/new"), .title = S("New macro"), .mode = S("reply"),
		.meta = S(""), .can_all = w->c->actor.caps & CAN_REPLY, .can_change = true,
	};
	typed(w, &v);
	return OK;
}

static enum err one_page(struct web *w)
{
	struct ctx *c = w->c;
	struct macro_get_row m;
	bool found;
	TRY(macro_get(c->db, c->arena, &m, &found, .id = web_param_id(w, "id")));
	if (!found || (m.owner_id.set && m.owner_id.v != c->actor.id))
		return fail(c, ERR_NOT_FOUND, "There is no such macro.");
	struct macro_form_view v = {
		.layout = web_layout(w, m.name), .id = m.id, .command = "macro.update", .here = arena_fmt(c->arena, "/macros/%lld", (long long)m.id),
		.title = m.name, .name = m.name, .family = m.family, .mode = m.mode, .body = m.body, .status = m.status, .kind = m.kind,
		.priority = m.priority, .tags = m.tags, .valid_to = m.valid_to, .mine = m.owner_id.set, .can_all = c->actor.caps & CAN_REPLY,
		.meta = arena_fmt(c->arena, "Offered from %.*s; %.*s.", STR_ARG(m.valid_from), STR_ARG(m.source)),
	};
	v.can_change = v.mine || v.can_all;
	struct str copy = v.tags.n ? arena_str(c->arena, v.tags) : v.tags;   /* kept with spaces, typed with commas */
	for (size_t i = 0; i < copy.n; i++)
		if (copy.p[i] == ' ')
			((char *)(uintptr_t)copy.p)[i] = ',';
	v.tags = copy;
	typed(w, &v);
	return OK;
}

const struct route macro_routes[] = {
	{ "GET", "/macros", ROUTE_TEAMMATE, CAN_READ, list_page, 0, "Macros" },
	{ "GET", "/macros/new", ROUTE_TEAMMATE, CAN_NOTE, new_page, 0, "A new macro" },
	{ "GET", "/macros/:id", ROUTE_TEAMMATE, CAN_READ, one_page, 0, "A macro" },
	{ 0 },
};

static const struct command *const commands[] = {
	&macro_create_cmd, &macro_update_cmd, &macro_remove_cmd, &macro_list_cmd, &macro_draft_cmd, &macro_leave_cmd, &draft_take_cmd, &draft_beside_cmd,
	&draft_choose_cmd, &draft_forget_cmd, NULL,
};
static const struct reaction reactions[] = {
	{ .kind = "ticket.replied", .when = IN_TX, .fold = macro_on_message },
	{ .kind = "ticket.noted", .when = IN_TX, .fold = macro_on_message },
	{ 0 },
};

const struct feature write_feature = {
	.name = "desk", .commands = commands, .reactions = reactions, .routes = write_routes, .more_routes = macro_routes, .folds = macro_fold_rows, .carries = macro_carries,
	.prepare = macro_presets,
};
