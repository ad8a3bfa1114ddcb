/* admin_form_page.c: what the pages of this folder share: layout, tabs, labelled fields with what was typed, small words. */
#include "admin/admin_page.h"

#include "base/civil.h"

#include <string.h>

#include "base/banned.h"

struct layout *admin_layout(struct web *w, struct str title)
{
	struct layout *l = web_layout(w, title);
	if (w->failed && w->failed_fault->n_fields == 0) {
		l->flash = str_c(w->failed_fault->message);
		l->flash_bad = true;
		l->flash_undo_url = S("");
	}
	return l;
}

void admin_tabs(struct web *w, const char *path, const char *all, const char *const *states, struct str state, struct admin_tab **ret, size_t *ret_n)
{
	size_t n = 0, k = 0;
	while (states[n])
		n++;
	struct admin_tab *v = arena_array(w->c->arena, struct admin_tab, n + 1);
	if (all)
		v[k++] = (struct admin_tab){ str_c(all), str_c(path), !state.n };
	for (size_t i = 0; i < n; i++)
		v[k++] = (struct admin_tab){ str_c(states[i]), arena_fmt(w->c->arena, "%s?state=%s", path, states[i]), str_eq(state, str_c(states[i])) };
	*ret = v;
	*ret_n = k;
}

struct str admin_size(struct arena *a, int64_t bytes)
{
	if (bytes < 1024)
		return arena_fmt(a, "%lld bytes", (long long)bytes);
	if (bytes < 1024 * 1024)
		return arena_fmt(a, "%lld KB", (long long)(bytes + 512) / 1024);
	return arena_fmt(a, "%lld.%lld MB", (long long)(bytes >> 20), (long long)((bytes & 0xfffff) * 10 >> 20));
}

struct str admin_until(struct arena *a, utime at, utime now_us)
{
	if (at <= now_us)
		return S("now");
	return arena_fmt(a, "in %.*s", STR_ARG(civil_span(a, at - now_us)));
}

struct admin_field admin_field(struct web *w, const char *command, bool failed, struct str form_id, const char *name, const char *label, struct str value)
{
	return (struct admin_field){
		.id = arena_fmt(w->c->arena, "%.*s-%s", STR_ARG(form_id), name), .name = str_c(name), .label = str_c(label), .type = "text",
		.value = failed ? web_typed(w, command, name, value) : value, .help = S(""),
		.error = failed ? web_field_error(w, command, name) : S(""),
	};
}

void admin_choices(struct web *w, struct admin_field *f, const struct admin_choice *choices, size_t n)
{
	struct admin_choice *mine = arena_array(w->c->arena, struct admin_choice, n + 1);
	for (size_t i = 0; i < n; i++) {
		mine[i] = choices[i];
		mine[i].chosen = str_eq(choices[i].value, f->value);
	}
	f->choices = mine;
	f->n = n;
}
