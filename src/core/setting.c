/* setting.c: settings and the command that changes one; see setting.h. */
#include "core/setting.h"

#include "base/civil.h"
#include "core/core.h"

#include "core.sql.h"

#include <string.h>

#include "base/banned.h"

static const struct setting *setting_of(struct ctx *c, const char *key)
{
	const struct setting *s = feature_setting(c->desk->features, str_c(key));
	ASSERT(s != NULL);
	return s;
}

struct str setting_str(struct ctx *c, const char *key)
{
	const struct setting *s = setting_of(c, key);
	struct setting_find_row row;
	bool found = false;
	if (setting_find(c->db, c->arena, &row, &found, .key = str_c(key)) != OK || !found)
		return str_c(s->standard);
	return row.value;
}

int64_t setting_i64(struct ctx *c, const char *key)
{
	int64_t v = 0;
	struct str text = setting_str(c, key);
	if (!str_i64(text, &v) && !str_i64(str_c(setting_of(c, key)->standard), &v))
		ASSERT(!"a setting's default is not a number");
	return v;
}

struct setting_set_in {
	struct str key, value;
};

static const struct field setting_set_fields[] = {
	FIELD(struct setting_set_in, key, FIELD_STR, .required = true, .positional = true, .help = "which setting"),
	FIELD(struct setting_set_in, value, FIELD_TEXT, .max = 64 << 10, .help = "its new value; empty goes back to the default", .positional = true),
};

static enum err check_value(struct ctx *c, const struct setting *s, struct str value)
{
	int64_t v;
	switch (s->type) {
	case SETTING_INT:
		if (!str_i64(value, &v) || v < s->min || v > s->max)
			return fail_field(c, S("value"), "A whole number from %lld to %lld, please.", (long long)s->min, (long long)s->max);
		return OK;
	case SETTING_BOOL:
		if (!str_eq(value, S("0")) && !str_eq(value, S("1")))
			return fail_field(c, S("value"), "1 for yes or 0 for no, please.");
		return OK;
	case SETTING_STR:
		if (str_find_ch(value, '\n') >= 0)
			return fail_field(c, S("value"), "One line, please.");
		__attribute__((fallthrough));
	case SETTING_TEXT:
		if ((int64_t)value.n > s->max)
			return fail_field(c, S("value"), "At most %lld bytes, please.", (long long)s->max);
		return OK;
	case SETTING_ZONE:
		if (!zone_find(value))
			return fail_field(c, S("value"), "There is no time zone of that name. Example: Europe/Berlin.");
		return OK;
	}
	return OK;
}

static enum err setting_set(struct ctx *c, const struct setting_set_in *in)
{
	const struct setting *s = feature_setting(c->desk->features, in->key);
	if (!s)
		return fail_field(c, S("key"), "There is no setting of that name. `tend setting list` shows all.");
	struct str value = in->value.p ? in->value : str_c(s->standard);
	TRY(check_value(c, s, value));
	struct setting_find_row row;
	bool found;
	TRY(setting_find(c->db, c->arena, &row, &found, .key = in->key));
	int64_t id = row.id;
	if (!found) {
		struct setting_next_id_row next;
		TRY(setting_next_id(c->db, c->arena, &next));
		id = next.id;
		TRY(setting_insert(c->db, .key = in->key, .id = id, .value = value, .changed_us = c->now_us));
	} else {
		TRY(setting_change(c->db, .key = in->key, .value = value, .changed_us = c->now_us));
	}
	struct setting_rows_row after = { .id = id, .key = in->key, .value = value };
	TRY(event_append(c, &(struct event_new){ .kind = "setting.changed", .entity = "setting", .entity_id = id,
						 .data = fold_set_all(c->arena, &setting_rows_stmt, &after) }, NULL));
	json_kstr(c->out, "key", in->key);
	json_kstr(c->out, "value", value);
	json_kstr(c->out, "said", in->value.p ? S("Saved. It holds from now on.") : S("Back to the default."));
	return OK;
}
COMMAND_RUN(setting_set)

const struct command setting_set_cmd = {
	.name = "setting.set", .help = "Change a setting of this desk", FIELDS(setting_set_fields, struct setting_set_in),
	.need = CAN_ADMIN, .run = RUN(setting_set),
};

static enum err setting_list(struct ctx *c, const void *in)
{
	(void)in;
	static const char *const TYPES[] = { "number", "yes or no", "line", "text", "time zone" };
	json_arr(c->out);
	for (const struct feature *const *f = c->desk->features; *f; f++)
		for (const struct setting *s = (*f)->settings; s && s->key; s++) {
			json_obj(c->out);
			json_kstr(c->out, "key", str_c(s->key));
			json_kstr(c->out, "value", setting_str(c, s->key));
			json_kstr(c->out, "default", str_c(s->standard));
			json_kstr(c->out, "type", str_c(TYPES[s->type]));
			json_kstr(c->out, "help", str_c(s->help));
			json_obj_end(c->out);
		}
	json_arr_end(c->out);
	return OK;
}

const struct command setting_list_cmd = {
	.name = "setting.list", .help = "Show all settings with their defaults", NO_FIELDS, .need = CAN_ADMIN, .reads = true, .run = setting_list,
};
