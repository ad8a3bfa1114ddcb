/* sla_json.c: calendars and rules as JSON; see sla_json.h. Strict: an unknown key of a match is refused, because leaving it out would promise
 * more people more. */
#include "sla/sla_json.h"

#include <string.h>

#include "base/banned.h"

#define BAD(f, ...) fault_set((f), ERR_INPUT, __FILE__, __LINE__, __VA_ARGS__)

struct str sla_json_text(const json_t *j)
{
	return json_is_string(j) ? (struct str){ json_string_value(j), json_string_length(j) } : STR_NULL;
}

enum err sla_json_instant(const json_t *j, const char *what, struct fault *f, int64_t *ret_s)
{
	utime t;
	struct str s = sla_json_text(j);
	if (!s.p || !civil_parse_rfc3339(s, &t) || cal_seconds(t) < CAL_LEAST_S || cal_seconds(t) > CAL_MOST_S)
		return BAD(f, "“%s” must be an instant such as 2021-06-14T16:00:00Z.", what);
	*ret_s = cal_seconds(t);
	return OK;
}

enum err sla_json_opt_instant(const json_t *j, const char *what, struct fault *f, struct opt_i64 *ret_s)
{
	*ret_s = NONE;
	if (!j || json_is_null(j))
		return OK;
	TRY(sla_json_instant(j, what, f, &ret_s->v));
	ret_s->set = true;
	return OK;
}

enum err sla_json_i64(const json_t *j, const char *what, struct fault *f, int64_t *ret)
{
	if (!json_is_integer(j))
		return BAD(f, "“%s” must be a whole number.", what);
	*ret = json_integer_value(j);
	return OK;
}

enum err sla_json_flag(const json_t *j, const char *what, struct fault *f, bool *ret)
{
	*ret = false;
	if (!j || json_is_null(j))
		return OK;
	if (!json_is_boolean(j))
		return BAD(f, "“%s” must be true or false.", what);
	*ret = json_is_true(j);
	return OK;
}

/* ---- calendars ---- */

static enum err read_weekly(struct arena *a, const json_t *j, struct fault *f, struct cal_version *ret)
{
	const char *key;
	json_t *list, *pair;
	size_t i, n = 0, k = 0;
	if (!json_is_object(j))
		return BAD(f, "“weekly” must be there: weekdays with their hours.");
	json_object_foreach((json_t *)j, key, list)
		n += json_is_array(list) ? json_array_size(list) : 0;
	struct cal_hours *hours = arena_array(a, struct cal_hours, n);
	json_object_foreach((json_t *)j, key, list) {
		enum cal_weekday day;
		if (!cal_parse_weekday(str_c(key), &day))
			return BAD(f, "“%.40s” is no weekday: mon to sun.", key);
		if (!json_is_array(list))
			return BAD(f, "The hours of “%s” must be a list of [opens, closes].", key);
		json_array_foreach(list, i, pair) {
			struct cal_hours *h = &hours[k++];
			h->weekday = day;
			if (!json_is_array(pair) || json_array_size(pair) != 2 || !cal_parse_time(sla_json_text(json_array_get(pair, 0)), &h->from_s) ||
			    !cal_parse_time(sla_json_text(json_array_get(pair, 1)), &h->to_s))
				return BAD(f, "The hours of “%s” must be pairs of times such as [\"09:00\",\"17:00\"].", key);
		}
	}
	ret->hours = hours;
	ret->n_hours = n;
	return OK;
}

static enum err read_holiday(const json_t *j, struct fault *f, struct cal_holiday *ret)
{
	const json_t *date = json_is_object(j) ? json_object_get(j, "date") : j;
	struct str s = sla_json_text(date);
	if (!s.p || !cal_parse_date(s, &ret->day))
		return BAD(f, "A holiday must be a date that exists, such as 2021-12-24.");
	if (!json_is_object(j))
		return OK;
	ret->name = sla_json_text(json_object_get(j, "name"));
	const json_t *until = json_object_get(j, "until");
	if (until && !json_is_null(until)) {
		ret->until_day.set = true;
		if (!sla_json_text(until).p || !cal_parse_date(sla_json_text(until), &ret->until_day.v))
			return BAD(f, "“until” of a holiday must be a date that exists.");
	}
	return sla_json_flag(json_object_get(j, "yearly"), "yearly", f, &ret->yearly);
}

static enum err read_version(struct arena *a, const json_t *j, struct fault *f, struct cal_version *ret)
{
	TRY(read_weekly(a, json_object_get(j, "weekly"), f, ret));
	const json_t *list = json_object_get(j, "holidays");
	if (!json_is_array(list))
		return BAD(f, "“holidays” must be there: a list of dates, which may be empty.");
	size_t n = json_array_size(list);
	struct cal_holiday *holidays = arena_array(a, struct cal_holiday, n);
	for (size_t i = 0; i < n; i++)
		TRY(read_holiday(json_array_get(list, i), f, &holidays[i]));
	ret->holidays = holidays;
	ret->n_holidays = n;
	return OK;
}

enum err sla_json_calendar(struct arena *a, const json_t *j, struct fault *f, const struct calendar **ret)
{
	if (!json_is_object(j) || !json_is_string(json_object_get(j, "tz")))
		return BAD(f, "A calendar needs “tz”: an IANA time zone such as Europe/Berlin.");
	const json_t *more = json_object_get(j, "versions");
	if (more && !json_is_array(more))
		return BAD(f, "“versions” of a calendar must be a list.");
	size_t n = 1 + json_array_size(more);
	struct cal_version *versions = arena_array(a, struct cal_version, n);
	TRY(read_version(a, j, f, &versions[0]));
	for (size_t i = 1; i < n; i++) {
		const json_t *v = json_array_get(more, i - 1);
		struct str from = sla_json_text(json_object_get(v, "from"));
		if (!from.p || !cal_parse_date(from, &versions[i].from_day))
			return BAD(f, "A version of a calendar needs “from”, a date.");
		TRY(read_version(a, v, f, &versions[i]));
	}
	struct cal_spec spec = { .zone = sla_json_text(json_object_get(j, "tz")), .versions = versions, .n_versions = n };
	return calendar_build(a, &spec, f, ret);
}

/* ---- words ---- */

void sla_words_init(struct sla_words *w, struct arena *a)
{
	w->arena = a;
	map_init(&w->values, a);
	map_init(&w->tags, a);
	map_init(&w->entitlements, a);
}

static int64_t add_word(struct sla_words *w, struct map *m, struct str word)
{
	struct opt_i64 known = map_i64(m, word);
	if (known.set)
		return known.v;
	map_put_i64(m, arena_str(w->arena, word), (int64_t)m->n + 1);
	return (int64_t)m->n;
}

/* ---- rows ---- */

static enum err read_value(struct sla_words *w, const json_t *j, const char *key, struct fault *f, int64_t *ret)
{
	if (json_is_null(j)) {
		*ret = 0;
		return OK;
	}
	if (!json_is_string(j))
		return BAD(f, "“%s” must be a word or null.", key);
	*ret = add_word(w, &w->values, sla_json_text(j));
	return OK;
}

static enum err read_severity(const json_t *j, struct fault *f, int32_t *ret)
{
	*ret = SLA_UNTRIAGED;
	if (!j || json_is_null(j))
		return OK;
	int64_t v = 0;
	TRY(sla_json_i64(j, "severity", f, &v));
	if (v < 0 || v > SLA_SEVERITY_MOST)
		return BAD(f, "“severity” must be 0 to %d, or null for untriaged.", SLA_SEVERITY_MOST);
	*ret = (int32_t)v;
	return OK;
}

static enum err read_set(struct sla_words *w, struct map *m, const json_t *j, const char *key, struct fault *f, uint64_t *ret)
{
	size_t n = json_is_array(j) ? json_array_size(j) : 1;
	*ret = 0;
	for (size_t i = 0; i < n; i++) {
		struct str word = sla_json_text(json_is_array(j) ? json_array_get(j, i) : j);
		if (!word.p)
			return BAD(f, "“%s” must be words.", key);
		int64_t bit = add_word(w, m, word);
		if (bit > 64)
			return BAD(f, "Policies can mention at most 64 different %s.", key);
		*ret |= UINT64_C(1) << (bit - 1);
	}
	return OK;
}

static const struct {
	const char *name;
	uint32_t key;
	size_t at;
} VALUES[] = {
	{ "org", SLA_KEY_ORG, offsetof(struct sla_case_facts, org) }, { "segment", SLA_KEY_STAGE, offsetof(struct sla_case_facts, stage) },
	{ "stage", SLA_KEY_STAGE, offsetof(struct sla_case_facts, stage) }, { "tier", SLA_KEY_TIER, offsetof(struct sla_case_facts, tier) },
	{ "plan", SLA_KEY_PLAN, offsetof(struct sla_case_facts, plan) },
	{ "deployment", SLA_KEY_DEPLOYMENT, offsetof(struct sla_case_facts, deployment) },
	{ "channel", SLA_KEY_CHANNEL, offsetof(struct sla_case_facts, channel) },
};

static enum err read_match_key(struct sla_words *w, const char *key, const json_t *j, struct fault *f, struct sla_match *ret)
{
	if (strcmp(key, "severity") == 0) {
		ret->keys |= SLA_KEY_SEVERITY;
		return read_severity(j, f, &ret->is.severity);
	}
	if (strcmp(key, "tag") == 0 || strcmp(key, "tags") == 0)
		return read_set(w, &w->tags, j, "tags", f, &ret->is.tags);
	if (strcmp(key, "entitlement") == 0 || strcmp(key, "entitlements") == 0)
		return read_set(w, &w->entitlements, j, "entitlements", f, &ret->is.entitlements);
	for (size_t i = 0; i < ARRAY_LEN(VALUES); i++) {
		if (strcmp(key, VALUES[i].name) == 0) {
			ret->keys |= VALUES[i].key;
			return read_value(w, j, key, f, (int64_t *)((char *)&ret->is + VALUES[i].at));
		}
	}
	return BAD(f, "A match has no key “%.40s”.", key);
}

static enum err read_basis(const json_t *j, struct fault *f, enum sla_basis *ret)
{
	struct str s = sla_json_text(j);
	*ret = str_eq(s, S("wall")) ? SLA_WALL : SLA_BUSINESS;
	return s.p && (*ret == SLA_WALL || str_eq(s, S("business"))) ? OK : BAD(f, "“basis” must be business or wall.");
}

static const struct calendar *find_calendar(const struct map *calendars, const json_t *j)
{
	struct str name = sla_json_text(j);
	return name.p ? map_get(calendars, name) : NULL;
}

static enum err read_warnings(const json_t *j, struct fault *f, struct sla_target *ret)
{
	if (!j || json_is_null(j))
		return OK;
	size_t n = json_is_array(j) ? json_array_size(j) : 1;
	if (n > SLA_WARNINGS)
		return BAD(f, "A clock has at most %d warnings.", SLA_WARNINGS);
	for (size_t i = 0; i < n; i++)
		TRY(sla_json_i64(json_is_array(j) ? json_array_get(j, i) : j, "warn_remaining", f, &ret->warn_remaining_s[i]));
	ret->n_warn = (uint32_t)n;
	return OK;
}

static enum err read_target(const struct map *calendars, const json_t *j, struct fault *f, struct sla_target *ret)
{
	if (!json_is_object(j))
		return BAD(f, "A target must be an object with “seconds” and “basis”.");
	ret->set = true;
	TRY(sla_json_i64(json_object_get(j, "seconds"), "seconds", f, &ret->seconds));
	TRY(read_basis(json_object_get(j, "basis"), f, &ret->basis));
	TRY(read_warnings(json_object_get(j, "warn_remaining"), f, ret));
	const json_t *cal = json_object_get(j, "calendar"), *pause = json_object_get(j, "pause_on");
	if (cal && !json_is_null(cal) && !(ret->cal = find_calendar(calendars, cal)))
		return BAD(f, "The calendar of a target does not exist.");
	if (!pause || json_is_null(pause))
		return OK;
	ret->pause_set = true;
	if (!json_is_array(pause))
		return BAD(f, "“pause_on” must be a list of statuses.");
	for (size_t i = 0; i < json_array_size(pause); i++) {
		enum sla_status status;
		struct str s = sla_json_text(json_array_get(pause, i));
		if (!s.p || !sla_status_parse(s, &status))
			return BAD(f, "“pause_on” must be a list of statuses.");
		ret->pause_on |= 1u << status;
	}
	return OK;
}

static enum err read_targets(const struct map *calendars, const json_t *j, struct fault *f, struct sla_row *row)
{
	const char *key;
	json_t *target;
	if (j && !json_is_object(j))
		return BAD(f, "“targets” must be an object.");
	json_object_foreach((json_t *)j, key, target) {
		int clock = 0;
		while (clock < SLA_CLOCKS && !str_eq(str_c(key), sla_clock_name((enum sla_clock)clock)))
			clock++;
		if (clock == SLA_CLOCKS)
			return BAD(f, "There is no clock “%.40s”.", key);
		if (!json_is_null(target))
			TRY(read_target(calendars, target, f, &row->target[clock]));
	}
	return OK;
}

static enum err read_row(struct sla_words *w, const struct map *calendars, const json_t *j, struct fault *f, struct sla_row *row)
{
	struct opt_i64 from, to;
	const char *key;
	json_t *value;
	int64_t n;
	row->id = sla_json_text(json_object_get(j, "id"));
	if (!row->id.p)
		return BAD(f, "Every row needs an id.");
	const json_t *match = json_object_get(j, "match"), *rank = json_object_get(j, "rank"), *version = json_object_get(j, "version");
	if (match && !json_is_object(match))
		return BAD(f, "“match” must be an object.");
	json_object_foreach((json_t *)match, key, value)
		TRY(read_match_key(w, key, value, f, &row->match));
	TRY(sla_json_opt_instant(json_object_get(j, "from"), "from", f, &from));
	TRY(sla_json_opt_instant(json_object_get(j, "to"), "to", f, &to));
	row->from_s = from.set ? from.v : SLA_SINCE_EVER;
	row->to_s = to.set ? to.v : SLA_FOR_EVER;
	row->cal = find_calendar(calendars, json_object_get(j, "calendar"));
	if (!row->cal)
		return BAD(f, "The calendar of row “%.*s” does not exist.", STR_ARG(str_slice(row->id, 0, 64)));
	row->track = str_eq(sla_json_text(json_object_get(j, "track")), S("aim")) ? SLA_AIM : SLA_PROMISE;
	if (rank) {
		TRY(sla_json_i64(rank, "rank", f, &n));
		row->rank = n < INT32_MIN ? INT32_MIN : n > INT32_MAX ? INT32_MAX : (int32_t)n;
	}
	if (version) {
		TRY(sla_json_i64(version, "version", f, &n));
		row->version = n < 0 ? 0 : n > INT32_MAX ? INT32_MAX : (int32_t)n;
	}
	return read_targets(calendars, json_object_get(j, "targets"), f, row);
}

static enum err read_delay(const json_t *j, const char *what, struct fault *f, struct sla_delay *ret)
{
	if (!j || json_is_null(j))
		return OK;
	ret->set = true;
	TRY(sla_json_i64(json_object_get(j, "seconds"), what, f, &ret->seconds));
	return read_basis(json_object_get(j, "basis"), f, &ret->basis);
}

static enum err read_automation(const json_t *j, struct fault *f, struct sla_automation *ret)
{
	struct opt_i64 from;
	if (!json_is_object(j))
		return BAD(f, "“automation” must be a list of rows.");
	TRY(sla_json_opt_instant(json_object_get(j, "from"), "from", f, &from));
	ret->from_s = from.set ? from.v : SLA_SINCE_EVER;
	TRY(read_delay(json_object_get(j, "pending_to_solved"), "pending_to_solved", f, &ret->pending_to_solved));
	return read_delay(json_object_get(j, "solved_to_closed"), "solved_to_closed", f, &ret->solved_to_closed);
}

enum err sla_json_rules(struct arena *a, struct sla_words *w, const json_t *j, struct fault *f, const struct sla_rules **ret)
{
	struct map calendars;
	const char *key;
	enum { QUICK_MOST = 8 };   /* their tables take room */
	int quick = 0;
	json_t *value;
	const json_t *list = json_object_get(j, "calendars"), *rows = json_object_get(j, "rows"), *automation = json_object_get(j, "automation");
	map_init(&calendars, a);
	if (!json_is_object(list))
		return BAD(f, "A policy set needs “calendars”.");
	json_object_foreach((json_t *)list, key, value) {
		const struct calendar *cal;
		TRY(sla_json_calendar(a, value, f, &cal));
		if (quick++ < QUICK_MOST)
			calendar_quicken(a, cal);
		map_put(&calendars, arena_str(a, str_c(key)), (void *)cal);
	}
	if ((rows && !json_is_array(rows)) || (automation && !json_is_null(automation) && !json_is_array(automation)))
		return BAD(f, "“rows” and “automation” must be lists.");
	size_t n = json_array_size(rows), m = json_array_size(automation);
	struct sla_rules_spec spec = { .default_calendar = find_calendar(&calendars, json_object_get(j, "default_calendar")), .n_rows = n,
				       .n_automation = m };
	struct sla_row *row = arena_array(a, struct sla_row, n);
	struct sla_automation *auto_ = arena_array(a, struct sla_automation, m);
	for (size_t i = 0; i < n; i++)
		TRY(read_row(w, &calendars, json_array_get(rows, i), f, &row[i]));
	for (size_t i = 0; i < m; i++)
		TRY(read_automation(json_array_get(automation, i), f, &auto_[i]));
	spec.rows = row;
	spec.automation = auto_;
	return sla_rules_build(a, &spec, f, ret);
}

/* ---- facts ---- */

static enum err fact_set(const struct map *m, const json_t *j, const char *key, struct fault *f, uint64_t *ret)
{
	*ret = 0;
	if (json_is_null(j))
		return OK;
	if (!json_is_array(j))
		return BAD(f, "“%s” must be a list of words.", key);
	for (size_t i = 0; i < json_array_size(j); i++) {
		struct str word = sla_json_text(json_array_get(j, i));
		if (!word.p)
			return BAD(f, "“%s” must be a list of words.", key);
		struct opt_i64 bit = map_i64(m, word);
		if (bit.set && bit.v <= 64)
			*ret |= UINT64_C(1) << (bit.v - 1);
	}
	return OK;
}

enum err sla_json_fact(const struct sla_words *w, const char *key, const json_t *j, struct fault *f, struct sla_case_facts *facts, bool *ret_known)
{
	*ret_known = true;
	if (strcmp(key, "severity") == 0)
		return read_severity(j, f, &facts->severity);
	if (strcmp(key, "tags") == 0)
		return fact_set(&w->tags, j, key, f, &facts->tags);
	if (strcmp(key, "entitlements") == 0)
		return fact_set(&w->entitlements, j, key, f, &facts->entitlements);
	for (size_t i = 0; i < ARRAY_LEN(VALUES); i++) {
		if (strcmp(key, VALUES[i].name) != 0)
			continue;
		int64_t *value = (int64_t *)((char *)facts + VALUES[i].at);
		if (json_is_null(j)) {
			*value = 0;
			return OK;
		}
		if (!json_is_string(j))
			return BAD(f, "“%s” must be a word or null.", key);
		struct opt_i64 known = map_i64(&w->values, sla_json_text(j));
		*value = known.set ? known.v : -1;
		return OK;
	}
	*ret_known = false;
	return OK;
}

/* ---- writing ---- */

void sla_json_put_instant(struct json_out *out, int64_t s)
{
	if (s == CAL_NEVER) {
		json_nil(out);
		return;
	}
	char text[20];
	struct str whole = civil_rfc3339(out->buf.arena, cal_utime(s));
	memcpy(text, whole.p, 19);
	text[19] = 'Z';
	json_str(out, (struct str){ text, sizeof(text) });
}

void sla_json_kinstant(struct json_out *out, const char *key, int64_t s)
{
	json_key(out, key);
	sla_json_put_instant(out, s);
}
