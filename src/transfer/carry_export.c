/* carry_export.c: rows of carried tables as lines: {"type","external_id","set":{columns},"history":[…]}; see carry.h.
 *
 * A row's history begins at the last event that sets all of it: what a new desk's presets made before is not this row's. References that may point ahead
 * are left out of the line and of its history, and come in a second line at the end of the file. */
#include "transfer/carry.h"

#include "core/event.h"

#include "transfer.sql.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct table_export {
	struct ctx *c;
	const struct export_options *o;
	const struct carry_table *t;
	carry_line_fn *write;
	void *arg;
};

/* One value: a number or text that a row or an event holds. */
struct value {
	bool null;
	int64_t i;
	double f;
	struct str s;
};

static struct value of_row(const struct carry_column *col, const void *row)
{
	struct value v = { 0 };
	const struct db_col *k = col->col;
	switch ((enum db_type)k->type) {
	case DB_STR:
	case DB_BYTES:
		v.s = carry_text(row, k);
		v.null = !v.s.p;
		return v;
	case DB_F64:
		v.f = *(const double *)carry_at(row, k);
		return v;
	case DB_I64:
	case DB_BOOL:
	case DB_OPT_I64:
		v.null = !carry_i64(row, k, &v.i);
		return v;
	}
	return v;
}

static struct value of_event(const struct carry_column *col, const json_t *j)
{
	if (col->col->type == DB_STR || col->col->type == DB_BYTES)
		return (struct value){ .null = !json_is_string(j), .s = { json_string_value(j), json_string_length(j) } };
	if (col->col->type == DB_F64)
		return (struct value){ .null = !json_is_number(j), .f = json_number_value(j) };
	return (struct value){ .null = !json_is_integer(j), .i = json_integer_value(j) };
}

/* A reference as the name of what it points to; what points to nothing, or to what is no more, is written as null. */
static enum err put_ref(struct table_export *x, struct json_out *j, const struct carry_column *col, const void *row, struct value v)
{
	struct str what, name = STR_NULL;
	TRY(carry_what(x->c, x->t, col, row, &what));
	if (col->as == CARRY_ASK && !what.p) {
		json_str(j, v.s);
		return OK;
	}
	if (col->as == CARRY_ASK && !str_i64(v.s, &v.i))
		what = STR_NULL;
	if (what.p && v.i)
		TRY(carry_name(x->c, what, v.i, &name));
	json_str(j, name);
	return OK;
}

static enum err put(struct table_export *x, struct json_out *j, const struct carry_column *col, const void *row, struct value v)
{
	json_key(j, arena_cstr(x->c->arena, col->member));
	if (v.null) {
		json_nil(j);
		return OK;
	}
	if (col->as == CARRY_REF || col->as == CARRY_ASK)
		return put_ref(x, j, col, row, v);
	switch ((enum db_type)col->col->type) {
	case DB_STR:
	case DB_BYTES:
		json_str(j, v.s);
		return OK;
	case DB_BOOL:
		json_bool(j, v.i != 0);
		return OK;
	case DB_F64:
		json_raw(j, arena_fmt(x->c->arena, "%.17g", v.f));
		return OK;
	case DB_I64:
	case DB_OPT_I64:
		if (col->as == CARRY_TIME)
			json_time(j, v.i);
		else
			json_i64(j, v.i);
		return OK;
	}
	return OK;
}

/* ---- history ---- */

static bool sets_all(const struct carry_table *t, const json_t *set)
{
	const struct db_col *id = &t->carry->rows->out[0];
	for (size_t i = 0; i < t->n; i++)
		if (t->columns[i].col != id && !t->columns[i].later && !json_object_get(set, t->columns[i].col->name))
			return false;
	return true;
}

/* What an import said of the row; and the change-overs of an edition, which stand with the tickets. */
static bool of_a_carry(struct str kind)
{
	return str_ends(kind, S(".carried")) || str_ends(kind, S(".changed_over"));
}

static enum err one_event(struct table_export *x, struct json_out *j, const void *row, const struct transfer_row_events_row *e, const json_t *data)
{
	const json_t *set = json_object_get(data, "set"), *v;
	const char *key;
	json_obj(j);
	json_ktime(j, "at", e->at_us);
	json_kstr(j, "event", e->kind);
	TRY(transfer_put_who(x->c, j, "by", e->actor_kind, e->actor_id, e->actor_name));
	if (e->rule.p)
		json_kstr(j, "rule", e->rule);
	if (e->reason.p)
		json_kstr(j, "reason", e->reason);
	if (e->ticket_id.set) {
		struct str ticket;
		TRY(transfer_ticket_name(x->c, e->ticket_id.v, &ticket));
		json_kstr(j, "ticket", ticket);
	}
	/* Beside the columns an event says words; numbers would be those of this desk's rows. */
	json_object_foreach((json_t *)(uintptr_t)data, key, v)
		if (json_is_string(v) || json_is_boolean(v)) {
			json_key(j, arena_cstr(x->c->arena, arena_fmt(x->c->arena, "said_%s", key)));
			if (json_is_string(v))
				json_str(j, (struct str){ json_string_value(v), json_string_length(v) });
			else
				json_bool(j, json_is_true(v));
		}
	json_key(j, "set");
	json_obj(j);
	for (size_t i = 0; i < x->t->n; i++) {
		const struct carry_column *col = &x->t->columns[i];
		v = json_object_get(set, col->col->name);
		if (v && !col->later)
			TRY(put(x, j, col, row, of_event(col, v)));
	}
	json_obj_end(j);
	json_obj_end(j);
	return OK;
}

enum err carry_history(struct ctx *c, const struct carry_table *t, int64_t id, struct transfer_row_events_row **ret, json_t ***ret_data, size_t *ret_n)
{
	struct transfer_row_events_row *v;
	size_t from = 0;
	TRY(transfer_row_events(c->db, c->arena, ret, ret_n, .entity = str_c(t->carry->type), .entity_id = id));
	v = *ret;
	json_t **data = *ret_data = arena_array(c->arena, json_t *, *ret_n);
	for (size_t i = 0; i < *ret_n; i++) {
		data[i] = of_a_carry(v[i].kind) ? NULL : json_loadb(v[i].data.p, v[i].data.n, 0, NULL);
		if (data[i] && sets_all(t, json_object_get(data[i], "set")))
			from = i;
	}
	for (size_t i = 0; i < from; i++) {
		json_decref(data[i]);
		data[i] = NULL;
	}
	return OK;
}

static enum err history(struct table_export *x, struct json_out *j, const void *row, int64_t id)
{
	struct transfer_row_events_row *v;
	json_t **data;
	size_t n;
	enum err e = OK;
	json_key(j, "history");
	json_arr(j);
	TRY(carry_history(x->c, x->t, id, &v, &data, &n));
	for (size_t i = 0; i < n; i++) {
		if (data[i] && e == OK)
			e = one_event(x, j, row, &v[i], data[i]);
		json_decref(data[i]);
	}
	json_arr_end(j);
	return e;
}

/* ---- lines ---- */

static enum err file_of(struct table_export *x, struct json_out *j, const void *row)
{
	if (!x->t->hash || !carry_text(row, x->t->filename).p || !carry_text(row, x->t->hash).p)
		return OK;
	json_key(j, "file");
	json_obj(j);
	TRY(transfer_put_bytes(x->c, x->o, j, carry_text(row, x->t->hash)));
	json_obj_end(j);
	return OK;
}

static enum err name_of_row(struct table_export *x, struct json_out *j, const void *row, int64_t *ret_id)
{
	struct str name;
	carry_i64(row, &x->t->carry->rows->out[0], ret_id);
	TRY(carry_name(x->c, str_c(x->t->carry->type), *ret_id, &name));
	json_kstr(j, "external_id", name);
	return OK;
}

static enum err one_row(void *arg, struct arena *row_arena, void *row)
{
	(void)row_arena;
	struct table_export *x = arg;
	struct json_out j;
	int64_t id;
	json_init(&j, x->c->arena, TRANSFER_LINE_MAX_BYTES + 1);
	json_obj(&j);
	json_kstr(&j, "type", str_c(x->t->carry->type));
	TRY(name_of_row(x, &j, row, &id));
	json_key(&j, "set");
	json_obj(&j);
	for (size_t i = 0; i < x->t->n; i++)
		if (!x->t->columns[i].later)
			TRY(put(x, &j, &x->t->columns[i], row, of_row(&x->t->columns[i], row)));
	json_obj_end(&j);
	TRY(file_of(x, &j, row));
	if (!x->t->carry->unlogged)
		TRY(history(x, &j, row, id));
	json_obj_end(&j);
	return x->write(x->arg, &j);
}

static enum err one_later(void *arg, struct arena *row_arena, void *row)
{
	(void)row_arena;
	struct table_export *x = arg;
	struct json_out j;
	int64_t id;
	json_init(&j, x->c->arena, TRANSFER_LINE_MAX_BYTES + 1);
	json_obj(&j);
	json_kstr(&j, "type", S("later"));
	json_kstr(&j, "of", str_c(x->t->carry->type));
	TRY(name_of_row(x, &j, row, &id));
	json_key(&j, "set");
	json_obj(&j);
	for (size_t i = 0; i < x->t->n; i++)
		if (x->t->columns[i].later)
			TRY(put(x, &j, &x->t->columns[i], row, of_row(&x->t->columns[i], row)));
	json_obj_end(&j);
	json_obj_end(&j);
	return x->write(x->arg, &j);
}

/* The table's columns live longer than the arena that each line is made in. */
static enum err all_of(struct table_export *x, const struct carry *k, bool later)
{
	struct arena keep, *outer = x->c->arena;
	struct carry_table t;
	arena_init(&keep);
	x->c->arena = &keep;
	enum err e = carry_table_open(x->c, k, &t);
	x->c->arena = outer;
	x->t = &t;
	if (e == OK && (!later || t.later))
		e = db_each(x->c->db, k->rows, NULL, later ? one_later : one_row, x);
	x->t = NULL;
	arena_done(&keep);
	return e;
}

enum err carry_export(struct ctx *c, const struct export_options *o, bool before_tickets, carry_line_fn *write, void *arg)
{
	struct table_export x = { .c = c, .o = o, .write = write, .arg = arg };
	for (const struct feature *const *f = c->desk->features; *f; f++)
		for (const struct carry *k = (*f)->carries; k && k->type; k++)
			if (k->before_tickets == before_tickets)
				TRY(all_of(&x, k, false));
	return OK;
}

enum err carry_export_later(struct ctx *c, carry_line_fn *write, void *arg)
{
	struct table_export x = { .c = c, .write = write, .arg = arg };
	for (const struct feature *const *f = c->desk->features; *f; f++)
		for (const struct carry *k = (*f)->carries; k && k->type; k++)
			TRY(all_of(&x, k, true));
	return OK;
}
