/* programme_kit.h: what the tests of programmes and plans share: a desk with the real slices, people, and ways to run commands as one of them. */
#ifndef TEND_GROWTH_PROGRAMME_KIT_H
#define TEND_GROWTH_PROGRAMME_KIT_H

#include "account/account.h"
#include "core/slice_kit.h"
#include "growth/plan_parts.h"
#include "people/people.h"
#include "playbook/playbook.h"
#include "ticket/ticket.h"

/* Runs a command by its name with a printf'd JSON, as the API would; it must go well. */
static inline struct str ok(struct ctx *c, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static inline struct str ok(struct ctx *c, const char *name, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *json = kit_vfmt(fmt, ap);
	va_end(ap);
	return kit_ok(c, name, json);
}

/* The same; it must fail so. `says` stands in the message or in a field's. */
static inline void no(struct ctx *c, const char *name, enum err want, const char *says, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
static inline void no(struct ctx *c, const char *name, enum err want, const char *says, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *json = kit_vfmt(fmt, ap);
	va_end(ap);
	kit_refused(c, name, json, want, says);
}

static inline int64_t num(struct str answer, const char *key)
{
	return test_answer_i64(answer, key);
}

/* A teammate with that role; the answer is their id. */
static inline int64_t person(const char *name, const char *role, const char *zone)
{
	return num(ok(&op, "teammate.create", "{\"email\":\"%s@desk.example\",\"name\":\"%s\",\"role\":\"%s\",\"zone\":\"%s\"}", name, name, role, zone),
		   "teammate");
}

static inline struct ctx as(int64_t id, const char *access)
{
	struct ctx c;
	test_ctx_as(desk, &arena, id, access, &c);
	return c;
}

/* One outcome of somebody's plan by its key, as plan.show tells it: a member as text ("" = null, numbers in decimal). */
static inline json_t *outcome_of(struct str shown, const char *programme, const char *key)
{
	json_t *root = json_loadb(shown.p, shown.n, 0, NULL), *v, *found = NULL;
	size_t i;
	json_array_foreach(json_object_get(root, "items"), i, v)
		if (strcmp(json_string_value(json_object_get(v, "key")), key) == 0 &&
		    (!programme || strcmp(json_string_value(json_object_get(v, "programme")), programme) == 0))
			found = v;
	json_incref(found);
	json_decref(root);
	return found;
}

static inline const char *member(struct str shown, const char *programme, const char *key, const char *name)
{
	json_t *o = outcome_of(shown, programme, key), *m;
	if (!o)
		return "absent";
	m = json_object_get(o, name);
	const char *s = json_is_string(m) ? arena_cstr(&arena, str_c(json_string_value(m)))
			: json_is_integer(m) ? arena_cstr(&arena, arena_fmt(&arena, "%lld", (long long)json_integer_value(m)))
			: json_is_true(m) ? "true" : json_is_false(m) ? "false" : "";
	json_decref(o);
	return s;
}

static inline int64_t outcome_id(struct str shown, const char *programme, const char *key)
{
	int64_t id = 0;
	const char *s = member(shown, programme, key, "outcome");
	assert_true(str_i64(str_c(s), &id));
	return id;
}

static inline int64_t kit_programme(const char *slug)
{
	struct programme_by_slug_row row;
	bool found;
	ctx_db(&op);
	assert_int_equal(programme_by_slug(op.db, &arena, &row, &found, .slug = str_c(slug)), OK);
	ctx_db_done(&op);
	assert_true(found);
	return row.id;
}

#endif
