/* plan.h: the text of a playbook: sections, tasks, fields, rules, as JSON and as structs.
 *
 *     {"name":"Onboarding","about":"…","subject":"teammate",
 *      "sections":[{"key":"week-1","title":"Week 1","about":"…","tasks":[
 *        {"key":"meet","title":"Meet your team","about":"Markdown","kind":"task","who":["newcomer"],
 *         "due":{"from":"start","offset":"P5D","before":false,"days":"working"},
 *         "fields":[{"key":"laptop","label":"Laptop","type":"choice","choices":["Linux","Mac"],"required":true}]},
 *        {"key":"ok","title":"All set?","kind":"approval","approves":["meet"],"who":["manager"],"stop":true},
 *        {"key":"talk","title":"Talk with your mentor","due":{"from":"start","offset":"P1W"},"repeat":{"every":"P1W","until":"P90D"}}]}],
 *      "rules":[{"key":"r1","when":[[{"on":"field","of":"laptop","is":"equals","value":"Mac"}]],"do":"show","targets":["mac-setup"]}]}
 *
 * due.days: all, working, shift (all days, then on to a working day); whose working days: those of the person's hours, or of "calendar":"pacific-9-5" with its
 * holidays. kind: task, approval (approve or reject the tasks named in approves), signoff (two different people sign). who: words for roles (newcomer, manager, mentor …),
 * "mara@desk.example" for one person, "field:KEY" for whoever a person field names; none = anybody. due.from: start, done (of a task), due (of a task), field
 * (a date). optional tasks count for nothing; hidden ones wait for a rule to show them; proof asks for a link before it is done; a field of type person may say
 * "gives":"buddy": answering it casts that role.
 *
 * A condition is on: field, role, level, start (the run's first day), team. when is a list of lists: any list of which all hold. Rules are tried in their order,
 * the last that speaks of something wins. A rule may look only at fields above what it shows or hides, a due date only at tasks and fields above it: one pass
 * from top to bottom ends always, and there is no circle to fall into.
 *
 * plan_parse() refuses what has the wrong shape; plan_check() says all that keeps a plan from being published. */
#ifndef TEND_PLAYBOOK_PLAN_H
#define TEND_PLAYBOOK_PLAN_H

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "playbook/due.h"

enum {
	PLAN_BYTES_MAX = 4 << 20, PLAN_TASKS_MAX = 2000, PLAN_FIELDS_MAX = 4000, PLAN_RULES_MAX = 2000, PLAN_SECTIONS_MAX = 200, PLAN_WHO_MAX = 4,
	PLAN_CHOICES_MAX = 100, PLAN_CONDS_MAX = 50, PLAN_TARGETS_MAX = 500, PLAN_TIMES_MAX = 200, PLAN_KEY_MAX = 60
};

enum plan_field_type { PLAN_TEXT, PLAN_CHOICE, PLAN_DATE, PLAN_PERSON, PLAN_NUMBER, PLAN_LINK, PLAN_FILE, PLAN_FIELD_TYPE_COUNT };
enum plan_kind { PLAN_TASK, PLAN_APPROVAL, PLAN_SIGNOFF, PLAN_KIND_COUNT };
enum plan_due_from { PLAN_DUE_NONE, PLAN_DUE_START, PLAN_DUE_DONE, PLAN_DUE_DUE, PLAN_DUE_FIELD, PLAN_DUE_FROM_COUNT };
enum plan_on { PLAN_ON_FIELD, PLAN_ON_ROLE, PLAN_ON_LEVEL, PLAN_ON_START, PLAN_ON_TEAM, PLAN_ON_COUNT };
enum plan_is { PLAN_EQUALS, PLAN_DIFFERS, PLAN_CONTAINS, PLAN_LACKS, PLAN_STARTS, PLAN_ENDS, PLAN_LESS, PLAN_MORE, PLAN_EMPTY, PLAN_FILLED, PLAN_IS_COUNT };

/* As they stand in the JSON, NULL-ended, in the order of the enums; and in words for people. */
extern const char *const plan_field_types[], *const plan_kinds[], *const plan_due_froms[], *const plan_ons[], *const plan_iss[];
extern const char *const plan_is_words[];

struct plan_field {
	struct str key, label, about, gives;
	enum plan_field_type type;
	bool required, hidden;
	struct str *choices;
	size_t n_choices;
	size_t task, place;
};

struct plan_due {
	enum plan_due_from from;
	struct str of, offset;
	struct due_offset o;         /* of a plan that passed the check */
	bool before;
	enum due_count count;
	struct str calendar;         /* whose working days: a calendar of the desk's promises; STR_NULL = the person's own hours */
	int64_t at;                  /* the source: index of the task or field, −1 = none of that name */
};

struct plan_task {
	struct str key, title, about;
	enum plan_kind kind;
	bool stop, optional, hidden, proof;
	struct str who[PLAN_WHO_MAX];
	size_t n_who;
	struct plan_due due;
	struct str every, until;     /* of a recurring one; STR_NULL */
	struct due_offset every_o, until_o;
	struct str *approves;
	size_t *approves_at, n_approves;
	size_t section, first_field, n_fields, place;
};

struct plan_section {
	struct str key, title, about;
	bool hidden;
	size_t first_task, n_tasks, place;
};

struct plan_cond {
	enum plan_on on;
	enum plan_is is;
	struct str of, value;
	int64_t at;                  /* of a field: its index, −1 = none of that name */
};

struct plan_rule {
	struct str key, about;
	bool show;
	struct plan_cond *conds;
	size_t n_conds;
	size_t *alternatives;        /* how many conditions each list of `when` has */
	size_t n_alternatives;
	struct str *targets;
	size_t n_targets;
};

enum plan_what { PLAN_NOTHING, PLAN_A_SECTION, PLAN_A_TASK, PLAN_A_FIELD };

struct plan {
	struct str name, about, subject;
	struct plan_section *sections;
	struct plan_task *tasks;
	struct plan_field *fields;
	struct plan_rule *rules;
	size_t n_sections, n_tasks, n_fields, n_rules;
	struct map index;            /* key → what and where: plan_find() */
};

/* ERR_INPUT with a sentence that names the place ("sections[2].tasks[0].due.offset"), ERR_LIMIT when it is too large. Texts live in the arena. */
enum err plan_parse(struct arena *a, struct fault *f, struct str json, struct plan *ret);
enum plan_what plan_find(const struct plan *p, struct str key, size_t *ret_at);
/* Where it stands, counted from the top: a thing may look only at what has a smaller place. */
size_t plan_place(const struct plan *p, enum plan_what what, size_t at);
/* "[a-z0-9-]", 1 to 60 bytes. */
bool plan_key_ok(struct str key);
/* "Meet your team!" → "meet-your-team", with a number behind when `taken` says so. */
struct str plan_key_for(struct arena *a, struct str title, bool (*taken)(const void *arg, struct str key), const void *arg);

struct plan_problem {
	struct str key;              /* of the section, task, field or rule; "" = the whole */
	struct str sentence;
};
/* Everything that keeps the plan from being published, in its order; at most 200. */
void plan_check(struct arena *a, const struct plan *p, struct plan_problem **ret, size_t *ret_n);

/* A value as it is stored, from what was typed: trimmed; a number, date or address in its shape. false and a sentence when it does not fit the type. A person is
 * the number of a teammate as text, a file the name of a blob: the caller checks that they exist. */
bool plan_value_fits(const struct plan_field *f, struct str typed, struct str *ret, const char **ret_why);

/* ---- the difference of two revisions (plan_diff.c) ---- */

enum plan_change_kind { PLAN_ADDED, PLAN_REMOVED, PLAN_CHANGED, PLAN_MOVED };
struct plan_change {
	enum plan_change_kind kind;
	const char *what;            /* "section", "task", "field", "rule", "playbook" */
	struct str key, title;
	struct str was, is;          /* of one that changed: in words, column by column */
};
void plan_diff(struct arena *a, const struct plan *was, const struct plan *is, struct plan_change **ret, size_t *ret_n);
/* "5 working days after the start", "1 week before “Meet your team” is due"; "" without a rule. */
struct str plan_due_words(struct arena *a, const struct plan *p, const struct plan_due *d);
/* "Laptop is Mac and the level is 3, or the start is after 2026-01-01". */
struct str plan_rule_words(struct arena *a, const struct plan *p, const struct plan_rule *r);

#endif
