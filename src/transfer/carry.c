/* carry.c: what the columns of a carried table mean, and the names of its rows; see carry.h. */
#include "transfer/carry.h"

#include "transfer.sql.h"

#include <string.h>

#include "base/banned.h"

const struct carry *carry_find(struct ctx *c, struct str type)
{
	for (const struct feature *const *f = c->desk->features; *f; f++)
		for (const struct carry *k = (*f)->carries; k && k->type; k++)
			if (str_eq(str_c(k->type), type))
				return k;
	return NULL;
}

static const struct db_col *db_column(const struct db_stmt *rows, struct str name)
{
	for (size_t i = 0; i < rows->n_out; i++)
		if (str_eq(str_c(rows->out[i].name), name))
			return &rows->out[i];
	return NULL;
}

/* "a b, c d later": the words of the entry that begins with this name; false when there is none. */
static bool entry_of(const char *list, const char *name, struct str ret[3])
{
	struct str rest = list ? str_c(list) : S(""), item;
	while (rest.n) {
		str_cut(rest, ',', &item, &rest);
		item = str_trim(item);
		for (int i = 0; i < 3; i++)
			ret[i] = S("");
		struct str rest_of;
		str_cut(item, ' ', &ret[0], &rest_of);
		str_cut(rest_of, ' ', &ret[1], &ret[2]);
		if (str_eq(ret[0], str_c(name)))
			return true;
	}
	return false;
}

static struct str member_of(struct arena *a, const struct db_stmt *rows, struct str column, bool ref)
{
	struct str bare = ref && str_ends(column, S("_id")) ? str_slice(column, 0, column.n - 3) : STR_NULL;
	if (bare.p && !db_column(rows, bare))     /* subject_id stays when there is a subject too */
		return bare;
	if (str_eq(column, S("at_us")))
		return S("at");
	if (str_ends(column, S("_us")))
		return arena_fmt(a, "%.*s_at", (int)(column.n - 3), column.p);
	return column;
}

enum err carry_table_open(struct ctx *c, const struct carry *carry, struct carry_table *ret)
{
	const struct db_stmt *rows = carry->rows;
	if (!rows->table || strcmp(rows->table, carry->type) != 0)
		return fail(c, ERR_BUG, "%s does not carry %s: add '-- carries: %s' in %s", rows->name, carry->type, carry->type, rows->file);
	bool given = rows->insert->n_in == rows->n_out;     /* the key comes with the row */
	*ret = (struct carry_table){ .carry = carry, .columns = arena_array(c->arena, struct carry_column, rows->n_out), .later = carry->finish != NULL };
	for (size_t i = given ? 0 : 1; i < rows->n_out; i++) {
		struct carry_column *k = &ret->columns[ret->n++];
		struct str words[3] = { S(""), S(""), S("") };
		k->col = &rows->out[i];
		bool ref = entry_of(carry->refs, k->col->name, words);
		k->member = member_of(c->arena, rows, str_c(k->col->name), ref);
		k->as = str_ends(str_c(k->col->name), S("_us")) ? CARRY_TIME : CARRY_PLAIN;
		if (!ref)
			continue;
		k->as = str_eq(words[1], S("ask")) ? CARRY_ASK : CARRY_REF;
		k->later = str_eq(words[2], S("later"));
		k->what = words[1];
		struct str by = str_starts(words[1], S("*")) ? str_slice(words[1], 1, words[1].n) : STR_NULL;
		if (by.p) {
			k->what = S("");
			k->by = db_column(rows, by);
		}
		if ((by.p && !k->by) || (k->later && k->col->type != DB_OPT_I64) || (k->as == CARRY_ASK && !carry->means))
			return fail(c, ERR_BUG, "%s: what its column %s refers to is not understood", carry->type, k->col->name);
		ret->later = ret->later || k->later;
	}
	if (!carry->file)
		return OK;
	struct str hash, filename;
	str_cut(str_c(carry->file), ' ', &hash, &filename);
	ret->hash = db_column(rows, hash);
	ret->filename = db_column(rows, filename);
	return ret->hash && ret->filename ? OK : fail(c, ERR_BUG, "%s: its file is not understood", carry->type);
}

const struct carry_column *carry_column_find(const struct carry_table *t, struct str member)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->columns[i].member, member))
			return &t->columns[i];
	return NULL;
}

enum err carry_what(struct ctx *c, const struct carry_table *t, const struct carry_column *col, const void *row, struct str *ret)
{
	*ret = STR_NULL;
	if (col->as == CARRY_ASK) {
		const char *what = NULL;
		TRY(t->carry->means(c, row, col->col->name, &what));
		*ret = what ? str_c(what) : STR_NULL;
		return OK;
	}
	struct str what = col->by ? carry_text(row, col->by) : col->what;
	*ret = str_eq(what, S("none")) || !what.n ? STR_NULL : what;
	return OK;
}

/* ---- names ---- */

static bool of_the_format(struct str type, enum transfer_type *ret)
{
	static const struct {
		const char *name;
		enum transfer_type type;
	} types[] = { { "teammate", TRANSFER_TEAMMATE }, { "team", TRANSFER_TEAM }, { "organisation", TRANSFER_ORGANISATION }, { "contact", TRANSFER_CONTACT } };
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_eq(type, str_c(types[i].name))) {
			*ret = types[i].type;
			return true;
		}
	return false;
}

/* The name of a row that never came from elsewhere. Should a row that did have just that name, ours gets a sign behind it. */
static enum err own_name(struct ctx *c, struct str type, int64_t id, struct str *ret)
{
	struct carried_row_of_row other;
	bool taken = true;
	*ret = arena_fmt(c->arena, "tend:%.*s:%lld", STR_ARG(type), (long long)id);
	for (;;) {
		TRY(carried_row_of(c->db, c->arena, &other, &taken, .type = type, .name = *ret));
		if (!taken || other.row_id == id)
			return OK;
		*ret = arena_fmt(c->arena, "%.*s'", STR_ARG(*ret));
	}
}

enum err carry_name(struct ctx *c, struct str type, int64_t id, struct str *ret)
{
	enum transfer_type builtin;
	bool found;
	if (of_the_format(type, &builtin))
		return transfer_name_of(c, builtin, id, ret);
	if (str_eq(type, S("ticket")))
		return transfer_ticket_name(c, id, ret);
	if (str_eq(type, S("message"))) {
		struct transfer_ext_message_row m;
		TRY(transfer_ext_message(c->db, c->arena, &m, &found, .id = id));
		*ret = !found ? STR_NULL : m.external_id.p ? m.external_id : arena_fmt(c->arena, "tend:message:%lld", (long long)id);
		return OK;
	}
	struct carried_name_of_row row;
	if (!carry_find(c, type)) {
		*ret = arena_fmt(c->arena, "%lld", (long long)id);
		return OK;
	}
	TRY(carried_name_of(c->db, c->arena, &row, &found, .type = type, .row_id = id));
	if (!found)
		return own_name(c, type, id, ret);
	*ret = row.name;
	return OK;
}

enum err carry_row(struct ctx *c, struct str type, struct str name, int64_t *ret_id, bool *ret_found)
{
	enum transfer_type builtin;
	if (of_the_format(type, &builtin))
		return transfer_find(c, builtin, name, ret_id, ret_found);
	if (str_eq(type, S("ticket")))
		return transfer_find_ticket(c, name, ret_id, ret_found);
	if (str_eq(type, S("message"))) {
		struct transfer_message_by_external_row m;
		TRY(transfer_message_by_external(c->db, c->arena, &m, ret_found, .external_id = name));
		*ret_id = m.id;
		struct transfer_own_message_row own;
		if (!*ret_found && str_starts(name, S("tend:message:")) && str_i64(str_slice(name, 13, name.n), ret_id))
			return transfer_own_message(c->db, c->arena, &own, ret_found, .id = *ret_id);
		return OK;
	}
	struct carried_row_of_row row;
	if (!carry_find(c, type)) {
		*ret_found = str_i64(name, ret_id);
		return OK;
	}
	TRY(carried_row_of(c->db, c->arena, &row, ret_found, .type = type, .name = name));
	*ret_id = row.row_id;
	return OK;
}
