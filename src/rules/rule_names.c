/* rule_names.c: what the words of a rule mean on this desk, and the rules in force, compiled once for the process.
 *
 * Names are strict here (a mail address or a whole name, a slug): the search box may guess, a rule may not. A name that means nothing any more makes the rule
 * "broken", and whoever runs it pauses it. */
#include "rules/rules.h"

#include "base/utf8.h"
#include "core/desk.h"
#include "desk/macro.h"
#include "people/people.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct rule_now_row) == sizeof(struct rule_rows_row), "rules.sql");

struct resolving {
	struct ctx *c;
	struct arena *a;
	struct str *wrong;
};

static bool bad(struct resolving *x, const char *fmt, struct str what)
{
	*x->wrong = arena_fmt(x->a, fmt, STR_ARG(utf8_clip(what, 60)));
	return false;
}

/* Each returns false with a sentence, or an error of the database in *e. */
static bool teammate(struct resolving *x, struct str name, int64_t *ret_id, struct str *ret_title, enum err *e)
{
	struct rule_teammate_named_row row;
	bool found = false;
	*e = rule_teammate_named(x->c->db, x->c->arena, &row, &found, .name = name);
	if (*e != OK || !found)
		return bad(x, "There is no teammate “%.*s”. Write the mail address, or the whole name in quotation marks.", name);
	if (!str_eq(row.state, S("active")))
		return bad(x, "%.*s is not active any more.", row.name);
	*ret_id = row.id;
	if (ret_title)
		*ret_title = arena_str(x->a, row.name);
	return true;
}

static bool team(struct resolving *x, struct str name, int64_t *ret_id, struct str *ret_title, enum err *e)
{
	struct rule_team_named_row row;
	bool found = false;
	*e = rule_team_named(x->c->db, x->c->arena, &row, &found, .name = name);
	if (*e != OK || !found)
		return bad(x, "There is no team “%.*s”. Write its short name.", name);
	*ret_id = row.id;
	if (ret_title)
		*ret_title = arena_str(x->a, row.name);
	return true;
}

static bool organisation(struct resolving *x, struct str name, int64_t *ret_id, enum err *e)
{
	struct rule_org_named_row row;
	bool found = false;
	*e = rule_org_named(x->c->db, x->c->arena, &row, &found, .name = name);
	if (*e != OK || !found || row.deleted_us.set)
		return bad(x, "There is no customer “%.*s”. Write the short name of its page, or the whole name in quotation marks.", name);
	*ret_id = row.id;
	return true;
}

static bool node(struct resolving *x, struct rule_node *n, enum err *e)
{
	bool none;
	if (!n)
		return true;
	for (size_t i = 0; i < n->n_kids; i++)
		if (!node(x, n->kids[i], e))
			return false;
	for (size_t i = 0; n->type == RULE_TERM && i < n->n_values; i++) {
		struct rule_value *v = &n->values[i];
		none = str_ieq(v->text, S("nobody")) || str_ieq(v->text, S("none"));
		if (n->of == OF_ASSIGNEE && !none && !teammate(x, v->text, &v->n, NULL, e))
			return false;
		if (n->of == OF_TEAM && !none && !team(x, v->text, &v->n, NULL, e))
			return false;
		if (n->of == OF_ORG && !none && !organisation(x, v->text, &v->n, e))
			return false;
	}
	return true;
}

/* ---- actions ---- */

static bool one_of_ours(struct str word, const char *const *ours)
{
	for (; *ours; ours++)
		if (str_eq(word, str_c(*ours)))
			return true;
	return false;
}

/* Variables that there are not. */
static bool variables(struct resolving *x, struct str body, const char *of)
{
	struct fault before = x->c->fault;
	if (macro_check(x->c, body) == OK)
		return true;
	*x->wrong = arena_fmt(x->a, "%s %s", of, x->c->fault.n_fields ? x->c->fault.fields[0].message : "has a variable that there is not.");
	x->c->fault = before;
	return false;
}

/* A place that a person fills in: [what you found], but no link [words](address). */
static bool has_place(struct str body)
{
	for (size_t i = 0; i < body.n; i++) {
		if (body.p[i] != '[')
			continue;
		ptrdiff_t end = str_find_ch(str_slice(body, i, body.n), ']');
		if (end > 1 && !(i + (size_t)end + 1 < body.n && body.p[i + (size_t)end + 1] == '('))
			return true;
	}
	return false;
}

static bool macro(struct resolving *x, struct rule_act *act, enum err *e)
{
	struct rule_macro_named_row m;
	bool found = false, mail = act->what == DO_MAIL;
	*e = rule_macro_named(x->c->db, x->c->arena, &m, &found, .slug = act->word, .day = people_date(x->c->arena, x->c->now_us));
	if (*e != OK || !found)
		return bad(x, "There is no macro “%.*s” for everybody that is offered today.", act->word);
	if (str_eq(m.mode, S("reply")) != mail)
		return bad(x, mail ? "“%.*s” is an internal note: a mail wants a macro that is a reply." : "“%.*s” is a reply: as a note it would say the wrong thing. Use mail.",
			   m.name);
	if (!variables(x, m.body, "Its macro cannot be used:"))
		return false;
	if (mail && has_place(m.body))
		return bad(x, "“%.*s” has places in brackets that a person fills in: a rule cannot send it.", m.name);
	if (mail && str_find(m.body, S("ticket.subject")) >= 0)
		return bad(x, "“%.*s” repeats the subject, which a stranger may have written: a rule never sends a stranger's words.", m.name);
	act->id = m.id;
	act->title = arena_str(x->a, m.name);
	return true;
}

static bool action(struct resolving *x, struct rule_act *act, enum err *e)
{
	static const char *const ASSIGN[] = { "nobody", "engineer", NULL }, *const FOLLOW[] = { "engineer", "backup", "assignee", NULL },
				*const NOTIFY[] = { "assignee", "engineer", "backup", "followers", "admins", NULL };
	struct str kind, tag, name;
	switch (act->what) {
	case DO_ASSIGN:
		return one_of_ours(act->word, ASSIGN) || teammate(x, act->word, &act->id, &act->title, e);
	case DO_TEAM:
		return str_eq(act->word, S("none")) || team(x, act->word, &act->id, &act->title, e);
	case DO_FOLLOW:
	case DO_UNFOLLOW:
		return one_of_ours(act->word, FOLLOW) || teammate(x, act->word, &act->id, &act->title, e);
	case DO_NOTIFY:
		if (!variables(x, act->text, "The text cannot be used:"))
			return false;
		if (one_of_ours(act->word, NOTIFY))
			return true;
		if (str_cut(act->word, ':', &kind, &name) && str_eq(kind, S("team")))
			return team(x, name, &act->id, &act->title, e);
		return teammate(x, act->word, &act->id, &act->title, e);
	case DO_TAG:
	case DO_UNTAG: {
		struct fault before = x->c->fault;
		if (ticket_tag_parse(x->c, act->word, &kind, &tag) == OK)
			return true;
		x->c->fault = before;
		return bad(x, "“%.*s”: a tag is a word, area:word or theme:word, of letters a–z, digits and _ - . / + #.", act->word);
	}
	case DO_MACRO:
	case DO_MAIL:
		return macro(x, act, e);
	case DO_NOTE:
		return variables(x, act->text, "The text cannot be used:");
	case DO_COUNT:
	case DO_STATUS:
	case DO_PRIORITY:
	case DO_SEVERITY:
	case DO_KIND:
	case DO_EFFORT:
		return true;
	}
	return true;
}

enum err rule_compile(struct ctx *c, struct arena *a, const struct rule_rows_row *row, struct rule *r, const char **ret_part, struct str *ret_wrong)
{
	struct resolving x = { .c = c, .a = a, .wrong = ret_wrong };
	enum err e = OK;
	*r = (struct rule){
		.row_id = row->id, .version = row->version, .position = row->position, .slug = arena_str(a, row->slug), .title = arena_str(a, row->title),
		.state = arena_str(a, row->state), .valid_from = arena_str(a, row->valid_from), .valid_to = row->valid_to.n ? arena_str(a, row->valid_to) : S(""),
		.when_text = arena_str(a, row->when_text), .if_text = arena_str(a, row->if_text), .then_text = arena_str(a, row->then_text),
		.why = arena_str(a, row->why), .source = arena_str(a, row->source), .since_us = row->since_us, .broken = S(""),
	};
	*ret_wrong = S("");
	*ret_part = NULL;
	if (!rule_read_when(a, r->when_text, &r->when, ret_wrong)) {
		*ret_part = "when";
	} else if (!rule_read_if(a, r->if_text, &r->cond, ret_wrong) || !node(&x, r->cond, &e)) {
		*ret_part = "if";
	} else if (!rule_read_then(a, r->then_text, &r->acts, &r->n_acts, ret_wrong)) {
		*ret_part = "then";
	} else {
		for (size_t i = 0; i < r->n_acts && !*ret_part; i++)
			if (!action(&x, &r->acts[i], &e))
				*ret_part = "then";
	}
	TRY(e);
	if (*ret_part)
		r->broken = *ret_wrong;
	else
		*ret_wrong = S("");
	rule_needs(r);
	return OK;
}

/* ---- the book ---- */

struct rules_book {
	atomic_int holders;
	struct arena arena;
	struct rules_set set;
};

const struct rules_set *rules_of(const struct rules_book *b)
{
	return &b->set;
}

void rules_put(struct rules_book *b)
{
	if (b && atomic_fetch_sub(&b->holders, 1) == 1) {
		arena_done(&b->arena);
		free(b);
	}
}

static void drop(void *p)
{
	rules_put(p);
}

static enum err load(struct ctx *c, struct rules_book *b)
{
	struct rule_now_row *rows;
	size_t n;
	TRY(rule_now(c->db, c->arena, &rows, &n));
	struct rule *v = arena_array(&b->arena, struct rule, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct rule_rows_row row;
		const char *part;
		struct str wrong;
		if (!str_eq(rows[i].state, S("on")))
			continue;
		memcpy(&row, &rows[i], sizeof(row));
		struct rule *r = &v[b->set.n++];
		TRY(rule_compile(c, &b->arena, &row, r, &part, &wrong));
		b->set.events |= r->when.events;
		b->set.time |= !r->when.events && !r->broken.n;
	}
	b->set.v = v;
	return OK;
}

static enum err stamp(struct ctx *c, int64_t *ret)
{
	struct rule_stamp_get_row row;
	bool found;
	TRY(rule_stamp_get(c->db, c->arena, &row, &found));
	*ret = found ? row.stamp : 0;
	return OK;
}

enum err rules_get(struct ctx *c, struct rules_book **ret)
{
	struct desk_place *place = &c->desk->place[PLACE_RULES];
	int64_t now;
	TRY(stamp(c, &now));
	pthread_mutex_lock(&place->lock);
	struct rules_book *b = place->p;
	if (b && b->set.stamp == now)
		atomic_fetch_add(&b->holders, 1);
	else
		b = NULL;
	pthread_mutex_unlock(&place->lock);
	*ret = b;
	if (b)
		return OK;
	b = calloc(1, sizeof(*b));
	ASSERT(b);
	arena_init(&b->arena);
	atomic_init(&b->holders, 1);
	b->set.stamp = now;
	enum err e = load(c, b);
	if (e != OK) {
		rules_put(b);
		return e;
	}
	pthread_mutex_lock(&place->lock);
	struct rules_book *old = place->p;
	atomic_fetch_add(&b->holders, 1);
	place->p = b;
	place->drop = drop;
	pthread_mutex_unlock(&place->lock);
	rules_put(old);
	*ret = b;
	return OK;
}

enum err rules_changed(struct ctx *c)
{
	int64_t random;
	randombytes_buf(&random, sizeof(random));
	TRY(rule_stamp_put(c->db, .stamp = (random & INT64_MAX) | 1));
	return job_wake(c, "rules.run", c->now_us);   /* one about time begins: cases wait already */
}

enum err rules_all(struct ctx *c, struct rule **ret, size_t *ret_n)
{
	struct rule_now_row *rows;
	TRY(rule_now(c->db, c->arena, &rows, ret_n));
	*ret = arena_array(c->arena, struct rule, *ret_n);
	for (size_t i = 0; i < *ret_n; i++) {
		struct rule_rows_row row;
		const char *part;
		struct str wrong;
		memcpy(&row, &rows[i], sizeof(row));
		TRY(rule_compile(c, c->arena, &row, &(*ret)[i], &part, &wrong));
	}
	return OK;
}
