/* cert_account.c: from an edition's row to the rule's terms, and from entries to state, date and focus. The rule itself is cert_rule.c. */
#include "growth/cert_parts.h"

#include "base/map.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct cert_entries_of_row) == sizeof(struct cert_entry_rows_row), "cert.sql");

size_t cert_split(struct arena *a, struct str list, struct str **ret)
{
	size_t n = 0;
	struct str rest = list, one;
	*ret = arena_array(a, struct str, list.n + 1);
	for (bool more = list.n > 0; more;) {
		more = str_cut(rest, ',', &one, &rest);
		one = str_trim(one);
		if (one.n)
			(*ret)[n++] = one;
	}
	return n;
}

bool cert_lists(struct str list, struct str word)
{
	struct str rest = list, one;
	for (bool more = list.n > 0; more;) {
		more = str_cut(rest, ',', &one, &rest);
		if (str_eq(str_trim(one), word))
			return true;
	}
	return false;
}

static struct str member(struct arena *a, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return arena_str(a, s ? str_c(s) : S(""));
}

enum err cert_rubric_read(struct ctx *c, const struct cert_edition_rows_row *e, struct cert_rubric *ret)
{
	json_error_t error;
	json_auto_t *list = json_loadb(e->competencies.p, e->competencies.n, 0, &error), *labels = json_loadb(e->labels.p, e->labels.n, 0, &error);
	*ret = (struct cert_rubric){ 0 };
	if (!json_is_array(list) || !json_is_array(labels))
		return fail(c, ERR_BUG, "edition %lld: its rubric cannot be read", (long long)e->id);
	size_t n = json_array_size(list);
	struct cert_competency *competencies = arena_array(c->arena, struct cert_competency, n);
	ret->names = arena_array(c->arena, struct str, n);
	ret->full = arena_array(c->arena, struct str, n);
	for (size_t i = 0; i < n; i++) {
		const json_t *o = json_array_get(list, i);
		competencies[i] = (struct cert_competency){ .id = member(c->arena, o, "id"), .core = json_is_true(json_object_get(o, "core")) };
		ret->names[i] = member(c->arena, o, "name");
		ret->full[i] = member(c->arena, o, "full");
	}
	ret->labels = arena_array(c->arena, struct str, (size_t)e->max_score);
	for (size_t i = 0; i < (size_t)e->max_score; i++) {
		const char *s = json_string_value(json_array_get(labels, i));
		ret->labels[i] = arena_str(c->arena, s ? str_c(s) : S(""));
	}
	struct str *scorers;
	size_t n_scorers = cert_split(c->arena, e->scorers, &scorers);
	ret->by_recording = arena_array(c->arena, bool, n_scorers);
	for (size_t i = 0; i < n_scorers; i++)
		ret->by_recording[i] = cert_lists(e->from_recording, scorers[i]);
	ret->rule = (struct cert_programme){ .competencies = competencies, .n_competencies = n, .scorers = scorers, .n_scorers = n_scorers,
					     .max_score = e->max_score, .min_led_sessions = e->min_led };
	if (!cert_pass_read(e->pass, &ret->rule.pass) || !n_scorers)
		return fail(c, ERR_BUG, "edition %lld: its rule cannot be read", (long long)e->id);
	return OK;
}

static struct str session_name(struct arena *a, int64_t id)
{
	return arena_fmt(a, "%lld", (long long)id);
}

static enum err read_scores(struct ctx *c, const struct cert_entry_rows_row *row, struct cert_event *e)
{
	json_error_t error;
	json_auto_t *o = json_loadb(row->scores.p, row->scores.n, 0, &error);
	const char *key;
	json_t *v;
	if (!json_is_object(o))
		return fail(c, ERR_BUG, "entry %lld: its scores cannot be read", (long long)row->id);
	struct cert_value *values = arena_array(c->arena, struct cert_value, json_object_size(o));
	json_object_foreach(o, key, v)
		values[e->n_values++] = (struct cert_value){ .competency = arena_str(c->arena, str_c(key)), .score = json_integer_value(v),
							     .whole = json_is_integer(v) };
	e->values = values;
	return OK;
}

/* False for what is no event of the rule (an approval on the way to a clearance). */
static enum err as_event(struct ctx *c, const struct cert_entry_rows_row *row, struct cert_event *e, bool *ret_counts)
{
	static const struct {
		const char *kind;
		enum cert_event_type type;
	} types[] = { { "practice", CERT_PRACTICE }, { "cleared", CERT_CLEARANCE }, { "session", CERT_SESSION }, { "score", CERT_SCORE },
		      { "revoked", CERT_REVOCATION } };
	*ret_counts = false;
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_eq(row->kind, str_c(types[i].kind))) {
			*e = (struct cert_event){ .at_us = row->at_us, .type = types[i].type, .lead = row->lead, .shadow = row->shadow };
			*ret_counts = true;
		}
	if (!*ret_counts)
		return OK;
	e->session = session_name(c->arena, e->type == CERT_SCORE ? row->session_id.v : row->id);
	e->scorer = row->scorer;
	return e->type == CERT_SCORE ? read_scores(c, row, e) : OK;
}

/* Where the round begins that the rule has to judge: after the last revocation, or after a certificate was recognised from elsewhere. What lies before it
 * counts for nothing by the rule; each revocation was checked when it was entered, and a rubric that changed since must not undo it. */
static size_t round_begins(const struct cert_account *a, bool *ret_recognised, struct opt_i64 *ret_since, bool *ret_taken_back)
{
	size_t from = 0;
	*ret_recognised = *ret_taken_back = false;
	for (size_t i = 0; i < a->n; i++) {
		bool recognised = str_eq(a->entries[i].kind, S("recognised")), revoked = str_eq(a->entries[i].kind, S("revoked"));
		if (!recognised && !revoked)
			continue;
		*ret_recognised = recognised;
		*ret_taken_back = revoked;
		*ret_since = SOME(a->entries[i].at_us);
		from = i + 1;
	}
	return from;
}

static void keep_order(struct cert_entry_rows_row *rows, size_t n)
{
	/* One entry was put at the end: it sinks to its place; at the same time it comes last. */
	for (size_t i = n; i-- > 1 && rows[i].at_us < rows[i - 1].at_us;) {
		struct cert_entry_rows_row x = rows[i];
		rows[i] = rows[i - 1];
		rows[i - 1] = x;
	}
}

static enum err account_eval(struct ctx *c, const struct cert_edition_rows_row *edition, struct cert_account *a)
{
	bool recognised, taken_back, counts, open = str_eq(edition->clearance, S("none"));
	struct opt_i64 since = NONE;
	size_t from = round_begins(a, &recognised, &since, &taken_back), n = 0;
	struct cert_event *events = arena_array(c->arena, struct cert_event, a->n + 1);
	size_t *entry_of = arena_array(c->arena, size_t, a->n + 1);
	struct cert_result r;
	if (open && from < a->n)          /* leading with a shadow needs no leave: cleared from the start */
		events[n++] = (struct cert_event){ .at_us = a->entries[from].at_us, .type = CERT_CLEARANCE };
	for (size_t i = from; i < a->n; i++) {
		TRY(as_event(c, &a->entries[i], &events[n], &counts));
		if (counts)
			entry_of[n++] = i + 1;
	}
	cert_eval(c->arena, &a->rubric.rule, INT64_MAX, events, n, &r);
	a->why = arena_array(c->arena, enum cert_refusal, a->n + 1);
	for (size_t i = 0; i < n; i++)
		if (entry_of[i])
			a->why[entry_of[i] - 1] = r.why[i] == CERT_NO_SESSION ? CERT_NOT_COUNTING : r.why[i];
	a->round = from;
	a->focus = r.focus;
	a->n_focus = r.n_focus;
	a->counting = r.counting_sessions;
	a->state = recognised ? CERT_CERTIFIED : taken_back && r.state == CERT_NOT_STARTED ? CERT_REVOKED : r.state;
	a->certified_us = recognised ? since : r.state == CERT_CERTIFIED ? SOME(events[r.certified_by].at_us) : NONE;
	return OK;
}

enum err cert_account_read(struct ctx *c, const struct certification_rows_row *row, const struct cert_entry_rows_row *extra, struct cert_account *ret)
{
	struct cert_edition_rows_row edition;
	struct cert_entries_of_row *rows;
	size_t n;
	*ret = (struct cert_account){ 0 };
	TRY(cert_edition_read(c, row->edition_id, &edition));
	TRY(cert_rubric_read(c, &edition, &ret->rubric));
	TRY(cert_entries_of(c->db, c->arena, &rows, &n, .certification_id = row->id));
	ret->entries = arena_array(c->arena, struct cert_entry_rows_row, n + 1);
	if (n)
		memcpy(ret->entries, rows, n * sizeof(*rows));
	if (extra)
		ret->entries[n++] = *extra;
	ret->n = n;
	if (extra)
		keep_order(ret->entries, n);
	return account_eval(c, &edition, ret);
}

static struct str focus_json(struct ctx *c, const struct cert_account *a)
{
	struct json_out j;
	json_init(&j, c->arena, 64 << 10);
	json_arr(&j);
	for (size_t i = 0; i < a->n_focus; i++)
		json_str(&j, a->rubric.rule.competencies[a->focus[i]].id);
	json_arr_end(&j);
	return json_done(&j);
}

enum err cert_bring_up(struct ctx *c, const struct certification_rows_row *before, const struct cert_account *a)
{
	struct certification_rows_row after = *before;
	after.state = str_c(cert_state_name(a->state));
	after.certified_us = a->certified_us;
	after.focus = focus_json(c, a);
	return certification_save(c, before, &after, "certification.changed", STR_NULL);
}

static size_t find_entry(const struct cert_account *a, int64_t id)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->entries[i].id == id)
			return i;
	return a->n;
}

enum err cert_entry_take(struct ctx *c, const struct certification_rows_row *row, struct cert_entry_rows_row *entry, const char *kind)
{
	struct cert_account before, after;
	entry->id = INT64_MAX;          /* not yet: the newest of all */
	TRY(cert_account_read(c, row, NULL, &before));
	TRY(cert_account_read(c, row, entry, &after));
	size_t at = find_entry(&after, INT64_MAX);
	ASSERT(at < after.n);
	if (after.why[at] != CERT_FINE)
		return fail(c, ERR_CONFLICT, "%s", cert_refusal_words(after.why[at]));
	for (size_t i = 0; i < before.n; i++) {
		size_t k = find_entry(&after, before.entries[i].id);
		if (after.why[k] != CERT_FINE && before.why[i] == CERT_FINE)
			return fail(c, ERR_CONFLICT, "Something that was entered later would no longer stand. Give a later time, or correct that first.");
	}
	TRY(cert_entry_new(c, entry, kind));
	TRY(cert_account_read(c, row, NULL, &after));
	return cert_bring_up(c, row, &after);
}

struct str cert_focus_words(struct arena *a, const struct cert_rubric *r, const size_t *focus, size_t n)
{
	struct buf b;
	buf_init(&b, a, 64 << 10);
	for (size_t i = 0; i < n; i++) {
		buf_add(&b, i ? S(", ") : S(""));
		buf_add(&b, r->names[focus[i]]);
	}
	return buf_str(&b);
}

const char *cert_state_words(struct str state)
{
	static const char *const words[][2] = { { "not_started", "not begun" }, { "practising", "practising with the mentor" },
						{ "cleared", "may lead with a shadow" }, { "certified", "certified" }, { "revoked", "taken back" } };
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq(state, str_c(words[i][0])))
			return words[i][1];
	return "";
}
