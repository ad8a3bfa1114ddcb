/* carry_import.c: a line of a carried table: read and checked whole, then the row is added (or brought up to it) and its history is told again; see carry.h.
 *
 * A row that is here under the line's name is left alone. One that every new desk has is found by its key columns and takes the line's values. */
#include "transfer/carry.h"

#include "base/civil.h"
#include "base/utf8.h"
#include "core/event.h"

#include "transfer.sql.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { TEXT_MAX = 16 << 20, HISTORY_MOST = 100000 };

struct reading {
	struct import_line *l;
	struct carry_table t;
	struct str name;
	void *row;
	const json_t *set;
	json_t *history;
};

/* ---- values ---- */

static void store_i64(void *row, const struct db_col *col, struct opt_i64 v)
{
	void *p = carry_at(row, col);
	if (col->type == DB_OPT_I64)
		*(struct opt_i64 *)p = v;
	else if (col->type == DB_BOOL)
		*(bool *)p = v.v != 0;
	else
		*(int64_t *)p = v.v;
}

/* A name as the number of its row. */
static enum err row_of_name(struct reading *r, const char *key, struct str what, struct str name, int64_t *ret)
{
	bool found;
	TRY(carry_row(r->l->c, what, name, ret, &found));
	return found ? OK : wrong_line(r->l, "“%s”: no %.*s is called %.*s (its line must come before, or was wrong)", key, STR_ARG(what),
				       STR_ARG(utf8_clip(name, 120)));
}

static enum err read_ref(struct reading *r, const json_t *set, const struct carry_column *col, const char *key, void *row, bool must)
{
	struct str name, what;
	int64_t id = 0;
	TRY(want_str(r->l, set, key, false, TEXT_MAX, &name));
	TRY(carry_what(r->l->c, &r->t, col, row, &what));
	if (col->as == CARRY_ASK) {
		if (what.p && name.n) {
			TRY(row_of_name(r, key, what, name, &id));
			name = arena_fmt(r->l->c->arena, "%lld", (long long)id);
		}
		*(struct str *)carry_at(row, col->col) = name;
		return OK;
	}
	if (name.p && !what.p)
		return wrong_line(r->l, "“%s” names something, but “%s” says that it points to nothing", key, col->by ? col->by->name : key);
	if (name.p)
		TRY(row_of_name(r, key, what, name, &id));
	else if (must && what.p && !col->col->nullable && !col->by)
		return wrong_line(r->l, "“%s” is missing", key);
	store_i64(row, col->col, name.p ? SOME(id) : NONE);
	return OK;
}

static enum err read_text(struct reading *r, const json_t *set, const struct carry_column *col, const char *key, void *row)
{
	struct str s;
	TRY(want_str(r->l, set, key, false, TEXT_MAX, &s));
	if (!s.p && !col->col->nullable)
		return wrong_line(r->l, "“%s” is missing", key);
	*(struct str *)carry_at(row, col->col) = s;
	return OK;
}

static enum err read_number(struct reading *r, const json_t *set, const struct carry_column *col, const char *key, void *row)
{
	const json_t *v = json_object_get(set, key);
	struct opt_i64 n = NONE;
	if (col->as == CARRY_TIME)
		TRY(want_time(r->l, set, key, false, &n));
	else if (col->col->type == DB_BOOL && json_is_boolean(v))
		n = SOME(json_is_true(v));
	else
		TRY(want_int(r->l, set, key, INT64_MIN, INT64_MAX, &n));
	if (!n.set && !col->col->nullable)
		return wrong_line(r->l, "“%s” is missing", key);
	store_i64(row, col->col, n);
	return OK;
}

static enum err read_value(struct reading *r, const json_t *set, const struct carry_column *col, void *row, bool must)
{
	const char *key = arena_cstr(r->l->c->arena, col->member);
	if (col->as == CARRY_REF || col->as == CARRY_ASK)
		return read_ref(r, set, col, key, row, must);
	switch ((enum db_type)col->col->type) {
	case DB_STR:
	case DB_BYTES:
		return read_text(r, set, col, key, row);
	case DB_I64:
	case DB_OPT_I64:
	case DB_BOOL:
		return read_number(r, set, col, key, row);
	case DB_F64:
		if (!json_is_number(json_object_get(set, key)))
			return wrong_line(r->l, "“%s” must be a number", key);
		*(double *)carry_at(row, col->col) = json_number_value(json_object_get(set, key));
		return OK;
	}
	return OK;
}

/* ---- checks ---- */

static bool among(struct str list, struct str s)
{
	struct str word;
	for (bool more = true; more;) {
		more = str_cut(list, '|', &word, &list);
		if (str_eq(word, s))
			return true;
	}
	return false;
}

static bool is_json(struct str s)
{
	json_t *v = json_loadb(s.p, s.n, JSON_REJECT_DUPLICATES, NULL);
	json_decref(v);
	return v != NULL;
}

static bool named_in(const char *list, struct str column)
{
	struct str rest = list ? str_c(list) : S(""), item;
	while (rest.n) {
		str_cut(rest, ',', &item, &rest);
		if (str_eq(str_trim(item), column))
			return true;
	}
	return false;
}

static bool is_day(struct str column)
{
	return str_ends(column, S("_on")) || str_ends(column, S("_date")) || str_eq(column, S("valid_from")) || str_eq(column, S("valid_to"));
}

static enum err check_words(struct reading *r)
{
	struct str rest = r->t.carry->words ? str_c(r->t.carry->words) : S(""), item, column;
	while (rest.n) {
		str_cut(rest, ',', &item, &rest);
		str_cut(str_trim(item), ' ', &column, &item);
		for (size_t i = 0; i < r->t.n; i++) {
			const struct carry_column *col = &r->t.columns[i];
			struct str s = str_eq(str_c(col->col->name), column) ? carry_text(r->row, col->col) : STR_NULL;
			if (s.p && !among(item, s))
				return wrong_line(r->l, "“%s”: %.*s is none of %.*s", col->col->name, STR_ARG(utf8_clip(s, 60)), STR_ARG(item));
		}
	}
	return OK;
}

static enum err check_row(struct reading *r)
{
	utime t;
	for (size_t i = 0; i < r->t.n; i++) {
		const struct db_col *col = r->t.columns[i].col;
		struct str name = str_c(col->name), s = col->type == DB_STR ? carry_text(r->row, col) : STR_NULL;
		if (!s.p)
			continue;
		if (s.n && is_day(name) && (s.n != 10 || !civil_parse_rfc3339(arena_fmt(r->l->c->arena, "%.*sT00:00:00Z", STR_ARG(s)), &t)))
			return wrong_line(r->l, "“%s” is no date: write it like 2026-11-24", col->name);
		if (s.n && str_eq(name, S("zone")) && !zone_find(s))
			return wrong_line(r->l, "“zone”: %.*s is no time zone", STR_ARG(utf8_clip(s, 60)));
		if (named_in(r->t.carry->json, name) && !is_json(s))
			return wrong_line(r->l, "“%s” must be a text that holds JSON", col->name);
	}
	return check_words(r);
}

/* The file of a row: stored before the row points to it, and what the column says it is. */
static enum err read_file(struct reading *r)
{
	const json_t *file = json_object_get(r->l->o, "file");
	struct upload up;
	if (!r->t.hash || !carry_text(r->row, r->t.filename).p || !carry_text(r->row, r->t.hash).p)
		return OK;
	if (!json_is_object(file))
		return wrong_line(r->l, "“file” is missing: the row points to one");
	TRY(import_bytes(r->l, file, carry_text(r->row, r->t.filename), &up));
	return str_eq(up.blob, carry_text(r->row, r->t.hash)) ? OK : wrong_line(r->l, "“file” is not the one that “%s” names", r->t.hash->name);
}

static enum err read_row(struct reading *r)
{
	r->set = json_object_get(r->l->o, "set");
	if (!json_is_object(r->set))
		return wrong_line(r->l, "“set” must be an object of columns");
	TRY(want_array(r->l, r->l->o, "history", HISTORY_MOST, &r->history));
	r->row = arena_alloc(r->l->c->arena, r->t.carry->rows->row_size);
	memset(r->row, 0, r->t.carry->rows->row_size);
	/* what a column means may stand in another one: first the plain ones, then the names, then what the row itself must be asked about */
	for (int pass = 0; pass < 3; pass++)
		for (size_t i = 0; i < r->t.n; i++) {
			const struct carry_column *col = &r->t.columns[i];
			if (!col->later && pass == (col->as == CARRY_ASK ? 2 : col->as == CARRY_REF ? 1 : 0))
				TRY(read_value(r, r->set, col, r->row, true));
		}
	return check_row(r);
}

/* ---- the row that is here already ---- */

struct key_search {
	struct reading *r;
	int64_t id;
	bool found;
};

static bool same_column(const struct db_col *col, const void *a, const void *b)
{
	if (col->type == DB_STR || col->type == DB_BYTES) {
		struct str x = carry_text(a, col), y = carry_text(b, col);
		return !x.p == !y.p && str_eq(x, y);
	}
	int64_t x = 0, y = 0;
	bool has = carry_i64(a, col, &x);
	return has == carry_i64(b, col, &y) && (!has || x == y);
}

static enum err compare_key(void *arg, struct arena *row_arena, void *row)
{
	(void)row_arena;
	struct key_search *s = arg;
	bool same = !s->found;
	for (size_t i = 0; same && i < s->r->t.carry->rows->n_out; i++) {
		const struct db_col *col = &s->r->t.carry->rows->out[i];
		if (named_in(s->r->t.carry->key, str_c(col->name)))
			same = same_column(col, s->r->row, row);
	}
	if (same) {
		s->found = true;
		carry_i64(row, &s->r->t.carry->rows->out[0], &s->id);
	}
	return OK;
}

/* "tend:cert_entry:12" is row 12 of the desk that wrote the file. */
static bool number_in(const struct reading *r, int64_t *ret)
{
	struct str head = arena_fmt(r->l->c->arena, "tend:%s:", r->t.carry->type);
	return str_starts(r->name, head) && str_i64(str_slice(r->name, head.n, r->name.n), ret);
}

static enum err named_already(struct reading *r, int64_t id, bool *ret)
{
	struct carried_name_of_row other;
	return carried_name_of(r->l->c->db, r->l->c->arena, &other, ret, .type = str_c(r->t.carry->type), .row_id = id);
}

/* Late columns keep what is here: their line comes. */
static void keep_later(const struct reading *r, const void *here)
{
	int64_t v;
	for (size_t i = 0; i < r->t.n; i++)
		if (r->t.columns[i].later)
			store_i64(r->row, r->t.columns[i].col, carry_i64(here, r->t.columns[i].col, &v) ? SOME(v) : NONE);
}

static bool same_row(const struct reading *r, const void *here)
{
	for (size_t i = 0; i < r->t.n; i++)
		if (!r->t.columns[i].later && !same_column(r->t.columns[i].col, r->row, here))
			return false;
	return true;
}

/* Whether what happened to it began at the same instant: a new desk's preset has the values, and not yet the history, of the old desk's. */
static enum err same_beginning(struct reading *r, int64_t id, bool *ret)
{
	struct transfer_row_events_row *v;
	json_t **data;
	size_t n, first;
	struct opt_i64 at = NONE;
	const json_t *o = json_array_get(r->history, 0);
	*ret = true;
	if (r->t.carry->unlogged || !o)
		return OK;
	TRY(want_time(r->l, o, "at", true, &at));
	TRY(carry_history(r->l->c, &r->t, id, &v, &data, &n));
	for (first = 0; first < n && !data[first];)
		first++;
	*ret = first < n && v[first].at_us == at.v;
	for (size_t i = 0; i < n; i++)
		json_decref(data[i]);
	return OK;
}

/* The row of that number, changed since the file was written: it was made at the same instant, or hangs on the same rows (people are the same on any desk). It stays
 * as it is here. */
static bool made_alike(const struct reading *r, const void *here)
{
	bool alike = false;
	for (size_t i = 0; i < r->t.n; i++) {
		const struct carry_column *col = &r->t.columns[i];
		const char *name = col->col->name;
		bool same = same_column(col->col, r->row, here), people = str_eq(col->what, S("teammate")) || str_eq(col->what, S("team"));
		if (strcmp(name, "created_us") == 0 || strcmp(name, "opened_us") == 0)
			return same;
		if (col->as != CARRY_REF || col->later || people)
			continue;
		if (!same)
			return false;
		int64_t v;
		alike |= carry_i64(here, col->col, &v) && v;
	}
	return alike;
}

/* The file was written by this very desk, or the row is one that every desk has: its number, 0 = it is new here. *ret_same: as the line says. */
static enum err find_here(struct reading *r, int64_t *ret_id, bool *ret_same)
{
	struct ctx *c = r->l->c;
	const struct db_stmt *rows = r->t.carry->rows;
	struct key_search s = { .r = r };
	void *here = arena_alloc(c->arena, rows->row_size);
	bool named = false, found = false;
	int64_t id;
	*ret_id = 0;
	*ret_same = false;
	if (r->t.carry->key)
		TRY(db_each(c->db, rows, NULL, compare_key, &s));
	if (!s.found && number_in(r, &id)) {
		TRY(db_one(c->db, c->arena, rows->get, &id, here, &found));
		TRY(named_already(r, id, &named));
		if (!found || named || (!same_row(r, here) && !made_alike(r, here)))
			return OK;
		*ret_id = id;
		*ret_same = true;
		return OK;
	}
	if (!s.found)
		return OK;
	TRY(named_already(r, s.id, &named));
	if (named)
		return wrong_line(r->l, "There is a row with this %s already, under another name", r->t.carry->key);
	memset(here, 0, rows->row_size);
	TRY(db_one(c->db, c->arena, rows->get, &s.id, here, &found));
	*ret_id = s.id;
	*ret_same = found && same_row(r, here);
	if (*ret_same)
		TRY(same_beginning(r, s.id, ret_same));
	memcpy((char *)r->row + rows->out[0].offset, &s.id, sizeof(s.id));
	keep_later(r, here);
	return OK;
}

/* ---- writing ---- */

/* Column of a row → member of an event's "set". */
static void set_json(json_t *set, const struct db_col *col, const void *row)
{
	json_t *v = NULL;
	int64_t n = 0;
	switch ((enum db_type)col->type) {
	case DB_STR:
	case DB_BYTES:
		v = carry_text(row, col).p ? json_stringn(carry_text(row, col).p, carry_text(row, col).n) : json_null();
		break;
	case DB_F64:
		v = json_real(*(const double *)carry_at(row, col));
		break;
	case DB_I64:
	case DB_BOOL:
	case DB_OPT_I64:
		v = carry_i64(row, col, &n) ? json_integer(n) : json_null();
		break;
	}
	json_object_set_new(set, col->name, v);
}

static enum err tell_one(struct reading *r, int64_t id, const json_t *o, json_t *state)
{
	struct import_line *l = r->l;
	struct ctx *c = l->c;
	struct person by;
	struct opt_i64 at;
	struct str event, rule, reason, ticket;
	int64_t ticket_id = 0;
	const json_t *set = json_object_get(o, "set"), *v;
	const char *key;
	TRY(want_time(l, o, "at", true, &at));
	TRY(want_str(l, o, "event", true, 80, &event));
	TRY(want_str(l, o, "rule", false, 200, &rule));
	TRY(want_str(l, o, "reason", false, 20000, &reason));
	TRY(want_str(l, o, "ticket", false, 200, &ticket));
	TRY(import_person(l, o, "by", &by));
	if (ticket.p)
		TRY(row_of_name(r, "ticket", S("ticket"), ticket, &ticket_id));
	if (str_find_ch(event, '.') <= 0 || str_ends(event, S(".carried")))
		return wrong_line(l, "“event” of a change is a word of the log like pairing.made");
	void *then = arena_alloc(c->arena, r->t.carry->rows->row_size);
	memcpy(then, r->row, r->t.carry->rows->row_size);
	json_t *all = json_object(), *columns = json_object();
	json_object_foreach((json_t *)(uintptr_t)o, key, v)
		if (strncmp(key, "said_", 5) == 0 && (json_is_string(v) || json_is_boolean(v)))
			json_object_set(all, key + 5, (json_t *)(uintptr_t)v);
	enum err e = OK;
	for (size_t i = 0; e == OK && i < r->t.n; i++) {
		const struct carry_column *col = &r->t.columns[i];
		if (col->later || !json_object_get(set, arena_cstr(c->arena, col->member)))
			continue;
		e = read_value(r, set, col, then, false);
		if (e == OK)
			set_json(columns, col->col, then);
	}
	json_object_update(state, columns);
	json_object_set_new(all, "set", columns);
	char *text = e == OK ? json_dumps(all, JSON_COMPACT) : NULL;
	json_decref(all);
	if (e != OK)
		return e;
	ASSERT(text);
	struct str data = arena_str(c->arena, str_c(text));
	free(text);
	import_act_as(c, &by);
	return event_append(c, &(struct event_new){ .kind = arena_cstr(c->arena, event), .entity = r->t.carry->type, .entity_id = id, .ticket_id = ticket_id,
						    .data = data, .rule = rule, .reason = reason, .at_us = at.v, .retold = true }, NULL);
}

static enum err append_carried(struct reading *r, int64_t id, struct str data)
{
	struct ctx *c = r->l->c;
	import_act_as(c, &(struct person){ .kind = ACTOR_SYSTEM, .name = S("import") });
	return event_append(c, &(struct event_new){ .kind = arena_cstr(c->arena, arena_fmt(c->arena, "%s.carried", r->t.carry->type)), .entity = r->t.carry->type,
						    .entity_id = id, .data = data, .retold = true }, NULL);
}

/* The history, and what it does not explain of the row as it stands. */
static enum err tell(struct reading *r, int64_t id)
{
	struct ctx *c = r->l->c;
	const struct db_stmt *rows = r->t.carry->rows;
	json_t *state = json_object(), *now = json_object(), *rest = json_object();
	enum err e = OK;
	for (size_t i = 0; e == OK && !r->t.carry->unlogged && i < json_array_size(r->history); i++)
		e = tell_one(r, id, json_array_get(r->history, i), state);
	for (size_t i = 1; i < rows->n_out; i++)
		set_json(now, &rows->out[i], r->row);
	const char *key;
	json_t *v;
	json_object_foreach(now, key, v) {
		json_t *told = json_object_get(state, key);
		if (!json_equal(v, told) && !(json_is_null(v) && !told))
			json_object_set(rest, key, v);
	}
	bool any = json_object_size(rest) > 0;
	json_t *all = json_pack("{s:O}", "set", rest);
	char *text = json_dumps(all, JSON_COMPACT);
	ASSERT(text);
	struct str data = arena_str(c->arena, str_c(text));
	free(text);
	json_decref(all);
	json_decref(state);
	json_decref(now);
	json_decref(rest);
	TRY(e);
	return any || r->t.carry->unlogged ? append_carried(r, id, data) : OK;
}

static enum err add(struct reading *r, int64_t *ret_id)
{
	struct ctx *c = r->l->c;
	const struct db_stmt *rows = r->t.carry->rows;
	void *made = arena_alloc(c->arena, rows->row_size);
	TRY(db_one(c->db, c->arena, rows->insert, r->row, made, NULL));
	memcpy(ret_id, (char *)made + rows->out[0].offset, sizeof(*ret_id));
	memcpy((char *)r->row + rows->out[0].offset, ret_id, sizeof(*ret_id));
	return OK;
}

/* Whether this desk keeps its own rows of this kind. */
static enum err passed_over(struct reading *r, bool *ret)
{
	struct ctx *c = r->l->c;
	const struct carry *carry = r->t.carry;
	struct carried_any_row any;
	bool some;
	*ret = false;
	if (!carry->begin && !carry->with)
		return OK;
	TRY(carried_any(c->db, c->arena, &any, &some, .type = str_c(carry->with ? carry->with : carry->type)));
	if (some)
		return OK;
	*ret = carry->with != NULL;
	return carry->begin ? carry->begin(c, ret) : OK;
}

enum err carry_import(struct import_line *l, const struct carry *carry)
{
	struct ctx *c = l->c;
	struct reading r = { .l = l };
	struct carried_row_of_row known;
	bool found, same;
	int64_t id;
	TRY(carry_table_open(c, carry, &r.t));
	TRY(want_str(l, l->o, "external_id", true, 200, &r.name));
	TRY(carried_row_of(c->db, c->arena, &known, &found, .type = str_c(carry->type), .name = r.name));
	l->outcome = LINE_UNCHANGED;
	if (found)
		return OK;
	TRY(passed_over(&r, &found));
	if (found) {
		l->outcome = LINE_SKIPPED;
		return OK;
	}
	TRY(read_row(&r));
	TRY(find_here(&r, &id, &same));
	if (!same)
		TRY(read_file(&r));
	l->outcome = same ? LINE_UNCHANGED : id ? LINE_CHANGED : LINE_CREATED;
	if (!id)
		TRY(add(&r, &id));
	else if (!same)
		TRY(db_exec(c->db, carry->rows->update, r.row, NULL));
	TRY(carried_name_add(c->db, .type = str_c(carry->type), .row_id = id, .name = r.name, .finished = same || !r.t.later));
	return same ? append_carried(&r, id, STR_NULL) : tell(&r, id);
}

/* ---- the second line of a row ---- */

enum err carry_import_later(struct import_line *l)
{
	struct ctx *c = l->c;
	struct str of;
	struct reading r = { .l = l };
	struct carried_row_of_row known;
	bool found;
	TRY(want_str(l, l->o, "of", true, 60, &of));
	const struct carry *carry = carry_find(c, of);
	if (!carry)
		return wrong_line(l, "“of”: %.*s is no table that this version of tend knows", STR_ARG(utf8_clip(of, 60)));
	TRY(carry_table_open(c, carry, &r.t));
	TRY(want_str(l, l->o, "external_id", true, 200, &r.name));
	TRY(carried_row_of(c->db, c->arena, &known, &found, .type = of, .name = r.name));
	if (!found)
		return wrong_line(l, "No %.*s is called %.*s (its line must come before, or was wrong)", STR_ARG(of), STR_ARG(utf8_clip(r.name, 120)));
	l->outcome = LINE_UNCHANGED;
	if (known.finished)
		return OK;
	r.set = json_object_get(l->o, "set");
	r.row = arena_alloc(c->arena, carry->rows->row_size);
	void *before = arena_alloc(c->arena, carry->rows->row_size);
	TRY(db_one(c->db, c->arena, carry->rows->get, &known.row_id, before, &found));
	if (!found)
		return fail(c, ERR_BUG, "%s %lld has a name and is not there", carry->type, (long long)known.row_id);
	memcpy(r.row, before, carry->rows->row_size);
	for (size_t i = 0; i < r.t.n; i++)
		if (r.t.columns[i].later)
			TRY(read_value(&r, r.set, &r.t.columns[i], r.row, false));
	struct str diff = fold_set_diff(c->arena, carry->rows, before, r.row);
	if (diff.p)
		TRY(db_exec(c->db, carry->rows->update, r.row, NULL));
	TRY(carried_name_finish(c->db, .type = of, .row_id = known.row_id));
	TRY(append_carried(&r, known.row_id, diff));
	return carry->finish ? carry->finish(c, known.row_id) : OK;
}
