/* fold.c: rows into events, and the replay that must find the tables it finds; see fold.h. */
#include "core/fold.h"

#include "core/event_chain.h"
#include "core/feature.h"

#include "core.sql.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

static const void *at(const void *row, const struct db_col *col)
{
	return (const char *)row + col->offset;
}

static bool same(const struct db_col *col, const void *a, const void *b)
{
	const void *x = at(a, col), *y = at(b, col);
	switch ((enum db_type)col->type) {
	case DB_I64:
		return *(const int64_t *)x == *(const int64_t *)y;
	case DB_F64:
		return memcmp(x, y, sizeof(double)) == 0;
	case DB_BOOL:
		return *(const bool *)x == *(const bool *)y;
	case DB_OPT_I64: {
		const struct opt_i64 *p = x, *q = y;
		return p->set == q->set && (!p->set || p->v == q->v);
	}
	case DB_STR:
	case DB_BYTES: {
		const struct str *p = x, *q = y;
		return !p->p == !q->p && str_eq(*p, *q);
	}
	}
	return false;
}

static void put(struct json_out *j, const struct db_col *col, const void *row)
{
	const void *x = at(row, col);
	json_key(j, col->name);
	switch ((enum db_type)col->type) {
	case DB_I64:
		json_i64(j, *(const int64_t *)x);
		return;
	case DB_F64:
		json_raw(j, arena_fmt(j->buf.arena, "%.17g", *(const double *)x));
		return;
	case DB_BOOL:
		json_i64(j, *(const bool *)x);
		return;
	case DB_OPT_I64: {
		const struct opt_i64 *v = x;
		if (v->set)
			json_i64(j, v->v);
		else
			json_nil(j);
		return;
	}
	case DB_STR:
	case DB_BYTES:
		json_str(j, *(const struct str *)x);
		return;
	}
}

struct str fold_set_all(struct arena *a, const struct db_stmt *rows, const void *row)
{
	struct json_out j;
	json_init(&j, a, 16 << 20);
	json_obj(&j);
	json_key(&j, "set");
	json_obj(&j);
	for (size_t i = 1; i < rows->n_out; i++)
		put(&j, &rows->out[i], row);
	json_obj_end(&j);
	json_obj_end(&j);
	return json_done(&j);
}

bool fold_differs(const struct db_stmt *rows, const void *before, const void *after)
{
	for (size_t i = 1; i < rows->n_out; i++)
		if (!same(&rows->out[i], before, after))
			return true;
	return false;
}

struct str fold_set_diff(struct arena *a, const struct db_stmt *rows, const void *before, const void *after)
{
	struct json_out j;
	json_init(&j, a, 16 << 20);
	json_obj(&j);
	json_key(&j, "set");
	json_obj(&j);
	bool any = false;
	for (size_t i = 1; i < rows->n_out; i++) {
		if (same(&rows->out[i], before, after))
			continue;
		put(&j, &rows->out[i], after);
		any = true;
	}
	json_obj_end(&j);
	json_obj_end(&j);
	return any ? json_done(&j) : STR_NULL;
}

/* Replay: the log of one entity comes ordered by id, then seq, and so do the rows: two sorted streams. db_each() pushes, so the log side is folded
 * into a map id → object first; one entity at a time, as compact JSON text. */
struct replay {
	struct ctx *c;
	const struct fold *fold;
	void (*say)(void *arg, struct str complaint);
	void *arg;
	struct verify_result *ret;
	int said;
	/* the folded log */
	struct arena keep;
	struct folded {
		int64_t id;
		struct str json;
		bool gone, seen;
	} *v;
	size_t n, cap;
	/* the entity being folded */
	int64_t id;
	json_t *state;
	bool gone;
	size_t next;   /* where the table side is */
};

static void complain(struct replay *r, struct str text)
{
	r->ret->complaints++;
	if (r->said++ < 100)
		r->say(r->arg, text);
}

static void flush(struct replay *r)
{
	if (!r->state)
		return;
	if (r->n == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 1024;
		r->v = arena_grow(&r->keep, r->v, r->cap * sizeof(*r->v), cap * sizeof(*r->v));
		r->cap = cap;
	}
	char *text = json_dumps(r->state, JSON_COMPACT | JSON_SORT_KEYS);
	ASSERT(text);
	r->v[r->n++] = (struct folded){ .id = r->id, .json = arena_str(&r->keep, str_c(text)), .gone = r->gone };
	free(text);
	json_decref(r->state);
	r->state = NULL;
}

static enum err fold_event(void *arg, struct arena *row_arena, void *row_)
{
	struct replay *r = arg;
	const struct event_all_of_entity_row *row = row_;
	if (!r->state || row->entity_id != r->id) {
		flush(r);
		r->id = row->entity_id;
		r->state = json_object();
		r->gone = false;
	}
	r->ret->events++;
	json_error_t e;
	json_t *data = json_loadb(row->data.p, row->data.n, 0, &e);
	if (!data) {
		complain(r, arena_fmt(row_arena, "event %lld: its data is not JSON: %s", (long long)row->seq, e.text));
		return OK;
	}
	json_t *set = json_object_get(data, "set");
	if (json_is_object(set))
		json_object_update(r->state, set);
	if (json_is_true(json_object_get(data, "gone")))
		r->gone = true;
	else if (json_is_object(set))
		r->gone = false;
	json_decref(data);
	return OK;
}

/* What differs, named: columns only, values could be a customer's words. */
static struct str differing(struct arena *a, json_t *log, json_t *table)
{
	struct buf b;
	buf_init(&b, a, 600);
	const char *key;
	json_t *v;
	json_object_foreach(table, key, v) {
		json_t *w = json_object_get(log, key);
		if (json_equal(v, w) || (!w && json_is_null(v)))
			continue;
		buf_add(&b, b.n ? S(", ") : S(""));
		buf_add(&b, str_c(key));
	}
	return buf_str(&b);
}

static enum err compare_row(void *arg, struct arena *row_arena, void *row)
{
	struct replay *r = arg;
	const struct db_stmt *rows = r->fold->rows;
	ASSERT(rows->n_out > 0 && rows->out[0].type == DB_I64);
	int64_t id = *(const int64_t *)at(row, &rows->out[0]);
	r->ret->rows++;
	while (r->next < r->n && r->v[r->next].id < id)
		r->next++;
	if (r->next == r->n || r->v[r->next].id != id) {
		complain(r, arena_fmt(row_arena, "%s %lld stands in the table, but no event made it", r->fold->entity, (long long)id));
		return OK;
	}
	struct folded *f = &r->v[r->next];
	f->seen = true;
	json_error_t e;
	struct str text = fold_set_all(row_arena, rows, row);
	json_t *table_all = json_loadb(text.p, text.n, 0, &e);
	json_t *log = json_loadb(f->json.p, f->json.n, 0, &e);
	struct str what = differing(row_arena, log, json_object_get(table_all, "set"));
	if (what.n)
		complain(r, arena_fmt(row_arena, "%s %lld: table and log differ in %.*s", r->fold->entity, (long long)id, STR_ARG(what)));
	if (f->gone)
		complain(r, arena_fmt(row_arena, "%s %lld stands in the table, but the log says it was removed", r->fold->entity, (long long)id));
	json_decref(table_all);
	json_decref(log);
	return OK;
}

static enum err verify_fold(struct replay *r)
{
	arena_init(&r->keep);
	r->v = NULL;
	r->n = r->cap = r->next = 0;
	enum err e = event_all_of_entity(r->c->db, fold_event, r, .entity = str_c(r->fold->entity));
	flush(r);
	if (e == OK)
		e = db_each(r->c->db, r->fold->rows, NULL, compare_row, r);
	for (size_t i = 0; e == OK && i < r->n; i++)
		if (!r->v[i].seen && !r->v[i].gone)
			complain(r, arena_fmt(&r->keep, "%s %lld is in the log, but not in the table", r->fold->entity, (long long)r->v[i].id));
	arena_done(&r->keep);
	return e;
}

enum err fold_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, struct verify_result *ret)
{
	struct replay r = { .c = c, .say = say, .arg = arg, .ret = ret };
	*ret = (struct verify_result){ 0 };
	TRY(db_begin(c->db));
	struct event_chain_state chain;
	enum err e = event_chain_walk(c, &chain);
	if (e == OK && chain.broken_seq)
		complain(&r, arena_fmt(c->arena, "event %lld: the chain is broken here: a row was changed or taken out", (long long)chain.broken_seq));
	for (const struct feature *const *f = c->desk->features; e == OK && *f; f++)
		for (const struct fold *fold = (*f)->folds; e == OK && fold && fold->entity; fold++) {
			r.fold = fold;
			e = verify_fold(&r);
		}
	for (const struct feature *const *f = c->desk->features; e == OK && *f; f++)
		if ((*f)->verify)
			e = (*f)->verify(c, say, arg, &ret->complaints);
	enum err end = db_end(c->db);
	return e ? e : end;
}
