/* settings_page.c: a form per setting, made from the slices' own lists. */
#include "admin/admin_page.h"

#include "core/core.h"

#include "settings.html.h"

#include <string.h>

#include "base/banned.h"

enum { GROUPS_MAX = 32 };

static const struct admin_choice YES_NO[] = { { S("1"), S("Yes"), false }, { S("0"), S("No"), false } };

/* "mail.auto_per_hour" → "Auto per hour". */
static struct str label_of(struct arena *a, const char *key)
{
	const char *dot = strchr(key, '.');
	struct str s = arena_str(a, str_c(dot ? dot + 1 : key));
	if (str_ends(s, S("_s"))) /* its help says that it is seconds */
		s = str_slice(s, 0, s.n - 2);
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] == '_' ? ' ' : i == 0 && s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 32) : s.p[i];
	return (struct str){ p, s.n };
}

/* A key as an id: no dots. */
static struct str id_of(struct arena *a, const char *key)
{
	struct str s = arena_fmt(a, "s-%s", key);
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] == '.' || s.p[i] == '_' ? '-' : s.p[i];
	return (struct str){ p, s.n };
}

static struct str shown(const struct setting *s, struct str value)
{
	if (s->type == SETTING_BOOL)
		return str_eq(value, S("1")) ? S("yes") : S("no");
	return value.n ? value : S("nothing");
}

/* "How long a session lasts. From 1 to 720; default 12." out of half a sentence or a whole one. */
static struct str help_of(struct arena *a, const struct setting *s, struct str standard)
{
	struct str help = arena_str(a, str_c(s->help));
	char first = help.n && help.p[0] >= 'a' && help.p[0] <= 'z' ? (char)(help.p[0] - 32) : help.n ? help.p[0] : ' ';
	if (str_ends(help, S(".")))
		help.n--;
	struct str rest = str_slice(help, 1, help.n);
	if (s->type == SETTING_INT)
		return arena_fmt(a, "%c%.*s. From %lld to %lld; default %.*s.", first, STR_ARG(rest), (long long)s->min, (long long)s->max, STR_ARG(standard));
	return arena_fmt(a, "%c%.*s. Default: %.*s.", first, STR_ARG(rest), STR_ARG(standard));
}

static void fill_line(struct web *w, const struct setting *s, struct settings_view *v, struct setting_line *ret)
{
	static const char CMD[] = "setting.set";
	struct ctx *c = w->c;
	struct str value = setting_str(c, s->key), id = id_of(c->arena, s->key);
	bool failed = w->failed && strcmp(w->failed->name, CMD) == 0 && str_eq(form_value(&w->form, S("key"), NULL), str_c(s->key));
	*ret = (struct setting_line){ .s = s, .key = str_c(s->key), .standard = shown(s, str_c(s->standard)), .changed = !str_eq(value, str_c(s->standard)) };
	ret->field = admin_field(w, CMD, failed, id, "value", "", value);
	ret->field.label = label_of(c->arena, s->key);
	ret->field.help = help_of(c->arena, s, ret->standard);
	ret->field.min = s->min;
	ret->field.max = s->max;
	switch (s->type) {
	case SETTING_INT:
		ret->field.type = "number";
		break;
	case SETTING_BOOL:
		admin_choices(w, &ret->field, YES_NO, ARRAY_LEN(YES_NO));
		break;
	case SETTING_TEXT:
		ret->field.type = "textarea";
		break;
	case SETTING_STR:
	case SETTING_ZONE:
		break;
	}
	v->changed += ret->changed;
	if (failed) {
		v->error = ret->field.error.n ? ret->field.error : web_form_error(w, CMD);
		v->error_id = ret->field.id;
		v->error_label = ret->field.label;
	}
}

static struct str group_title(struct arena *a, const char *name)
{
	static const struct {
		const char *name, *title;
	} TITLES[] = { { "core", "Desk" }, { "people", "Signing in" }, { "account", "Customers" }, { "ticket", "Tickets" }, { "mail", "Mail" }, { "desk", "Lists and search" },
		       { "sla", "Promises" }, { "review", "Case reviews" }, { "growth", "Growing people" }, { "notice", "Told by mail" } };
	for (size_t i = 0; i < ARRAY_LEN(TITLES); i++)
		if (strcmp(TITLES[i].name, name) == 0)
			return str_c(TITLES[i].title);
	return label_of(a, name);
}

enum err settings_page(struct web *w)
{
	struct ctx *c = w->c;
	struct settings_view v = { .groups = arena_array(c->arena, struct setting_group, GROUPS_MAX), .error = S("") };
	for (const struct feature *const *f = c->desk->features; *f && v.n < GROUPS_MAX; f++) {
		size_t n = 0;
		while ((*f)->settings && (*f)->settings[n].key)
			n++;
		if (!n)
			continue;
		struct setting_group *g = &v.groups[v.n++];
		*g = (struct setting_group){ .title = group_title(c->arena, (*f)->name), .id = arena_fmt(c->arena, "g-%s", (*f)->name),
					     .rows = arena_array(c->arena, struct setting_line, n), .n = n };
		for (size_t i = 0; i < n; i++)
			fill_line(w, &(*f)->settings[i], &v, &g->rows[i]);
	}
	v.layout = web_layout(w, S("Settings"));
	settings_html(&w->html, &v);
	return OK;
}
