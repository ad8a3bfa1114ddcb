/* cert_json.c: one line of `tend certification eval`: read strictly, asked of cert_eval(), answered. What is no such question is answered with an error
 * that says what to mend; a faulty score inside a sound question is the rule's business and only refused there. */
#include "growth/cert_rule.h"

#include "base/buf.h"
#include "base/civil.h"
#include "base/json_out.h"
#include "base/map.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

enum { ERROR_MAX_BYTES = 300 };

struct reader {
	struct arena *arena;
	struct str error;         /* the first cause */
	struct cert_programme programme;
	utime asof_us;
	struct cert_event *events;
	struct str *times;        /* as given */
	size_t n;
};

__attribute__((format(printf, 2, 3))) static bool wrong(struct reader *r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	if (!r->error.p)
		r->error = arena_vfmt(r->arena, fmt, ap);
	va_end(ap);
	return false;
}

static struct str text_of(const json_t *v)
{
	return (struct str){ json_string_value(v), json_string_length(v) };
}

/* `where` is "programme." or "events[3]." in the sentences. */
static bool want_text(struct reader *r, const json_t *o, const char *where, const char *key, struct str *ret)
{
	const json_t *v = json_object_get(o, key);
	if (!v)
		return wrong(r, "%s%s is missing", where, key);
	if (!json_is_string(v))
		return wrong(r, "%s%s must be a text", where, key);
	*ret = text_of(v);
	return true;
}

static bool want_bool(struct reader *r, const json_t *o, const char *where, const char *key, bool *ret)
{
	const json_t *v = json_object_get(o, key);
	if (!v)
		return wrong(r, "%s%s is missing", where, key);
	if (!json_is_boolean(v))
		return wrong(r, "%s%s must be true or false", where, key);
	*ret = json_is_true(v);
	return true;
}

static bool want_whole(struct reader *r, const json_t *o, const char *where, const char *key, int64_t min, int64_t *ret)
{
	const json_t *v = json_object_get(o, key);
	if (!v)
		return wrong(r, "%s%s is missing", where, key);
	if (!json_is_integer(v) || json_integer_value(v) < min)
		return wrong(r, "%s%s must be a whole number, %lld or more", where, key, (long long)min);
	*ret = json_integer_value(v);
	return true;
}

static bool want_time(struct reader *r, const json_t *o, const char *where, const char *key, struct str *ret_given, utime *ret)
{
	*ret_given = STR_NULL;
	if (!want_text(r, o, where, key, ret_given))
		return false;
	if (!civil_parse_rfc3339(*ret_given, ret))
		return wrong(r, "%s%s must be an instant like 2022-01-31T09:00:00Z", where, key);
	return true;
}

static bool read_competencies(struct reader *r, const json_t *list)
{
	if (!json_is_array(list))
		return wrong(r, "programme.competencies must be a list");
	size_t n = json_array_size(list);
	struct cert_competency *c = arena_array(r->arena, struct cert_competency, n);
	struct map seen;
	map_init(&seen, r->arena);
	for (size_t i = 0; i < n; i++) {
		const json_t *o = json_array_get(list, i);
		if (!json_is_object(o))
			return wrong(r, "programme.competencies[%zu] must be an object", i);
		if (!want_text(r, o, "programme.competencies: ", "id", &c[i].id) || !want_bool(r, o, "programme.competencies: ", "core", &c[i].core))
			return false;
		if (!map_put(&seen, c[i].id, NULL))
			return wrong(r, "programme.competencies names %.*s twice", STR_ARG(str_slice(c[i].id, 0, 60)));
	}
	r->programme.competencies = c;
	r->programme.n_competencies = n;
	return true;
}

static bool read_scorers(struct reader *r, const json_t *list)
{
	if (!json_is_array(list))
		return wrong(r, "programme.scorers must be a list");
	size_t n = json_array_size(list);
	if (n == 0)
		return wrong(r, "programme.scorers must name at least one scorer: nobody could ever be certified, or everybody at once");
	struct str *s = arena_array(r->arena, struct str, n);
	struct map seen;
	map_init(&seen, r->arena);
	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(list, i);
		if (!json_is_string(v))
			return wrong(r, "programme.scorers must be a list of texts");
		s[i] = text_of(v);
		if (!map_put(&seen, s[i], NULL))
			return wrong(r, "programme.scorers names %.*s twice", STR_ARG(str_slice(s[i], 0, 60)));
	}
	r->programme.scorers = s;
	r->programme.n_scorers = n;
	return true;
}

static bool read_programme(struct reader *r, const json_t *o)
{
	struct str pass = STR_NULL;
	if (!o || !json_is_object(o))
		return wrong(r, "programme %s", o ? "must be an object" : "is missing");
	for (size_t i = 0; i < 2; i++) {
		const char *key = (const char *const[]){ "competencies", "scorers" }[i];
		if (!json_object_get(o, key))
			return wrong(r, "programme.%s is missing", key);
	}
	if (!read_competencies(r, json_object_get(o, "competencies")) || !read_scorers(r, json_object_get(o, "scorers")))
		return false;
	if (!want_whole(r, o, "programme.", "max_score", 1, &r->programme.max_score) ||
	    !want_whole(r, o, "programme.", "min_led_sessions", 0, &r->programme.min_led_sessions) || !want_text(r, o, "programme.", "pass", &pass))
		return false;
	return cert_pass_read(pass, &r->programme.pass) || wrong(r, "programme.pass must be one_session, latest or any");
}

static bool read_values(struct reader *r, const json_t *o, const char *where, struct cert_event *e)
{
	const json_t *scores = json_object_get(o, "scores");
	if (!scores || !json_is_object(scores))
		return wrong(r, "%sscores %s", where, scores ? "must be an object" : "is missing");
	struct cert_value *v = arena_array(r->arena, struct cert_value, json_object_size(scores));
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)scores, key, value)
		v[e->n_values++] = (struct cert_value){ .competency = str_c(key), .whole = json_is_integer(value), .score = json_integer_value(value) };
	e->values = v;
	return true;
}

static bool read_event(struct reader *r, const json_t *o, size_t i)
{
	char where[40];
	snprintf(where, sizeof(where), "events[%zu].", i);
	struct cert_event *e = &r->events[i];
	struct str type = STR_NULL;
	if (!json_is_object(o))
		return wrong(r, "events[%zu] must be an object", i);
	if (!want_time(r, o, where, "t", &r->times[i], &e->at_us) || !want_text(r, o, where, "type", &type))
		return false;
	if (str_eq(type, S("practice"))) {
		e->type = CERT_PRACTICE;
		return true;
	}
	if (str_eq(type, S("cleared"))) {
		e->type = CERT_CLEARANCE;
		return true;
	}
	if (str_eq(type, S("revoked"))) {
		e->type = CERT_REVOCATION;
		return true;
	}
	if (str_eq(type, S("session"))) {
		e->type = CERT_SESSION;
		return want_text(r, o, where, "id", &e->session) && want_bool(r, o, where, "lead", &e->lead) &&
		       want_bool(r, o, where, "shadow", &e->shadow);
	}
	if (str_eq(type, S("score"))) {
		e->type = CERT_SCORE;
		return want_text(r, o, where, "session", &e->session) && want_text(r, o, where, "scorer", &e->scorer) && read_values(r, o, where, e);
	}
	return wrong(r, "events[%zu].type must be practice, cleared, session, score or revoked", i);
}

static bool read_question(struct reader *r, const json_t *o)
{
	struct str asof = STR_NULL;
	const json_t *events = json_object_get(o, "events");
	if (!read_programme(r, json_object_get(o, "programme")) || !want_time(r, o, "", "asof", &asof, &r->asof_us))
		return false;
	if (!events || !json_is_array(events))
		return wrong(r, "events %s", events ? "must be a list" : "is missing");
	r->n = json_array_size(events);
	r->events = arena_array(r->arena, struct cert_event, r->n);
	r->times = arena_array(r->arena, struct str, r->n);
	for (size_t i = 0; i < r->n; i++)
		if (!read_event(r, json_array_get(events, i), i))
			return false;
	return true;
}

/* ---- numbers that the library's integers and doubles cannot hold ---- */

static size_t digits(struct str s, size_t at)
{
	size_t n = 0;
	while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
		n++;
	return n;
}

/* The number that begins at `at`, by JSON's grammar: its length (0: none), and whether it has a fraction or an exponent. */
static size_t number_at(struct str s, size_t at, bool *ret_real)
{
	size_t i = at + (s.p[at] == '-'), n = digits(s, i);
	*ret_real = false;
	if (n == 0 || (n > 1 && s.p[i] == '0'))
		return 0;
	i += n;
	if (i < s.n && s.p[i] == '.') {
		n = digits(s, i + 1);
		if (n == 0)
			return 0;
		i += 1 + n;
		*ret_real = true;
	}
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i += 1 + (i + 1 < s.n && (s.p[i + 1] == '+' || s.p[i + 1] == '-'));
		n = digits(s, i);
		if (n == 0)
			return 0;
		i += n;
		*ret_real = true;
	}
	return i - at;
}

/* The line with every number that is too large replaced by the largest there is (a fraction by another one): out of any range just the same,
 * and the line stays readable. */
static struct str tame_numbers(struct arena *a, struct str line)
{
	struct buf b;
	bool quoted = false;
	buf_init(&b, a, line.n * 11 + 32);         /* a short number grows by ten bytes at most: "1" → "0.5" */
	for (size_t i = 0; i < line.n;) {
		char ch = line.p[i];
		bool real;
		size_t n = quoted || (ch != '-' && (ch < '0' || ch > '9')) ? 0 : number_at(line, i, &real);
		if (n == 0) {
			n = quoted && ch == '\\' && i + 1 < line.n ? 2 : 1;
			quoted ^= ch == '"';
			buf_add(&b, str_slice(line, i, i + n));
		} else if (real) {
			buf_add(&b, S("0.5"));
		} else if (n > 18) {
			buf_add(&b, ch == '-' ? S("-9223372036854775807") : S("9223372036854775807"));
		} else {
			buf_add(&b, str_slice(line, i, i + n));
		}
		i += n;
	}
	return buf_str(&b);
}

static json_t *parse(struct arena *a, struct str line, json_error_t *error)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL;
	json_t *root = json_loadb(line.p, line.n, flags, error);
	if (!root && json_error_code(error) == json_error_numeric_overflow) {
		struct str tame = tame_numbers(a, line);
		root = json_loadb(tame.p, tame.n, flags, error);
	}
	return root;
}

/* ---- answers ---- */

static void answer_error(struct json_out *j, struct str id, struct str error)
{
	json_obj(j);
	json_kstr(j, "id", id);
	json_kstr(j, "error", str_slice(error, 0, ERROR_MAX_BYTES));
	json_obj_end(j);
}

static void answer(struct json_out *j, struct str id, const struct reader *r)
{
	struct cert_result res;
	cert_eval(r->arena, &r->programme, r->asof_us, r->events, r->n, &res);
	json_obj(j);
	json_kstr(j, "id", id);
	json_kstr(j, "state", str_c(cert_state_name(res.state)));
	json_kstr(j, "certified_at", res.state == CERT_CERTIFIED ? r->times[res.certified_by] : STR_NULL);
	json_key(j, "focus");
	json_arr(j);
	for (size_t i = 0; i < res.n_focus; i++)
		json_str(j, r->programme.competencies[res.focus[i]].id);
	json_arr_end(j);
	json_kbool(j, "may_lead_alone", cert_may_lead_alone(res.state));
	json_kbool(j, "may_lead_with_shadow", cert_may_lead_with_shadow(res.state));
	json_key(j, "errors");
	json_arr(j);
	for (size_t i = 0; i < r->n; i++)
		if (res.why[i] != CERT_FINE && res.why[i] != CERT_LATER)
			json_i64(j, (int64_t)i);
	json_arr_end(j);
	json_obj_end(j);
}

void cert_eval_line(struct arena *a, struct str line, struct buf *out)
{
	struct reader r = { .arena = a };
	struct json_out j;
	json_error_t error;
	json_init(&j, a, 8 * (size_t)CERT_LINE_MAX_BYTES);
	if (line.n > CERT_LINE_MAX_BYTES) {
		answer_error(&j, STR_NULL, arena_fmt(a, "the line is longer than %d bytes", CERT_LINE_MAX_BYTES));
		buf_add(out, json_done(&j));
		return;
	}
	json_t *root = parse(a, line, &error);
	const json_t *name = json_object_get(root, "id");
	struct str id = json_is_string(name) ? text_of(name) : STR_NULL;
	if (!root)
		wrong(&r, "the line is no JSON object: %s", error.text);
	else if (!json_is_object(root))
		wrong(&r, "the line must be a JSON object");
	else if (!id.p)
		wrong(&r, "id %s", name ? "must be a text" : "is missing");
	else
		read_question(&r, root);
	if (r.error.p)
		answer_error(&j, id, r.error);
	else
		answer(&j, id, &r);
	buf_add(out, json_done(&j));
	json_decref(root);
}
