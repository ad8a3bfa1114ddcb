/* sla_json.h: calendars, rules and instants as JSON, the shapes of docs/sla.md; what `tend calendar eval`, `tend sla simulate` and
 * imported policies read. */
#ifndef TEND_SLA_SLA_JSON_H
#define TEND_SLA_SLA_JSON_H

#include "base/json_out.h"
#include "base/map.h"
#include "sla/clock.h"

#include <jansson.h>

/* Every function below answers ERR_INPUT with a sentence in the fault when the JSON is not what it should be. */

/* An instant, RFC 3339, rounded down to the second; the years 1 to 9999. */
enum err sla_json_instant(const json_t *j, const char *what, struct fault *f, int64_t *ret_s);
/* The same, or absent or null: none. */
enum err sla_json_opt_instant(const json_t *j, const char *what, struct fault *f, struct opt_i64 *ret_s);
enum err sla_json_i64(const json_t *j, const char *what, struct fault *f, int64_t *ret);
/* Absent is false. */
enum err sla_json_flag(const json_t *j, const char *what, struct fault *f, bool *ret);
struct str sla_json_text(const json_t *j);   /* STR_NULL when it is no text */

/* {"tz","weekly":{"mon":[["09:00","17:00"]],…},"holidays":["2021-12-24",…]}. A holiday may be {"date","name","yearly","until"}; "versions":
 * [{"from":"2022-01-01","weekly","holidays"},…] may follow, each in force from a local date. */
enum err sla_json_calendar(struct arena *a, const json_t *j, struct fault *f, const struct calendar **ret);

/* Words of matches to numbers: values to 1, 2, …; tags and entitlements to bits. */
struct sla_words {
	struct arena *arena;
	struct map values, tags, entitlements;
};
void sla_words_init(struct sla_words *w, struct arena *a);

/* A policy set: {"calendars":{NAME: calendar},"default_calendar":NAME,"rows":[…],"automation":[…]}. New words are added. */
enum err sla_json_rules(struct arena *a, struct sla_words *w, const json_t *j, struct fault *f, const struct sla_rules **ret);
/* One fact of a case: key is "org", "segment" (or "stage"), "severity", "tier", "plan", "deployment", "channel", "tags", "entitlements". Words that no
 * row mentions are one value that matches nothing. *ret_known: whether key is one of these. */
enum err sla_json_fact(const struct sla_words *w, const char *key, const json_t *j, struct fault *f, struct sla_case_facts *facts, bool *ret_known);

/* "2021-06-14T16:00:00Z"; CAL_NEVER is null. */
void sla_json_put_instant(struct json_out *out, int64_t s);
void sla_json_kinstant(struct json_out *out, const char *key, int64_t s);

#endif
