/* programme_preset.c: the handbook's programmes (presets/handbook/programmes.def) and the playbooks that lead to their outcomes (growth_playbooks.def),
 * installed once: what has its short name already is left alone. */
#include "growth/programme.h"

#include "playbook/playbook.h"

#include <string.h>

struct preset {
	const char *slug, *name, *scope, *role;
	struct opt_i64 level_from, level_to;
};
struct edition {
	const char *slug;
	int64_t number;
	const char *from, *to, *ramp_unit;
	int64_t ramp_n, soft_days;
	const char *source;
};
struct outcome {
	const char *slug;
	int64_t first, last;
	const char *key, *unit;
	int64_t n;
	const char *proof, *ack_by, *evidence;
	int64_t need, since_months;
	struct opt_i64 level_from, level_to;
	const char *title, *help;
};

static const struct preset PROGRAMMES[] = {
#define PROGRAMME(...) { __VA_ARGS__ },
#include "handbook/programmes.def"
};
static const struct edition EDITIONS[] = {
#define EDITION(...) { __VA_ARGS__ },
#include "handbook/programmes.def"
};
static const struct outcome OUTCOMES[] = {
#define OUTCOME(...) { __VA_ARGS__ },
#include "handbook/programmes.def"
};

struct book {
	const char *slug, *name, *about;
};
struct section {
	const char *book, *key, *title;
};
struct task {
	const char *book, *section, *key, *kind, *who, *offset, *every, *until, *title, *about;
};
struct leads_to {
	const char *slug;
	int64_t first, last;
	const char *key, *book, *task;
};
static const struct book BOOKS[] = {
#define BOOK(...) { __VA_ARGS__ },
#include "handbook/growth_playbooks.def"
};
static const struct section SECTIONS[] = {
#define SECTION(...) { __VA_ARGS__ },
#include "handbook/growth_playbooks.def"
};
static const struct task TASKS[] = {
#define TASK(...) { __VA_ARGS__ },
#include "handbook/growth_playbooks.def"
};
static const struct leads_to LEADS[] = {
#define LEADS_TO(...) { __VA_ARGS__ },
#include "handbook/growth_playbooks.def"
};

#include "base/banned.h"

/* ---- playbooks ---- */

static void put_task(struct json_out *j, const struct task *t)
{
	struct str rest = str_c(t->who), one;
	bool more = rest.n > 0;
	json_obj(j);
	json_kstr(j, "key", str_c(t->key));
	json_kstr(j, "title", str_c(t->title));
	if (*t->about)
		json_kstr(j, "about", str_c(t->about));
	json_kstr(j, "kind", str_c(t->kind));
	json_key(j, "who");
	json_arr(j);
	while (more) {
		more = str_cut(rest, ' ', &one, &rest);
		json_str(j, one);
	}
	json_arr_end(j);
	json_key(j, "due");
	json_obj(j);
	json_kstr(j, "from", S("start"));
	json_kstr(j, "offset", str_c(t->offset));
	json_obj_end(j);
	if (*t->every) {
		json_key(j, "repeat");
		json_obj(j);
		json_kstr(j, "every", str_c(t->every));
		json_kstr(j, "until", str_c(t->until));
		json_obj_end(j);
	}
	json_obj_end(j);
}

static struct str book_plan(struct arena *a, const struct book *b)
{
	struct json_out j;
	json_init(&j, a, 1 << 20);
	json_obj(&j);
	json_kstr(&j, "name", str_c(b->name));
	json_kstr(&j, "about", str_c(b->about));
	json_kstr(&j, "subject", S("teammate"));
	json_key(&j, "sections");
	json_arr(&j);
	for (size_t i = 0; i < ARRAY_LEN(SECTIONS); i++) {
		if (strcmp(SECTIONS[i].book, b->slug) != 0)
			continue;
		json_obj(&j);
		json_kstr(&j, "key", str_c(SECTIONS[i].key));
		json_kstr(&j, "title", str_c(SECTIONS[i].title));
		json_key(&j, "tasks");
		json_arr(&j);
		for (size_t k = 0; k < ARRAY_LEN(TASKS); k++)
			if (strcmp(TASKS[k].book, b->slug) == 0 && strcmp(TASKS[k].section, SECTIONS[i].key) == 0)
				put_task(&j, &TASKS[k]);
		json_arr_end(&j);
		json_obj_end(&j);
	}
	json_arr_end(&j);
	json_obj_end(&j);
	return json_done(&j);
}

static enum err books(struct ctx *c)
{
	for (size_t i = 0; i < ARRAY_LEN(BOOKS); i++) {
		int64_t id;
		TRY(playbook_install(c, str_c(BOOKS[i].slug), book_plan(c->arena, &BOOKS[i]), STR_NULL, S("as the handbook has it"), &id));
	}
	return OK;
}

/* ---- programmes ---- */

static enum err add_edition(struct ctx *c, int64_t programme, const struct edition *e)
{
	struct programme_rev_row_row r = {
		.programme_id = programme, .number = e->number, .state = S("published"), .valid_from = str_c(e->from), .valid_to = str_c(e->to), .ramp_unit = str_c(e->ramp_unit),
		.ramp_n = e->ramp_n, .soft_days = e->soft_days, .note = S("as the handbook had it"), .source = str_c(e->source), .created_us = c->now_us, .published_us = SOME(c->now_us),
	};
	TRY(GROWTH_ADD(c, programme_rev, "programme_rev.published", &r));
	int64_t position = 0;
	for (size_t i = 0; i < ARRAY_LEN(OUTCOMES); i++) {
		const struct outcome *o = &OUTCOMES[i];
		if (strcmp(o->slug, e->slug) != 0 || e->number < o->first || e->number > o->last)
			continue;
		position += 10;
		struct programme_outcome_row_row row = {
			.rev_id = r.id, .key = str_c(o->key), .position = position, .title = str_c(o->title), .help = str_c(o->help), .due_unit = str_c(o->unit), .due_n = o->n,
			.proof = str_c(o->proof), .ack_by = str_c(o->ack_by), .evidence = str_c(o->evidence), .need = o->need, .since_months = o->since_months,
			.level_from = o->level_from, .level_to = o->level_to, .role = S(""),
		};
		TRY(GROWTH_ADD(c, programme_outcome, "programme_outcome.created", &row));
	}
	for (size_t i = 0; i < ARRAY_LEN(LEADS); i++) {
		const struct leads_to *l = &LEADS[i];
		if (strcmp(l->slug, e->slug) != 0 || e->number < l->first || e->number > l->last)
			continue;
		struct programme_task_rows_row row = { .rev_id = r.id, .outcome_key = str_c(l->key), .playbook = str_c(l->book), .task = str_c(l->task) };
		TRY(GROWTH_ADD(c, programme_task, "programme_task.created", &row));
	}
	return OK;
}

enum err programme_presets(struct ctx *c)
{
	TRY(books(c));
	for (size_t i = 0; i < ARRAY_LEN(PROGRAMMES); i++) {
		const struct preset *p = &PROGRAMMES[i];
		struct programme_by_slug_row old;
		bool found;
		TRY(programme_by_slug(c->db, c->arena, &old, &found, .slug = str_c(p->slug)));
		if (found)
			continue;
		struct programme_row_row row = { .slug = str_c(p->slug), .name = str_c(p->name), .scope = str_c(p->scope), .role = str_c(p->role), .level_from = p->level_from,
						 .level_to = p->level_to, .created_us = c->now_us };
		TRY(GROWTH_ADD(c, programme, "programme.created", &row));
		for (size_t k = 0; k < ARRAY_LEN(EDITIONS); k++)
			if (strcmp(EDITIONS[k].slug, p->slug) == 0)
				TRY(add_edition(c, row.id, &EDITIONS[k]));
	}
	return OK;
}
