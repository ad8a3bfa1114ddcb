/* cert_form_page.c: small parts of the forms that the pages of practice share. */
#include "growth/cert_page.h"

#include "account/account_parts.h"
#include "growth/pair_parts.h"

#include "base/banned.h"

bool practice_may(const struct web *w, uint32_t caps)
{
	return (w->c->actor.caps & caps) == caps;
}

struct layout *practice_layout(struct web *w, struct str title)
{
	static const char *const small[] = { "call.join", "call.leave", "call.feed", "certification.publish", "pairing.fallback_end", "pairing.neighbours",
					     "work.join", "work.leave", "work.reopen" };
	struct layout *l = web_layout(w, title);
	const struct fault *f = w->failed_fault;
	for (size_t i = 0; w->failed && f && i < ARRAY_LEN(small); i++)
		if (str_eq(str_c(w->failed->name), str_c(small[i]))) {
			l->flash = arena_str(w->c->arena, str_c(f->n_fields ? f->fields[0].message : f->message));
			l->flash_bad = true;
		}
	return l;
}

void practice_form(struct form_view *f, struct web *w, const char *command, const char *submit, struct str here, struct str next, const char *key, int64_t id)
{
	struct str number = arena_fmt(w->c->arena, "%lld", (long long)id);
	struct web *mine = w;
	if (w->failed && !str_eq(web_typed(w, command, key, S("")), number)) {
		mine = arena_new(w->c->arena, struct web);
		*mine = *w;
		mine->failed = NULL;
	}
	form_begin(f, mine, command, submit, here, next);
	f->id = arena_cstr(w->c->arena, arena_fmt(w->c->arena, "%s-%lld", command, (long long)id));
	form_hidden(f, key, number);
}

struct form_field *practice_choice(struct form_view *f, const char *name, const char *label, const char *const (*list)[2], size_t n, struct str value)
{
	struct form_field *x = form_add(f, INPUT_SELECT, name, label, value);
	x->options = arena_array(f->web->c->arena, struct form_option, n);
	for (size_t i = 0; i < n; i++)
		x->options[x->n_options++] = (struct form_option){ str_c(list[i][0]), str_c(list[i][1]), str_eq(x->value, str_c(list[i][0])) };
	return x;
}

void practice_yes_no(struct form_view *f, const char *name, const char *label, bool value)
{
	static const char *const words[][2] = { { "false", "no" }, { "true", "yes" } };
	practice_choice(f, name, label, words, ARRAY_LEN(words), value ? S("true") : S("false"));
}

enum err practice_customer(struct form_view *f, const char *name, const char *label, struct opt_i64 value)
{
	struct ctx *c = f->web->c;
	struct org_choices_row *v;
	size_t n;
	TRY(org_choices(c->db, c->arena, &v, &n, .max = 2000));
	struct form_field *x = form_add(f, INPUT_SELECT, name, label, value.set ? arena_fmt(c->arena, "%lld", (long long)value.v) : S(""));
	x->options = arena_array(c->arena, struct form_option, n + 1);
	x->options[x->n_options++] = (struct form_option){ S(""), S("no customer"), !x->value.n };
	for (size_t i = 0; i < n; i++) {
		struct str id = arena_fmt(c->arena, "%lld", (long long)v[i].id);
		x->options[x->n_options++] = (struct form_option){ id, v[i].name, str_eq(id, x->value) };
	}
	return OK;
}

enum err practice_teams(struct form_view *f, const char *name, const char *label, struct opt_i64 value)
{
	struct ctx *c = f->web->c;
	struct pair_teams_all_row *v;
	size_t n;
	TRY(pair_teams_all(c->db, c->arena, &v, &n, .max = 500));
	struct form_field *x = form_add(f, INPUT_SELECT, name, label, value.set ? arena_fmt(c->arena, "%lld", (long long)value.v) : S(""));
	x->options = arena_array(c->arena, struct form_option, n + 1);
	x->options[x->n_options++] = (struct form_option){ S(""), S("no team"), !x->value.n };
	for (size_t i = 0; i < n; i++) {
		struct str id = arena_fmt(c->arena, "%lld", (long long)v[i].id);
		x->options[x->n_options++] = (struct form_option){ id, v[i].name, str_eq(id, x->value) };
	}
	return OK;
}

struct str practice_name(struct ctx *c, struct opt_i64 teammate)
{
	struct cert_person_row who;
	bool found = false;
	if (!teammate.set || cert_person(c->db, c->arena, &who, &found, .id = teammate.v) != OK || !found)
		return S("nobody");
	return str_eq(who.state, S("active")) ? who.name : arena_fmt(c->arena, "%.*s (left)", STR_ARG(who.name));
}
